package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The part of the page about speed of training: targets, epochs, starts, scaling, kernels. */
final class TrainingTables {
  private static final String DJL = "PyTorch, DJL";

  private final Map<String, Object> results;
  private final Page page;

  TrainingTables(Map<String, Object> results, Page page) {
    this.results = results;
    this.page = page;
  }

  void write() {
    targets();
    ahead();
    epochs();
    starts();
    scaling();
    kernels();
  }

  private Map<String, Object> network(String network) {
    return Fields.maps(results, "epochs").stream()
        .filter(one -> network.equals(one.get("network")))
        .findFirst()
        .orElse(Map.of());
  }

  private Map<String, Object> contender(String network, String name) {
    return Fields.maps(network(network), "contenders").stream()
        .filter(one -> name.equals(one.get("name")))
        .findFirst()
        .orElse(Map.of());
  }

  /** Returns how many times as fast the first is as the second; NaN if one was not measured. */
  private double ratio(String network, String fast, String slow) {
    return Fields.number(contender(network, slow), "seconds_median")
        / Fields.number(contender(network, fast), "seconds_median");
  }

  private double share() {
    return Fields.number(contender(Epochs.MAIN, "Downhill"), "gflops")
        / Fields.number(network(Epochs.MAIN), "peak_all_median");
  }

  private double worstStart() {
    List<Double> gflops = Fields.numbers(Fields.map(results, "starts"), "gflops");
    return gflops.isEmpty() ? Double.NaN : Collections.min(gflops) / Summary.of(gflops).median();
  }

  private double inference(String peer, String field) {
    double ours = Double.NaN;
    double theirs = Double.NaN;
    for (Map<String, Object> row : Fields.maps(results, "inference")) {
      ours = "Downhill".equals(Fields.text(row, "name")) ? Fields.number(row, field) : ours;
      theirs = peer.equals(Fields.text(row, "name")) ? Fields.number(row, field) : theirs;
    }
    return theirs / ours;
  }

  private void targets() {
    page.line("");
    page.line("## Targets");
    page.line("");
    page.line("| | must | reach for | measured | |");
    page.line("|---|---|---|---|---|");
    target("share of the peak of all cores, " + Epochs.MAIN + ", batch 64", 0.65, 0.9, share());
    target(
        "against PyTorch (DJL), 784-128-10, batch 64", 5, 8, ratio("784-128-10", "Downhill", DJL));
    target(Epochs.MAIN + ", batch 64", 2.5, 4, ratio(Epochs.MAIN, "Downhill", DJL));
    target("784-512-512-10, batch 64", 2.2, 3, ratio("784-512-512-10", "Downhill", DJL));
    target("784-1024-1024-10, batch 128", 1.6, 2, ratio("784-1024-1024-10", "Downhill", DJL));
    target("worst of the JVM starts against their median", 0.85, 0.95, worstStart());
    target("one thread to two", 1.8, 1.95, ratio(Epochs.MAIN, "Downhill", "Downhill, 1 thread"));
    target(
        "scalar kernels against the vectors, without the Vector API's flag",
        0.25,
        0.25,
        ratio(Epochs.MAIN, "Downhill, without the Vector API's flag", "Downhill"));
    target(
        "one image against ONNX Runtime on one thread, median",
        1.5,
        3,
        inference("ONNX Runtime, 1 thread", "p50_micros_median"));
    target(
        "10,000 images at once against ONNX Runtime",
        1.2,
        1.5,
        inference("ONNX Runtime", "seconds_10000_median"));
  }

  private void target(String what, double must, double reach, double measured) {
    String verdict =
        Double.isNaN(measured)
            ? "not measured"
            : measured >= reach ? "reached" : measured >= must ? "met" : "**missed**";
    page.line(
        "| %s | %s | %s | %s | %s |",
        what,
        Page.number(must, 2),
        Page.number(reach, 2),
        Double.isNaN(measured) ? "–" : Page.number(measured, 2),
        verdict);
  }

