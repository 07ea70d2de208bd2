package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The end of the page: how fast each committed run found Downhill. */
final class History {
  private static final List<String> NETWORKS =
      List.of(Epochs.MAIN, "784-128-10", "784-1024-1024-10");

  private static final String NONE = "–";

  private History() {}

  /**
   * Writes the table.
   *
   * @param files the results, oldest first
   */
  static void write(List<Path> files, Page page) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Path file : files) {
      Map<String, Object> run = Json.read(file);
      if (Page.isQuick(run)) {
        continue; // two rounds say too little
      }
      List<String> cells = new ArrayList<>();
      for (String network : NETWORKS) {
        cells.add(speed(run, network));
        cells.add(ratio(run, network, Bench.PYTORCH));
      }
      cells.add(ratio(run, Epochs.MAIN, "Downhill, 1 thread"));
      if (cells.stream().allMatch(NONE::equals)) {
        continue; // a run of other sections
      }
      rows.add(
          "| %s | %s | %s |"
              .formatted(
                  file.getFileName(),
                  machine(Fields.map(run, "machine")),
                  String.join(" | ", cells)));
    }
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("# History");
    page.line("");
    page.line(
        "Downhill's GFLOP/s in each full run that trained, and how many times as long PyTorch (DJL) takes, two alone, turn");
    page.line(
        "and turn about; with an e, of whole epochs with everybody alive, where a run has no pairs. Different");
    page.line(
        "machines don't compare. With a c, PyTorch was not warm yet, which made it look slower. All results are");
    page.line("in `benchmarks/results`.");
    page.line("");
    page.line(
        "| run | machine | %s to PyTorch | one thread to two |",
        String.join(" | to PyTorch | ", NETWORKS) + " |");
    page.line("|---|---|---|---|---|---|---|---|---|");
    rows.forEach(page::line);
  }

  private static String machine(Map<String, Object> machine) {
    return "%s, %s, %s cores"
        .formatted(
            Fields.text(machine, "processor"),
            machine.containsKey("vectors") ? Fields.text(machine, "vectors") : NONE,
            Page.number(Fields.number(machine, "cores"), 0));
  }

  private static String ratio(Map<String, Object> run, String network, String other) {
    double median = Pairs.median(run, network, other);
    boolean cold = Bench.PYTORCH.equals(other) && !isWarm(run);
    return Double.isNaN(median) ? NONE : Page.number(median, 2) + (cold ? " c" : "");
  }

  /** Returns whether the pairs of a run warmed up for long enough: older ones keep no rule. */
  private static boolean isWarm(Map<String, Object> run) {
    return Fields.maps(run, "pairs").stream().anyMatch(row -> row.containsKey("rule"));
  }

  private static String speed(Map<String, Object> run, String network) {
    for (Map<String, Object> row : Fields.maps(run, "pairs")) {
      List<Double> gflops = Fields.numbers(row, "own_gflops");
      if (network.equals(row.get("network"))
          && Bench.PYTORCH.equals(row.get("other"))
          && !gflops.isEmpty()) {
        return Page.number(Summary.of(gflops).median(), 0);
      }
    }
    for (Map<String, Object> one : Fields.maps(run, "epochs")) {
      Map<String, Object> row = Fields.maps(one, "contenders").getFirst();
      if (network.equals(one.get("network")) && row.containsKey("gflops")) {
        return Page.number(Fields.number(row, "gflops"), 0) + " e";
      }
    }
    return NONE;
  }
}
