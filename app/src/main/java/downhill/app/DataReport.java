package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.Dataset;
import downhill.data.DatasetSummary;
import downhill.data.Duplicates;
import downhill.report.ContactSheet;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about data, for people and for programs.
 *
 * @param findings what it is
 * @param sheet the contact sheet that was written; null for none
 */
record DataReport(DataFindings findings, @Nullable Path sheet) {
  private static final int PAIRS = 5;
  private static final int LISTED = 50;

  void print(Terminal terminal) {
    int columns = terminal.columns() - 1;
    Dataset train = findings.datasets().train();
    String headline =
        "%s: %s to learn from, %s to test by, of %s, %s"
            .formatted(
                findings.name(),
                Text.count(train.size(), train.hasBytes() ? "example" : "row"),
                Text.count(findings.test().examples()),
                findings.table() == null
                    ? train.shape()
                    : Text.count(findings.table().train().columns().size(), "column"),
                Text.count(train.classes(), "class"));
    for (String line : Text.wrap(headline, columns)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    images(terminal, columns);
    terminal.line();
    classes(terminal, columns);
    terminal.line();
    if (findings.table() == null) {
      values(terminal, columns);
    } else {
      new ColumnReport(findings.table()).print(terminal, columns);
    }
    terminal.line();
    duplicates(terminal, columns);
    unreadable(terminal, columns);
    if (sheet != null) {
      terminal.line();
      terminal.paragraph(
          "Written  %s, a row for each class%s"
              .formatted(
                  Text.clean(sheet.toString()),
                  train.classes() > ContactSheet.MAX_CLASSES
                      ? " from 0 to " + (ContactSheet.MAX_CLASSES - 1)
                      : ""),
          columns);
    }
  }

  private void images(Terminal terminal, int columns) {
    DataFindings.Images images = findings.images();
    if (images == null) {
      return;
    }
    String sizes =
        images.sizes().areOne()
            ? "all " + images.sizes().least()
            : images.sizes().least() + " to " + images.sizes().greatest();
    terminal.paragraph(
        "Images are %s (height x width), looked at as %s.".formatted(sizes, images.preparation()),
        columns);
    if (images.testFraction() > 0) {
      terminal.paragraph(
          "There is no test part, so %s of each class is held out."
              .formatted(Text.percent(images.testFraction(), 0)),
          columns);
    }
  }

  private void classes(Terminal terminal, int columns) {
    DatasetSummary train = findings.train();
    DatasetSummary test = findings.test();
    Table table =
        new Table()
            .text("class", 8)
            .number("", 9)
            .number("train", 7)
            .number("share", 3)
            .number("test", 5)
            .number("share", 2);
    List<String> names = findings.datasets().train().classNames();
    for (int k = 0; k < names.size(); k++) {
      int learned = train.classCounts().get(k);
      int tested = test.classCounts().get(k);
      table.row(
          Text.clean(names.get(k)),
          Integer.toString(k),
          Text.count(learned),
          Text.percent((double) learned / train.examples(), 1),
          Text.count(tested),
          Text.percent((double) tested / test.examples(), 1));
    }
    table.print(terminal, columns);
    double imbalance = train.imbalance();
    terminal.paragraph(
        imbalance == 1
            ? "All classes are equally large."
            : Double.isFinite(imbalance)
                ? "The largest class has %s examples to learn from for one of the smallest."
                    .formatted(Text.fixed(imbalance, 2))
                : "At least one class has no example to learn from.",
        columns);
  }

  private void values(Terminal terminal, int columns) {
    Table table =
        new Table()
            .text("values (bytes / 255)", 9)
            .number("least", 6)
            .number("greatest", 7)
            .number("mean", 8)
            .number("deviation", 4)
            .number("zeros", 5)
            .number("always alike", 3);
    row(table, "train", findings.train());
    row(table, "test", findings.test());
    table.print(terminal, columns);
  }

  private void row(Table table, String name, DatasetSummary summary) {
    table.row(
        name,
        Text.significant(summary.least(), 4),
        Text.significant(summary.greatest(), 4),
        Text.fixed(summary.mean(), 4),
        Text.fixed(summary.deviation(), 4),
        Text.percent(summary.zeros(), 1),
        "%s of %s"
            .formatted(
                Text.count(summary.constant()),
                Text.count(findings.datasets().train().features())));
  }

  private void duplicates(Terminal terminal, int columns) {
    Duplicates d = findings.duplicates();
    int all = d.train() + d.test() + d.between();
    if (all == 0) {
      terminal.line("No two examples are equal.");
      return;
    }
    Table table = new Table().text("examples that equal an earlier one", 9).number("", 8);
    table.row("in train", Text.count(d.train()));
    table.row("in test", Text.count(d.test()));
    table.row(
        d.between() > 0 ? Style.RED : Style.PLAIN,
        "in test, and learned from in train",
        Text.count(d.between()));
    table.row(
        d.contradictions() > 0 ? Style.RED : Style.PLAIN,
        "of all these, with another class",
        Text.count(d.contradictions()));
    table.print(terminal, columns);
    for (Duplicates.Pair pair : d.first().subList(0, Math.min(PAIRS, d.first().size()))) {
      terminal.paragraph(
          "%s = %s%s"
              .formatted(
                  Text.clean(findings.place(pair.example())),
                  Text.clean(findings.place(pair.earlier())),
                  pair.contradicts() ? ", of another class" : ""),
          columns);
    }
    if (all > PAIRS) {
      terminal.line("and " + Text.count(all - PAIRS) + " more");
    }
  }

  private void unreadable(Terminal terminal, int columns) {
    DataFindings.Images images = findings.images();
    if (images == null) {
      return;
    }
    if (!images.unreadable().isEmpty()) {
      terminal.line();
      terminal.line(
          terminal.paint(
              Style.RED, Text.count(images.unreadable().size(), "image") + " can't be read:"));
      images.unreadable().forEach(image -> terminal.paragraph(Text.clean(image.reason()), columns));
    }
    if (!images.others().isEmpty()) {
      terminal.line();
      terminal.paragraph(
          "Left out because they are no images of a class: "
              + String.join(", ", images.others().stream().limit(LISTED).map(Text::clean).toList())
              + (images.others().size() > LISTED
                  ? " and " + Text.count(images.others().size() - LISTED) + " more"
                  : ""),
          columns);
    }
  }

  /** Returns one JSON object. */
  String json() {
    Dataset train = findings.datasets().train();
    JsonObject object =
        new JsonObject()
            .put("data", findings.name())
            .put("channels", train.channels())
            .put("height", train.height())
            .put("width", train.width())
            .put("features", train.features())
            .put("classes", train.classNames());
    part(object, "train", findings.train(), train);
    part(object, "test", findings.test(), findings.datasets().test());
    Duplicates d = findings.duplicates();
    object
        .object("duplicates")
        .put("train", d.train())
        .put("test", d.test())
        .put("between", d.between())
        .put("contradictions", d.contradictions())
        .array("first");
    for (Duplicates.Pair pair : d.first()) {
      object
          .item()
          .put("example", findings.place(pair.example()))
          .put("equals", findings.place(pair.earlier()))
          .put("contradicts", pair.contradicts())
          .end();
    }
    object.endArray().end();
    images(object);
    if (findings.table() != null) {
      new ColumnReport(findings.table()).json(object);
    }
    if (sheet != null) {
      object.put("sheet", sheet.toString());
    }
    return object.line();
  }

  private static void part(JsonObject object, String name, DatasetSummary s, Dataset data) {
    object
        .object(name)
        .put("examples", s.examples())
        .put("class_counts", s.classCounts().stream().mapToInt(n -> n).toArray())
        .put("imbalance", s.imbalance())
        .put("least", s.least())
        .put("greatest", s.greatest())
        .put("mean", s.mean())
        .put("deviation", s.deviation())
        .put("zeros", s.zeros())
        .put("constant_features", s.constant())
        .put("sha256", data.sha256())
        .end();
  }

  private void images(JsonObject object) {
    DataFindings.Images images = findings.images();
    if (images == null) {
      return;
    }
    object
        .object("images")
        .put("least", images.sizes().least().toString())
        .put("greatest", images.sizes().greatest().toString())
        .put("preparation", images.preparation().toString())
        .put("test_fraction", images.testFraction())
        .array("unreadable");
    images
        .unreadable()
        .forEach(image ->
            object.item().put("file", image.file().toString()).put("reason", image.reason()).end());
    object.endArray().put("others", images.others()).end();
  }
}
