package downhill.report;

import downhill.evaluation.Calibration;
import downhill.evaluation.Calibration.Bin;

/**
 * The accuracy of each bin of confidence beside what it should be, in SVG, above how many answers
 * the bin holds.
 */
record ReliabilityDiagram(Calibration calibration, String noun) {
  private static final int WIDTH = 440;
  private static final int LEFT = 58;
  private static final int RIGHT = 24;
  private static final int TOP = 12;
  private static final int MIDDLE = 292; // where the upper part ends
  private static final int LOWER = 306; // where the lower one begins
  private static final int BASE = 366;
  private static final int HEIGHT = 404;

  void write(Markup out) {
    out.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "aria-labelledby",
        "reliability-title reliability-text");
    out.leaf("title", "Reliability diagram", "id", "reliability-title");
    out.leaf(
        "desc",
        "For each bin of confidence a bar as high as its accuracy, the difference to its mean"
            + " confidence, and below how many answers it holds. The table has the numbers.",
        "id",
        "reliability-text");
    Axis x = new Axis(0, 1, 0.2, LEFT, WIDTH - RIGHT);
    Axis y = new Axis(0, 1, 0.2, MIDDLE, TOP);
    axes(out, x, y);
    int most = Math.max(1, calibration.bins().stream().mapToInt(Bin::count).max().orElse(1));
    int bins = calibration.bins().size();
    for (int m = 0; m < bins; m++) {
      Bin bin = calibration.bins().get(m);
      if (bin.count() > 0) {
        double from = x.place((double) m / bins) + 1;
        double to = x.place((m + 1.0) / bins) - 1;
        bar(out, bin, y, from, to);
        double height = Math.max(1, (BASE - LOWER) * (double) bin.count() / most);
        rectangle(out, "count", from, BASE - height, to - from, height);
      }
    }
    out.empty(
        "path",
        "class",
        "ideal",
        "d",
        "M" + LEFT + " " + MIDDLE + "L" + (WIDTH - RIGHT) + " " + TOP);
    out.close();
  }

  private void axes(Markup out, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      String place = Numbers.coordinate(y.place(tick));
      out.empty("path", "class", "grid", "d", "M" + LEFT + " " + place + "H" + (WIDTH - RIGHT));
      out.leaf(
          "text",
          Numbers.percent(tick, 0),
          "x",
          Integer.toString(LEFT - 8),
          "y",
          place,
          "dy",
          ".35em",
          "text-anchor",
          "end");
    }
    out.empty("path", "class", "grid", "d", "M" + LEFT + " " + BASE + "H" + (WIDTH - RIGHT));
    for (double tick : x.ticks()) {
      out.leaf(
          "text",
          Numbers.percent(tick, 0),
          "x",
          Numbers.coordinate(x.place(tick)),
          "y",
          Integer.toString(BASE + 17),
          "text-anchor",
          "middle");
    }
    out.leaf(
        "text",
        "confidence",
        "x",
        Integer.toString((LEFT + WIDTH - RIGHT) / 2),
        "y",
        Integer.toString(HEIGHT - 3),
        "text-anchor",
        "middle");
  }

  private void bar(Markup out, Bin bin, Axis y, double from, double to) {
    double accuracy = y.place(bin.accuracy());
    double confidence = y.place(bin.confidence());
    out.open("g");
    out.leaf(
        "title",
        Numbers.count(bin.count(), noun)
            + ": confidence "
            + Numbers.percent(bin.confidence(), 1)
            + ", accuracy "
            + Numbers.percent(bin.accuracy(), 1));
    double upper = Math.min(accuracy, confidence);
    double lower = Math.max(accuracy, confidence);
    rectangle(out, "accuracy", from, lower, to - from, MIDDLE - lower);
    rectangle(
        out,
        bin.accuracy() < bin.confidence() ? "short" : "beyond",
        from,
        upper,
        to - from,
        lower - upper);
    out.close();
  }

  private static void rectangle(
      Markup out, String style, double x, double y, double width, double height) {
    out.empty(
        "rect",
        "class",
        style,
        "x",
        Numbers.coordinate(x),
        "y",
        Numbers.coordinate(y),
        "width",
        Numbers.coordinate(width),
        "height",
        Numbers.coordinate(height));
  }
}
