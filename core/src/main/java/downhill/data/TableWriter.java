package downhill.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes the rows of a table to a file for {@link TableFile}: to a {@link HalfWritten} one beside
 * it, which takes its name when it is complete. Whatever goes wrong before, the file is the old one
 * or none.
 *
 * <p>The file is {@link TableFile#MAGIC}, the rows, a description, its length as four bytes and a
 * CRC-32C of all that as eight; numbers have their lowest byte first but for those of the
 * description.
 */
final class TableWriter implements Closeable {
  private static final int BUFFER = 1 << 18;

  private final Path target;
  private final HalfWritten file;
  private final CRC32C crc = new CRC32C();
  private final byte[] bytes = new byte[BUFFER];
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  private TableWriter(Path target, HalfWritten file) {
    this.target = target;
    this.file = file;
    buffer.put(TableFile.MAGIC);
  }

  /** Begins a file. */
  static TableWriter create(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(
          "%s: expected a folder for the rows of a table that is too large for memory, found none"
              .formatted(folder));
    }
    if (Files.isDirectory(target)) {
      throw new IOException(
          "%s: expected a file for the rows of the table, or nothing of this name, found a folder; move it, or name another folder for the rows"
              .formatted(target));
    }
    try {
      return new TableWriter(target, HalfWritten.create(target));
    } catch (IOException e) {
      String reason = e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
      throw new IOException(
          "%s: the rows of the table can't be written into this folder: %s; name another one"
              .formatted(folder, reason),
          e);
    }
  }

  /** Writes the first {@code count} of some numbers. */
  void write(double[] numbers, int count) throws IOException {
    for (int from = 0; from < count; ) {
      if (buffer.remaining() < Double.BYTES) {
        flush();
      }
      int some = Math.min(count - from, buffer.remaining() / Double.BYTES);
      buffer.asDoubleBuffer().put(numbers, from, some);
      buffer.position(buffer.position() + some * Double.BYTES);
      from += some;
    }
  }

  private void flush() throws IOException {
    crc.update(bytes, 0, buffer.position());
    try {
      file.write(ByteBuffer.wrap(bytes, 0, buffer.position()));
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException("interrupted while writing " + target);
    } catch (IOException e) {
      throw new IOException(
          "%s: the rows of the table can't be written there: %s; make room, or name another folder"
              .formatted(target, e.getMessage()),
          e);
    }
    buffer.clear();
  }

  /** Ends the file, and gives it its name. */
  void complete(TableFile.Description description) throws IOException {
    byte[] text = encoded(description);
    flush();
    for (int from = 0; from < text.length; ) {
      int some = Math.min(text.length - from, buffer.remaining());
      buffer.put(text, from, some);
      from += some;
      flush();
    }
    buffer.putInt(text.length);
    flush();
    buffer.putLong(crc.getValue());
    flush();
    file.complete();
  }

  private static byte[] encoded(TableFile.Description description) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(text), description);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toByteArray();
  }

  private static void write(DataOutputStream out, TableFile.Description d) throws IOException {
    text(out, d.source().path());
    out.writeLong(d.source().size());
    out.writeLong(d.source().time());
    text(out, d.source().identity());
    out.writeBoolean(d.source().header());
    out.writeChar(d.source().separator());
    out.writeChar(d.source().decimal());
    text(out, d.source().missing().word());
    out.writeInt(d.names().size());
    for (String name : d.names()) {
      text(out, name);
    }
    out.writeInt(d.labelField());
    levels(out, d.classes());
    out.writeInt(d.columns().size());
    for (RawColumn column : d.columns()) {
      out.writeInt(column.field());
      out.writeBoolean(column.asked());
      out.writeBoolean(column.levels() != null);
      if (column.levels() != null) {
        levels(out, column.levels());
      }
      out.writeDouble(column.least());
      out.writeDouble(column.greatest());
    }
  }

  private static void levels(DataOutputStream out, Levels levels) throws IOException {
    out.writeInt(levels.size());
    for (int code = 0; code < levels.size(); code++) {
      text(out, levels.text(code));
      out.writeLong(levels.line(code));
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  /** Removes what was written, unless it is complete. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
