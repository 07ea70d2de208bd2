package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.Dataset;
import downhill.data.TableSchema;
import downhill.explanation.WeightExplanation;
import downhill.explanation.WeightExplanation.Term;
import downhill.explanation.WeightIndex;
import downhill.network.Architecture;
import java.util.List;

/** The gradient of one weight and of its unit's bias, factor by factor, and what they do. */
record WeightReport(Terminal terminal, int columns) {
  private static final int LARGEST_TERMS = 5;
  private static final int DIGITS = 6;

  void print(
      WeightExplanation e, Architecture architecture, Dataset examples, double learningRate) {
    WeightIndex at = e.at();
    int l = at.layer();
    boolean last = l == architecture.layers();
    headline(
        "Weight %d,%d,%d: layer %d, from %s to %s"
            .formatted(
                l,
                at.unit(),
                at.input(),
                l,
                source(at, examples),
                last
                    ? "class " + at.unit() + " (" + name(examples, at.unit()) + ")"
                    : "unit " + at.unit()));
    if (last) {
      lastLayer(e);
    } else {
      hiddenLayer(e, architecture.width(l + 1));
    }
    beside(e.gradient(), e.weightDifference());

    headline("Its unit's bias");
    equation(last ? "(11)  ∂Loss/∂bᵢ = aᵢ − yᵢ" : "(19)  ∂Loss/∂bᵢ = ReLU′(zᵢ) · Σₖ wₖᵢ δₖ");
    value("∂Loss/∂bᵢ", e.delta());
    beside(e.delta(), e.biasDifference());

    headline("One step downhill with this example alone (section 7)");
    equation("wᵢⱼ ← wᵢⱼ − η ∂Loss/∂wᵢⱼ");
    text("η", Text.setting(learningRate));
    value("wᵢⱼ before", e.weight());
    value("wᵢⱼ after", e.weight() - learningRate * e.gradient());
    value("bᵢ before", e.bias());
    value("bᵢ after", e.bias() - learningRate * e.delta());
  }

  private void lastLayer(WeightExplanation e) {
    equation("(9)   ∂Loss/∂wᵢⱼ = (aᵢ − yᵢ) · aⱼ");
    value("aᵢ", e.probability());
    text("yᵢ", Text.setting(e.target()));
    value("aᵢ − yᵢ", e.delta());
    value("aⱼ, the layer before", e.input());
    value("∂Loss/∂wᵢⱼ", e.gradient());
  }

  private void hiddenLayer(WeightExplanation e, int next) {
    int nextLayer = e.at().layer() + 1;
    equation("(17)  ∂Loss/∂wᵢⱼ = ReLU′(zᵢ) · Σₖ wₖᵢ δₖ · aⱼ");
    value("zᵢ", e.logit());
    text("ReLU′(zᵢ)", Text.setting(e.slope()));
    value("Σₖ wₖᵢ δₖ", e.sum());
    value("aⱼ", e.input());
    value("∂Loss/∂wᵢⱼ", e.gradient());
    terminal.line();
    List<Term> largest = e.terms().subList(0, Math.min(LARGEST_TERMS, e.terms().size()));
    String what =
        largest.size() < next
            ? "The sum runs over the %d units k of layer %d; its largest terms:"
            : "The sum runs over the %d units k of layer %d:";
    terminal.paragraph(what.formatted(next, nextLayer), columns);
    Table table =
        new Table()
            .number("k", 9, 5)
            .number("wₖᵢ", 5)
            .number("δₖ", 4)
            .number("wₖᵢ δₖ", 8)
            .number("so far", 3);
    double soFar = 0;
    for (Term term : largest) {
      soFar += term.product();
      table.row(
          Integer.toString(term.k()),
          Text.significant(term.weight(), 4),
          Text.significant(term.delta(), 4),
          Text.significant(term.product(), 4),
          Text.significant(soFar, 4));
    }
    table.print(terminal, columns);
  }

  private void beside(double said, double measured) {
    terminal.line();
    value("by the equation", said, 12);
    if (Double.isNaN(measured)) {
      terminal.paragraph(
          "  not measured: a unit switches within the smallest wiggle (a kink of ReLU)", columns);
      return;
    }
    value("by central difference", measured, 12);
    double scale = Math.max(Math.abs(said), Math.abs(measured));
    value("relative difference", scale == 0 ? 0 : Math.abs(said - measured) / scale, 2);
  }

  private void headline(String text) {
    terminal.line();
    for (String line : Text.wrap(text, columns)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    terminal.line();
  }

  private void equation(String text) {
    for (String line : Text.wrap(text, columns - 2)) {
      terminal.line("  " + terminal.paint(Style.CYAN, line));
    }
    terminal.line();
  }

  private void value(String name, double value) {
    value(name, value, DIGITS);
  }

  private void value(String name, double value, int digits) {
    text(name, Text.significant(value, digits));
  }

  private void text(String name, String value) {
    String padded = Text.left(name, Math.clamp(columns - 20L, 8, 24));
    terminal.line("  " + padded + " = " + value);
  }

  private static String source(WeightIndex at, Dataset examples) {
    if (at.layer() > 1) {
      return "unit %d of layer %d".formatted(at.input(), at.layer() - 1);
    }
    TableSchema schema = examples.schema();
    if (schema != null) {
      return "input %d (%s)".formatted(at.input(), Text.clean(schema.inputNames().get(at.input())));
    }
    if (examples.height() == 1) {
      return "input " + at.input();
    }
    int plane = examples.height() * examples.width();
    int pixel = at.input() % plane;
    String colour =
        examples.channels() == 3
            ? List.of("red", "green", "blue").get(at.input() / plane) + ", "
            : "";
    return "pixel %d (%srow %d, column %d)"
        .formatted(at.input(), colour, pixel / examples.width(), pixel % examples.width());
  }

  private static String name(Dataset examples, int k) {
    return Text.clean(examples.classNames().get(k));
  }
}
