package downhill.app;

import downhill.data.Column;
import downhill.data.TableSchema;

/** What a model makes of the columns of a table, for people and for programs. */
record SchemaReport(TableSchema schema) {
  private static final int WIDEST_LEVELS = 40;

  void print(Terminal terminal, int columns) {
    terminal.paragraph(
        "Takes the rows of a table; the label is %s, a missing value %s"
            .formatted(
                Text.clean(schema.label()),
                switch (schema.missing()) {
                  case ERROR -> "is refused";
                  case MEAN -> "stands for the mean";
                }),
        columns);
    terminal.line();
    Table table =
        new Table().text("column", 9).number("mean", 4).number("scale", 3).text("levels", 5);
    for (Column column : schema.columns()) {
      switch (column) {
        case Column.Numeric numeric ->
            table.row(
                Text.clean(column.name()),
                Text.significant(numeric.mean(), 6),
                Text.significant(numeric.scale(), 6),
                "");
        case Column.Categorical categorical ->
            table.row(
                Text.clean(column.name()),
                "",
                "",
                Text.clip(Text.clean(String.join(", ", categorical.levels())), WIDEST_LEVELS));
      }
    }
    table.print(terminal, columns);
    terminal.line();
  }

  /** Adds it to an object. */
  void json(JsonObject object) {
    object
        .object("schema")
        .put("label", schema.label())
        .put("missing", schema.missing().word())
        .array("columns");
    for (Column column : schema.columns()) {
      object.item().put("name", column.name());
      switch (column) {
        case Column.Numeric numeric ->
            object.put("mean", numeric.mean()).put("scale", numeric.scale());
        case Column.Categorical categorical ->
            object
                .put("levels", categorical.levels())
                .put(
                    "shares",
                    categorical.shares().stream().mapToDouble(Double::doubleValue).toArray());
      }
      object.end();
    }
    object.endArray().end();
  }
}
