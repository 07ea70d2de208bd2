package downhill.data;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns raw rows, as they stand in a file or come from a client, into the inputs of a network, with
 * the same bits as training did. Immutable; safe to share.
 *
 * <p>What is wrong with a row is an {@link IllegalArgumentException} that names the column.
 */
public final class RowEncoder {
  private static final String MISSING =
      "expected a value, found none; this model takes no missing values";

  private final TableSchema schema;
  private final List<Column> columns;
  private final int inputs;
  private final Map<String, Integer> places = new HashMap<>();
  private final List<Map<String, Integer>> levels;
  private final char decimal;
  private final Missing unknown;

  /**
   * Makes an encoder of rows that this schema describes. Numbers in texts have a decimal point, and
   * a category that the schema does not have is a mistake.
   */
  public RowEncoder(TableSchema schema) {
    this(schema, CsvFormat.DEFAULT);
  }

  /**
   * Makes an encoder of rows that this schema describes.
   *
   * @param format what stands before the decimals of a number, and what a category is taken for
   *     that the schema does not have: a mistake, or the shares that its levels have, as for a
   *     missing one; all else is as the schema says
   */
  public RowEncoder(TableSchema schema, CsvFormat format) {
    this.schema = schema;
    this.decimal = format.decimal();
    this.unknown = format.unknown();
    this.columns = schema.columns();
    this.inputs = schema.inputs();
    for (int c = 0; c < columns.size(); c++) {
      places.put(columns.get(c).name(), c);
    }
    this.levels = columns.stream().map(RowEncoder::codes).toList();
  }

  private static Map<String, Integer> codes(Column column) {
    Map<String, Integer> codes = new HashMap<>();
    if (column instanceof Column.Categorical categorical) {
      categorical.levels().forEach(level -> codes.put(level, codes.size()));
    }
    return codes;
  }

  /** Returns what this encodes by. */
  public TableSchema schema() {
    return schema;
  }

  /**
   * Returns the inputs for a row of texts.
   *
   * @param fields one for each column, in the schema's order; numbers as in {@code -1.5e3}
   * @return [inputs]
   * @throws IllegalArgumentException if there are too few or too many fields, or one is no value of
   *     its column
   */
  public float[] encode(List<String> fields) {
    if (fields.size() != columns.size()) {
      throw new IllegalArgumentException(
          "expected %d values, one for each of %s, found %d"
              .formatted(columns.size(), schema.names(), fields.size()));
    }
    float[] row = new float[inputs];
    int at = 0;
    for (int c = 0; c < columns.size(); c++) {
      check(c, put(c, fields.get(c), row, at));
      at += columns.get(c).inputs();
    }
    return row;
  }

  /**
   * Returns the inputs for a row of values by the names of their columns.
   *
   * @param values texts, numbers ({@link Number}) or null; what is null or not there is missing
   * @return [inputs]
   * @throws IllegalArgumentException if there is no column of a name, or a value is none of its
   *     column
   */
  public float[] encode(Map<String, ? extends @Nullable Object> values) {
    for (String name : values.keySet()) {
      if (!places.containsKey(name)) {
        throw new IllegalArgumentException(
            "expected values of %s, found '%s'".formatted(schema.names(), name));
      }
    }
    float[] row = new float[inputs];
    int at = 0;
    for (int c = 0; c < columns.size(); c++) {
      check(c, put(c, values.get(columns.get(c).name()), row, at));
      at += columns.get(c).inputs();
    }
    return row;
  }

