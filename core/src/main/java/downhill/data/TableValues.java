package downhill.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table, on the heap or in a mapped file: both are a memory segment, so there is one
 * way to read them and one answer. Rows stay as they were read; what training learned from them
 * (means, scales, shares) is applied on the way into a batch, so another split needs no other file.
 */
final class TableValues implements Values {
  /** How a number lies in a row, in memory as in a file. */
  static final ValueLayout.OfDouble NUMBER =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** About how many bytes are hashed at a time. */
  private static final int CHUNK = 1 << 16;

  /** Fewer rows than these may well be numbered by chance. */
  private static final int MANY_ROWS = 20;

  private final Table table;
  private final MemorySegment rows;
  private final long rowBytes;
  private final TableDecoder decoder;
  private final int[] classes;
  private final boolean learning;
  private final int @Nullable [] chosen;

  private TableValues(
      Table table, TableDecoder decoder, int[] classes, boolean learning, int @Nullable [] chosen) {
    this.table = table;
    this.rows = table.rows();
    this.rowBytes = (table.columns().size() + 1L) * Double.BYTES;
    this.decoder = decoder;
    this.classes = classes;
    this.learning = learning;
    this.chosen = chosen;
  }

  /**
   * Returns all rows of a table.
   *
   * @param decoder how they become inputs
   * @param classes the class for the code of each
   * @param learning whether a part of the rows that is to be learned from has means of its own
   * @throws IllegalArgumentException if a number is so far from what was learned that its input is
   *     not finite
   */
  static TableValues of(Table table, TableDecoder decoder, int[] classes, boolean learning) {
    TableValues values = new TableValues(table, decoder, classes, learning, null);
    values.check(0, table.size());
    return values;
  }

  // Only where the column's least or greatest value is too far off does any row have to be read;
  // it may be one of those that are not among these.
  private void check(int from, int count) {
    for (int c : decoder.overflowing(table.columns())) {
      Column.Numeric column = (Column.Numeric) schema().columns().get(c);
      long at = (long) decoder.source(c) * Double.BYTES;
      for (int row = from; row < from + count; row++) {
        double value = rows.get(NUMBER, base(row) + at);
        if (!column.takes(value)) {
          throw new IllegalArgumentException(
              "row %d, column %d (%s): expected %s of the rows that were learned from, found %s"
                  .formatted(
                      (chosen == null ? row : chosen[row]) + 1L,
                      table.columns().get(decoder.source(c)).field() + 1,
                      Fields.excerpt(column.name()),
                      column.range(),
                      value));
        }
      }
    }
  }

  TableSchema schema() {
    return decoder.schema();
  }

  boolean isLearning() {
    return learning;
  }

  int inputs() {
    return decoder.inputs();
  }

  /**
   * Returns the same rows with what was learned.
   *
   * @param from the first that is used, with {@code count} others behind it
   * @param learning whether a part of them that is to be learned from has means of its own
   * @throws IllegalArgumentException as from {@link #of}
   */
  TableValues with(TableSchema schema, int from, int count, boolean learning) {
    TableValues values = new TableValues(table, decoder.with(schema), classes, learning, chosen);
    values.check(from, count);
    return values;
  }

  private long base(int row) {
    return (chosen == null ? row : chosen[row]) * rowBytes;
  }

  @Override
  public int label(int row) {
    return classes[(int) rows.get(NUMBER, base(row) + rowBytes - Double.BYTES)];
  }

  @Override
  public void inputs(int row, float[] into, int at) {
    decoder.decode(rows, base(row), into, at);
  }

  /** Writes the values of a row, before anything was learned from them. */
  void raw(int row, double[] into) {
    decoder.values(rows, base(row), into);
  }

