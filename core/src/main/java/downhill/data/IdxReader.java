package downhill.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads IDX files. What a header claims is believed only as far as the bytes that follow bear it
 * out: a plain file's size is compared with the claim before anything is allocated, and where the
 * size isn't known the array grows with what really arrives.
 */
final class IdxReader {
  /** The longest array that every JVM can make. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  /**
   * What is allocated on a header's word alone. Fashion-MNIST's 47 MB fit, so they are not moved.
   */
  private static final int UNPROVEN = 64 << 20;

  private static final long UNKNOWN = -1;

  private final InputStream in;
  private final String name;
  private final long length;
  private final String unpacked;

  private IdxReader(InputStream in, String name, long length, boolean packed) {
    this.in = in;
    this.name = name;
    this.length = length;
    this.unpacked = packed ? " after unpacking" : "";
  }

  static Idx read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(file + ": expected an IDX file, found none of this name");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected an IDX file, found a folder");
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": expected an IDX file, found no permission to read it");
    }
    // A pipe has no size to tell.
    long length = Files.isRegularFile(file) ? Files.size(file) : UNKNOWN;
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), length);
    }
  }

  static Idx read(InputStream in, String name) throws IOException {
    return read(in, name, UNKNOWN);
  }

  private static Idx read(InputStream in, String name, long length) throws IOException {
    PushbackInputStream start = new PushbackInputStream(in, 2);
    byte[] magic = start.readNBytes(2);
    start.unread(magic);
    if (magic.length == 2 && GzipInput.isMagic(magic[0], magic[1])) {
      try (GzipInput gzip = new GzipInput(start, name)) {
        return new IdxReader(gzip, name, UNKNOWN, true).read();
      }
    }
    return new IdxReader(start, name, length, false).read();
  }

  private Idx read() throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length == 0) {
      throw failure("expected an IDX file, found 0 bytes%s; the file is empty".formatted(unpacked));
    }
    checkZeros(magic);
    if (magic.length < 4) {
      throw cut("at least 8", "a header", magic.length);
    }
    Idx.Type type = type(magic[2] & 0xff);
    int rank = magic[3] & 0xff;
    if (rank == 0) {
      throw failure("byte 3: expected 1 to 255 dimensions, found 0");
    }
    byte[] rest = in.readNBytes(4 * rank);
    if (rest.length < 4 * rank) {
      String what = "a header of %d dimensions".formatted(rank);
      throw cut("at least " + (4 + 4 * rank), what, 4 + rest.length);
    }
    int[] dimensions = new int[rank];
    ByteBuffer.wrap(rest).asIntBuffer().get(dimensions);
    int bytes = dataBytes(type, dimensions);
    return new Idx(name, type, dimensions, data(dimensions, 4 + 4 * rank, bytes));
  }

  private void checkZeros(byte[] magic) throws IOException {
    for (int i = 0; i < Math.min(2, magic.length); i++) {
      if (magic[i] != 0) {
        throw failure(
            "byte %d: expected 0, as every IDX file begins with two of them, found 0x%02x; this is no IDX file"
                .formatted(i, magic[i]));
      }
    }
  }

  private Idx.Type type(int code) throws IOException {
    for (Idx.Type type : Idx.Type.values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw failure(
        "byte 2: expected an element type of 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e, found 0x%02x"
            .formatted(code));
  }

  private int dataBytes(Idx.Type type, int[] dimensions) throws IOException {
    long bytes = type.bytes();
    for (int d = 0; d < dimensions.length; d++) {
      if (dimensions[d] < 1) {
        throw failure(
            "byte %d: expected dimensions from 1 to 2147483647, found %d in %s"
                .formatted(4 + 4 * d, dimensions[d], Arrays.toString(dimensions)));
      }
      bytes *= dimensions[d];
      // No later dimension makes it smaller, so stop here: the product can't overflow a long.
      if (bytes > MAX_ARRAY) {
        throw failure(
            "byte 4: expected at most %d bytes of data, found dimensions %s of %s, which are more"
                .formatted(MAX_ARRAY, Arrays.toString(dimensions), type));
      }
    }
    return (int) bytes;
  }

  private byte[] data(int[] dimensions, int header, int bytes) throws IOException {
    long expected = (long) header + bytes;
    String shape = Arrays.toString(dimensions);
    if (length != UNKNOWN && length < expected) {
      throw cut(Long.toString(expected), shape, length);
    }
    if (length > expected) {
      throw oversized(expected, shape, Long.toString(length));
    }
    if (bytes > Runtime.getRuntime().maxMemory()) {
      throw new TooLittleMemoryException(
          "%s: expected at most %d MB, all this JVM may use, found %d MB for %s; raise -Xmx"
              .formatted(name, Runtime.getRuntime().maxMemory() >> 20, bytes >> 20, shape));
    }
    byte[] data = new byte[length == UNKNOWN ? Math.min(bytes, UNPROVEN) : bytes];
    int filled = 0;
    while (true) {
      filled += in.readNBytes(data, filled, data.length - filled);
      if (filled < data.length) {
        throw cut(Long.toString(expected), shape, (long) header + filled);
      }
      if (filled == bytes) {
        break;
      }
      data = Arrays.copyOf(data, (int) Math.min(bytes, 2L * data.length));
    }
    // Asking for one more also makes gzip check its sums.
    if (in.read() != -1) {
      throw oversized(expected, shape, "more");
    }
    return data;
  }

  private IOException cut(String expected, String what, long found) {
    return failure(
        "expected %s bytes for %s, found %d%s; the file is cut short"
            .formatted(expected, what, found, unpacked));
  }

  private IOException oversized(long expected, String shape, String found) {
    return failure(
        "expected %d bytes for %s, found %s%s; something follows the data at byte %d"
            .formatted(expected, shape, found, unpacked, expected));
  }

  private IOException failure(String message) {
    return new IOException(name + ": " + message);
  }
}
