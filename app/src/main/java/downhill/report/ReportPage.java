package downhill.report;

import downhill.evaluation.Evaluation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page {@code report.html}: one file that asks for no other. */
final class ReportPage {
  private static final int SHOWN = 24; // worst mistakes, and least sure ones

  private final Findings findings;
  private final Markup out = new Markup();
  private final Map<String, String> sections = new LinkedHashMap<>();

  ReportPage(Findings findings) {
    this.findings = findings;
    if (findings.history().epochs().length > 0) {
      sections.put("curves", "How it learned");
    }
    sections.put("confusion", "What it confuses");
    sections.put("classes", "Each class");
    sections.put("calibration", "How sure it is");
    sections.put("mistakes", "Worst mistakes");
    sections.put("unsure", "Least sure");
    sections.put("network", "The network");
    if (new WeightPictures(findings).canBeDrawn()) {
      sections.put("weights", "The first layer");
    }
    sections.put("provenance", "Made from");
  }

  /** Returns the page; it is well-formed XML as well. */
  String html() {
    out.verbatim("<!DOCTYPE html>\n").open("html", "lang", "en");
    head();
    out.open("body");
    header();
    out.open("main");
    curves();
    confusion();
    classes();
    calibration();
    mistakes();
    unsure();
    network();
    weights();
    provenance();
    out.close();
    out.open("footer").text("Written by Downhill. ");
    out.text("The same model, data and history give this file again, byte for byte.");
    out.close().close().close();
    return out.toString();
  }

