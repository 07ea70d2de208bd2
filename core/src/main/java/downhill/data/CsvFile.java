package downhill.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tables in files of separated values (CSV, TSV; plain or packed by gzip), as examples to learn
 * from and to judge by. Each row is an example; one column says its class, the others are numbers
 * or categories.
 *
 * <p>What is wrong with a file is an {@link IOException} whose message names the file, the line and
 * the column. Rows that are too many for memory go to a file of their own: see {@link TableCache}.
 */
public final class CsvFile {
  /**
   * The part of a table's rows that is held out as test examples where there is no file of them.
   */
  public static final double TEST_FRACTION = 0.2;

  /** Always the same rows of a table are held out, so that no later training meets them. */
  private static final long TEST_SEED = 0x7E57;

  private CsvFile() {}

  /** What becomes of each row of a table. */
  @FunctionalInterface
  public interface RowConsumer {
    /**
     * Takes a row.
     *
     * @param line the line of the file that it begins in, from 1
     * @param inputs what the network gets for it, [inputs]; the consumer's own
     */
    void accept(long line, float[] inputs) throws IOException;

    /**
     * Is told of a category that the schema does not have, where the mean is taken for it, before
     * its row comes.
     *
     * @param line the line of the file that it stands in, from 1
     * @param column the column's name
     * @param category what stands there
     */
    default void unknown(long line, String column, String category) {}
  }

  /**
   * Reads training and test examples. Means, scales and shares are those of the training examples
   * alone; classes and levels are those of the whole training file.
   *
   * @param train the file to learn from
   * @param test the file to judge by, of the same columns, classes and levels; null to hold out a
   *     part of the first
   * @param fraction how much of each class to hold out where there is no test file, more than 0 and
   *     less than 1; the rows are a function of the labels and this fraction alone
   * @throws IOException if a file is not as it should be
   * @throws IllegalArgumentException if the fraction is not within its bounds and there is no test
   *     file
   */
  public static Datasets load(
      Path train, @Nullable Path test, double fraction, CsvFormat format, TableCache cache)
      throws IOException {
    checkFraction(test, fraction);
    Table table = table(train, format, null, cache);
    checkClasses(train, table.labelField(), table.label(), table.classes());
    List<String> names = table.classes().sorted();
    Dataset all = dataset(table, table.schema(format.missing()), names, Missing.ERROR, true);
    if (test == null) {
      return parts(train, all, fraction);
    }
    Dataset learned = all.learned();
    TableSchema schema = learned.schema();
    if (schema == null) {
      throw new AssertionError("a table has a schema");
    }
    return new Datasets(learned, read(test, format, schema, names, cache));
  }

  /**
   * Reads examples for a network that is there already: in whatever order its columns stand, and
   * with others beside them, which are passed over.
   *
   * @param format header, separator, decimals, unknown categories; all else is as the schema says
   * @param schema what the network takes
   * @param classNames its classes
   * @throws IOException if the file is not as it should be, a column is missing, or it holds a
   *     class that is not among these, or a level, where that is a mistake
   */
  public static Dataset read(
      Path file, CsvFormat format, TableSchema schema, List<String> classNames, TableCache cache)
      throws IOException {
    CsvFormat asked = format.withLabel(null).withMissing(schema.missing());
    Table table = table(file, asked, schema, cache);
    return dataset(table, schema, ClassNames.checked(classNames), format.unknown(), false);
  }

  /**
   * Reads training and test examples for a network that is there already: as {@link #load}, but
   * nothing is learned from them.
   *
   * @param format header, separator, decimals, unknown categories, and the label where it is
   *     another column than the schema's; all else is as the schema says
   * @param schema what the network takes; that of the examples has the label that the format names
   * @param classNames the classes; null for those that the first file has, at least two
   * @throws IOException as from {@link #read(Path, CsvFormat, TableSchema, List, TableCache)}
   * @throws IllegalArgumentException as from {@link #load}
   */
  public static Datasets read(
      Path train,
      @Nullable Path test,
      double fraction,
      CsvFormat format,
      TableSchema schema,
      @Nullable List<String> classNames,
      TableCache cache)
      throws IOException {
    checkFraction(test, fraction);
    Table table = table(train, format.withMissing(schema.missing()), schema, cache);
    if (classNames == null) {
      checkClasses(train, table.labelField(), table.label(), table.classes());
    }
    List<String> names =
        classNames == null ? table.classes().sorted() : ClassNames.checked(classNames);
    TableSchema labelled = schema.withLabel(table.label());
    Dataset all = dataset(table, labelled, names, format.unknown(), false);
    return test == null
        ? parts(train, all, fraction)
        : new Datasets(all, read(test, format, labelled, names, cache));
  }

  /** Refuses a bad fraction before a large file is read in vain. */
  private static void checkFraction(@Nullable Path test, double fraction) {
    if (test == null) {
      Split.checkFraction(fraction);
    }
  }

  private static void checkClasses(Path file, int field, String label, Levels classes)
      throws IOException {
    if (classes.size() < 2) {
      throw new IOException(
          "%s: line %d, column %d (%s): expected at least two classes, found '%s' in all rows"
              .formatted(file, classes.line(0), field + 1, label, Fields.excerpt(classes.text(0))));
    }
  }