  /** Says where a peer is faster or knows more. */
  private void ahead() {
    List<String> sentences = new ArrayList<>();
    for (Map<String, Object> network : Fields.maps(results, "epochs")) {
      Map<String, Object> ours = Fields.maps(network, "contenders").getFirst();
      for (Map<String, Object> row : Fields.maps(network, "contenders")) {
        boolean peer = !Fields.text(row, "name").startsWith("Downhill");
        double ratio = Fields.number(row, "seconds_median") / Fields.number(ours, "seconds_median");
        if (peer && ratio < 1) {
          sentences.add(
              "%s trains %s %s times as fast as Downhill."
                  .formatted(
                      Fields.text(row, "name"),
                      Fields.text(network, "network"),
                      Page.number(1 / ratio, 2)));
        }
        double gap = Fields.number(row, "accuracy") - Fields.number(ours, "accuracy");
        boolean sameEpochs = Fields.number(row, "epochs") == Fields.number(ours, "epochs");
        if (peer && sameEpochs && gap > 0.005) {
          sentences.add(
              "%s is %s points of test accuracy ahead after as many epochs of %s, from its own initial weights."
                  .formatted(
                      Fields.text(row, "name"),
                      Page.number(100 * gap, 1),
                      Fields.text(network, "network")));
        }
      }
    }
    sentences.addAll(OtherTables.ahead(results));
    page.line("");
    page.line("## Where a peer is ahead");
    page.line("");
    if (sentences.isEmpty()) {
      page.line("Nowhere in what this run measured.");
    }
    sentences.forEach(sentence -> page.line("- " + sentence));
  }

  private void epochs() {
    page.line("");
    page.line("## Whole epochs");
    for (Map<String, Object> network : Fields.maps(results, "epochs")) {
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
          "| | median s | min–max | epochs timed | GFLOP/s | of peak | times Downhill's time | test accuracy, after epochs |");
      page.line("|---|---|---|---|---|---|---|---|");
      double ours = Fields.number(Fields.maps(network, "contenders").getFirst(), "seconds_median");
      for (Map<String, Object> row : Fields.maps(network, "contenders")) {
        epochs(row, peak, ours);
      }
    }
  }

  private void epochs(Map<String, Object> row, double peak, double ours) {
    String name = Fields.text(row, "name");
    String version = Fields.text(row, "version");
    if (row.containsKey("problem")) {
      page.line("| %s | not measured: %s | | | | | | |", name, Fields.text(row, "problem"));
      return;
    }
    double seconds = Fields.number(row, "seconds_median");
    double gflops = Fields.number(row, "gflops");
    page.line(
        "| %s | %s | %s–%s | %s | %s | %s %% | %s | %s %%, %s |",
        name.startsWith("Downhill") ? name : name + " (" + version + ")",
        Page.number(seconds, 3),
        Page.number(Fields.number(row, "seconds_min"), 3),
        Page.number(Fields.number(row, "seconds_max"), 3),
        Page.number(Fields.number(row, "seconds_n"), 0),
        Page.number(gflops, 1),
        Page.number(100 * gflops / peak, 0),
        Page.number(seconds / ours, 2),
        Page.number(100 * Fields.number(row, "accuracy"), 1),
        Page.number(Fields.number(row, "epochs"), 0));
  }

  private void starts() {
    List<Double> gflops = Fields.numbers(Fields.map(results, "starts"), "gflops");
    if (gflops.isEmpty()) {
      return;
    }
    List<Double> sorted = new ArrayList<>(gflops);
    Collections.sort(sorted);
    page.line("");
    page.line("## One JVM start after the other");
    page.line("");
    page.line(
        "%s, batch 64: GFLOP/s of the median epoch in each of %d starts, sorted: %s.",
        Epochs.MAIN,
        sorted.size(),
        String.join(", ", sorted.stream().map(g -> Page.number(g, 0)).toList()));
  }

  private void scaling() {
    List<Map<String, Object>> rows = Fields.maps(results, "scaling");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Cost as the work grows");
    page.line("");
    page.line("Time per flop, as a multiple of the least in its group.");
    page.line("");
    page.line("| | | GFLOP/s | times the least |");
    page.line("|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      double best =
          rows.stream()
              .filter(other -> Fields.text(other, "row").equals(Fields.text(row, "row")))
              .mapToDouble(other -> Fields.number(other, "gflops"))
              .max()
              .orElseThrow();
      page.line(
          "| %s | %s | %s | %s |",
          Fields.text(row, "row"),
          Fields.text(row, "label"),
          Page.number(Fields.number(row, "gflops"), 0),
          Page.number(best / Fields.number(row, "gflops"), 2));
    }
  }

  private void kernels() {
    List<Map<String, Object>> rows = Fields.maps(results, "kernels");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Kernels");
    page.line("");
    page.line(
        "The products of one layer, batch 64, one thread (JMH, two forks). Density is the share");
    page.line("of the factors that are not zero.");
    page.line("");
    page.line("| | layer | density | GFLOP/s | ± | of one core's peak |");
    page.line("|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      page.line(
          "| %s | %s | %s | %s | %s | %s %% |",
          Fields.text(row, "kernel"),
          Fields.text(row, "layer"),
          Page.number(Fields.number(row, "density"), 1),
          Page.number(Fields.number(row, "gflops"), 0),
          Page.number(Fields.number(row, "error"), 0),
          Page.number(100 * Fields.number(row, "share_of_peak"), 0));
    }
  }
}
