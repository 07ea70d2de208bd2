package downhill.benchmarks.driver;

import downhill.benchmarks.harness.Flops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ourselves and one other alone, turn and turn about, for the ratios that targets are about. On
 * some machines the speed of two threads changes within minutes; the medians of two measurements
 * may then come from other minutes, while both turns of a round lie seconds apart. So the ratio is
 * that of a round, and the median that of the ratios. In one pair the peak of two cores takes our
 * place, beside that of one: what a second core gives where nothing is shared or waited for.
 */
final class Pairs {
  /**
   * How often two are measured.
   *
   * @param rounds of each start, after one to warm up
   */
  record Plan(int starts, int rounds, boolean quick) {}

  private static final int STARTS = 3;
  private static final int ROUNDS = 5;

  /** How many of the networks are small enough for so many rounds. */
  private static final int NETWORKS = 4;

  /** What stands for a network where two cores' peak is held against one's. */
  private static final String REGISTERS = "multiply-adds on registers alone";

  private final Bench bench;

  Pairs(Bench bench) {
    this.bench = bench;
  }

  /** Measures every pair. */
  List<Object> run() throws IOException, InterruptedException {
    List<Object> rows = new ArrayList<>();
    for (Epochs.Case network : Epochs.CASES.subList(0, NETWORKS)) {
      int all = bench.threads;
      rows.add(run(network, all, bench.peer(Bench.PYTORCH, "djl"), all, network.flops()));
      if (all > 1 && !bench.quick && Epochs.CASES.indexOf(network) < Epochs.ON_ONE_THREAD) {
        rows.add(run(network, all, bench.pytorchOnOneThread(), 1, network.flops()));
      }
      if (network.network().equals(Epochs.MAIN)) {
        if (all > 1) { // what is asked for is what a second thread gives, however many there are
          rows.add(run(network, 2, bench.own("Downhill, 1 thread", 1), 1, network.flops()));
          rows.add(secondCore(network));
        }
        Contender peak = bench.peak(all).with(Bench.PEAK_OF_ALL); // of one core, too
        rows.add(run(network, all, peak, all, Flops.PEAK_WINDOW * all));
      }
    }
    return rows;
  }

  /**
   * Measures one pair.
   *
   * @param ours how many threads we have
   * @param threads how many the other has
   * @param flops what an epoch of the other is worth
   */
  private Map<String, Object> run(
      Epochs.Case network, int ours, Contender contender, int threads, double flops)
      throws IOException, InterruptedException {
    Bench.say("pairs: " + network.network() + ", Downhill and " + contender.name());
    Map<String, Object> row =
        Bench.row(
            "network", network.network(), "batch", network.batch(), "other", contender.name());
    measure(
        row,
        network.training(bench.own("Downhill", ours), ours),
        network.flops(),
        network.training(contender, threads),
        flops,
        plan());
    return row;
  }

  /** Measures what a second core of this machine gives where nothing is shared or waited for. */
  private Map<String, Object> secondCore(Epochs.Case network)
      throws IOException, InterruptedException {
    Bench.say("pairs: the peak of two cores and of one");
    Map<String, Object> row =
        Bench.row("network", REGISTERS, "one", "Peak of two cores", "other", Bench.PEAK_OF_ONE);
    measure(
        row,
        network.training(bench.peak(2), 2),
        Flops.PEAK_WINDOW * 2,
        network.training(bench.peak(1), 1),
        Flops.PEAK_WINDOW,
        plan());
    return row;
  }

  /**
   * Measures two. Each is started several times: how a JVM compiles is settled at its start, and
   * fifteen rounds of one start would tell of that one.
   */
  static void measure(
      Map<String, Object> row,
      Contender first,
      double flopsOfFirst,
      Contender second,
      double flopsOfSecond,
      Plan plan)
      throws InterruptedException {
    Kept ours = new Kept();
    Kept others = new Kept();
    for (int start = 0; start < plan.starts; start++) {
      int never = Integer.MAX_VALUE; // nobody's accuracy is asked for
      try (Participant own = new Participant(first, never, plan.quick);
          Participant other = new Participant(second, never, plan.quick)) {
        own.start();
        other.start();
        for (int round = 0; round <= plan.rounds; round++) {
          boolean ownFirst = (start + round) % 2 == 0;
          for (Participant next : ownFirst ? List.of(own, other) : List.of(other, own)) {
            next.turn(round == 0);
          }
        }
        for (Participant one : List.of(own, other)) {
          if (!one.problem().isEmpty()) {
            row.put("problem", one.problem());
            return;
          }
        }
        ours.add(own, flopsOfFirst);
        others.add(other, flopsOfSecond);
      }
    }
    row.put("starts", plan.starts);
    row.put("rule", Turn.rule(plan.rounds, plan.quick));
    ours.put("own_", row);
    others.put("other_", row);
  }

