package downhill.tuning;

/** One plot of a picture: a frame with its axes, and what is drawn in it. */
final class Plot {
  private static final String QUIET = "#e4e4e4";
  private static final String TEXT = "#444444";
  private static final double RADIUS = 5.5;

  /**
   * Where a plot lies in the picture.
   *
   * @param left of its left edge
   * @param top of its upper edge
   * @param width of the plot itself, without what is written beside it
   * @param height likewise
   */
  record Frame(int left, int top, int width, int height) {}

  /** What a point looks like. */
  enum Shape {
    BEST("the best"),
    FULL("trained to the end"),
    HOLLOW("dropped before"),
    EDGE("beyond the edge"),
    CROSS("diverged");

    private final String meaning;

    Shape(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  private final Svg svg;
  private final Frame frame;
  private final Axis across;
  private final Axis up;

  Plot(Svg svg, Frame frame, Axis across, Axis up) {
    this.svg = svg;
    this.frame = frame;
    this.across = across;
    this.up = up;
  }

  private double x(double at) {
    return frame.left + at * frame.width;
  }

  private double y(double at) {
    return frame.top + (1 - at) * frame.height;
  }

  /** Draws the axes, and what they mean. */
  void axes(String acrossLabel, String upLabel) {
    double bottom = y(0);
    for (Axis.Tick tick : across.ticks()) {
      double x = x(tick.at());
      svg.add("line", "x1", x, "y1", y(1), "x2", x, "y2", bottom, "stroke", QUIET);
      svg.text(tick.label(), "x", x, "y", bottom + 20, "text-anchor", "middle", "fill", TEXT);
    }
    for (Axis.Tick tick : up.ticks()) {
      double y = y(tick.at());
      svg.add("line", "x1", x(0), "y1", y, "x2", x(1), "y2", y, "stroke", QUIET);
      svg.text(tick.label(), "x", x(0) - 8, "y", y + 4, "text-anchor", "end", "fill", TEXT);
    }
    svg.add(
        "rect",
        "x",
        frame.left,
        "y",
        frame.top,
        "width",
        frame.width,
        "height",
        frame.height,
        "fill",
        "none",
        "stroke",
        "#888888");
    svg.text(acrossLabel, "x", x(0.5), "y", bottom + 42, "text-anchor", "middle");
    double middle = y(0.5);
    double left = frame.left - 58.0;
    svg.text(
        upLabel,
        "x",
        left,
        "y",
        middle,
        "text-anchor",
        "middle",
        "transform",
        "rotate(-90 %s %s)".formatted(Svg.length(left), Svg.length(middle)));
  }

  /** Draws a point; at the edge where it would lie outside. */
  void point(double atX, double atY, Shape shape, String colour, String title) {
    boolean outside = atY < 0 || atY > 1;
    double inside = Math.clamp(atY, 0, 1);
    mark(x(atX), y(inside), outside ? Shape.EDGE : shape, colour, title);
  }

  /** Draws the mark of a point. */
  void mark(double x, double y, Shape shape, String colour, String title) {
    switch (shape) {
      case BEST -> {
        circle(x, y, RADIUS + 4, "none", colour, title);
        circle(x, y, RADIUS, colour, colour, title);
      }
      case FULL -> circle(x, y, RADIUS, colour, colour, title);
      case HOLLOW -> circle(x, y, RADIUS - 1, "#ffffff", colour, title);
      case EDGE -> path("M%s %sl10 0l-5 9z".formatted(s(x - 5), s(y - 4)), colour, colour, title);
      case CROSS ->
          path("M%s %sl9 9m0 -9l-9 9".formatted(s(x - 4.5), s(y - 4.5)), "none", colour, title);
    }
  }

  /** Draws a line through points, cut off at the edge of the plot. */
  void curve(double[] xs, double[] ys, String colour, boolean thick, String title) {
    if (xs.length == 1 && ys[0] >= 0 && ys[0] <= 1) {
      svg.titled(title, "circle", "cx", x(xs[0]), "cy", y(ys[0]), "r", 2.5, "fill", colour);
    }
    StringBuilder path = new StringBuilder();
    for (int i = 1; i < xs.length; i++) {
      segment(path, xs[i - 1], ys[i - 1], xs[i], ys[i]);
    }
    if (path.isEmpty()) {
      return;
    }
    svg.titled(
        title,
        "path",
        "d",
        path,
        "fill",
        "none",
        "stroke",
        colour,
        "stroke-width",
        thick ? 4 : 1.6,
        "stroke-linecap",
        "round");
  }

  private void segment(StringBuilder path, double x1, double y1, double x2, double y2) {
    double from = enter(y1, y2);
    double to = 1 - enter(y2, y1);
    if (from < to) {
      path.append(
          "M%s %sL%s %s"
              .formatted(
                  s(x(x1 + from * (x2 - x1))),
                  s(y(y1 + from * (y2 - y1))),
                  s(x(x1 + to * (x2 - x1))),
                  s(y(y1 + to * (y2 - y1)))));
    }
  }

  /** Returns at which part of the way from a to b the plot begins; 1 where it never does. */
  private static double enter(double a, double b) {
    if (a >= 0 && a <= 1) {
      return 0;
    }
    double edge = a < 0 ? 0 : 1;
    boolean crosses = a < 0 ? b > 0 : b < 1;
    return crosses ? (edge - a) / (b - a) : 1;
  }

  private void circle(double x, double y, double radius, String fill, String stroke, String title) {
    svg.titled(
        title,
        "circle",
        "cx",
        x,
        "cy",
        y,
        "r",
        radius,
        "fill",
        fill,
        "stroke",
        stroke,
        "stroke-width",
        2,
        "fill-opacity",
        0.8);
  }

  private void path(String d, String fill, String stroke, String title) {
    svg.titled(title, "path", "d", d, "fill", fill, "stroke", stroke, "stroke-width", 2);
  }

  private static String s(double value) {
    return Svg.length(value);
  }
}
