package downhill.app;

import downhill.data.TableSummary;
import downhill.data.TableSummary.Categories;
import downhill.data.TableSummary.Numbers;
import downhill.data.TableSummary.Values;
import downhill.data.UnusableColumn;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the columns of a table are like: of the rows to learn from, and what is missing in all. */
record ColumnReport(DataFindings.Columns table) {
  /** So many categories of a column are named. */
  private static final int NAMED = 5;

  void print(Terminal terminal, int columns) {
    Table numbers =
        new Table()
            .text("numbers (train)", 9)
            .number("least", 4)
            .number("greatest", 5)
            .number("mean", 7)
            .number("deviation", 6)
            .number("zeros", 2)
            .number("missing", 8);
    Table categories =
        new Table()
            .text("categories (train)", 9)
            .number("texts", 7)
            .number("missing", 8)
            .text("most frequent", 6);
    boolean anyNumbers = false;
    boolean anyCategories = false;
    for (Values column : table.train().columns()) {
      switch (column) {
        case Numbers n -> {
          anyNumbers = true;
          numbers.row(
              Text.clean(n.name()),
              Text.significant(n.least(), 5),
              Text.significant(n.greatest(), 5),
              Text.significant(n.mean(), 5),
              Text.significant(n.deviation(), 5),
              Text.count(n.zeros()),
              Text.count(n.missing()));
        }
        case Categories c -> {
          anyCategories = true;
          categories.row(
              Text.clean(c.name()),
              Text.count(c.levels().size()),
              Text.count(c.missing()),
              frequent(c));
        }
      }
    }
    if (anyNumbers) {
      numbers.print(terminal, columns);
    }
    if (anyNumbers && anyCategories) {
      terminal.line();
    }
    if (anyCategories) {
      categories.print(terminal, columns);
    }
  }

  private static String frequent(Categories c) {
    List<Integer> order =
        IntStream.range(0, c.levels().size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer k) -> -c.counts().get(k)))
            .limit(NAMED)
            .toList();
    return order.stream()
            .map(k -> Text.clean(c.levels().get(k)) + " " + Text.count(c.counts().get(k)))
            .collect(Collectors.joining(", "))
        + (c.levels().size() > NAMED ? ", …" : "");
  }

  void json(JsonObject object) {
    object.object("columns");
    part(object, "train", table.train());
    part(object, "test", table.test());
    object.array("left_out");
    for (UnusableColumn column : table.leftOut()) {
      object
          .item()
          .put("column", column.number())
          .put("name", column.name())
          .put("reason", column.reason())
          .end();
    }
    object.endArray().end();
  }

  private static void part(JsonObject object, String name, TableSummary summary) {
    object.array(name);
    for (Values column : summary.columns()) {
      object.item().put("name", column.name()).put("missing", column.missing());
      switch (column) {
        case Numbers n ->
            object
                .put("least", n.least())
                .put("greatest", n.greatest())
                .put("mean", n.mean())
                .put("deviation", n.deviation())
                .put("zeros", n.zeros());
        case Categories c ->
            object
                .put("levels", c.levels())
                .put("counts", c.counts().stream().mapToInt(k -> k).toArray());
      }
      object.end();
    }
    object.endArray();
  }
}
