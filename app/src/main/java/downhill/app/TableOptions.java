package downhill.app;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.Missing;
import downhill.data.TableCache;
import downhill.data.TableSchema;
import downhill.data.UnusableColumn;
import downhill.data.UnusableColumnsException;
import downhill.modelfile.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for data in a file of separated values, and how they read it. */
final class TableOptions {
  private static final String HINT =
      "--label, --no-header, --separator, --missing, --categorical and --ignore say how to read a"
          + " table, --cache where its rows may lie (see --help)";

  private static final String MISSING_HINT =
      "--missing mean takes the mean of the training rows for them";

  private static final String MODEL_HINT =
      "the table needs the model's columns (see inspect); --no-header and --separator say how to"
          + " read it, --cache where its rows may lie";

  static final String MODEL_MISSING_HINT =
      "the model takes no missing values; fill them, or train one with --missing mean";

  /** What to do about the data of a run that goes on. */
  static final String RUN_HINT = "put the files back as they were, or start again";

  /** The names of the options, in the order of the help. */
  static final List<String> NAMES =
      List.of(
          "--test",
          "--label",
          "--no-header",
          "--separator",
          "--missing",
          "--categorical",
          "--ignore",
          "--cache");

  private static final String TEST_FRACTION = HeldOut.OF_TABLE;

  /** What a model's file says where the table's first line was a row. */
  private static final String HEADER = "header";

  private static final String NO_HEADER = "false";

  /** What the key of each has in front in a checkpoint. */
  private static final String PREFIX = "table.";

