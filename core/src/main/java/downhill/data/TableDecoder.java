package downhill.data;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the rows of a table into the inputs of a network, straight from where they lie. Allocates
 * nothing; immutable.
 */
final class TableDecoder {
  private final TableSchema schema;
  private final int inputs;

  /** For each column of the schema, its place in a row. */
  private final int[] sources;

  /** For each column of categories, the level for each code, −1 for none; empty for the others. */
  private final int[][] codes;

  // What of that is numbers, and what is categories, so that the loops need not ask.
  private final long[] numberAt; // in bytes from the row's beginning
  private final int[] numberInput;
  private final double[] means;
  private final double[] scales;
  private final long[] categoryAt;
  private final int[] categoryInput;
  private final int[][] categoryCodes;
  private final float[][] shares;

  TableDecoder(TableSchema schema, int[] sources, int[][] codes) {
    this.schema = schema;
    this.inputs = schema.inputs();
    this.sources = sources;
    this.codes = codes;
    List<Column> columns = schema.columns();
    int numbers = (int) columns.stream().filter(Column.Numeric.class::isInstance).count();
    this.numberAt = new long[numbers];
    this.numberInput = new int[numbers];
    this.means = new double[numbers];
    this.scales = new double[numbers];
    int categories = columns.size() - numbers;
    this.categoryAt = new long[categories];
    this.categoryInput = new int[categories];
    this.categoryCodes = new int[categories][];
    this.shares = new float[categories][];
    plan(columns);
  }

  private void plan(List<Column> columns) {
    int input = 0;
    int n = 0;
    int k = 0;
    for (int c = 0; c < columns.size(); c++) {
      long at = (long) sources[c] * Double.BYTES;
      switch (columns.get(c)) {
        case Column.Numeric numeric -> {
          numberAt[n] = at;
          numberInput[n] = input;
          means[n] = numeric.mean();
          scales[n++] = numeric.scale();
        }
        case Column.Categorical categorical -> {
          categoryAt[k] = at;
          categoryInput[k] = input;
          categoryCodes[k] = codes[c];
          shares[k] = new float[categorical.levels().size()];
          for (int level = 0; level < shares[k].length; level++) {
            shares[k][level] = categorical.shares().get(level).floatValue();
          }
          k++;
        }
      }
      input += columns.get(c).inputs();
    }
  }

  TableSchema schema() {
    return schema;
  }

  /** Returns this with another schema that differs only in what was learned. */
  TableDecoder with(TableSchema other) {
    return new TableDecoder(other, sources, codes);
  }

  /**
   * Writes the inputs of a row.
   *
   * @param base where it begins, in bytes
   * @param into where to, from {@code at} on
   */
  void decode(MemorySegment rows, long base, float[] into, int at) {
    for (int n = 0; n < numberAt.length; n++) {
      double value = rows.get(TableValues.NUMBER, base + numberAt[n]);
      into[at + numberInput[n]] = Column.Numeric.standardised(value, means[n], scales[n]);
    }
    for (int k = 0; k < categoryAt.length; k++) {
      double value = rows.get(TableValues.NUMBER, base + categoryAt[k]);
      int known = Double.isNaN(value) ? -1 : categoryCodes[k][(int) value];
      float[] share = shares[k];
      int first = at + categoryInput[k];
      if (known < 0) {
        System.arraycopy(share, 0, into, first, share.length);
      } else {
        for (int level = 0; level < share.length; level++) {
          into[first + level] = 0;
        }
        into[first + known] = 1;
      }
    }
  }

  /**
   * Returns the columns of the schema in which some value of a table has an input that is not
   * finite. Inputs rise with values, so the least and the greatest tell.
   */
  List<Integer> overflowing(List<RawColumn> columns) {
    List<Integer> found = new ArrayList<>();
    for (int c = 0; c < sources.length; c++) {
      RawColumn raw = columns.get(sources[c]);
      if (schema.columns().get(c) instanceof Column.Numeric numeric
          && !(numeric.takes(raw.least()) && numeric.takes(raw.greatest()))) {
        found.add(c);
      }
    }
    return found;
  }

  /** Returns the place in a row of a column of the schema. */
  int source(int column) {
    return sources[column];
  }

  /**
   * Reads the values of a row, before anything is learned from them.
   *
   * @param values [columns], written: numbers as they are, and for a category its level's number in
   *     the schema; NaN where a value is missing, and for a category that is not in the schema
   */
  void values(MemorySegment rows, long base, double[] values) {
    for (int c = 0; c < sources.length; c++) {
      double value = rows.get(TableValues.NUMBER, base + (long) sources[c] * Double.BYTES);
      if (codes[c].length > 0 && !Double.isNaN(value)) {
        int level = codes[c][(int) value];
        value = level < 0 ? Double.NaN : level;
      }
      values[c] = value;
    }
  }

  /** Returns the level for each code of a column of categories, −1 for none; empty for others. */
  int[] levels(int column) {
    return codes[column];
  }

  int columns() {
    return sources.length;
  }

  int inputs() {
    return inputs;
  }
}
