package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of the page about figures that others have published. */
final class Published {
  /**
   * What was published.
   *
   * @param least the accuracy a mean of ours must have not to be behind it: of a range, the middle
   */
  private record Source(String name, String recipe, String figure, double least) {}

  /** By recipe. */
  private static final Map<String, Source> PUBLISHED = published();

  private static Map<String, Source> published() {
    Map<String, Source> published = new LinkedHashMap<>();
    published.put(
        "quickstart",
        new Source(
            "PyTorch quickstart",
            "784-512-512-10, rate 0.001, batch 64, 5 epochs, no shuffling",
            "64.6 %",
            0.646));
    published.put(
        "tensorflow",
        new Source(
            "TensorFlow, basic classification",
            "784-128-10, Adam, rate 0.001, batch 32, 10 epochs",
            "88.2–88.3 %",
            0.8825));
    published.put(
        "geron",
        new Source(
            "Géron, chapter 10",
            "784-300-100-10, rate 0.01, batch 32, 30 epochs, 55,000 examples",
            "88.6 %",
            0.886));
    published.put(
        "d2l",
        new Source(
            "Dive into Deep Learning, MLP",
            "784-256-10, normal(0, 0.01²), rate 0.1, batch 256, 10 epochs",
            "82.4–84.4 %",
            0.834));
    published.put(
        "zalando",
        new Source(
            "Zalando's table of results",
            "784-256-128-100-10, dropout, 100 epochs (our choice: 0.2, Adam, rate 0.001, batch"
                + " 128)",
            "88.3 %; mean of 30: 87.9 %",
            0.879));
    published.put(
        "standardised",
        new Source(
            "arXiv 1708.07747, scikit-learn's MLPClassifier (100), ReLU",
            "784-100-10, inputs standardised, Adam, rate 0.001, batch 200 (our choice: 50 epochs)",
            "87.1 %",
            0.871));
    published.put(
        "default",
        new Source(
            "the document's author; PV021's bar",
            "784-512-128-64-10, our default recipe",
            "85.5 % at best; 88 % within 10 minutes",
            0.88));
    return published;
  }

  private Published() {}

  /** Returns sentences about figures that Downhill does not reach by the same recipe. */
  static List<String> ahead(Map<String, Object> results) {
    List<String> sentences = new ArrayList<>();
    for (Map<String, Object> row : Fields.maps(results, "published")) {
      Source source = PUBLISHED.get(Fields.text(row, "recipe"));
      double mean = Fields.number(row, "mean");
      if (source != null && mean < source.least) {
        sentences.add(
            "%s publishes %s of test accuracy; Downhill by that recipe has %s %% in the mean."
                .formatted(source.name, source.figure, Page.number(100 * mean, 2)));
      }
    }
    return sentences;
  }

  /** Writes the table. */
  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "published");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Published figures");
    page.line("");
    page.line(
        "Our trainer by recipes others have published; test accuracy. arXiv 1901.06656's networks"
            + " need");
    page.line("batch normalization, which Downhill does not have.");
    page.line("");
    page.line("| source | recipe | published | ours: mean | lowest–highest | seeds | s each |");
    page.line("|---|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      Source source = PUBLISHED.get(Fields.text(row, "recipe"));
      if (source == null) {
        continue; // of another version of this program
      }
      Summary accuracies = Summary.of(Fields.numbers(row, "accuracies"));
      page.line(
          "| %s | %s | %s | %s %% | %s–%s | %d | %s |",
          source.name,
          source.recipe,
          source.figure,
          Page.number(100 * Fields.number(row, "mean"), 2),
          Page.number(100 * accuracies.min(), 2),
          Page.number(100 * accuracies.max(), 2),
          accuracies.n(),
          Page.number(Fields.number(row, "seconds_median"), 1));
    }
  }
}
