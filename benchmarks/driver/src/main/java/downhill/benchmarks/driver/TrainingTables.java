package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of the page about speed of training: epochs, starts, scaling, kernels. */
final class TrainingTables {
  /** Between its turns a contestant may use this share of a core before the page says so. */
  private static final double BUSY = 0.05;

  private final Map<String, Object> results;
  private final Page page;

  TrainingTables(Map<String, Object> results, Page page) {
    this.results = results;
    this.page = page;
  }

  void write() {
    epochs();
    Pairs.write(results, page);
    starts();
    Scaling.write(results, page);
    Kernels.write(results, page);
  }

  private void epochs() {
    List<Map<String, Object>> networks = Fields.maps(results, "epochs");
    if (networks.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Whole epochs");
    idle();
    for (Map<String, Object> network : networks) {
      double peak = Fields.number(network, "peak_all_median");
      page.line("");
      page.line(
          "### %s, batch %s, learning rate %s",
          Fields.text(network, "network"),
          Page.number(Fields.number(network, "batch"), 0),
          Fields.text(network, "rate"));
      page.line("");
      page.line(
          "Peak: %s GFLOP/s on one core, %s on all.",
          Page.number(Fields.number(network, "peak_one_median"), 0), Page.number(peak, 0));
      page.line("");
      page.line(
          "| | median s | min–max | epochs timed | GFLOP/s | of peak | times Downhill's time | test"
              + " accuracy, after epochs |");
      page.line("|---|---|---|---|---|---|---|---|");
      double ours = Fields.number(Fields.maps(network, "contenders").getFirst(), "seconds_median");
      boolean spinning = false;
      for (Map<String, Object> row : Fields.maps(network, "contenders")) {
        epochs(row, peak, ours);
        boolean python = Fields.text(row, "name").equals("PyTorch, Python");
        spinning |= python && !row.containsKey("environment") && !row.containsKey("problem");
      }
      if (spinning) {
        page.line("");
        page.line(
            "PyTorch for Python is at a disadvantage in this run: the threads of its two pools took the cores from"
                + " each other.");
      }
    }
  }

  /** Says who kept a core busy while others had their turns, if the run looked. */
  private void idle() {
    double most = Double.NaN;
    List<String> busy = new ArrayList<>();
    for (Map<String, Object> network : Fields.maps(results, "epochs")) {
      for (Map<String, Object> row : Fields.maps(network, "contenders")) {
        double share = Fields.number(row, "idle_share");
        most = Double.isNaN(most) ? share : Math.max(most, Double.isNaN(share) ? 0 : share);
        if (share > BUSY) {
          busy.add(
              "%s %s %% (%s)"
                  .formatted(
                      Fields.text(row, "name"),
                      Page.number(100 * share, 0),
                      Fields.text(network, "network")));
        }
      }
    }
    if (Double.isNaN(most)) {
      return;
    }
    page.line("");
    if (busy.isEmpty()) {
      page.line(
          "Between its turns nobody used more than %s %% of a core.", Page.number(100 * most, 2));
    } else {
      page.line(
          "Between their turns these went on using a core, and could not be stopped from that; %%"
              + " of it: %s.",
          String.join(", ", busy));
    }
  }

  /** Returns after how many epochs the accuracy was asked for; older runs asked at the end. */
  static double judgedAfter(Map<String, Object> row) {
    return Fields.number(row, row.containsKey("accuracy_epochs") ? "accuracy_epochs" : "epochs");
  }

  /** Returns what the first column calls a contestant. */
  private static String title(Map<String, Object> row) {
    String name = Fields.text(row, "name");
    if (name.startsWith("Downhill")) {
      return name;
    }
    double passes = Fields.number(row, "passes");
    String together = passes > 1 ? "; " + Page.number(passes, 0) + " epochs at a time" : "";
    return name + " (" + Fields.text(row, "version") + together + ")";
  }

  private void epochs(Map<String, Object> row, double peak, double ours) {
    if (row.containsKey("problem")) {
      page.line(
          "| %s | not measured: %s | | | | | | |",
          Fields.text(row, "name"), Fields.text(row, "problem"));
      return;
    }
    double seconds = Fields.number(row, "seconds_median");
    double gflops = Fields.number(row, "gflops");
    page.line(
        "| %s | %s | %s–%s | %s | %s | %s %% | %s | %s %%, %s |",
        title(row),
        Page.number(seconds, 3),
        Page.number(Fields.number(row, "seconds_min"), 3),
        Page.number(Fields.number(row, "seconds_max"), 3),
        Page.number(Fields.number(row, "seconds_n"), 0),
        Page.number(gflops, 1),
        Page.number(100 * gflops / peak, 0),
        Page.number(seconds / ours, 2),
        Page.number(100 * Fields.number(row, "accuracy"), 1),
        Page.number(judgedAfter(row), 0));
  }

  private void starts() {
    Map<String, Object> starts = Fields.map(results, "starts");
    List<Double> gflops = Fields.numbers(starts, "gflops");
    if (gflops.isEmpty()) {
      return;
    }
    List<Double> ratios = Starts.ratios(starts);
    page.line("");
    page.line("## One JVM start after the other");
    page.line("");
    page.line(
        "%s, batch 64: GFLOP/s of the median epoch in each of %d starts, sorted: %s.",
        Epochs.MAIN, gflops.size(), sorted(gflops, 0));
    page.line("Worst against median: %s.", Page.number(Starts.worst(gflops), 2));
    if (ratios.isEmpty()) {
      return;
    }
    page.line("");
    page.line(
        "On some machines the speed of two threads changes within minutes, for every process alike."
            + " So a");
    page.line(
        "process of ours stayed alive throughout, and epochs of the new one and of that one"
            + " alternated.");
    page.line(
        "The reference's GFLOP/s beside each start, sorted: %s.",
        sorted(Fields.numbers(starts, "reference_gflops"), 0));
    page.line(
        "Each start's speed as a multiple of the reference's at the same moment (median of pairs),"
            + " sorted:");
    page.line(
        "%s. Worst against median: %s.", sorted(ratios, 2), Page.number(Starts.worst(ratios), 2));
  }

  private static String sorted(List<Double> values, int digits) {
    return String.join(
        ", ", values.stream().sorted().map(value -> Page.number(value, digits)).toList());
  }
}