  private static Datasets parts(Path file, Dataset all, double fraction) throws IOException {
    try {
      Split split = all.split(fraction, TEST_SEED);
      return new Datasets(split.train(), split.validation());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads rows without their classes, one after the other, in memory that does not grow.
   *
   * @param format header, separator, decimals, unknown categories; all else is as the schema says.
   *     Without a header, columns are those that the schema names by number, or, where a row has as
   *     many fields as the schema has columns, its columns in order
   * @throws IOException if the file is not as it should be, or from the consumer
   * @return how many rows there were, at least one
   */
  public static long forEachRow(
      Path file, CsvFormat format, TableSchema schema, RowConsumer consumer) throws IOException {
    RowEncoder encoder = new RowEncoder(schema, format);
    List<Column> columns = schema.columns();
    int width = schema.inputs();
    long rows = 0;
    try (CsvScanner scanner = CsvScanner.open(file, format.separatorOf(file))) {
      first(scanner, file);
      List<String> names = TableLayout.names(scanner, format.header());
      if (!format.header() && names.size() == columns.size()) {
        names = schema.names();
      }
      TableLayout layout = TableLayout.of(scanner, names, schema, false);
      scanner.name(names);
      Map<String, Integer> numbers = TableLayout.numbers(names);
      int[] places =
          schema.names().stream().mapToInt(name -> numbers.getOrDefault(name, -1)).toArray();
      boolean more = !format.header() || scanner.next();
      for (; more; more = scanner.next()) {
        if (scanner.fields() > 1 && scanner.isBlank()) {
          continue; // as in training
        }
        scanner.expect(layout.fields());
        float[] inputs = new float[width];
        int at = 0;
        for (int c = 0; c < places.length; c++) {
          String text = scanner.text(places[c]);
          String wrong = encoder.put(c, text, inputs, at);
          if (wrong != null) {
            throw scanner.failure(places[c], wrong);
          }
          if (encoder.isUnknown(c, text)) {
            consumer.unknown(scanner.line(places[c]), columns.get(c).name(), text);
          }
          at += columns.get(c).inputs();
        }
        consumer.accept(scanner.line(), inputs);
        rows++;
      }
    }
    checkRows(file, rows);
    return rows;
  }

  private static void first(CsvScanner scanner, Path file) throws IOException {
    if (!scanner.next()) {
      throw new IOException(file + ": line 1, column 1: expected rows of values, found none");
    }
  }

  private static Dataset dataset(
      Table table, TableSchema schema, List<String> names, Missing unknown, boolean learning)
      throws IOException {
    TableDecoder decoder = table.decoder(schema, unknown);
    int[] classes = table.classNumbers(names);
    try {
      return Dataset.of(TableValues.of(table, decoder, classes, learning), table.size(), names);
    } catch (IllegalArgumentException e) {
      throw new IOException(table.file() + ": " + e.getMessage(), e);
    }
  }

  private static Table table(
      Path file, CsvFormat format, @Nullable TableSchema schema, TableCache cache)
      throws IOException {
    Path target = cache.file(file);
    HalfWritten.clean(target);
    CsvScanner.check(file); // for its messages: what is no file has no identity either
    // Before it is opened: another file may take its place at any time, also while it is read.
    TableFile.Source source = TableFile.Source.of(file, format);
    try (CsvScanner scanner = CsvScanner.open(file, format.separatorOf(file))) {
      first(scanner, file);
      List<String> names = TableLayout.names(scanner, format.header());
      TableLayout layout =
          schema == null
              ? TableLayout.of(scanner, file.toString(), names, format)
              : TableLayout.of(
                  scanner,
                  names,
                  TableLayout.labelled(file.toString(), names, schema, format.label()),
                  true);
      // What comes from a pipe is gone, and nothing says that the next has the same rows.
      TableFile.Content found = Files.isRegularFile(file) ? TableFile.find(target) : null;
      if (found != null && found.description().fits(source, layout)) {
        return found.description().table(file, found.rows(), found.size());
      }
      TableReader reader = new TableReader(scanner, layout, format, schema);
      try (RowStore store = new RowStore(target, reader.width(), cache.memory())) {
        read(file, format.header(), scanner, reader, store);
        List<RawColumn> columns = reader.columns();
        if (schema == null) {
          String label = layout.names().get(layout.label());
          checkClasses(file, layout.label(), label, reader.classes());
          if (format.header()) {
            FirstLine.check(scanner, layout, columns, reader.classes(), format.decimal());
          }
        }
        TableFile.Source read = source.isStill(file, format) ? source : source.ofNoFile();
        // Where none is missing, the rows serve those who refuse missing values, too.
        TableFile.Source served = reader.hasMissing() ? read : read.withMissing(Missing.ERROR);
        TableFile.Description description =
            new TableFile.Description(
                served, layout.names(), layout.label(), reader.classes(), columns);
        return kept(file, target, description, store);
      }
    }
  }

  // The scanner stands on the first record, which is a row where there is no header.
  private static void read(
      Path file, boolean header, CsvScanner scanner, TableReader reader, RowStore store)
      throws IOException {
    double[] row = reader.row();
    boolean more = !header || scanner.next();
    for (; more; more = scanner.next()) {
      if (!scanner.isBlank()) { // is as good as an empty line
        reader.read(row);
        store.add(row);
      }
    }
    checkRows(file, store.size());
  }

  private static void checkRows(Path file, long rows) throws IOException {
    if (rows == 0) {
      throw new IOException(
          file + ": line 2, column 1: expected rows of values below the names, found none");
    }
  }

  private static Table kept(
      Path file, Path target, TableFile.Description description, RowStore store)
      throws IOException {
    TableWriter writer = store.file();
    if (writer == null) {
      return description.table(file, store.onHeap(), store.size());
    }
    writer.complete(description);
    TableFile.Content content = TableFile.open(target);
    if (content == null || content.size() != store.size()) {
      throw new IOException(
          target + ": expected the rows that were just written there, found something else");
    }
    return description.table(file, content.rows(), content.size());
  }
}