  private Plan plan() {
    return new Plan(STARTS, ROUNDS, bench.quick);
  }

  /** What is kept of one of two, start after start. */
  private static final class Kept {
    private final List<Double> gflops = new ArrayList<>();
    private final List<List<Double>> warmUps = new ArrayList<>();
    private final List<List<Double>> turns = new ArrayList<>();

    void add(Participant one, double flops) {
      gflops.addAll(one.speeds(flops));
      warmUps.add(one.warmUp());
      turns.addAll(one.turns());
    }

    void put(String prefix, Map<String, Object> row) {
      row.put(prefix + "gflops", gflops);
      row.put(prefix + "warm_ups", warmUps);
      row.put(prefix + "turns", turns);
    }
  }

  /** Returns the ratios to an other on a network; nothing where it was not measured. */
  static Optional<Ratios> ratios(Map<String, Object> results, String network, String other) {
    return Fields.maps(results, "pairs").stream()
        .filter(row -> network.equals(row.get("network")) && other.equals(row.get("other")))
        .flatMap(row -> Ratios.of(row).stream())
        .findFirst();
  }

  /** Returns the median of those; NaN where it was not measured. */
  static double median(Map<String, Object> results, String network, String other) {
    return ratios(results, network, other).map(Ratios::median).orElse(Double.NaN);
  }

  /** Returns sentences about where a peer is ahead in these. */
  static List<String> ahead(Map<String, Object> results) {
    List<String> sentences = new ArrayList<>();
    for (Map<String, Object> row : Fields.maps(results, "pairs")) {
      String other = Fields.text(row, "other");
      boolean isPeer = !other.startsWith("Downhill") && !other.startsWith("Peak");
      double median = isPeer ? Ratios.of(row).map(Ratios::median).orElse(Double.NaN) : Double.NaN;
      if (median < 1) {
        sentences.add(
            "%s trains %s %s times as fast as Downhill, turn and turn about."
                .formatted(other, Fields.text(row, "network"), Page.number(1 / median, 2)));
      }
    }
    return sentences;
  }

  /** Returns how many times one core's peak two have; NaN if it was not measured. */
  static double secondCore(Map<String, Object> results) {
    return median(results, REGISTERS, Bench.PEAK_OF_ONE);
  }

  /** Writes the table. */
  static void write(Map<String, Object> results, Page page) {
    List<Map<String, Object>> rows = Fields.maps(results, "pairs");
    if (rows.isEmpty()) {
      return;
    }
    page.line("");
    page.line("## Two alone, turn and turn about");
    page.line("");
    page.line(
        "On some machines the speed of two threads changes within minutes. Here only two processes"
            + " are");
    page.line(
        "alive and their turns lie seconds apart; each round gives a ratio. The targets are judged"
            + " by the");
    page.line("median of these.");
    rows.stream()
        .filter(row -> row.containsKey("rule"))
        .findFirst()
        .ifPresent(row ->
            page.line(
                "Both were started %s times, and each time warmed up for %s, and had %s rounds.",
                Page.number(Fields.number(row, "starts"), 0),
                Page.warmUp(Fields.map(row, "rule")),
                Page.number(Fields.number(Fields.map(row, "rule"), "rounds"), 0)));
    page.line("");
    page.line("| | batch | | GFLOP/s | and | GFLOP/s | ratio: median | 95 % | min–max | rounds |");
    page.line("|---|---|---|---|---|---|---|---|---|---|");
    for (Map<String, Object> row : rows) {
      Optional<Ratios> found = Ratios.of(row);
      if (found.isEmpty()) {
        page.line(
            "| %s | | | | %s | not measured: %s | | | | |",
            Fields.text(row, "network"), Fields.text(row, "other"), Fields.text(row, "problem"));
        continue;
      }
      Ratios ratios = found.get();
      Summary summary = Summary.of(ratios.values());
      page.line(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s–%s | %d |",
          Fields.text(row, "network"),
          row.containsKey("batch") ? Page.number(Fields.number(row, "batch"), 0) : "",
          row.containsKey("one") ? Fields.text(row, "one") : "Downhill",
          Page.number(Summary.of(Fields.numbers(row, "own_gflops")).median(), 0),
          Fields.text(row, "other"),
          Page.number(Summary.of(Fields.numbers(row, "other_gflops")).median(), 0),
          Page.number(summary.median(), 2),
          ratios.shownInterval(),
          Page.number(summary.min(), 2),
          Page.number(summary.max(), 2),
          summary.n());
    }
  }
}
