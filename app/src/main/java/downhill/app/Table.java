package downhill.app;

import downhill.app.Terminal.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table with a quiet header. Where it would be wider than the terminal, it leaves out its least
 * important columns, and then shortens the first.
 */
final class Table {
  private static final int GAP = 2;
  private static final int NARROWEST = 6;

  /**
   * A column.
   *
   * @param title what stands above it
   * @param right whether it is aligned to the right, as numbers are
   * @param importance the lower, the sooner it is left out
   * @param width its least width
   */
  private record Column(String title, boolean right, int importance, int width) {}

  private record Row(Style style, List<String> cells) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  /** Adds a column of text. */
  Table text(String title, int importance) {
    columns.add(new Column(title, false, importance, Text.width(title)));
    return this;
  }

  /** Adds a column of numbers. */
  Table number(String title, int importance) {
    return number(title, importance, 0);
  }

  /** Adds a column of numbers with a least width, for rows that are not known yet. */
  Table number(String title, int importance, int width) {
    columns.add(new Column(title, true, importance, Math.max(width, Text.width(title))));
    return this;
  }

  /** Adds a row. */
  Table row(String... cells) {
    return row(Style.PLAIN, cells);
  }

  /** Adds a row in a style. */
  Table row(Style style, String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalStateException(cells.length + " cells, " + columns.size() + " columns");
    }
    rows.add(new Row(style, List.of(cells)));
    return this;
  }

  /** Writes the header and all rows. */
  void print(Terminal terminal, int width) {
    lines(terminal, width).forEach(terminal::line);
  }

  /** Returns the header and all rows, ready to be written. */
  List<String> lines(Terminal terminal, int width) {
    int[] widths = fit(width);
    List<String> lines = new ArrayList<>();
    String header = format(columns.stream().map(Column::title).toList(), widths);
    lines.add(terminal.paint(Style.DIM, header));
    for (Row row : rows) {
      lines.add(terminal.paint(row.style, format(row.cells, widths)));
    }
    return lines;
  }

  // The width of each column; 0 for those left out.
  private int[] fit(int width) {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = columns.get(c).width;
      for (Row row : rows) {
        widths[c] = Math.max(widths[c], Text.width(row.cells.get(c)));
      }
    }
    while (total(widths) > width && Arrays.stream(widths).filter(w -> w > 0).count() > 2) {
      int least = -1;
      for (int c = 0; c < widths.length; c++) {
        if (widths[c] > 0
            && (least < 0 || columns.get(c).importance <= columns.get(least).importance)) {
          least = c;
        }
      }
      widths[least] = 0;
    }
    widths[0] = Math.max(Math.min(widths[0], NARROWEST), widths[0] - excess(widths, width));
    return widths;
  }

  private static int excess(int[] widths, int width) {
    return Math.max(0, total(widths) - width);
  }

  private static int total(int[] widths) {
    return Arrays.stream(widths).filter(w -> w > 0).map(w -> w + GAP).sum() - GAP;
  }

  private String format(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < cells.size(); c++) {
      if (widths[c] == 0) {
        continue;
      }
      if (!line.isEmpty()) {
        line.append(" ".repeat(GAP));
      }
      String cell = Text.clip(cells.get(c), widths[c]);
      line.append(columns.get(c).right ? Text.right(cell, widths[c]) : Text.left(cell, widths[c]));
    }
    return line.toString().stripTrailing();
  }
}
