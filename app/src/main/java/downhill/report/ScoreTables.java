package downhill.report;

import downhill.evaluation.Calibration.Bin;
import downhill.evaluation.ClassScores;
import downhill.evaluation.Evaluation;

/** The tables of scores: of each class, and of each bin of confidence. */
record ScoreTables(Findings findings) {

  void classes(Markup out) {
    Evaluation evaluation = findings.evaluation();
    out.paragraph(
        "Precision: of what was taken for the class, the share that is of it. Recall: of what is of"
            + " the class, the share that was found. F1: their harmonic mean.",
        "class",
        "quiet");
    ReportPage.openScroll(out, "Scores of each class");
    out.open("table", "class", "scores");
    head(out, "Class", "Precision", "Recall", "F1", findings.pictures() ? "Images" : "Examples");
    out.open("tbody");
    for (int k = 0; k < evaluation.classes(); k++) {
      row(out, findings.name(k), evaluation.scores(k));
    }
    out.close().open("tfoot");
    row(out, "Mean of the classes", evaluation.macroAverage());
    out.close().close().close();
  }

  private static void row(Markup out, String name, ClassScores scores) {
    out.open("tr").leaf("th", name, "scope", "row");
    measure(out, scores.precision());
    measure(out, scores.recall());
    measure(out, scores.f1());
    out.leaf("td", Numbers.count(scores.support())).close();
  }

  private static void measure(Markup out, double share) {
    String length = Numbers.coordinate(Double.isNaN(share) ? 0 : share);
    out.leaf("td", Numbers.percent(share, 1), "class", "measure", "style", "--share:" + length);
  }

  void bins(Markup out) {
    ReportPage.openScroll(out, "Bins of confidence");
    out.open("table", "class", "bins");
    head(
        out,
        "Confidence",
        findings.pictures() ? "Images" : "Examples",
        "Mean",
        "Accuracy",
        "Difference");
    out.open("tbody");
    int bins = findings.calibration().bins().size();
    for (int m = 0; m < bins; m++) {
      Bin bin = findings.calibration().bins().get(m);
      if (bin.count() == 0) {
        continue;
      }
      String range =
          Numbers.fixed(100.0 * m / bins, 1) + " – " + Numbers.percent((m + 1.0) / bins, 1);
      double difference = bin.accuracy() - bin.confidence();
      out.open("tr").leaf("th", range, "scope", "row");
      out.leaf("td", Numbers.count(bin.count()));
      out.leaf("td", Numbers.percent(bin.confidence(), 1));
      out.leaf("td", Numbers.percent(bin.accuracy(), 1));
      out.leaf("td", (difference < 0 ? "−" : "+") + Numbers.fixed(100 * Math.abs(difference), 1));
      out.close();
    }
    out.close().close().close();
  }

  private static void head(Markup out, String... titles) {
    out.open("thead").open("tr");
    for (String title : titles) {
      out.leaf("th", title, "scope", "col");
    }
    out.close().close();
  }
}
