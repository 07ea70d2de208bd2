package downhill.report;

import downhill.network.Architecture;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network drawn as in the derivation's Figure 1, in SVG: a column of circles for each layer,
 * joined by edges, with the sizes beneath. Wide layers and deep networks are drawn in part, with
 * dots for the rest.
 */
record NetworkDiagram(Architecture architecture, List<String> classNames) {
  private static final int MOST_COLUMNS = 9;
  private static final int MOST_CIRCLES = 10; // of a layer that is drawn whole
  private static final int LONGEST_NAME = 18;
  private static final int LEFT = 56;
  private static final int APART = 150; // from column to column
  private static final int NARROW = 112; // the same, where there are many
  private static final int MANY = 6;
  private static final int NAMES = 150; // room for the classes' names
  private static final int PITCH = 21; // from circle to circle
  private static final double RADIUS = 7;
  private static final int CENTRE = 150;
  private static final int HEIGHT = 352;

  /**
   * A layer as it is drawn.
   *
   * @param layer l, from 0; −1 for the dots that stand for several
   * @param x its place
   * @param above the circles above the dots
   * @param below the circles below them; 0 where there are no dots
   */
  private record Column(int layer, double x, int above, int below) {
    int circles() {
      return above + below;
    }

    double y(int circle) {
      double gap = below > 0 ? 2 : 0;
      double row = circle < above ? circle : circle + gap;
      return CENTRE + (row - (circles() + gap - 1) / 2) * PITCH;
    }
  }

  void write(Markup out) {
    List<Column> columns = columns();
    int width = LEFT + (columns.size() - 1) * apart() + NAMES;
    out.open(
        "svg",
        "class",
        "network",
        "viewBox",
        "0 0 " + width + " " + HEIGHT,
        "style",
        "min-width:" + width * 7 / 10 + "px;max-width:" + width * 5 / 4 + "px",
        "role",
        "img",
        "aria-labelledby",
        "diagram-title diagram-text");
    out.leaf("title", "The network " + architecture, "id", "diagram-title");
    out.leaf("desc", description(), "id", "diagram-text");
    for (int c = 1; c < columns.size(); c++) {
      Column from = columns.get(c - 1);
      Column to = columns.get(c);
      if (from.layer >= 0 && to.layer >= 0) {
        edges(out, from, to);
      }
    }
    columns.forEach(column -> draw(out, column));
    out.close();
  }

  private String description() {
    int L = architecture.layers();
    return Numbers.count(architecture.inputs(), "input")
        + ", "
        + (L > 1 ? Numbers.count(L - 1L, "hidden layer") + " with ReLU, " : "")
        + Numbers.count(architecture.classes(), "class")
        + " with softmax; every unit is joined to all units of the layer before.";
  }

  private List<Column> columns() {
    int L = architecture.layers();
    if (L < MOST_COLUMNS) {
      return IntStream.rangeClosed(0, L).mapToObj(l -> column(l, l)).toList();
    }
    int half = MOST_COLUMNS / 2;
    return IntStream.range(0, MOST_COLUMNS)
        .mapToObj(c -> column(c < half ? c : c == half ? -1 : L - MOST_COLUMNS + 1 + c, c))
        .toList();
  }

  private int apart() {
    return architecture.layers() < MANY ? APART : NARROW;
  }

  private Column column(int layer, int place) {
    double x = LEFT + place * apart();
    if (layer < 0) {
      return new Column(layer, x, 0, 0);
    }
    int width = architecture.width(layer);
    if (width <= MOST_CIRCLES) {
      return new Column(layer, x, width, 0);
    }
    int half = Math.clamp(Math.round(StrictMath.log(width) / StrictMath.log(2) / 1.6), 3, 6);
    return new Column(layer, x, half, half);
  }

  private static void edges(Markup out, Column from, Column to) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < to.circles(); i++) {
      for (int j = 0; j < from.circles(); j++) {
        path.append('M').append(Numbers.coordinate(from.x + RADIUS)).append(' ');
        path.append(Numbers.coordinate(from.y(j)));
        path.append('L').append(Numbers.coordinate(to.x - RADIUS)).append(' ');
        path.append(Numbers.coordinate(to.y(i)));
      }
    }
    out.empty("path", "class", "edge", "d", path.toString());
  }

  private void draw(Markup out, Column column) {
    if (column.layer < 0) {
      for (int i = -1; i <= 1; i++) {
        circle(out, "dot", column.x + i * PITCH, CENTRE, 2.5);
      }
      label(out, column.x, HEIGHT - 30, "size", "…");
      int drawn = MOST_COLUMNS - 1;
      label(
          out,
          column.x,
          HEIGHT - 10,
          "role",
          Numbers.count(architecture.layers() + 1L - drawn, "layer") + " more");
      return;
    }
    String style =
        column.layer == 0 ? "input" : column.layer == architecture.layers() ? "output" : "hidden";
    for (int i = 0; i < column.circles(); i++) {
      circle(out, style, column.x, column.y(i), RADIUS);
    }
    if (column.below > 0) {
      for (int i = -1; i <= 1; i++) {
        circle(out, "dot", column.x, CENTRE + i * 0.6 * PITCH, 2);
      }
    }
    label(out, column.x, HEIGHT - 30, "size", Numbers.count(architecture.width(column.layer)));
    label(out, column.x, HEIGHT - 10, "role", role(column.layer));
    if (column.layer == architecture.layers() && column.below == 0) {
      names(out, column);
    }
  }

  private String role(int layer) {
    if (layer == 0) {
      return "inputs";
    }
    return layer == architecture.layers() ? "Linear, softmax" : "Linear, ReLU";
  }

  private void names(Markup out, Column column) {
    for (int i = 0; i < column.circles(); i++) {
      String name = classNames.get(i);
      int letters = name.codePointCount(0, name.length());
      String shown =
          letters <= LONGEST_NAME
              ? name
              : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
      out.leaf(
          "text",
          shown,
          "x",
          Numbers.coordinate(column.x + RADIUS + 8),
          "y",
          Numbers.coordinate(column.y(i)),
          "dy",
          ".35em");
    }
  }

  private static void circle(Markup out, String style, double x, double y, double radius) {
    out.empty(
        "circle",
        "class",
        style,
        "cx",
        Numbers.coordinate(x),
        "cy",
        Numbers.coordinate(y),
        "r",
        Numbers.coordinate(radius));
  }

  private static void label(Markup out, double x, int y, String style, String text) {
    out.leaf(
        "text",
        text,
        "class",
        style,
        "x",
        Numbers.coordinate(x),
        "y",
        Integer.toString(y),
        "text-anchor",
        "middle");
  }
}
