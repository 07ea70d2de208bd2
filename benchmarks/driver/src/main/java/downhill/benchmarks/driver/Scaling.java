package downhill.benchmarks.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cost as the work grows. What a run shows not to be flat gets its reason; DECISIONS.md has the
 * measurements behind the reasons.
 */
final class Scaling {
  private static final int TIMEOUT = 900;

  private static final String WIDTH = "width";

  /** Up to so many times the least of its group a row counts as flat. */
  static final double FLAT = 1.5;

  /** Layers from this width on have enough work for each input; batches from that size on. */
  private static final int WIDE = 256;

  private static final int LARGE = 64;

  private static final String NARROW_REASON =
      "finding the next factor that is not zero, loading 784 pixels and waiting for each other cost"
          + " the same for 32 units as for 256, so they weigh more in narrow layers.";
  private static final String SMALL_REASON =
      "weights are copied and updated once a step, as often for so few examples as for 64.";
  private static final String NO_REASON = "no reason in the work itself is known.";

  private Scaling() {}

  /** Lets one program of ours measure it. */
  static List<Object> run(Bench bench) throws IOException, InterruptedException, Session.Failed {
    Bench.say("scaling");
    Contender program =
        Contender.main(bench.benchmarks, "own", "downhill.benchmarks.own.Scaling", bench.threads);
    Map<List<String>, List<double[]>> rows = new LinkedHashMap<>(); // its rounds, by its names
    for (String line : Bench.text(program, "scaling\t", TIMEOUT)) {
      String[] fields = line.split("\t", -1);
      rows.computeIfAbsent(List.of(fields[0], fields[1]), names -> new ArrayList<>())
          .add(Arrays.stream(fields).skip(2).mapToDouble(Double::parseDouble).toArray());
    }
    List<Object> results = new ArrayList<>();
    rows.forEach((names, rounds) ->
        results.add(
            Bench.row(
                "row",
                names.get(0),
                "label",
                names.get(1),
                "seconds",
                median(rounds, 0),
                "gflops",
                median(rounds, 1),
                "reference_gflops",
                median(rounds, 2),
                "relative",
                rounds.stream().map(round -> round[1] / round[2]).toList())));
    return results;
  }

  private static double median(List<double[]> rounds, int field) {
    return Summary.of(rounds.stream().map(round -> round[field]).toList()).median();
  }

  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "scaling");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Cost as the work grows");
    page.line("");
    page.line(
        "Time per flop, as a multiple of the least in its group. Widths, batch sizes and depths train on");
    page.line(
        "12,000 examples, with batches of 64 but where those are the subject; batch sizes and examples are of");
    page.line(
        "%s; a depth is so many hidden layers of 256 units; 600,000 examples are the data ten times.",
        Epochs.MAIN);
    if (rows.getFirst().containsKey("reference_gflops")) {
      page.line(
          "The speed of the machine may change meanwhile, so that network was measured before and after each row;");
      page.line(
          "the multiples are those of the speeds relative to it%s.",
          rows.getFirst().containsKey("relative") ? ", in the median of the rounds" : "");
    }
    page.line("");
    page.line("| | | GFLOP/s | of the reference's | min–max | times the least |");
    page.line("|---|---|---|---|---|---|");
    Set<String> flat = new LinkedHashSet<>();
    rows.forEach(row -> flat.add(group(row)));
    Map<String, List<String>> notFlat = new LinkedHashMap<>(); // by what explains them
    for (Map<String, Object> row : rows) {
      String group = group(row);
      String label = Fields.text(row, "label");
      double times = best(rows, group) / relative(row);
      page.line(
          "| %s | %s | %s | %s | %s | %s |",
          group,
          label,
          Page.number(Fields.number(row, "gflops"), 0),
          row.containsKey("reference_gflops") ? Page.number(relative(row), 2) : "–",
          spread(row),
          Page.number(times, 2));
      if (times > FLAT) {
        flat.remove(group);
        notFlat
            .computeIfAbsent(reason(group, label), reason -> new ArrayList<>())
            .add("%s %s (%s)".formatted(group, label, Page.number(times, 2)));
      }
    }
    page.line("");
    page.line(
        "Flat within %s: %s.",
        Page.number(FLAT, 1), flat.isEmpty() ? "no group as a whole" : String.join(", ", flat));
    if (!notFlat.isEmpty()) {
      page.line("Not flat, and why:");
      page.line("");
    }
    notFlat.forEach((reason, which) -> page.line("- " + String.join(", ", which) + ": " + reason));
  }

  private static double best(List<Map<String, Object>> rows, String group) {
    return rows.stream()
        .filter(row -> group.equals(group(row)))
        .mapToDouble(Scaling::relative)
        .max()
        .orElseThrow();
  }

  /** Returns the group of a row; older runs had widths in two. */
  private static String group(Map<String, Object> row) {
    String group = Fields.text(row, "row");
    return group.contains("hidden layer") ? WIDTH : group;
  }

  /**
   * Returns a row's speed in multiples of the reference's beside it, in the median of its rounds;
   * older runs had a single round, or no reference.
   */
  private static double relative(Map<String, Object> row) {
    if (row.containsKey("relative")) {
      return Summary.of(Fields.numbers(row, "relative")).median();
    }
    double reference = Fields.number(row, "reference_gflops");
    return Fields.number(row, "gflops") / (Double.isNaN(reference) ? 1 : reference);
  }

  private static String spread(Map<String, Object> row) {
    if (!row.containsKey("relative")) {
      return "–";
    }
    Summary rounds = Summary.of(Fields.numbers(row, "relative"));
    return Page.number(rounds.min(), 2) + "–" + Page.number(rounds.max(), 2);
  }

  private static String reason(String group, String label) {
    if (group.equals(WIDTH)) {
      int width = Integer.parseInt(label.split("-", -1)[1]);
      return width < WIDE ? NARROW_REASON : NO_REASON;
    }
    boolean small = group.equals("batch size") && Integer.parseInt(label) < LARGE;
    return small ? SMALL_REASON : NO_REASON;
  }
}
