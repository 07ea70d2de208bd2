package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of the page about cost as the work grows. What a run shows not to be flat gets its
 * reason; DECISIONS.md has the measurements behind the reasons.
 */
final class ScalingTable {
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

  private ScalingTable() {}

  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "scaling");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Cost as the work grows");
    page.line("");
    page.line("Time per flop, as a multiple of the least in its group.");
    if (rows.getFirst().containsKey("reference_gflops")) {
      page.line(
          "The speed of the machine may change meanwhile, so "
              + Epochs.MAIN
              + " was measured before");
      page.line("and after each row; the multiples are those of the speeds relative to it.");
    }
    page.line("");
    page.line("| | | GFLOP/s | of the reference's | times the least |");
    page.line("|---|---|---|---|---|");
    Set<String> flat = new LinkedHashSet<>();
    rows.forEach(row -> flat.add(Fields.text(row, "row")));
    Map<String, List<String>> notFlat = new LinkedHashMap<>(); // by what explains them
    for (Map<String, Object> row : rows) {
      String group = Fields.text(row, "row");
      String label = Fields.text(row, "label");
      double times = best(rows, group) / relative(row);
      page.line(
          "| %s | %s | %s | %s | %s |",
          group,
          label,
          Page.number(Fields.number(row, "gflops"), 0),
          row.containsKey("reference_gflops") ? Page.number(relative(row), 2) : "–",
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
        .filter(row -> group.equals(Fields.text(row, "row")))
        .mapToDouble(ScalingTable::relative)
        .max()
        .orElseThrow();
  }

  /** Returns a row's speed in multiples of the reference's beside it; older runs had none. */
  private static double relative(Map<String, Object> row) {
    double reference = Fields.number(row, "reference_gflops");
    return Fields.number(row, "gflops") / (Double.isNaN(reference) ? 1 : reference);
  }

  private static String reason(String group, String label) {
    if (group.endsWith("hidden layer") || group.endsWith("hidden layers")) {
      int width = Integer.parseInt(label.split("-", -1)[1]);
      return width < WIDE ? NARROW_REASON : NO_REASON;
    }
    boolean small = group.equals("batch size") && Integer.parseInt(label) < LARGE;
    return small ? SMALL_REASON : NO_REASON;
  }
}
