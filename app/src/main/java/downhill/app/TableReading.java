package downhill.app;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.TableCache;
import downhill.data.TableSchema;
import downhill.data.UnknownCategories;
import downhill.data.UnusableColumn;
import downhill.data.UnusableColumnsException;
import downhill.modelfile.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables that {@code --data} and {@code --test} name: as the options for them say, or as
 * they were read for a model or a run.
 */
final class TableReading {
  private static final String HINT =
      "--label, --no-header, --separator, --decimal, --missing, --categorical and --ignore say how"
          + " to read a table, --cache where its rows may lie (see --help)";

  private static final String MISSING_HINT =
      "--missing mean takes the mean of the training rows for them";

  private static final String MODEL_HINT =
      "the table needs the model's columns (see inspect); --no-header, --separator and --decimal say"
          + " how to read it, --cache where its rows may lie";

  private static final String UNKNOWN_HINT =
      "--unknown mean takes the mean of the training rows for them; else mend them, or leave the rows"
          + " out";

  static final String MODEL_MISSING_HINT =
      "the model takes no missing values; fill them, or train one with --missing mean";

  /** What to do about the data of a run that goes on. */
  static final String RUN_HINT = "put the files back as they were, or start again";

  /** The most that a note quotes of a name or a field. */
  private static final int LONGEST = 40;

  /** What a reason says of a number with a decimal comma; 1,234 may have one of thousands. */
  private static final Pattern WITH_COMMA =
      Pattern.compile("found '[+-]?(?![1-9]\\d{0,2},\\d{3}')\\d*,\\d+([eE][+-]?\\d+)?'");

  private final DataOption data;
  private final TableOptions options;

  /** What to do about a table that can't be read: it depends on who says what columns become. */
  private String hint = HINT;

  /** What to do about values that are missing in it. */
  private String missingHint = MISSING_HINT;

  /** What to do about categories in it that training did not have. */
  private String unknownHint = UNKNOWN_HINT;

  /** The names of columns that are left out of what is described. */
  private final List<String> leftOut = new ArrayList<>();

  TableReading(DataOption data, TableOptions options) {
    this.data = data;
    this.options = options;
  }

  /** Reads the tables of a run that goes on, which were readable when it began. */
  void goesOn() {
    hint = RUN_HINT;
    missingHint = RUN_HINT;
    unknownHint = RUN_HINT;
  }

  /**
   * Reads tables as it was done for a model, and refuses what says it otherwise.
   *
   * @param name what to call the model
   * @param otherLabel whether another column may say the class
   */
  void readAs(Model model, String name, boolean otherLabel) {
    options.readAs(model, name, otherLabel);
    hint = otherLabel ? "--label names the column with the new classes; " + MODEL_HINT : MODEL_HINT;
    missingHint = MODEL_MISSING_HINT;
  }

  /** Reads a table to learn from. */
  Datasets learn() {
    Datasets read = load();
    noteRowNumbers(read.train());
    noteUnknown(read);
    return read;
  }

  /**
   * Reads a table to describe it: without the columns from which nothing can be learned.
   *
   * @param found gets each of these
   */
  Datasets describe(Consumer<UnusableColumn> found) {
    String commas = "";
    while (true) {
      try {
        Datasets described = learn();
        if (!commas.isEmpty()) {
          data.view().note(commas);
        }
        return described;
      } catch (CommandException e) {
        if (!(e.getCause() instanceof UnusableColumnsException unusable)
            || !Files.isRegularFile(data.path())) { // what comes from a pipe is gone
          throw e;
        }
        commas = commas.isEmpty() ? commas(unusable) : commas;
        unusable.columns().forEach(found);
        unusable.columns().forEach(column -> leftOut.add(column.name()));
      }
    }
  }

  private Datasets load() {
    options.checkFraction();
    CsvFormat format = options.format(leftOut);
    TableCache cache = options.cache();
    return read(() -> CsvFile.load(data.path(), options.test(), options.part(), format, cache));
  }

  /**
   * Reads a table for a schema that is there already.
   *
   * @param classNames the classes; null for those of the table
   */
  Datasets judge(TableSchema schema, @Nullable List<String> classNames) {
    CsvFormat format = options.format(leftOut);
    TableCache cache = options.cache();
    Datasets read =
        read(() ->
            CsvFile.read(
                data.path(), options.test(), options.part(), format, schema, classNames, cache));
    noteUnknown(read);
    return read;
  }

  /** Reads a whole file of rows for a schema that is there already. */
  Dataset rows(Path file, TableSchema schema, List<String> classNames) {
    options.checkFraction();
    CsvFormat format = options.format(leftOut);
    TableCache cache = options.cache();
    Dataset rows = read(() -> CsvFile.read(file, format, schema, classNames, cache));
    noteUnknown(file, rows);
    return rows;
  }

  private void noteRowNumbers(Dataset rows) {
    List<String> numbers = rows.rowNumbers();
    if (!numbers.isEmpty()) {
      data.view()
          .note(
              "%s: another whole number in each row, as rows are numbered; if it says no more, --ignore leaves it out"
                  .formatted(String.join(", ", numbers)));
    }
  }

  private void noteUnknown(Datasets read) {
    noteUnknown(data.path(), read.train());
    @Nullable Path test = options.test();
    if (test != null) { // else both are parts of one table, and know the same of it
      noteUnknown(test, read.test());
    }
  }

  private void noteUnknown(Path file, Dataset rows) {
    rows.unknownCategories().forEach(unknown -> data.view().note(note(file, unknown)));
  }

  /** Returns a note that the mean is taken for some categories of a file. */
  static String note(Path file, UnknownCategories unknown) {
    long others = unknown.rows() - 1;
    return "%s: line %d, column '%s': the mean is taken for '%s', which training did not have%s"
        .formatted(
            file,
            unknown.line(),
            Text.clip(Text.clean(unknown.column()), LONGEST),
            Text.clip(Text.clean(unknown.first()), LONGEST),
            others == 0 ? "" : ", and for such in " + Text.count(others, "other row"));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (UnusableColumnsException e) {
      throw CommandException.refused(e, hint(e));
    } catch (IOException | UncheckedIOException e) {
      String message = String.valueOf(e.getMessage());
      throw CommandException.refused(
          e,
          message.contains("missing values are refused")
              ? missingHint
              : message.contains("expected a value that was there in training")
                  ? unknownHint
                  : hint);
    }
  }

  /** Returns what the options have to say to leave such columns out, too, or to take them. */
  private String hint(UnusableColumnsException unusable) {
    List<String> names = unusable.columns().stream().map(UnusableColumn::name).toList();
    if (names.stream().anyMatch(name -> name.indexOf(',') >= 0 || !Text.clean(name).equals(name))) {
      return hint; // an option names some of them by their numbers alone, if no other is called so
    }
    String first = commas(unusable);
    return "%s--ignore %s leaves them out, --categorical takes a column for one of categories"
        .formatted(first.isEmpty() ? "" : first + "; ", Text.quoted(options.ignoring(names)));
  }

  /** Returns what to do about numbers with a decimal comma; empty where there are none. */
  private String commas(UnusableColumnsException unusable) {
    if (unusable.columns().stream()
        .noneMatch(column -> WITH_COMMA.matcher(column.reason()).find())) {
      return "";
    }
    boolean quoted = options.format(leftOut).separatorOf(data.path()) == ',';
    return "--decimal comma%s reads numbers such as 1,5".formatted(quoted ? " --separator ," : "");
  }
}
