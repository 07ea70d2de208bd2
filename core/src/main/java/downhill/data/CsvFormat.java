package downhill.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a file of separated values is to be read. Immutable; safe to share. Columns go by their names
 * in the header, or by their numbers, from 1.
 *
 * @param label the column that says the class; null for the one that is called label, class or
 *     target
 * @param header whether the first line names the columns
 * @param separator what stands between fields: one character of ASCII, neither a quote nor the end
 *     of a line; null for a tab in files called {@code .tsv} or {@code .tab} (with or without
 *     {@code .gz}), and elsewhere a comma, or a semicolon where the comma is in numbers
 * @param decimal what stands before the decimals of a number: a point or a comma; where the same
 *     stands between fields, such numbers are in quotes
 * @param missing what a missing value is taken for: a field that is empty, or says ?, NA, N/A, NaN,
 *     nan, null or NULL
 * @param unknown what a category is taken for that the rows did not have from which a schema was
 *     learned; classes are always known
 * @param categorical columns of categories, whatever they hold; of the others, those are whose
 *     first value is no number. It is a mistake if it is a number with other marks than that before
 *     its decimals, if most of the column's texts are numbers, or if all of many differ
 * @param ignored columns to leave out
 */
public record CsvFormat(
    @Nullable String label,
    boolean header,
    @Nullable Character separator,
    char decimal,
    Missing missing,
    Missing unknown,
    List<String> categorical,
    List<String> ignored) {
  /** A header, and all else by the file's and the columns' names. */
  public static final CsvFormat DEFAULT =
      new CsvFormat(null, true, null, '.', Missing.ERROR, Missing.ERROR, List.of(), List.of());

  /**
   * Checks what stands between fields and before decimals.
   *
   * @throws IllegalArgumentException if one can't be that
   */
  public CsvFormat {
    Objects.requireNonNull(missing, "missing");
    Objects.requireNonNull(unknown, "unknown");
    categorical = List.copyOf(categorical);
    ignored = List.copyOf(ignored);
    if (separator != null && !isSeparator(separator)) {
      throw new IllegalArgumentException(
          "separator: expected a character of ASCII that is in no number, found "
              + (separator < ' ' || separator > '~'
                  ? "U+%04X".formatted((int) separator)
                  : separator));
    }
    if (decimal != '.' && decimal != ',') {
      throw new IllegalArgumentException(
          "decimal: expected a point or a comma, found U+%04X".formatted((int) decimal));
    }
  }

  private static boolean isSeparator(char c) {
    return (c == '\t' || (c >= ' ' && c < 127))
        && !Character.isLetterOrDigit(c)
        && "\".+-".indexOf(c) < 0;
  }

  /** Returns this format with a label. */
  public CsvFormat withLabel(@Nullable String value) {
    return new CsvFormat(value, header, separator, decimal, missing, unknown, categorical, ignored);
  }

  /** Returns this format with or without a header. */
  public CsvFormat withHeader(boolean value) {
    return new CsvFormat(label, value, separator, decimal, missing, unknown, categorical, ignored);
  }

  /** Returns this format with a separator. */
  public CsvFormat withSeparator(@Nullable Character value) {
    return new CsvFormat(label, header, value, decimal, missing, unknown, categorical, ignored);
  }

  /** Returns this format with a point or a comma before the decimals of a number. */
  public CsvFormat withDecimal(char value) {
    return new CsvFormat(label, header, separator, value, missing, unknown, categorical, ignored);
  }

  /** Returns this format with another meaning of missing values. */
  public CsvFormat withMissing(Missing value) {
    return new CsvFormat(label, header, separator, decimal, value, unknown, categorical, ignored);
  }

  /** Returns this format with another meaning of categories that a schema does not have. */
  public CsvFormat withUnknown(Missing value) {
    return new CsvFormat(label, header, separator, decimal, missing, value, categorical, ignored);
  }

  /** Returns this format with columns of categories. */
  public CsvFormat withCategorical(List<String> value) {
    return new CsvFormat(label, header, separator, decimal, missing, unknown, value, ignored);
  }

  /** Returns this format with columns to leave out. */
  public CsvFormat withIgnored(List<String> value) {
    return new CsvFormat(label, header, separator, decimal, missing, unknown, categorical, value);
  }

  /** Returns what stands between the fields of a file: as was said, or by its name. */
  public char separatorOf(Path file) {
    if (separator != null) {
      return separator;
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.matches(".*\\.(tsv|tab)(\\.gz)?") ? '\t' : decimal == ',' ? ';' : ',';
  }
}
