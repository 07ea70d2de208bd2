package downhill.report;

import downhill.evaluation.Evaluation;
import downhill.report.Findings.Confusion;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The confusion matrix: a table whose cells are the darker the greater their share of the row, or a
 * picture where there are too many classes for numbers.
 */
record ConfusionMatrix(Findings findings) {
  private static final int MOST_IN_TABLE = 20;
  private static final int MOST_IN_PICTURE = 512;
  private static final int MOST_CONFUSED = 5;
  private static final double DEEPEST = 0.8; // beyond that, text can't be read well
  private static final int SHADES = 128;

  void write(Markup out) {
    int classes = findings.evaluation().classes();
    List<Confusion> confused = findings.mostConfused(MOST_CONFUSED);
    if (confused.isEmpty()) {
      out.paragraph("Nothing was confused.");
    } else {
      out.paragraph(
          confused.stream()
              .map(c ->
                  findings.name(c.actual())
                      + " taken for "
                      + findings.name(c.predicted())
                      + " ("
                      + Numbers.count(c.count())
                      + ")")
              .collect(Collectors.joining(", ", "Most often confused: ", ".")));
    }
    if (classes <= MOST_IN_TABLE) {
      table(out, classes);
    } else if (classes <= MOST_IN_PICTURE) {
      picture(out, classes);
    } else {
      out.paragraph(
          Numbers.count(classes, "class") + " are too many to draw the matrix.", "class", "quiet");
    }
  }

  private void table(Markup out, int classes) {
    out.paragraph("Rows: what it is. Columns: what it was taken for.", "class", "quiet");
    ReportPage.openScroll(out, "Confusion matrix");
    out.open("table", "class", "confusion");
    out.open("thead").open("tr");
    out.leaf("td", "");
    for (int p = 0; p < classes; p++) {
      out.open("th", "scope", "col").leaf("span", findings.name(p)).close();
    }
    out.close().close();
    out.open("tbody");
    for (int actual = 0; actual < classes; actual++) {
      out.open("tr").leaf("th", findings.name(actual), "scope", "row");
      for (int predicted = 0; predicted < classes; predicted++) {
        cell(out, actual, predicted);
      }
      out.close();
    }
    out.close().close().close();
  }

  private void cell(Markup out, int actual, int predicted) {
    Evaluation evaluation = findings.evaluation();
    int count = evaluation.confusion(actual, predicted);
    double share = (double) count / Math.max(1, evaluation.scores(actual).support());
    double shade = shade(share, actual == predicted);
    String kind = actual == predicted ? "hit" : "miss";
    out.leaf(
        "td",
        count == 0 ? "·" : Numbers.count(count),
        "class",
        count == 0 ? "zero" : kind,
        "style",
        "--shade:" + Numbers.coordinate(shade),
        "title",
        findings.name(actual)
            + " taken for "
            + findings.name(predicted)
            + ": "
            + Numbers.count(count)
            + ", "
            + Numbers.percent(share, 1));
  }

  // Mistakes are rare beside hits; the root lets the smaller ones be seen.
  private static double shade(double share, boolean hit) {
    return hit ? 0.15 + (DEEPEST - 0.15) * share : Math.min(DEEPEST, 1.3 * Math.sqrt(share));
  }

  private void picture(Markup out, int classes) {
    byte[] pixels = new byte[classes * classes];
    for (int actual = 0; actual < classes; actual++) {
      double support = Math.max(1, findings.evaluation().scores(actual).support());
      for (int p = 0; p < classes; p++) {
        double share = findings.evaluation().confusion(actual, p) / support;
        double shade = share == 0 ? 0 : shade(share, actual == p);
        int index = (int) Math.round(shade * (SHADES - 1)) + (actual == p ? 0 : SHADES);
        pixels[actual * classes + p] = (byte) index;
      }
    }
    int[] colours = new int[2 * SHADES];
    for (int i = 0; i < SHADES; i++) {
      int alpha = Math.round(255f * i / (SHADES - 1)) << 24;
      colours[i] = alpha | 0x2f6fde;
      colours[SHADES + i] = alpha | 0xd0620f;
    }
    out.open("figure", "class", "matrix");
    out.empty(
        "img",
        "class",
        "pixels",
        "width",
        Integer.toString(classes),
        "height",
        Integer.toString(classes),
        "src",
        Png.indexed(pixels, classes, classes, colours),
        "alt",
        "Confusion matrix of " + Numbers.count(classes, "class"));
    out.leaf(
        "figcaption",
        "Rows: what it is. Columns: what it was taken for. Blue: right. Orange: mistakes. The "
            + "deeper, the greater the share of the row.",
        "class",
        "quiet");
    out.close();
  }
}
