package downhill.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952), and is strict about it: {@link java.util.zip.GZIPInputStream} takes what
 * follows a member for another one, or else silently drops it, and gives a cut file and a damaged
 * one messages that say little. Here the stream ends in a member's end or it is an error, and every
 * error names the file and the byte offset in it. Several members in a row are one stream, as the
 * format says. Closing it leaves the underlying stream open.
 */
final class GzipInput extends InputStream {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final String name;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];

  /** Where {@code buffer[0]} stands in the file. */
  private long base;

  private int position;
  private int limit;
  private boolean ended;

  /** Begins to unpack: reads the first header. */
  GzipInput(InputStream in, String name) throws IOException {
    this.in = in;
    this.name = name;
    try {
      readHeader();
    } catch (IOException e) {
      inflater.end();
      throw e;
    }
  }

  /** Returns whether a file that begins with these two bytes is packed by gzip. */
  static boolean isMagic(byte first, byte second) {
    return first == 0x1f && second == (byte) 0x8b;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (!ended) {
      int n = inflate(into, offset, count);
      if (n > 0) {
        crc.update(into, offset, n);
        return n;
      }
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        readTrailer();
        ended = position == limit && !fill();
        if (!ended) {
          readHeader();
        }
      } else if (inflater.needsInput()) {
        if (position == limit && !fill()) {
          throw cut();
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
      }
    }
    return -1;
  }

  private int inflate(byte[] into, int offset, int count) throws IOException {
    try {
      return inflater.inflate(into, offset, count);
    } catch (DataFormatException e) {
      throw new IOException(
          "%s: near byte %d: expected deflated data, found something else (%s); the file is damaged"
              .formatted(name, base + limit - inflater.getRemaining(), e.getMessage()),
          e);
    }
  }

  private void readHeader() throws IOException {
    crc.reset();
    inflater.reset();
    long start = base + position;
    byte first = (byte) next();
    byte second = position == limit && !fill() ? 0 : (byte) next();
    if (!isMagic(first, second)) {
      throw failure(
          start,
          "expected the end of the file or another gzip member, found 0x%02x%02x; something follows the packed data"
              .formatted(first, second));
    }
    int method = next();
    if (method != 8) {
      throw failure(start + 2, "expected gzip's method 8 (deflate), found " + method);
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw failure(start + 3, "expected gzip flags below 0x20, found 0x%02x".formatted(flags));
    }
    pass(6); // modification time, compression level, operating system
    if ((flags & EXTRA) != 0) {
      pass(littleEndian(2));
    }
    if ((flags & NAME) != 0) {
      passText();
    }
    if ((flags & COMMENT) != 0) {
      passText();
    }
    if ((flags & HEADER_CRC) != 0) {
      long computed = crc.getValue() & 0xffff;
      check("header CRC-16", littleEndian(2), computed);
    }
    crc.reset();
  }

  private void readTrailer() throws IOException {
    long computed = crc.getValue();
    long unpacked = inflater.getBytesWritten() & 0xffffffffL;
    check("CRC-32", littleEndian(4), computed);
    check("unpacked size", littleEndian(4), unpacked);
  }

  private void check(String what, long stored, long computed) throws IOException {
    if (stored != computed) {
      throw failure(
          base + position,
          "before here: expected a %s of 0x%08x for this data, found 0x%08x; the file is damaged"
              .formatted(what, computed, stored));
    }
  }

  private long littleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private void pass(long bytes) throws IOException {
    for (long i = 0; i < bytes; i++) {
      next();
    }
  }

  private void passText() throws IOException {
    while (next() != 0) {
      // up to the zero that ends it
    }
  }

  /** Returns the next byte, which the checksum of the header covers. */
  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw cut();
    }
    crc.update(buffer[position]);
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    base += limit;
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  private IOException cut() {
    return failure(base + limit, "expected more packed data, found the end; the file is cut short");
  }

  private IOException failure(long offset, String message) {
    return new IOException("%s: byte %d: %s".formatted(name, offset, message));
  }

  /** Frees the inflater. */
  @Override
  public void close() {
    inflater.end();
  }
}
