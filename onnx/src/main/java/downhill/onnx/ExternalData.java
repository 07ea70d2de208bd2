package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values that lie in another file, in the folder of the ONNX file or below it. */
final class ExternalData {
  static final String LOCATION = "location";
  private static final String OFFSET = "offset";
  private static final String LENGTH = "length";

  /** Of the whole file; not compared, since its form is left open, and hardly anybody writes it. */
  private static final String CHECKSUM = "checksum";

  private final Path file;

  ExternalData(Path file) {
    this.file = file;
  }

  /**
   * Reads values.
   *
   * @param title of the tensor, for messages
   * @param entries what the tensor says of where they are
   * @param bytes how many it needs
   */
  FloatBuffer read(String title, List<StringStringEntryProto> entries, long bytes)
      throws IOException {
    Map<String, String> keys = new HashMap<>();
    for (StringStringEntryProto entry : entries) {
      if (!List.of(LOCATION, OFFSET, LENGTH, CHECKSUM).contains(entry.getKey())
          || keys.put(entry.getKey(), entry.getValue()) != null) {
        throw wrong(
            title,
            "expected location, offset, length and checksum of its values, each once, found "
                + quoted(entry.getKey()));
      }
    }
    Path data = locate(title, keys.getOrDefault(LOCATION, ""));
    long offset = number(title, OFFSET, keys.getOrDefault(OFFSET, "0"));
    long length = number(title, LENGTH, keys.getOrDefault(LENGTH, Long.toString(bytes)));
    long size = Files.size(data);
    if (length != bytes || bytes > Integer.MAX_VALUE) {
      throw wrong(title, "expected %d bytes of values, found %d".formatted(bytes, length));
    }
    if (offset > size || length > size - offset) {
      throw wrong(
          title,
          "expected %d bytes from byte %d of %s, which has %d; is it cut short?"
              .formatted(length, offset, quoted(keys.getOrDefault(LOCATION, "")), size));
    }
    ByteBuffer values = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    try (SeekableByteChannel channel = Files.newByteChannel(data)) {
      channel.position(offset);
      while (values.hasRemaining()) {
        if (channel.read(values) < 0) {
          throw wrong(title, data + " became shorter while it was being read");
        }
      }
    }
    return values.flip().asFloatBuffer();
  }

  /**
   * Returns the file that a location names, if it is one in the folder of an ONNX file or below.
   */
  static Optional<Path> within(Path file, String location) {
    try {
      Path relative = Path.of(location).normalize();
      return location.isEmpty() || relative.isAbsolute() || relative.startsWith("..")
          ? Optional.empty()
          : Optional.of(file.resolveSibling(relative));
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  // Whoever wrote the file must not choose what else of this machine is read.
  private Path locate(String title, String location) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Path relative = Path.of(location);
      if (!location.isEmpty() && !relative.isAbsolute() && folder != null) {
        Path data = folder.resolve(relative).toRealPath();
        if (data.startsWith(folder.toRealPath()) && Files.isRegularFile(data)) {
          return data;
        }
      }
    } catch (InvalidPathException noPath) {
      // Refused below, as any other that names no file of this folder.
    } catch (IOException missing) {
      throw wrong(
          title,
          "its values lie in %s, which cannot be read: %s; keep it beside the ONNX file"
              .formatted(quoted(location), ModelFileException.reason(missing)));
    }
    throw wrong(
        title,
        "expected its values in a file in the folder of this one, found location "
            + quoted(location));
  }

  private long number(String title, String key, String text) throws ModelFileException {
    if (!text.matches("\\d{1,18}")) {
      throw wrong(title, "%s: expected a whole number, found %s".formatted(key, quoted(text)));
    }
    return Long.parseLong(text);
  }

  private ModelFileException wrong(String title, String problem) {
    return new ModelFileException(file.toString(), title + ": " + problem);
  }
}
