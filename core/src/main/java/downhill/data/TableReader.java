package downhill.data;

import downhill.data.TableLayout.Kind;
import downhill.data.TableLayout.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a table, value by value: numbers as they are, categories and classes by the
 * codes of their levels, which are numbered as they come. The first mistake ends it.
 */
final class TableReader {
  private final CsvScanner scanner;
  private final TableLayout layout;
  private final Missing missing;
  private final char decimal;
  private final int[] fields;
  private final Kind[] kinds;
  private final List<Levels> levels = new ArrayList<>();
  private final long[] texts; // how many values of each column were read as such
  private final Levels classes = new Levels();

  /** What numbers become, where that is known already. */
  private final Column.@Nullable Numeric[] known;

  private final double[] least;
  private final double[] greatest;
  private boolean hasMissing;

  /**
   * Makes a reader.
   *
   * @param schema what the columns become, where that is known already
   */
  TableReader(
      CsvScanner scanner, TableLayout layout, CsvFormat format, @Nullable TableSchema schema) {
    this.scanner = scanner;
    this.layout = layout;
    this.missing = format.missing();
    this.decimal = format.decimal();
    this.fields = layout.slots().stream().mapToInt(Slot::field).toArray();
    this.kinds = layout.slots().stream().map(Slot::kind).toArray(Kind[]::new);
    layout.slots().forEach(slot -> levels.add(new Levels()));
    this.texts = new long[kinds.length];
    this.known = new Column.@Nullable Numeric[kinds.length];
    Map<String, Column> columns = schema == null ? Map.of() : schema.byName();
    for (int s = 0; s < kinds.length; s++) {
      if (columns.get(layout.slots().get(s).name()) instanceof Column.Numeric numeric) {
        known[s] = numeric;
      }
    }
    this.least = new double[kinds.length];
    this.greatest = new double[kinds.length];
    Arrays.fill(least, Double.NaN);
    Arrays.fill(greatest, Double.NaN);
    scanner.name(layout.names());
  }

  /** Returns how many numbers make a row: one for each slot, and the class at the end. */
  int width() {
    return kinds.length + 1;
  }

  /** Returns the classes that have come up. */
  Levels classes() {
    return classes;
  }

  /** Returns whether any value was missing. */
  boolean hasMissing() {
    return hasMissing;
  }

  /**
   * Returns the columns, once all rows are read.
   *
   * @throws UnusableColumnsException if nothing can be learned from some
   */
  List<RawColumn> columns() throws UnusableColumnsException {
    List<RawColumn> columns = new ArrayList<>();
    ColumnCheck check = new ColumnCheck(scanner, decimal);
    for (int s = 0; s < kinds.length; s++) {
      Slot slot = layout.slots().get(s);
      @Nullable Levels found = kinds[s] == Kind.CATEGORICAL ? levels.get(s) : null;
      boolean asked = slot.kind() == Kind.CATEGORICAL;
      if (kinds[s] == Kind.OPEN) {
        check.empty(slot);
      } else if (found != null && !asked) {
        check.texts(slot, found, texts[s]);
      }
      columns.add(new RawColumn(slot.field(), slot.name(), asked, found, least[s], greatest[s]));
    }
    check.end();
    return columns;
  }

  /**
   * Reads the record that the scanner stands on.
   *
   * @param row [width]; NaN where a value is missing
   */
  void read(double[] row) throws IOException {
    scanner.expect(layout.fields());
    for (int s = 0; s < kinds.length; s++) {
      row[s] = value(s, fields[s]);
    }
    row[kinds.length] = layout.label() < 0 ? Double.NaN : label(layout.label());
  }

  private double value(int s, int field) throws IOException {
    if (scanner.isMissing(field)) {
      if (missing == Missing.ERROR) {
        throw scanner.failure(
            field,
            "expected a value, found none; missing values are refused unless the mean is to stand"
                + " for them");
      }
      hasMissing = true;
      return Double.NaN;
    }
    if (kinds[s] == Kind.CATEGORICAL) {
      return level(s, field);
    }
    double number = scanner.number(field, decimal);
    if (Double.isNaN(number)) {
      String text = scanner.text(field);
      boolean marks = Fields.hasMarks(text, decimal);
      if (kinds[s] == Kind.OPEN && !marks) {
        kinds[s] = Kind.CATEGORICAL;
        return level(s, field);
      }
      String said = "if the column holds categories, it has to be said";
      String found = ", found '%s'".formatted(Fields.excerpt(text));
      throw marks
          ? ColumnCheck.failure(
              scanner,
              layout.slots().get(s),
              "expected a number with a decimal %s and no other marks, or a category"
                      .formatted(decimal == '.' ? "point" : "comma")
                  + found,
              said)
          : ColumnCheck.failure(
              scanner,
              layout.slots().get(s),
              "expected a number, as above" + found,
              "leave the field empty where there is no value; " + said);
    }
    if (Double.isInfinite(number) || !Float.isFinite((float) number)) {
      throw scanner.failure(
          field, "expected a number up to 3.4e38, found " + Fields.excerpt(scanner.text(field)));
    }
    Column.@Nullable Numeric column = known[s];
    if (column != null && !column.takes(number)) {
      throw scanner.failure(
          field,
          "expected %s, found %s".formatted(column.range(), Fields.excerpt(scanner.text(field))));
    }
    kinds[s] = Kind.NUMERIC;
    // The first is neither below nor above NaN.
    least[s] = number >= least[s] ? least[s] : number;
    greatest[s] = number <= greatest[s] ? greatest[s] : number;
    return number;
  }

  private int level(int s, int field) throws IOException {
    Levels found = levels.get(s);
    texts[s]++;
    int code = scanner.code(field, found);
    if (code >= 0) {
      return code;
    }
    if (found.size() == Dataset.MAX_CLASSES) {
      throw ColumnCheck.tooMany(scanner, layout.slots().get(s), found);
    }
    return found.add(scanner.text(field), scanner.line(field));
  }

  private int label(int field) throws IOException {
    int code = scanner.code(field, classes);
    if (code >= 0) {
      return code;
    }
    String text = scanner.text(field);
    // No model takes a blank for a name, be it one that only Unicode knows.
    if (scanner.isMissing(field) || text.isBlank()) {
      throw scanner.failure(field, "expected a class, found none; leave the row out");
    }
    if (classes.size() == Dataset.MAX_CLASSES) {
      throw scanner.failure(
          field,
          "expected at most %d classes, found '%s' as another; is this the label?"
              .formatted(Dataset.MAX_CLASSES, Fields.excerpt(text)));
    }
    if (!ClassNames.isOneLine(text)) {
      throw scanner.failure(field, "expected the name of a class in one line of text");
    }
    return classes.add(text, scanner.line(field));
  }

  /** Returns room for one row. */
  double[] row() {
    double[] row = new double[width()];
    Arrays.fill(row, Double.NaN);
    return row;
  }
}