  /** The keys of what says how to learn a schema, besides the header and what is held out. */
  private static final List<String> LEARNING =
      List.of("label", "missing", "categorical", "ignore", TEST_FRACTION);

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = {
        "For a table: the rows to judge by, in a file of their own.",
        "To evaluate or explain a model of images: a folder or a list of others to judge by, or a "
            + "folder with IDX test files."
      })
  private @Nullable Path test;

  /** How the test file was called when a run began, in another folder perhaps. */
  private @Nullable String testGiven;

  /** The part of the rows to hold out: an option that tables have in common with images. */
  private @Nullable Double fraction;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = {
        "For a table: the column that says the class, by its name or its number from 1.",
        "Default: the one called label, class or target, or the model's"
      })
  private @Nullable String label;

  @Option(
      names = "--no-header",
      description = "For a table: the first line is a row already; columns go by number.")
  private boolean noHeader;

  @Option(
      names = "--separator",
      paramLabel = "C",
      description = {
        "For a table: what stands between fields: a character, or the word tab.",
        "Default: tab in .tsv and .tab files, else a comma"
      })
  private @Nullable String separator;

  @Option(
      names = "--missing",
      paramLabel = "error|mean",
      description = {
        "For a table: whether a missing value is a mistake, or stands for the mean of the rows that "
            + "training learns from.",
        "Default: error, or what the model does; mean in downhill data"
      })
  private @Nullable String missing;

  @Option(
      names = "--categorical",
      paramLabel = "A,B,…",
      description = {
        "For a table: columns of categories, though they hold numbers.",
        "Default: those whose first value is no number"
      })
  private @Nullable String categorical;

  @Option(
      names = "--ignore",
      paramLabel = "A,B,…",
      description = "For a table: columns to leave out, such as a row's number.")
  private @Nullable String ignore;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = {
        "For a table: keep its rows in a file in this folder, mapped into memory, which a later "
            + "start finds again.",
        "Default: only what takes more than a quarter of the heap, beside the table"
      })
  private @Nullable Path cache;

  /** The names of columns that are left out of what is described. */
  private final List<String> leftOut = new ArrayList<>();

  /** What to do about a table that can't be read: it depends on who says what columns become. */
  private String hint = HINT;

  /** What to do about values that are missing in it. */
  private String missingHint = MISSING_HINT;

  /** Returns the options of a run that goes on, as {@link #settings} told them. */
  static TableOptions of(Map<String, String> settings) {
    TableOptions options = new TableOptions();
    options.hint = RUN_HINT;
    options.missingHint = RUN_HINT;
    options.test = path(settings.get(PREFIX + "test"));
    options.testGiven = settings.get(PREFIX + "test_given");
    @Nullable String fraction = settings.get(PREFIX + TEST_FRACTION);
    options.fraction = fraction == null ? null : Double.valueOf(fraction);
    options.label = settings.get(PREFIX + "label");
    options.noHeader = settings.containsKey(PREFIX + "no_header");
    options.separator = settings.get(PREFIX + "separator");
    options.missing = settings.get(PREFIX + "missing");
    options.categorical = settings.get(PREFIX + "categorical");
    options.ignore = settings.get(PREFIX + "ignore");
    options.cache = path(settings.get(PREFIX + "cache"));
    return options;
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  /**
   * Holds out as much as was said beside these options.
   *
   * @param part null where nothing was said
   * @return these options
   */
  TableOptions holdingOut(@Nullable Double part) {
    fraction = part == null ? fraction : part;
    return this;
  }

  /** Lets values be missing where nothing else was said: to describe a table is to count them. */
  void countMissing() {
    missing = missing == null ? Missing.MEAN.word() : missing;
  }

  /** Returns what was given, to find the same data again from any folder. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    put(settings, "test", test == null ? null : test.toAbsolutePath().toString());
    put(settings, "test_given", testGiven());
    put(settings, TEST_FRACTION, fraction == null ? null : fraction.toString());
    put(settings, "label", label);
    put(settings, "no_header", noHeader ? "true" : null);
    put(settings, "separator", separator);
    put(settings, "missing", missing);
    put(settings, "categorical", categorical);
    put(settings, "ignore", ignore);
    put(settings, "cache", cache == null ? null : cache.toAbsolutePath().toString());
    return settings;
  }

  /** Returns what the test file was called; null where there is none. */
  @Nullable String testGiven() {
    return testGiven == null && test != null ? test.toString() : testGiven;
  }

  private static void put(Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(PREFIX + key, value);
    }
  }

  /** Refuses all that was given, for data that is no table. */
  void refuseAll(String data) {
    refuse(settings().keySet(), data);
  }

  /** Refuses all that was given but the test data, which is no table. */
  void refuseAllButTest(String data) {
    Set<String> given = settings().keySet();
    given.removeIf(key -> key.startsWith(PREFIX + "test"));
    refuse(given, data);
  }

  private static void refuse(Set<String> given, String data) {
    for (String key : given) {
      throw CommandException.refused(
          "%s: goes with a table, and %s is none".formatted(option(key), data),
          "give --data a file of separated values, or leave the option out");
    }
  }

  /**
   * Reads tables as it was done for a model, and refuses what says it otherwise.
   *
   * @param name what to call the model
   * @param otherLabel whether another column may say the class
   */
  void readAs(Model model, String name, boolean otherLabel) {
    for (String key : LEARNING) {
      boolean free = key.equals(TEST_FRACTION) || (key.equals("label") && otherLabel);
      if (!free && settings().containsKey(PREFIX + key)) {
        throw CommandException.refused(
            "%s: can't be given with %s, which says it itself"
                .formatted(option(PREFIX + key), name),
            "leave it out");
      }
    }
    noHeader |= hasNoHeader(model); // as if it had been given: what goes on from here says so
    hint = otherLabel ? "--label names the column with the new classes; " + MODEL_HINT : MODEL_HINT;
    missingHint = MODEL_MISSING_HINT;
  }

  /** Returns whether a model learned from a table whose first line was a row. */
  static boolean hasNoHeader(Model model) {
    return NO_HEADER.equals(model.provenance().get(HEADER));
  }

  /** Returns what a model's file says of how the table was read. */
  SortedMap<String, String> metadata() {
    SortedMap<String, String> metadata = new TreeMap<>();
    Double part = heldOut();
    if (part != null) {
      metadata.put(TEST_FRACTION, part.toString());
    }
    if (noHeader) {
      metadata.put(HEADER, NO_HEADER);
    }
    return metadata;
  }

  private static String option(String key) {
    return "--" + key.substring(PREFIX.length()).replace('_', '-');
  }

  /** Returns the file of test rows; null where there is none of its own. */
  @Nullable Path test() {
    return test;
  }

  /** Returns the part of the rows that is held out; null where the test rows have a file. */
  @Nullable Double heldOut() {
    return test != null ? null : fraction == null ? CsvFile.TEST_FRACTION : fraction;
  }

  /** Returns what has to be given again to judge by the same rows, on any machine. */
  String again() {
    return again("test", testGiven()) + againToPredict();
  }

  /** Returns what has to be given again to read another file like this one. */
  String againToPredict() {
    return again("separator", separator);
  }

  /** Returns the same with where the rows lie on this machine. */
  String againHere() {
    @Nullable String given = testGiven();
    return again(
            "test", given == null || test == null ? given : DataOption.here(given, test.toString()))
        + againToPredict()
        + again("cache", cache == null ? null : cache.toString());
  }

  private static String again(String name, @Nullable String value) {
    return value == null ? "" : " --" + name + " " + Text.quoted(value);
  }

  /** Returns what has to be given again to learn from the same rows in the same way. */
  String againToLearn() {
    StringBuilder words = new StringBuilder(againHere());
    settings()
        .forEach((key, value) -> {
          if (LEARNING.contains(key.substring(PREFIX.length()))) {
            words.append(' ').append(option(key)).append(' ').append(Text.quoted(value));
          }
        });
    return words.append(noHeader ? " --no-header" : "").toString();
  }

  /**
   * Reads a table to describe it: without the columns from which nothing can be learned.
   *
   * @param found gets each of these
   */
  Datasets describe(Path file, Consumer<UnusableColumn> found) {
    while (true) {
      try {
        return learn(file);
      } catch (CommandException e) {
        if (!(e.getCause() instanceof UnusableColumnsException unusable)
            || !Files.isRegularFile(file)) { // what comes from a pipe is gone
          throw e;
        }
        unusable.columns().forEach(found);
        unusable.columns().forEach(column -> leftOut.add(column.name()));
      }
    }
  }

  /** Returns what {@code --ignore} has to say to leave such columns out, too. */
  private String hint(UnusableColumnsException unusable) {
    List<String> names = unusable.columns().stream().map(UnusableColumn::name).toList();
    if (names.stream().anyMatch(name -> name.indexOf(',') >= 0 || !Text.clean(name).equals(name))) {
      return hint; // an option names some of them by their numbers alone, if no other is called so
    }
    String all =
        Stream.concat(Stream.ofNullable(ignore), names.stream()).collect(Collectors.joining(","));
    return "--ignore %s leaves them out, --categorical takes a column for one of categories"
        .formatted(Text.quoted(all));
  }

  /** Reads a table to learn from. */
  Datasets learn(Path file) {
    checkFraction();
    CsvFormat format = format();
    return read(() -> CsvFile.load(file, test, part(), format, cache()));
  }

  /**
   * Reads a table for a schema that is there already.
   *
   * @param classNames the classes; null for those of the table
   */
  Datasets judge(Path file, TableSchema schema, @Nullable List<String> classNames) {
    CsvFormat format = format();
    return read(() -> CsvFile.read(file, test, part(), format, schema, classNames, cache()));
  }

  /** Reads a whole file of rows for a schema that is there already. */
  Dataset rows(Path file, TableSchema schema, List<String> classNames) {
    checkFraction();
    CsvFormat format = format();
    return read(() -> CsvFile.read(file, format, schema, classNames, cache()));
  }

  /** Holds out what was held out where a model learned, and refuses to hold out anything else. */
  void divideAs(Model model) {
    checkFraction();
    if (test != null) {
      return;
    }
    Double made = HeldOut.ofTable(model);
    if (made == null && (fraction == null || HeldOut.knowsItsData(model))) {
      throw CommandException.refused(
          "the model does not say which rows of a table were held out to judge it by",
          "give a file of rows that it has not seen with --test");
    }
    if (made != null && fraction != null && !fraction.equals(made)) {
      throw HeldOut.refused(fraction, "the model", made);
    }
    fraction = made == null ? fraction : made; // as if it had been given
  }

  /**
   * Holds out what was given, or else what was held out where a model learned that training goes on
   * from.
   *
   * @param name what to call the model
   * @return why other rows may be held out than there; null where nothing says so
   */
  @Nullable String divideFrom(Model model, String name) {
    checkFraction();
    Double made = HeldOut.ofTable(model);
    if (test != null || (made == null && !HeldOut.knowsItsData(model))) {
      return null;
    }
    if (made == null) {
      return name + " does not say which rows were held out";
    }
    if (fraction != null && !fraction.equals(made)) {
      return HeldOut.other(fraction, name, made);
    }
    fraction = made; // as if it had been given: what goes on from here says so
    return null;
  }

  private double part() {
    return fraction == null ? CsvFile.TEST_FRACTION : fraction;
  }

  private void checkFraction() {
    if (fraction != null && test != null) {
      throw CommandException.refused(
          "--test-fraction: can't be combined with --test", "give one of them");
    }
    if (fraction != null && !(fraction > 0 && fraction < 1)) {
      throw CommandException.refused(
          "--test-fraction: expected a part above 0 and below 1, found " + fraction,
          "a common part is 0.2");
    }
  }

  private TableCache cache() {
    if (cache == null) {
      return TableCache.standard();
    }
    if (!Files.isDirectory(cache)) {
      throw CommandException.refused(
          "--cache %s: expected a folder, found %s"
              .formatted(cache, Files.exists(cache) ? "a file" : "nothing of this name"),
          "make it first");
    }
    return new TableCache(cache, 0);
  }

  private CsvFormat format() {
    return CsvFormat.DEFAULT
        .withLabel(label)
        .withHeader(!noHeader)
        .withSeparator(separator(separator))
        .withMissing(missing())
        .withCategorical(list(categorical))
        .withIgnored(Stream.concat(list(ignore).stream(), leftOut.stream()).toList());
  }

  /** Returns the separator that an option names; null where there is none. */
  static @Nullable Character separator(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String one = text.equals("tab") || text.equals("\\t") ? "\t" : text;
    if (one.length() != 1) {
      throw CommandException.refused(
          "--separator: expected one character, or the word tab, found '%s'"
              .formatted(Text.clean(text)),
          "common ones are ',', ';', '|' and tab");
    }
    try {
      return CsvFormat.DEFAULT.withSeparator(one.charAt(0)).separator();
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "common ones are ',', ';', '|' and tab");
    }
  }

  private Missing missing() {
    for (Missing meaning : Missing.values()) {
      if (meaning.word().equals(missing == null ? Missing.ERROR.word() : missing)) {
        return meaning;
      }
    }
    throw CommandException.refused(
        "--missing: expected error or mean, found '%s'"
            .formatted(Text.clean(String.valueOf(missing))),
        "mean takes the mean of the training rows for a missing value");
  }

  private static List<String> list(@Nullable String names) {
    return names == null
        ? List.of()
        : Arrays.stream(names.split(",", -1)).map(String::strip).toList();
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
      boolean missing = String.valueOf(e.getMessage()).contains("missing values are refused");
      throw CommandException.refused(e, missing ? missingHint : hint);
    }
  }
}
