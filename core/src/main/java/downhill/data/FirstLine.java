package downhill.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices where the first line of a table was taken for its header and is a row: the name of the
 * label is one of the classes below, and each other name is a value of its column.
 */
final class FirstLine {
  private FirstLine() {}

  /** Refuses a table whose names are those of a row. */
  static void check(
      CsvScanner scanner, TableLayout layout, List<RawColumn> columns, Levels classes, char decimal)
      throws IOException {
    String label = layout.names().get(layout.label());
    if (isAmong(classes, label)
        && !count(layout.names())
        && columns.stream().allMatch(column -> isValue(column.name(), column.levels(), decimal))) {
      throw scanner.failure(
          1,
          layout.label(),
          "expected the names of the columns in the first line, found '%s', which is a class of the rows below, and values of the other columns; if the first line is a row, it has to be said"
              .formatted(Fields.excerpt(label)));
    }
  }

  private static boolean isValue(String name, @Nullable Levels levels, char decimal) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return Fields.isMissing(bytes, 0, bytes.length)
        || (levels == null
            ? !Double.isNaN(Fields.number(bytes, 0, bytes.length, decimal))
            : isAmong(levels, name));
  }

  private static boolean isAmong(Levels levels, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return levels.code(bytes, 0, bytes.length) >= 0;
  }

  /** Returns whether names are whole numbers that rise, as programs number what has no name. */
  private static boolean count(List<String> names) {
    long before = -1;
    for (String name : names) {
      if (!name.matches("\\d{1,9}") || Long.parseLong(name) <= before) {
        return false;
      }
      before = Long.parseLong(name);
    }
    return true;
  }
}
