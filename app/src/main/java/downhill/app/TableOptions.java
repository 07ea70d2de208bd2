package downhill.app;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Missing;
import downhill.data.TableCache;
import downhill.modelfile.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for data in a file of separated values. {@link TableReading} reads it. */
final class TableOptions {
  /** The names of the options, in the order of the help. */
  static final List<String> NAMES =
      List.of(
          "--test",
          "--label",
          "--no-header",
          "--separator",
          "--decimal",
          "--unknown",
          "--missing",
          "--categorical",
          "--ignore",
          "--cache");

  private static final String TEST_FRACTION = HeldOut.OF_TABLE;

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

  @Mixin private RowOptions rows = new RowOptions();

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

  /** Returns the options of a run that goes on, as {@link #settings} told them. */
  static TableOptions of(Map<String, String> settings) {
    TableOptions options = new TableOptions();
    options.test = path(settings.get(PREFIX + "test"));
    options.testGiven = settings.get(PREFIX + "test_given");
    @Nullable String fraction = settings.get(PREFIX + TEST_FRACTION);
    options.fraction = fraction == null ? null : Double.valueOf(fraction);
    options.label = settings.get(PREFIX + "label");
    options.missing = settings.get(PREFIX + "missing");
    options.categorical = settings.get(PREFIX + "categorical");
    options.ignore = settings.get(PREFIX + "ignore");
    options.cache = path(settings.get(PREFIX + "cache"));
    options.rows = RowOptions.of(settings, PREFIX);
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
    put(settings, "missing", missing);
    put(settings, "categorical", categorical);
    put(settings, "ignore", ignore);
    put(settings, "cache", cache == null ? null : cache.toAbsolutePath().toString());
    rows.settings().forEach((key, value) -> put(settings, key, value));
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
    rows.readAs(model);
  }

  /** Refuses an option about rows other than those that are learned from, where there are none. */
  void refuseUnknown() {
    if (test == null && rows.format().unknown() == Missing.MEAN) {
      throw CommandException.refused(
          "--unknown: expected other rows than those that are learned from, found none",
          "it says how to take those of a model, of --test or of --validation-data; leave it out");
    }
  }

  /** Returns what a model's file says of how the table was read. */
  SortedMap<String, String> metadata() {
    SortedMap<String, String> metadata = new TreeMap<>();
    Double part = heldOut();
    if (part != null) {
      metadata.put(TEST_FRACTION, part.toString());
    }
    metadata.putAll(rows.metadata());
    return metadata;
  }

  private static String option(String key) {
    return "--" + key.substring(PREFIX.length()).replace('_', '-');
  }

  /** Returns what {@code --ignore} has to say to leave out some more columns. */
  String ignoring(List<String> more) {
    return Stream.concat(Stream.ofNullable(ignore), more.stream()).collect(Collectors.joining(","));
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
    return RowOptions.again("test", testGiven()) + againToPredict();
  }

  /** Returns what has to be given again to read another file like this one. */
  String againToPredict() {
    return rows.again();
  }

  /** Returns the same with where the rows lie on this machine. */
  String againHere() {
    @Nullable String given = testGiven();
    return RowOptions.again(
            "test", given == null || test == null ? given : DataOption.here(given, test.toString()))
        + againToPredict()
        + RowOptions.again("cache", cache == null ? null : cache.toString());
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
    return words.append(rows.hasHeader() ? "" : " --no-header").toString();
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

  /** Returns the part of the rows to hold out where the test rows have no file. */
  double part() {
    return fraction == null ? CsvFile.TEST_FRACTION : fraction;
  }

  /** Refuses a part that is none, or one too many. */
  void checkFraction() {
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

  /** Returns where the rows go. */
  TableCache cache() {
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

  /**
   * Returns the format that the options name.
   *
   * @param leftOut names of columns to leave out besides
   */
  CsvFormat format(List<String> leftOut) {
    return rows.format()
        .withLabel(label)
        .withMissing(RowOptions.meaning("--missing", missing))
        .withCategorical(list(categorical))
        .withIgnored(Stream.concat(list(ignore).stream(), leftOut.stream()).toList());
  }

  private static List<String> list(@Nullable String names) {
    return names == null
        ? List.of()
        : Arrays.stream(names.split(",", -1)).map(String::strip).toList();
  }
}
