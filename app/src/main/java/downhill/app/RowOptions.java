package downhill.app;

import downhill.data.CsvFormat;
import downhill.data.Missing;
import downhill.modelfile.Model;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say how the rows of a table stand in a file, whether they are to be learned from
 * or to be predicted.
 */
final class RowOptions {
  private static final String SEPARATORS = "common ones are ',', ';', '|' and tab";

  /** What a model's file says where the table's first line was a row. */
  private static final String HEADER = "header";

  private static final String NO_HEADER = "false";

  @Option(
      names = "--no-header",
      description =
          "For a table: the first line is a row already. Columns go by number; where a file to predict "
              + "has just the model's columns, by its order.")
  private boolean noHeader;

  @Option(
      names = "--separator",
      paramLabel = "C",
      description = {
        "For a table: what stands between fields: a character, or the word tab.",
        "Default: tab in .tsv and .tab files, else a comma, or ; with --decimal comma"
      })
  private @Nullable String separator;

  @Option(
      names = "--decimal",
      paramLabel = "point|comma",
      description = {
        "For a table: what stands before the decimals of a number, as in 1.5 or 1,5.",
        "Default: point"
      })
  private @Nullable String decimal;

  @Option(
      names = "--unknown",
      paramLabel = "error|mean",
      description = {
        "For a table: whether a category that training did not have is a mistake, or stands for the "
            + "mean of the rows that training learned from.",
        "Default: error"
      })
  private @Nullable String unknown;

  /**
   * Returns the options of a run that goes on.
   *
   * @param settings what {@link #settings} returned, and others
   * @param prefix what the keys have in front
   */
  static RowOptions of(Map<String, String> settings, String prefix) {
    RowOptions options = new RowOptions();
    options.noHeader = settings.containsKey(prefix + "no_header");
    options.separator = settings.get(prefix + "separator");
    options.decimal = settings.get(prefix + "decimal");
    options.unknown = settings.get(prefix + "unknown");
    return options;
  }

  /** Returns what was given, by the name of the option. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    put(settings, "no_header", noHeader ? "true" : null);
    put(settings, "separator", separator);
    put(settings, "decimal", decimal);
    put(settings, "unknown", unknown);
    return settings;
  }

  private static void put(Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(key, value);
    }
  }

  /**
   * Reads tables as it was done for a model: as if that had been given, so what goes on says so.
   */
  void readAs(Model model) {
    noHeader |= NO_HEADER.equals(model.provenance().get(HEADER));
  }

  /** Returns what a model's file says of how the rows stood in theirs. */
  Map<String, String> metadata() {
    return noHeader ? Map.of(HEADER, NO_HEADER) : Map.of();
  }

  /** Returns whether there is a line with the names of the columns. */
  boolean hasHeader() {
    return !noHeader;
  }

  /** Returns what has to be given again to read another file like this one. */
  String again() {
    return again("separator", separator) + again("decimal", decimal) + again("unknown", unknown);
  }

  /** Returns an option as it has to be given again; empty where it was not given. */
  static String again(String name, @Nullable String value) {
    return value == null ? "" : " --" + name + " " + Text.quoted(value);
  }

  /** Returns the format that the options name. */
  CsvFormat format() {
    CsvFormat format =
        CsvFormat.DEFAULT
            .withHeader(!noHeader)
            .withDecimal(decimal())
            .withUnknown(meaning("--unknown", unknown));
    return separator == null ? format : separated(format, separator);
  }

  private char decimal() {
    return switch (decimal) {
      case null -> '.';
      case "point", "." -> '.';
      case "comma", "," -> ',';
      default ->
          throw CommandException.refused(
              "--decimal: expected point or comma, found '%s'".formatted(Text.clean(decimal)),
              "it is what stands before the decimals of a number, as in 1.5 or 1,5");
    };
  }

  private static CsvFormat separated(CsvFormat format, String text) {
    String one = text.equals("tab") || text.equals("\\t") ? "\t" : text;
    if (one.length() != 1) {
      throw CommandException.refused(
          "--separator: expected one character, or the word tab, found '%s'"
              .formatted(Text.clean(text)),
          SEPARATORS);
    }
    try {
      return format.withSeparator(one.charAt(0));
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, SEPARATORS);
    }
  }

  /** Returns what an option says to be taken for a value; null says that it is a mistake. */
  static Missing meaning(String option, @Nullable String word) {
    if (word == null) {
      return Missing.ERROR;
    }
    for (Missing meaning : Missing.values()) {
      if (meaning.word().equals(word)) {
        return meaning;
      }
    }
    throw CommandException.refused(
        "%s: expected error or mean, found '%s'".formatted(option, Text.clean(word)),
        "mean takes the mean of the training rows for such a value");
  }
}
