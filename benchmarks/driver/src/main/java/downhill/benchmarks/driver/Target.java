package downhill.benchmarks.driver;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is asked of Downhill, and what a run measured; the more, the better.
 *
 * @param must the least; NaN of what is shown beside a target and is none itself
 * @param reach what would be good; likewise
 * @param measured NaN if the run did not measure it
 * @param rounds the ratios of two alone that it is judged by, the least first; none where there are
 *     no pairs
 */
record Target(String what, double must, double reach, double measured, List<Ratios> rounds) {
  static final String SECOND_THREAD = "one thread to two";
  static final double LEAST_OF_SECOND = 1.8;

  private static final String OWN = "Downhill";
  private static final double HUNDRED = 100;

  private Target(String what, double must, double reach, double measured) {
    this(what, must, reach, measured, List.of());
  }

  /** Returns all targets, with what the run measured. */
  static List<Target> of(Map<String, Object> results) {
    Map<String, Object> starts = Fields.map(results, "starts");
    return List.of(
        paired(
            "share of the peak of all cores, " + Epochs.MAIN + ", batch 64",
            0.65,
            0.9,
            Pairs.ratios(results, Epochs.MAIN, Bench.PEAK_OF_ALL).stream().toList(),
            share(results)),
        against(results, "784-128-10", 64, 5, 8),
        against(results, Epochs.MAIN, 64, 2.5, 4),
        against(results, "784-512-512-10", 64, 2.2, 3),
        against(results, "784-1024-1024-10", 128, 1.6, 2),
        new Target(
            "worst of the JVM starts against their median, as measured one after the other",
            0.85,
            0.95,
            Starts.worst(Fields.numbers(starts, "gflops"))),
        new Target(
            "worst of the JVM starts, each as a multiple of a process measured at the same moment",
            Double.NaN,
            Double.NaN,
            Starts.worst(Starts.ratios(starts))),
        paired(
            SECOND_THREAD,
            LEAST_OF_SECOND,
            1.95,
            Pairs.ratios(results, Epochs.MAIN, OWN + ", 1 thread").stream().toList(),
            isOfTwo(results) ? ratio(results, Epochs.MAIN, OWN, OWN + ", 1 thread") : Double.NaN),
        new Target(
            "scalar kernels against the vectors, without the Vector API's flag",
            0.25,
            0.25,
            ratio(results, Epochs.MAIN, OWN + ", without the Vector API's flag", OWN)),
        new Target(
            "one image against ONNX Runtime on one thread, median",
            1.5,
            3,
            inference(results, "ONNX Runtime, 1 thread", "p50_micros_median")),
        new Target(
            "10,000 images at once against ONNX Runtime",
            1.2,
            1.5,
            inference(results, "ONNX Runtime", "seconds_10000_median")));
  }

  /** PyTorch with as many threads as suit it better: all, or one where that was measured. */
  private static Target against(
      Map<String, Object> results, String network, int batch, double must, double reach) {
    List<Ratios> rounds =
        Pairs.ratios(results, network, Bench.PYTORCH).stream()
            .flatMap(all ->
                Stream.concat(
                    Stream.of(all), Pairs.ratios(results, network, Bench.PYTORCH_ON_ONE).stream()))
            .sorted(Comparator.comparingDouble(Ratios::median))
            .toList();
    double ofAll = ratio(results, network, OWN, Bench.PYTORCH);
    double ofOne = ratio(results, network, OWN, Bench.PYTORCH_ON_ONE);
    return paired(
        "against PyTorch (DJL), " + network + ", batch " + batch,
        must,
        reach,
        rounds,
        ofOne < ofAll ? ofOne : ofAll);
  }

  /** Returns a target judged by pairs; in a run without them, by what the whole epochs say. */
  private static Target paired(
      String what, double must, double reach, List<Ratios> rounds, double otherwise) {
    double measured = rounds.isEmpty() ? otherwise : rounds.getFirst().median();
    return new Target(what, must, reach, measured, rounds);
  }

  private static Map<String, Object> network(Map<String, Object> results, String network) {
    return Fields.maps(results, "epochs").stream()
        .filter(one -> network.equals(one.get("network")))
        .findFirst()
        .orElse(Map.of());
  }

  private static Map<String, Object> contender(
      Map<String, Object> results, String network, String name) {
    return Fields.maps(network(results, network), "contenders").stream()
        .filter(one -> name.equals(one.get("name")))
        .findFirst()
        .orElse(Map.of());
  }

  /** Returns how many times as fast the first is as the second; NaN if one was not measured. */
  private static double ratio(
      Map<String, Object> results, String network, String fast, String slow) {
    return Fields.number(contender(results, network, slow), "seconds_median")
        / Fields.number(contender(results, network, fast), "seconds_median");
  }

  /** Returns whether all of the machine's threads are two. */
  private static boolean isOfTwo(Map<String, Object> results) {
    return Fields.number(Fields.map(results, "machine"), "cores") == 2;
  }

  private static double share(Map<String, Object> results) {
    return Fields.number(contender(results, Epochs.MAIN, OWN), "gflops")
        / Fields.number(network(results, Epochs.MAIN), "peak_all_median");
  }

  private static double inference(Map<String, Object> results, String peer, String field) {
    double ours = Double.NaN;
    double theirs = Double.NaN;
    for (Map<String, Object> row : Fields.maps(results, "inference")) {
      ours = OWN.equals(Fields.text(row, "name")) ? Fields.number(row, field) : ours;
      theirs = peer.equals(Fields.text(row, "name")) ? Fields.number(row, field) : theirs;
    }
    return theirs / ours;
  }

  /** Returns whether this is asked for at all. */
  boolean isAsked() {
    return !Double.isNaN(must);
  }

  boolean isMeasured() {
    return !Double.isNaN(measured);
  }

  boolean isMissed() {
    return measured < must;
  }

  String verdict() {
    if (!isMeasured()) {
      return "not measured";
    }
    if (!isAsked()) {
      return "not asked for";
    }
    String verdict = measured >= reach ? "reached" : isMissed() ? "**missed**" : "met";
    return isSureOf(measured >= reach ? reach : must) ? verdict : verdict + ", not sure";
  }

  /**
   * Returns whether a bar that is met, or missed, would be likely so in other rounds as well: it is
   * met by all ratios, and missed by any.
   */
  private boolean isSureOf(double bar) {
    return rounds.isEmpty()
        || (measured >= bar
            ? rounds.stream().allMatch(ratios -> ratios.areSureOf(bar))
            : rounds.stream().anyMatch(ratios -> ratios.median() < bar && ratios.areSureOf(bar)));
  }

  /** Returns whether what it must reach was, but other rounds may well say otherwise. */
  boolean isMetByChance() {
    return isMeasured() && isAsked() && !isMissed() && !isSureOf(must);
  }

  /** Returns what was measured, and in brackets the interval where there is one. */
  String shownWithInterval() {
    return rounds.isEmpty() || rounds.getFirst().interval().isEmpty()
        ? shown()
        : "%s (%s)".formatted(shown(), rounds.getFirst().shownInterval());
  }

  /** Returns what was measured, rounded; down, if what is just missed would look met. */
  String shown() {
    if (!isMeasured()) {
      return "–";
    }
    double rounded = Math.round(measured * HUNDRED) / HUNDRED;
    boolean flatters = (isMissed() && rounded >= must) || (measured < reach && rounded >= reach);
    return Page.number(flatters ? rounded - 1 / HUNDRED : rounded, 2);
  }
}
