package downhill.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** A chart of lines over the epochs, in SVG, with a legend that also tells where they end. */
final class LineChart {
  private static final int WIDTH = 440;
  private static final int HEIGHT = 256;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 42;
  private static final int MOST_POINTS = 80; // beyond that, dots would be a band

  /** How values are written. */
  enum Unit {
    PLAIN,
    PERCENT
  }

  /**
   * A line.
   *
   * @param name what it shows
   * @param style the class of the style sheet that colours it
   * @param values one for each epoch; {@code NaN} leaves a gap
   */
  record Line(String name, String style, double[] values) {
    boolean hasValues() {
      return Arrays.stream(values).anyMatch(Double::isFinite);
    }
  }

  private final String id;
  private final String title;
  private final String explanation;
  private final Unit unit;
  private final int[] epochs;
  private final List<Line> lines = new ArrayList<>();

  LineChart(String id, String title, String explanation, Unit unit, int[] epochs) {
    this.id = id;
    this.title = title;
    this.explanation = explanation;
    this.unit = unit;
    this.epochs = epochs;
  }

  /** Adds a line, unless it has no values. */
  LineChart line(String name, String style, double[] values) {
    Line line = new Line(name, style, values);
    if (line.hasValues()) {
      lines.add(line);
    }
    return this;
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Writes the chart; nothing where it has no line. */
  void write(Markup out) {
    if (isEmpty()) {
      return;
    }
    Axis x = Axis.whole(epochs[0], epochs[epochs.length - 1], 8, LEFT, WIDTH - RIGHT);
    Axis y =
        Axis.around(
            lines.stream().flatMapToDouble(line -> Arrays.stream(line.values)),
            unit == Unit.PERCENT ? 1 : Double.POSITIVE_INFINITY,
            5,
            HEIGHT - BOTTOM,
            TOP);
    out.open("figure", "class", "card chart");
    out.open("figcaption").leaf("h3", title);
    out.paragraph(explanation, "class", "quiet");
    legend(out);
    out.close();
    out.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "aria-labelledby",
        id + "-title " + id + "-text");
    out.leaf("title", title + " over the epochs", "id", id + "-title");
    out.leaf("desc", description(), "id", id + "-text");
    axes(out, x, y);
    for (Line line : lines) {
      draw(out, line, x, y);
    }
    out.close();
    out.close();
  }

  private void legend(Markup out) {
    out.open("ul", "class", "legend");
    for (Line line : lines) {
      out.open("li", "class", line.style);
      out.open("svg", "viewBox", "0 0 26 10", "aria-hidden", "true");
      out.empty("path", "class", "line", "d", "M1 5H25");
      out.close();
      out.text(line.name + " ").leaf("b", written(last(line))).close();
    }
    out.close();
  }

  private String description() {
    List<String> parts = new ArrayList<>();
    for (Line line : lines) {
      double first = Arrays.stream(line.values).filter(Double::isFinite).findFirst().orElse(0);
      parts.add(line.name + " from " + written(first) + " to " + written(last(line)));
    }
    return String.join("; ", parts) + ".";
  }

  private static double last(Line line) {
    return Arrays.stream(line.values).filter(Double::isFinite).reduce((a, b) -> b).orElse(0);
  }

  private String written(double value) {
    return unit == Unit.PERCENT ? Numbers.percent(value, 2) : Numbers.significant(value, 4);
  }

  private void axes(Markup out, Axis x, Axis y) {
    int digits = unit == Unit.PERCENT ? Math.max(0, y.digits() - 2) : y.digits();
    for (double tick : y.ticks()) {
      String place = Numbers.coordinate(y.place(tick));
      out.empty("path", "class", "grid", "d", "M" + LEFT + " " + place + "H" + (WIDTH - RIGHT));
      String label =
          unit == Unit.PERCENT
              ? Numbers.percent(tick, digits)
              : y.step() < 1e-4 ? Numbers.significant(tick, 2) : Numbers.fixed(tick, digits);
      out.leaf(
          "text",
          label,
          "x",
          Integer.toString(LEFT - 8),
          "y",
          place,
          "dy",
          ".35em",
          "text-anchor",
          "end");
    }
    double first = epochs[0];
    // The first epoch has a label too, where there is room before the first round one.
    DoubleStream.concat(DoubleStream.of(first), Arrays.stream(x.ticks()))
        .filter(tick -> tick == first || tick - first >= 0.6 * x.step())
        .filter(tick -> tick <= epochs[epochs.length - 1])
        .distinct()
        .forEach(tick ->
            out.leaf(
                "text",
                Numbers.count(Math.round(tick)),
                "x",
                Numbers.coordinate(x.place(tick)),
                "y",
                Integer.toString(HEIGHT - BOTTOM + 20),
                "text-anchor",
                "middle"));
    out.leaf(
        "text",
        "epoch",
        "x",
        Integer.toString((LEFT + WIDTH - RIGHT) / 2),
        "y",
        Integer.toString(HEIGHT - 3),
        "text-anchor",
        "middle");
  }

  private void draw(Markup out, Line line, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < epochs.length; i++) {
      double value = line.values[i];
      if (Double.isFinite(value)) {
        path.append(pen ? 'L' : 'M')
            .append(Numbers.coordinate(x.place(epochs[i])))
            .append(' ')
            .append(Numbers.coordinate(y.place(value)));
      }
      pen = Double.isFinite(value);
    }
    out.open("g", "class", line.style);
    out.empty("path", "class", "line", "d", path.toString());
    if (epochs.length <= MOST_POINTS) {
      for (int i = 0; i < epochs.length; i++) {
        if (Double.isFinite(line.values[i])) {
          String cx = Numbers.coordinate(x.place(epochs[i]));
          String cy = Numbers.coordinate(y.place(line.values[i]));
          out.open("circle", "cx", cx, "cy", cy, "r", "3");
          out.leaf(
              "title", "epoch " + epochs[i] + ", " + line.name + " " + written(line.values[i]));
          out.close();
        }
      }
    }
    out.close();
  }
}
