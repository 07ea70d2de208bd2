package downhill.data;

import downhill.data.TableLayout.Kind;
import downhill.data.TableLayout.Slot;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file with the rows of a table, as {@link TableWriter} makes it, mapped into memory. It is used
 * again where it is whole, and was made of this table as it is now, read in the same way; otherwise
 * it is as good as not there.
 */
final class TableFile {
  /** What such a file begins with; the last two characters are its version. */
  static final byte[] MAGIC = "DHROWS04".getBytes(StandardCharsets.US_ASCII);

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int TAIL = Integer.BYTES + Long.BYTES;

  /** How much is checked at a time. */
  private static final long CHUNK = 1 << 26;

  /**
   * A table's file as it is now, and how it is to be read.
   *
   * @param path where it is, past all links
   * @param size its bytes
   * @param time when it was last changed, in nanoseconds since 1970
   * @param identity which file the system says it is, and when it last touched it: unlike the time
   *     above, no program can set these. Empty where the system does not say
   */
  record Source(
      String path,
      long size,
      long time,
      String identity,
      boolean header,
      char separator,
      char decimal,
      Missing missing) {
    static Source of(Path file, CsvFormat format) throws IOException {
      return new Source(
          TableCache.real(file),
          Files.size(file),
          Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS),
          identity(file),
          format.header(),
          format.separatorOf(file),
          format.decimal(),
          format.missing());
    }

    private static String identity(Path file) throws IOException {
      try {
        Map<String, Object> found = Files.readAttributes(file, "unix:ino,ctime");
        return found.get("ino") + " " + found.get("ctime");
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        return "";
      }
    }

    /** Returns whether the file is the same still, also where it is gone by now. */
    boolean isStill(Path file, CsvFormat format) {
      try {
        return equals(of(file, format));
      } catch (IOException e) {
        return false;
      }
    }

    /** Returns this for rows that no later start may take for those of a file: none is so long. */
    Source ofNoFile() {
      return new Source(path, -1, time, identity, header, separator, decimal, missing);
    }

    /** Returns whether what was read so is what reading as wanted would give. */
    boolean serves(Source wanted) {
      // Where missing values were refused and none was found, it does not matter how they count.
      return equals(wanted)
          || (missing == Missing.ERROR && withMissing(wanted.missing).equals(wanted));
    }

    /** Returns this, read with another meaning of missing values. */
    Source withMissing(Missing value) {
      return new Source(path, size, time, identity, header, separator, decimal, value);
    }
  }

  /**
   * What stands in a file besides its rows.
   *
   * @param names of all columns of the table
   * @param labelField the number of the label's, from 0
   * @param classes what the codes of the classes stand for
   * @param columns those that are in a row
   */
  record Description(
      Source source, List<String> names, int labelField, Levels classes, List<RawColumn> columns) {
    /** Returns whether reading a table as wanted would give the rows that this describes. */
    boolean fits(Source wanted, TableLayout layout) {
      return source.serves(wanted)
          && names.equals(layout.names())
          && labelField == layout.label()
          && fits(layout.slots());
    }

    private boolean fits(List<Slot> slots) {
      boolean fits = slots.size() == columns.size();
      for (int s = 0; fits && s < slots.size(); s++) {
        RawColumn column = columns.get(s);
        Kind kind = slots.get(s).kind();
        fits =
            column.field() == slots.get(s).field()
                && switch (kind) {
                  case OPEN -> !column.asked();
                  case NUMERIC -> column.levels() == null;
                  case CATEGORICAL -> column.levels() != null;
                };
      }
      return fits;
    }

    Table table(Path file, MemorySegment rows, int size) {
      return new Table(
          file.toString(), columns, labelField, names.get(labelField), classes, rows, size);
    }
  }

  /**
   * What was found in a file.
   *
   * @param rows [size, columns + 1]
   */
  record Content(Description description, MemorySegment rows, int size) {}

  private TableFile() {}

  /**
   * Returns what is in a file; null where there is none that can be read and is whole.
   *
   * @throws InterruptedIOException if the thread is interrupted, which says nothing of the file
   */
  static @Nullable Content find(Path file) throws InterruptedIOException {
    try {
      return open(file);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return null; // no permission, for one: the rows are written anew
    }
  }

  /** Returns what is in a file; null where there is none, or none that is whole. */
  static @Nullable Content open(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) < MAGIC.length + TAIL) {
      return null;
    }
    MemorySegment all;
    try (FileChannel channel = FileChannel.open(file)) {
      // Unmapped when nobody can reach it any more; datasets share it and are never closed.
      all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (ClosedByInterruptException e) {
      throw new InterruptedIOException("interrupted while reading " + file);
    }
    long end = all.byteSize() - TAIL;
    int length = all.get(INT, end);
    if (length < 0 || length > end - MAGIC.length || !isWhole(all)) {
      return null;
    }
    byte[] text = all.asSlice(end - length, length).toArray(ValueLayout.JAVA_BYTE);
    Description description = read(new DataInputStream(new ByteArrayInputStream(text)));
    long bytes = end - length - MAGIC.length;
    long rowBytes = (description.columns().size() + 1L) * Double.BYTES;
    if (bytes % rowBytes != 0 || bytes / rowBytes > Integer.MAX_VALUE || bytes == 0) {
      return null;
    }
    return new Content(description, all.asSlice(MAGIC.length, bytes), (int) (bytes / rowBytes));
  }

  private static boolean isWhole(MemorySegment all) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (all.get(ValueLayout.JAVA_BYTE, i) != MAGIC[i]) {
        return false;
      }
    }
    long end = all.byteSize() - Long.BYTES;
    CRC32C crc = new CRC32C();
    for (long from = 0; from < end; from += CHUNK) {
      crc.update(all.asSlice(from, Math.min(CHUNK, end - from)).asByteBuffer());
    }
    return crc.getValue() == all.get(LONG, end);
  }

  // The checksum was right, so this is what TableWriter wrote.
  private static Description read(DataInputStream in) throws IOException {
    String path = text(in);
    long size = in.readLong();
    long time = in.readLong();
    String identity = text(in);
    boolean header = in.readBoolean();
    char separator = in.readChar();
    char decimal = in.readChar();
    Missing missing = text(in).equals(Missing.MEAN.word()) ? Missing.MEAN : Missing.ERROR;
    List<String> names = new ArrayList<>();
    int fields = in.readInt();
    for (int f = 0; f < fields; f++) {
      names.add(text(in));
    }
    int label = in.readInt();
    Levels classes = levels(in);
    List<RawColumn> columns = new ArrayList<>();
    int count = in.readInt();
    for (int c = 0; c < count; c++) {
      int field = in.readInt();
      boolean asked = in.readBoolean();
      columns.add(
          new RawColumn(
              field,
              names.get(field),
              asked,
              in.readBoolean() ? levels(in) : null,
              in.readDouble(),
              in.readDouble()));
    }
    Source source = new Source(path, size, time, identity, header, separator, decimal, missing);
    return new Description(source, names, label, classes, columns);
  }

  private static Levels levels(DataInputStream in) throws IOException {
    Levels levels = new Levels();
    int count = in.readInt();
    for (int code = 0; code < count; code++) {
      levels.add(text(in), in.readLong());
    }
    return levels;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
