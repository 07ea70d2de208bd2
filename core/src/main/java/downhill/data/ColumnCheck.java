package downhill.data;

import downhill.data.TableLayout.Kind;
import downhill.data.TableLayout.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds the columns of a table from which nothing can be learned as they are. All are told at once:
 * whoever has to leave them out wants to know which.
 */
final class ColumnCheck {
  /** Fewer numbers than these beside a text may well be codes, as in A, 1, 2. */
  private static final int MANY_NUMBERS = 10;

  /** Fewer texts than these may well all differ by chance. */
  private static final int MANY_TEXTS = 20;

  private final CsvScanner scanner;
  private final char decimal;
  private final List<UnusableColumn> found = new ArrayList<>();

  /** What is to be said of the first of them. */
  private String message = "";

  /**
   * Makes a check.
   *
   * @param decimal what stands before the decimals of a number
   */
  ColumnCheck(CsvScanner scanner, char decimal) {
    this.scanner = scanner;
    this.decimal = decimal;
  }

  /** Takes note of a column without any value. */
  void empty(Slot slot) {
    add(
        slot,
        scanner.line(),
        "expected a value in some row, found none at all",
        "leave the column out");
  }

  /**
   * Looks at a column of texts of which nobody has said that they are categories but the first of
   * them, which may be a mistake.
   *
   * @param levels the texts
   * @param values how many values there are
   */
  void texts(Slot slot, Levels levels, long values) {
    int numbers = 0;
    for (int code = 0; code < levels.size(); code++) {
      numbers += isNumber(levels.text(code)) ? 1 : 0;
    }
    if (numbers >= MANY_NUMBERS && 2L * numbers > levels.size()) {
      add(
          slot,
          levels.line(0),
          "expected a number, as %d of the %d different texts below are, found '%s'"
              .formatted(numbers, levels.size() - 1, Fields.excerpt(levels.text(0))),
          "leave the field empty where there is no value; if the column holds categories, it has to be said");
    } else if (values >= MANY_TEXTS && values == levels.size()) {
      // A category that no other example has teaches nothing of these.
      add(
          slot,
          levels.line(0),
          "expected texts that come up more than once, found another in each of %d rows, '%s' first"
              .formatted(values, Fields.excerpt(levels.text(0))),
          "leave the column out, unless it holds categories, which has to be said"
              + ifPictures(levels));
    }
  }

  /** Returns the failure of a column with more texts than a model can tell apart. */
  static IOException tooMany(CsvScanner scanner, Slot slot, Levels levels) {
    return failure(
        scanner,
        slot,
        "expected at most %d different texts in a column of categories (line %d has the first, '%s'), found another"
            .formatted(Dataset.MAX_CLASSES, levels.line(0), Fields.excerpt(levels.text(0))),
        "leave the column out, or mend what should be a number" + ifPictures(levels));
  }

  /**
   * Returns the failure of a column at the value that the scanner stands on.
   *
   * @param reason what was expected and what was found
   */
  static IOException failure(CsvScanner scanner, Slot slot, String reason, String advice) {
    IOException failure = scanner.failure(slot.field(), reason + "; " + advice);
    if (slot.kind() != Kind.OPEN) {
      return failure; // somebody wants it to be used, so it can't be left out
    }
    String where = reason + " in line " + scanner.line(slot.field());
    return new UnusableColumnsException(
        String.valueOf(failure.getMessage()),
        List.of(new UnusableColumn(slot.field() + 1, slot.name(), where)));
  }

  private void add(Slot slot, long line, String reason, String advice) {
    if (found.isEmpty()) {
      message =
          String.valueOf(scanner.failure(line, slot.field(), reason + "; " + advice).getMessage());
    }
    found.add(new UnusableColumn(slot.field() + 1, slot.name(), reason));
  }

  /** Refuses the table if there are such columns. */
  void end() throws UnusableColumnsException {
    if (found.isEmpty()) {
      return;
    }
    String others =
        found.stream()
            .skip(1)
            .map(column -> Fields.excerpt(column.name()))
            .collect(Collectors.joining(", "));
    throw new UnusableColumnsException(
        message + (others.isEmpty() ? "" : "; nor can anything be learned from " + others), found);
  }

  private boolean isNumber(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return !Double.isNaN(Fields.number(bytes, 0, bytes.length, decimal))
        || Fields.hasMarks(text, decimal);
  }

  /** Returns what to say where a list of pictures was taken for a table. */
  private static String ifPictures(Levels levels) {
    return ImageFolder.isPictureName(levels.text(0))
        ? "; the first line of a list of pictures is path,label"
        : "";
  }
}
