package downhill.app;

import downhill.app.Terminal.Style;
import downhill.equations.ForwardPass;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A forward pass in tables: each layer, then the classes and the loss. */
record PassReport(Terminal terminal, int columns) {
  private static final int SMALL_LAYER = 6;

  void print(ForwardPass pass, int label, List<String> classNames) {
    terminal.line(terminal.paint(Style.BOLD, "Forward pass, in double precision"));
    terminal.line();
    layers(pass);
    terminal.line();
    classes(pass, label, classNames);
    terminal.line();
    double p = pass.probabilities()[label];
    terminal.paragraph(
        "Loss = −log a[%d] = −log %s = %s nats"
            .formatted(label, Text.significant(p, 6), Text.significant(pass.loss(label), 6)),
        columns);
  }

  private void layers(ForwardPass pass) {
    Table table =
        new Table()
            .text("layer", 9)
            .number("size", 5)
            .number("active", 6)
            .number("least", 4)
            .number("greatest", 7);
    row(table, "a⁰ = x", pass.activations(0));
    int L = pass.depth();
    for (int l = 1; l <= L; l++) {
      String up = superscript(l);
      row(table, "z%s = W%s a%s + b%s".formatted(up, up, superscript(l - 1), up), pass.logits(l));
      row(
          table,
          (l < L ? "a%s = ReLU(z%s)" : "a%s = softmax(z%s)").formatted(up, up),
          pass.activations(l));
    }
    table.print(terminal, columns);
    for (int l = 1; l < L; l++) {
      if (pass.logits(l).length <= SMALL_LAYER) {
        String up = superscript(l);
        terminal.line();
        terminal.paragraph("z%s = %s".formatted(up, vector(pass.logits(l))), columns);
        terminal.paragraph("a%s = %s".formatted(up, vector(pass.activations(l))), columns);
      }
    }
  }

  private static void row(Table table, String name, double[] values) {
    table.row(
        name,
        Text.count(values.length),
        Text.count(Arrays.stream(values).filter(v -> v > 0).count()),
        Text.significant(Arrays.stream(values).min().orElse(0), 4),
        Text.significant(Arrays.stream(values).max().orElse(0), 4));
  }

  private static String vector(double[] values) {
    return Arrays.stream(values)
        .mapToObj(v -> Text.significant(v, 4))
        .collect(Collectors.joining(" ", "(", ")"));
  }

  private void classes(ForwardPass pass, int label, List<String> classNames) {
    double[] z = pass.logits(pass.depth());
    double[] a = pass.probabilities();
    Table table =
        new Table()
            .number("k", 4)
            .text("class", 9)
            .number("logit z", 6)
            .number("probability a", 8)
            .number("y", 3)
            .number("a − y", 5);
    for (int k = 0; k < a.length; k++) {
      int y = k == label ? 1 : 0;
      table.row(
          y == 1 ? Style.GREEN : Style.PLAIN,
          Integer.toString(k),
          Text.clean(classNames.get(k)),
          Text.fixed(z[k], 4),
          Text.significant(a[k], 4),
          Integer.toString(y),
          Text.significant(a[k] - y, 4));
    }
    table.print(terminal, columns);
  }

  /** Returns a layer's number as the derivation writes it, above the line. */
  static String superscript(int l) {
    return Integer.toString(l)
        .chars()
        .mapToObj(c -> String.valueOf("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0')))
        .collect(Collectors.joining());
  }
}
