package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part of the page about accuracy, inference and start-up. */
final class OtherTables {
  private static final int[] TARGETS = {85, 88, 89};

  /** What of inference is compared, and how a sentence calls it. */
  private static final Map<String, String> INFERENCE =
      Map.of(
          "p50_micros_median", "one image, median",
          "p99_micros_median", "one image, 99th percentile",
          "seconds_10000_median", "10,000 images at once");

  /** What of the start is measured; older runs waited for the announcement of the training. */
  private static final SortedMap<String, String> STARTUP =
      new TreeMap<>(
          Map.of(
              "first_news",
              "the first news of its steps by `downhill train`, 0.1 s after they begin",
              "first_step",
              "`downhill train` saying that training begins",
              "version",
              "the end of `downhill --version`"));

  private final Map<String, Object> results;
  private final Page page;

  OtherTables(Map<String, Object> results, Page page) {
    this.results = results;
    this.page = page;
  }

  void write() {
    inference();
    Serving.write(results, page);
    accuracy();
    Published.write(results, page);
    startup();
  }

  /** Returns sentences about where a peer is ahead in what this part is about. */
  static List<String> ahead(Map<String, Object> results) {
    List<String> sentences = new ArrayList<>();
    List<Map<String, Object>> rows = Fields.maps(results, "inference");
    for (Map<String, Object> row : rows) {
      for (String field : INFERENCE.keySet().stream().sorted().toList()) {
        double ratio = Fields.number(rows.getFirst(), field) / Fields.number(row, field);
        if (ratio > 1) {
          sentences.add(
              "%s is %s times as fast as Downhill in inference (%s)."
                  .formatted(
                      Fields.text(row, "name"), Page.number(ratio, 2), INFERENCE.get(field)));
        }
      }
    }
    sentences.addAll(Serving.ahead(results));
    for (int target : TARGETS) {
      double ours = reached(results, "Downhill", target);
      double theirs = reached(results, Bench.PYTORCH, target);
      if (theirs < ours) {
        sentences.add("PyTorch, DJL reaches %s %% sooner than Downhill.".formatted(target));
      }
      long ourSeeds = seeds(results, "Downhill", target);
      long theirSeeds = seeds(results, Bench.PYTORCH, target);
      boolean complete =
          Fields.maps(results, "accuracy").stream().noneMatch(row -> row.containsKey("problem"));
      if (complete && theirSeeds > ourSeeds) {
        sentences.add(
            "PyTorch, DJL reaches %s %% from %s seeds, Downhill from %s."
                .formatted(target, theirSeeds, ourSeeds));
      }
    }
    sentences.addAll(Published.ahead(results));
    return sentences;
  }

  /**
   * Returns the median of the seconds to a target, in which a seed that did not reach it counts as
   * one that takes forever; NaN if it was not measured.
   */
  private static double reached(Map<String, Object> results, String name, int target) {
    List<Double> seconds =
        Fields.maps(results, "accuracy").stream()
            .filter(row -> name.equals(Fields.text(row, "name")) && !row.containsKey("problem"))
            .map(row -> Fields.number(row, "seconds_" + target))
            .map(s -> Double.isNaN(s) ? Double.POSITIVE_INFINITY : s)
            .toList();
    return seconds.isEmpty() ? Double.NaN : Summary.of(seconds).median();
  }

  /** Returns from how many seeds a target was reached. */
  private static long seeds(Map<String, Object> results, String name, int target) {
    return Fields.maps(results, "accuracy").stream()
        .filter(row -> name.equals(Fields.text(row, "name")))
        .filter(row -> row.containsKey("seconds_" + target))
        .count();
  }