  /**
   * Writes the inputs for a row of values, and allocates no row for them.
   *
   * @param values one for each column, in the schema's order: texts, numbers ({@link Number}) or
   *     null where one is missing
   * @param into where to
   * @param offset the index of the first input there
   * @throws IllegalArgumentException if there are too few or too many values, or one is none of its
   *     column
   * @throws IndexOutOfBoundsException if there is no room
   */
  public void encode(@Nullable Object[] values, float[] into, int offset) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "expected %d values, one for each of %s, found %d"
              .formatted(columns.size(), schema.names(), values.length));
    }
    int at = offset;
    for (int c = 0; c < values.length; c++) {
      check(c, put(c, values[c], into, at));
      at += columns.get(c).inputs();
    }
  }

  /**
   * Returns the inputs for a row of numbers.
   *
   * @param values one for each column, in the schema's order; NaN where one is missing, and for a
   *     category the number of its level, from 0
   * @return [inputs]
   * @throws IllegalArgumentException as from the others
   */
  public float[] encode(double[] values) {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(
          "expected %d values, one for each of %s, found %d"
              .formatted(columns.size(), schema.names(), values.length));
    }
    float[] row = new float[inputs];
    int at = 0;
    for (int c = 0; c < columns.size(); c++) {
      double value = values[c];
      check(
          c,
          switch (columns.get(c)) {
            case Column.Numeric numeric -> number(numeric, value, row, at);
            case Column.Categorical categorical -> level(categorical, value, row, at);
          });
      at += columns.get(c).inputs();
    }
    return row;
  }

  private void check(int c, @Nullable String wrong) {
    if (wrong != null) {
      throw new IllegalArgumentException("column '%s': %s".formatted(columns.get(c).name(), wrong));
    }
  }

  private @Nullable String level(Column.Categorical column, double value, float[] row, int at) {
    int count = column.levels().size();
    if (!Double.isNaN(value) && !(value >= 0 && value < count && value == Math.rint(value))) {
      return wrong("a level's number from 0 to " + (count - 1), Double.toString(value));
    }
    return category(column, Double.isNaN(value) ? -1 : (int) value, row, at);
  }

  /**
   * Writes the inputs for one value.
   *
   * @param c the number of its column, from 0
   * @param at where the first of them is
   * @return what is wrong with the value; null where nothing is
   */
  @Nullable String put(int c, @Nullable Object value, float[] row, int at) {
    return switch (columns.get(c)) {
      case Column.Numeric numeric -> number(numeric, value, row, at);
      case Column.Categorical categorical -> category(c, categorical, value, row, at);
    };
  }

  private @Nullable String number(
      Column.Numeric column, @Nullable Object value, float[] row, int at) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text) {
      byte[] bytes = Fields.trimmed(text).getBytes(StandardCharsets.UTF_8);
      if (!Fields.isMissing(bytes, 0, bytes.length)) {
        number = Fields.number(bytes, 0, bytes.length, decimal);
        if (Double.isNaN(number)) {
          return wrong(aNumber() + orNone(), text);
        }
      }
    } else if (value != null) {
      return wrong(aNumber() + orNone(), value.toString());
    }
    return number(column, number, row, at);
  }

  private @Nullable String category(
      int c, Column.Categorical column, @Nullable Object value, float[] row, int at) {
    String text = value == null ? "" : Fields.trimmed(text(value));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (Fields.isMissing(bytes, 0, bytes.length)) {
      return category(column, -1, row, at);
    }
    Integer code = levels.get(c).get(text);
    if (code != null) {
      return category(column, code, row, at);
    }
    if (unknown == Missing.ERROR) {
      return wrong("one of " + some(column.levels()) + orNone(), text);
    }
    putShares(column, row, at);
    return null;
  }

  /** Returns whether a field is a category that the schema does not have. */
  boolean isUnknown(int c, String field) {
    if (unknown == Missing.ERROR || columns.get(c) instanceof Column.Numeric) {
      return false;
    }
    String text = Fields.trimmed(field);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return !Fields.isMissing(bytes, 0, bytes.length) && !levels.get(c).containsKey(text);
  }

  private static void putShares(Column.Categorical column, float[] row, int at) {
    for (int k = 0; k < column.levels().size(); k++) {
      row[at + k] = column.shares().get(k).floatValue();
    }
  }

  private String aNumber() {
    return decimal == '.' ? "a number" : "a number with a decimal comma";
  }

  private String orNone() {
    return schema.missing() == Missing.ERROR ? "" : ", or no value";
  }

  // Whole numbers are categories as a file would have them: 3, and not 3.0.
  private static String text(Object value) {
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (number == Math.rint(number) && Math.abs(number) < 1e15) {
        return Long.toString((long) number);
      }
    }
    return value.toString();
  }

  private @Nullable String number(Column.Numeric column, double value, float[] row, int at) {
    if (Double.isNaN(value) && schema.missing() == Missing.ERROR) {
      return MISSING;
    }
    if (!column.takes(value)) {
      return wrong(column.range(), Double.toString(value));
    }
    row[at] = column.input(value);
    return null;
  }

  private @Nullable String category(Column.Categorical column, int code, float[] row, int at) {
    if (code < 0) {
      if (schema.missing() == Missing.ERROR) {
        return MISSING;
      }
      putShares(column, row, at);
      return null;
    }
    for (int k = 0; k < column.levels().size(); k++) {
      row[at + k] = k == code ? 1 : 0;
    }
    return null;
  }

  /** Returns some words, as a message can bear them. */
  static String some(List<String> words) {
    int most = 8;
    return words.size() <= most
        ? String.join(", ", words)
        : String.join(", ", words.subList(0, most)) + ", … (%d in all)".formatted(words.size());
  }

  private static String wrong(String expected, String found) {
    return "expected %s, found '%s'".formatted(expected, Fields.excerpt(found));
  }
}
