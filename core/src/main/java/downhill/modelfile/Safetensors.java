package downhill.modelfile;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The safetensors format: the header's length (8 bytes, little-endian), the header (JSON), the
 * tensors' bytes (little-endian, row-major).
 *
 * <p>Opening reads and checks the header; tensors are read one by one, when asked for. Not safe to
 * share between threads.
 */
final class Safetensors implements Closeable {
  private static final int CHUNK = 1 << 18;

  private final String file;
  private final SeekableByteChannel channel;
  private final Header header;

  private Safetensors(String file, SeekableByteChannel channel, Header header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file.
   *
   * @throws ModelFileException if it is missing or its header is malformed
   * @throws InterruptedIOException if the thread is interrupted, which says nothing of the file
   */
  static Safetensors open(Path path) throws IOException {
    String file = path.toString();
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new ModelFileException(file, "expected a file, found a folder or a device");
    }
    SeekableByteChannel channel;
    try {
      channel = Files.newByteChannel(path);
    } catch (NoSuchFileException missing) {
      throw new ModelFileException(
          file, "no such file; expected a model file, or a run folder that holds one", missing);
    } catch (IOException refused) {
      throw new ModelFileException(
          file, "cannot be opened: " + ModelFileException.reason(refused), refused);
    }
    try {
      return new Safetensors(file, channel, readHeader(file, channel));
    } catch (ClosedByInterruptException e) {
      throw interrupted(file);
    } catch (Throwable failure) {
      channel.close();
      throw failure;
    }
  }

  private static Header readHeader(String file, SeekableByteChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new ModelFileException(
          file,
          "expected at least 8 bytes, found %d; the file is cut short or no safetensors file"
              .formatted(size));
    }
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, prefix);
    long length = prefix.getLong(0);
    if (length < 0 || length > Header.MAX_LENGTH) {
      throw new ModelFileException(
          file,
          0,
          "expected a header of at most %d bytes, found %s; this is not a safetensors file"
              .formatted(Header.MAX_LENGTH, Long.toUnsignedString(length)));
    }
    if (length > size - Long.BYTES) {
      throw new ModelFileException(
          file,
          0,
          "expected a header of %d bytes, found %d to the end of the file; it is cut short"
              .formatted(length, size - Long.BYTES));
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    fill(file, channel, json);
    return Header.read(file, json.array(), size - Long.BYTES - length);
  }

  private static void fill(String file, SeekableByteChannel channel, ByteBuffer bytes)
      throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new ModelFileException(
            file, channel.position(), "the file became shorter while it was being read");
      }
    }
  }

  private static InterruptedIOException interrupted(String file) {
    return new InterruptedIOException("interrupted while reading " + file);
  }

  /** Returns the file's name, for messages. */
  String file() {
    return file;
  }

  Map<String, String> metadata() {
    return header.metadata();
  }

  /** Returns the tensors, in the order of their bytes. */
  List<TensorEntry> tensors() {
    return header.tensors();
  }

  /**
   * Returns where a tensor's value lies in the file.
   *
   * @param index of the value, row-major
   */
  long position(TensorEntry tensor, long index) {
    return header.bufferStart() + tensor.begin() + index * (tensor.type().bits() / Byte.SIZE);
  }

  /**
   * Reads a tensor's values, row-major.
   *
   * @param tensor of type F32, with at most 2^31 − 1 values
   * @throws InterruptedIOException if the thread is interrupted, which says nothing of the file
   */
  float[] floats(TensorEntry tensor) throws IOException {
    if (tensor.type() != TensorType.F32) {
      throw new IllegalArgumentException(tensor.title() + ": expected F32, found " + tensor.type());
    }
    float[] values = new float[Math.toIntExact((tensor.end() - tensor.begin()) / Float.BYTES)];
    try {
      read(tensor, values);
    } catch (ClosedByInterruptException e) {
      throw interrupted(file);
    }
    return values;
  }

  private void read(TensorEntry tensor, float[] values) throws IOException {
    ByteBuffer chunk =
        ByteBuffer.allocateDirect((int) Math.min(CHUNK, tensor.end() - tensor.begin()));
    chunk.order(ByteOrder.LITTLE_ENDIAN);
    channel.position(position(tensor, 0));
    for (int from = 0; from < values.length; ) {
      int count = Math.min(values.length - from, CHUNK / Float.BYTES);
      chunk.clear().limit(count * Float.BYTES);
      fill(file, channel, chunk);
      chunk.flip().asFloatBuffer().get(values, from, count);
      from += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /**
   * Writes a whole file. The same arguments give the same bytes.
   *
   * @param metadata strings by name
   * @param tensors written in this order
   */
  static void write(OutputStream out, SortedMap<String, String> metadata, List<FloatTensor> tensors)
      throws IOException {
    out.write(Header.write(metadata, tensors));
    for (FloatTensor tensor : tensors) {
      float[] values = tensor.values().get();
      if (values.length != tensor.elements()) {
        throw new IllegalArgumentException(
            "tensor '%s': expected %d values for %s, found %d"
                .formatted(tensor.name(), tensor.elements(), tensor.shape(), values.length));
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(CHUNK, 4L * values.length));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < values.length; ) {
        int count = Math.min(values.length - from, CHUNK / Float.BYTES);
        bytes.clear().asFloatBuffer().put(values, from, count);
        out.write(bytes.array(), 0, count * Float.BYTES);
        from += count;
      }
    }
  }
}