  private void inference() {
    List<Map<String, Object>> rows = Fields.maps(results, "inference");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Inference");
    page.line("");
    page.line(
        "%s, the same weights: one image at a time, for which Downhill's call uses one thread, and",
        Epochs.MAIN);
    page.line(
        "10,000 at once, on all threads but where the name says one. Medians of the rounds, and"
            + " the least and most.");
    page.line("");
    page.line(
        "| | one image, p50 µs | min–max | p99 µs | min–max | 10,000 images, ms | min–max | largest"
            + " difference of a probability |");
    page.line("|---|---|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      page.line(
          "| %s | %s | %s | %s | %s |",
          Fields.text(row, "name"),
          spread(row, "p50_micros", 1),
          spread(row, "p99_micros", 1),
          spread(row, "seconds_10000", 1e3),
          difference(Fields.number(row, "difference")));
    }
  }

  /** Returns the cells of a median and of the least and most, in units of {@code 1/scale}. */
  private static String spread(Map<String, Object> row, String field, double scale) {
    return "%s | %s–%s"
        .formatted(
            Page.number(scale * Fields.number(row, field + "_median"), 1),
            Page.number(scale * Fields.number(row, field + "_min"), 1),
            Page.number(scale * Fields.number(row, field + "_max"), 1));
  }

  private static String difference(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  private void accuracy() {
    List<Map<String, Object>> rows = Fields.maps(results, "accuracy");
    if (rows.isEmpty()) {
      return;
    }
    Map<String, Object> recipe = Fields.map(results, "accuracy_recipe");
    page.line("");
    page.line("## Time to accuracy");
    page.line("");
    page.line(
        "Seconds from the start of the process to the first epoch that ends at 85, 88 and 89 %%"
            + " test accuracy (in brackets: which epoch). %s, batch %s, learning rate %s%s,"
            + " at most %s epochs.",
        Fields.text(recipe, "network"),
        Page.number(Fields.number(recipe, "batch"), 0),
        Fields.text(recipe, "rate"),
        recipe.containsKey("decay")
            ? ", times " + Fields.text(recipe, "decay") + " after each epoch"
            : " throughout",
        Page.number(Fields.number(recipe, "most_epochs"), 0));
    page.line("");
    page.line("| | seed | 85 % | 88 % | 89 % | best |");
    page.line("|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int target : TARGETS) {
        double seconds = Fields.number(row, "seconds_" + target);
        cells.add(
            Double.isNaN(seconds)
                ? "not reached"
                : Page.number(seconds, 1)
                    + " ("
                    + Page.number(Fields.number(row, "epoch_" + target), 0)
                    + ")");
      }
      page.line(
          "| %s | %s | %s | %s |",
          Fields.text(row, "name"),
          Page.number(Fields.number(row, "seed"), 0),
          row.containsKey("problem")
              ? Fields.text(row, "problem") + " | |"
              : String.join(" | ", cells),
          row.containsKey("best") ? Page.number(100 * Fields.number(row, "best"), 2) + " %" : "–");
    }
  }

  private void startup() {
    Map<String, Object> row = Fields.map(results, "startup");
    if (row.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Start-up");
    page.line("");
    page.line("| from the start of the process to | median s | min–max |");
    page.line("|---|---|---|");
    STARTUP.forEach((what, label) -> {
      if (row.containsKey(what + "_median")) {
        page.line(
            "| %s | %s | %s–%s |",
            label,
            Page.number(Fields.number(row, what + "_median"), 2),
            Page.number(Fields.number(row, what + "_min"), 2),
            Page.number(Fields.number(row, what + "_max"), 2));
      }
    });
    for (Map<String, Object> network : Fields.maps(results, "epochs")) {
      if (Epochs.MAIN.equals(Fields.text(network, "network"))) {
        for (Map<String, Object> contender : Fields.maps(network, "contenders")) {
          if (contender.containsKey("ready_seconds") && !contender.containsKey("problem")) {
            page.line(
                "| %s, data and network ready | %s | once |",
                Fields.text(contender, "name"),
                Page.number(Fields.number(contender, "ready_seconds"), 2));
          }
        }
      }
    }
  }
}