  private void head() {
    out.open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.empty("meta", "name", "color-scheme", "content", "light dark");
    // Whatever is in the names: nothing is fetched, and no script runs.
    out.empty(
        "meta",
        "http-equiv",
        "Content-Security-Policy",
        "content",
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    out.leaf("title", findings.title() + " – Downhill");
    out.open("style").verbatim(style()).close();
    out.close();
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void header() {
    Evaluation evaluation = findings.evaluation();
    double[] interval = findings.interval();
    out.open("header");
    out.paragraph("Downhill · training report", "class", "kicker");
    out.open("h1").text(findings.subject().dataName() + " ");
    out.leaf("span", findings.architecture().toString()).close();
    out.open("div", "class", "result");
    out.leaf("p", Numbers.percent(evaluation.accuracy(), 2), "class", "score");
    out.paragraph(
        "of "
            + Numbers.count(evaluation.examples(), "test " + findings.noun())
            + " are classified right. They are a sample; the 95 % interval is "
            + Numbers.fixed(100 * interval[0], 1)
            + " to "
            + Numbers.percent(interval[1], 1)
            + ".");
    out.close();
    out.open("dl", "class", "facts");
    fact("Loss", Numbers.fixed(evaluation.loss(), 4));
    fact("Mean F1", Numbers.percent(evaluation.macroAverage().f1(), 2));
    fact("Calibration error", Numbers.percent(findings.calibration().expectedError(), 2));
    fact("Parameters", Numbers.count(findings.architecture().parameters()));
    fact("Classes", Numbers.count(evaluation.classes()));
    String epochs = findings.model().provenance().get("epochs");
    if (epochs != null) {
      fact("Epochs", epochs);
    }
    out.close();
    out.open("nav", "aria-label", "Sections");
    sections.forEach((id, title) -> out.leaf("a", title, "href", "#" + id).text(" "));
    out.close().close();
  }

  /** Returns what to think of two shares, by what is written of them. */
  static String verdict(double confidence, double accuracy) {
    if (Numbers.percent(confidence, 1).equals(Numbers.percent(accuracy, 1))) {
      return "on the whole it is as sure as it may be.";
    }
    return confidence > accuracy ? "it is too sure of itself." : "it is rather modest.";
  }

  private void fact(String name, String value) {
    out.open("div").leaf("dt", name).leaf("dd", value).close();
  }

  private void section(String id) {
    out.open("section", "id", id).leaf("h2", String.valueOf(sections.get(id)));
  }

  /** Opens a box that wide content scrolls in, also by keyboard. */
  static void openScroll(Markup out, String label) {
    out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
  }

  private void curves() {
    if (!sections.containsKey("curves")) {
      return;
    }
    section("curves");
    new Curves(findings.history()).write(out, new Provenance(findings).run());
    out.close();
  }

  private void confusion() {
    section("confusion");
    out.open("div", "class", "card");
    new ConfusionMatrix(findings).write(out);
    out.close().close();
  }

  private void classes() {
    section("classes");
    out.open("div", "class", "card");
    new ScoreTables(findings).classes(out);
    out.close().close();
  }

  private void calibration() {
    double error = findings.calibration().expectedError();
    double confidence = findings.calibration().confidence();
    double accuracy = findings.evaluation().accuracy();
    section("calibration");
    out.open("div", "class", "card");
    out.paragraph(
        "Confidence is the probability of the predicted class. Of the answers given with 80 %, 80 %"
            + " should be right: bars should end at the dashed line. On average they miss it by "
            + Numbers.percent(error, 2)
            + ", the expected calibration error. Mean confidence is "
            + Numbers.percent(confidence, 1)
            + ", accuracy "
            + Numbers.percent(accuracy, 1)
            + ": "
            + verdict(confidence, accuracy));
    out.open("div", "class", "pair");
    out.open("figure", "class", "chart");
    new ReliabilityDiagram(findings.calibration(), findings.noun()).write(out);
    out.open("figcaption", "class", "legend");
    swatch("accuracy", "accuracy");
    swatch("short", "short of the confidence");
    swatch("beyond", "beyond it");
    swatch("count", findings.noun() + "s");
    out.close().close();
    new ScoreTables(findings).bins(out);
    out.close().close().close();
  }

  private void swatch(String style, String text) {
    out.open("span").leaf("span", "", "class", "swatch " + style).text(" " + text).close();
  }

  private void mistakes() {
    section("mistakes");
    out.open("div", "class", "card");
    var worst = findings.answers().worstMistakes(SHOWN);
    if (worst.isEmpty()) {
      out.paragraph("There is none.");
    } else {
      out.paragraph(
          "The wrong answers with the greatest loss: the network was sure, and not right. "
              + "Percentages are the probabilities it gave.");
      new Gallery(findings).write(out, worst, "Worst mistakes");
    }
    out.close().close();
  }

  private void unsure() {
    section("unsure");
    out.open("div", "class", "card");
    out.paragraph("The answers with the least confidence, right or wrong.");
    new Gallery(findings).write(out, findings.answers().leastSure(SHOWN), "Least sure");
    out.close().close();
  }

  private void network() {
    section("network");
    out.open("div", "class", "card");
    out.paragraph(
        "Each unit adds up what the units before it send, by its weights, and its bias (Linear);"
            + " hidden units pass on what is above zero (ReLU); the last layer’s numbers become"
            + " probabilities (softmax).");
    openScroll(out, "Diagram of the network");
    new NetworkDiagram(findings.architecture(), findings.classNames()).write(out);
    out.close().close().close();
  }

  private void weights() {
    if (sections.containsKey("weights")) {
      section("weights");
      out.open("div", "class", "card");
      new WeightPictures(findings).write(out);
      out.close().close();
    }
  }

  private void provenance() {
    Provenance provenance = new Provenance(findings);
    section("provenance");
    out.open("div", "class", "card");
    out.paragraph(provenance.trainingData());
    Map<String, String> file = new LinkedHashMap<>();
    file.put("SHA-256", findings.modelBytes().sha256());
    file.put("Size", Numbers.count(findings.modelBytes().count(), "byte"));
    file.putAll(provenance.modelFile());
    table(out, "The model file", file);
    out.close().close();
  }

  /** Writes a table of names and values. */
  static void table(Markup out, String title, Map<String, String> rows) {
    out.open("table", "class", "rows").leaf("caption", title).open("tbody");
    rows.forEach(
        (name, value) -> out.open("tr").leaf("th", name, "scope", "row").leaf("td", value).close());
    out.close().close();
  }
}