  /**
   * Returns the names of the columns that hold another whole number in each row of the file, and
   * leave few out between the least and the greatest: a row's number, most likely.
   */
  List<String> rowNumbers() {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < decoder.columns(); c++) {
      RawColumn column = table.columns().get(decoder.source(c));
      double range = column.greatest() - column.least();
      // NaN, where there are no numbers, is neither.
      boolean close = range >= table.size() - 1 && range < 2.0 * table.size();
      if (close && table.size() >= MANY_ROWS && differ(decoder.source(c), column.least())) {
        names.add(column.name());
      }
    }
    return names;
  }

  /** Returns whether the numbers of a column are whole, and all different. */
  private boolean differ(int source, double least) {
    BitSet seen = new BitSet();
    long at = (long) source * Double.BYTES;
    for (long row = 0; row < table.size(); row++) {
      double value = rows.get(NUMBER, row * rowBytes + at);
      int place = (int) (value - least);
      if (value != Math.rint(value) || seen.get(place)) { // NaN is not equal to itself
        return false;
      }
      seen.set(place);
    }
    return true;
  }

  /** Returns the categories that the schema does not have, column by column. */
  List<UnknownCategories> unknownCategories() {
    List<UnknownCategories> found = new ArrayList<>();
    for (int c = 0; c < decoder.columns(); c++) {
      int[] levels = decoder.levels(c);
      int first = 0;
      while (first < levels.length && levels[first] >= 0) {
        first++;
      }
      Levels texts = table.columns().get(decoder.source(c)).levels();
      if (first < levels.length && texts != null) {
        found.add(
            new UnknownCategories(
                schema().columns().get(c).name(),
                rowsWithout(levels, decoder.source(c)),
                texts.text(first),
                texts.line(first)));
      }
    }
    return found;
  }

  /** Returns how many rows of the table have a code in some column that stands for no level. */
  private long rowsWithout(int[] levels, int source) {
    long at = (long) source * Double.BYTES;
    long count = 0;
    for (long row = 0; row < table.size(); row++) {
      double value = rows.get(NUMBER, row * rowBytes + at);
      count += !Double.isNaN(value) && levels[(int) value] < 0 ? 1 : 0;
    }
    return count;
  }

  /** Returns a choice of the rows; they stay where they are. */
  @Override
  public Values select(int[] some) {
    int[] deeper = some.clone();
    if (chosen != null) {
      for (int i = 0; i < deeper.length; i++) {
        deeper[i] = chosen[deeper[i]];
      }
    }
    return new TableValues(table, decoder, classes, learning, deeper);
  }

  /** Adds each row as eight bytes a number, the lowest first, and the class as the last number. */
  @Override
  public void digest(MessageDigest digest, int from, int count) {
    int columns = decoder.columns();
    double[] values = new double[columns + 1];
    int perChunk = Math.max(1, CHUNK / (Double.BYTES * values.length));
    ByteBuffer bytes =
        ByteBuffer.allocate(perChunk * values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = from; row < from + count; row++) {
      decoder.values(rows, base(row), values);
      values[columns] = label(row);
      for (double value : values) {
        bytes.putDouble(value);
      }
      if (!bytes.hasRemaining() || row == from + count - 1) {
        digest.update(bytes.flip());
        bytes.clear();
      }
    }
  }

  /**
   * Returns the schema with what some rows teach: means and standard deviations of the numbers,
   * shares of the levels. In the order of the rows, so it is the same everywhere.
   */
  TableSchema learned(int from, int count) {
    int columns = decoder.columns();
    double[] values = new double[columns];
    long[] seen = new long[columns];
    double[] means = new double[columns];
    double[] squares = new double[columns];
    List<long[]> counts = new ArrayList<>();
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = schema().columns().get(c) instanceof Column.Numeric;
      counts.add(new long[schema().columns().get(c).inputs()]);
    }
    for (int row = from; row < from + count; row++) {
      decoder.values(rows, base(row), values);
      for (int c = 0; c < columns; c++) {
        double value = values[c];
        if (Double.isNaN(value)) {
          continue;
        }
        seen[c]++;
        if (numeric[c]) {
          // Welford (1962): exact enough whatever the values' distance from 0.
          double step = value - means[c];
          means[c] += step / seen[c];
          squares[c] += step * (value - means[c]);
        } else {
          counts.get(c)[(int) value]++;
        }
      }
    }
    List<Column> learned = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      learned.add(
          switch (schema().columns().get(c)) {
            case Column.Numeric column ->
                new Column.Numeric(column.name(), means[c], scale(squares[c], seen[c]));
            case Column.Categorical column ->
                new Column.Categorical(
                    column.name(), column.levels(), shares(counts.get(c), seen[c]));
          });
    }
    return new TableSchema(learned, schema().label(), schema().missing());
  }

  private static double scale(double squares, long seen) {
    double deviation = seen == 0 ? 0 : Math.sqrt(squares / seen);
    return deviation > 0 ? 1 / deviation : 0;
  }

  private static List<Double> shares(long[] counts, long seen) {
    if (seen == 0) {
      return Collections.nCopies(counts.length, 1.0 / counts.length);
    }
    return Arrays.stream(counts).mapToObj(count -> (double) count / seen).toList();
  }
}
