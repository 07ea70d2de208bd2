package downhill.benchmarks.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Ourselves started again and again, since the compiler decides anew each time; beside each start a
 * process of ours that stays alive throughout. On some machines the speed of two threads changes
 * within minutes; that changes both, so their ratio shows what the start itself did.
 */
final class Starts {
  private static final int TIMEOUT = 900;
  private static final int EPOCHS = 7;
  private static final int WARM_UP = 2;

  private Starts() {}

  /** Measures: an epoch of the new process, one of the reference, and so on. */
  static Map<String, Object> run(Bench bench)
      throws IOException, InterruptedException, Session.Failed {
    Bench.say("starts");
    Contender own = Epochs.MAIN_CASE.training(bench.own("Downhill", bench.threads), bench.threads);
    List<List<Double>> seconds = new ArrayList<>();
    List<List<Double>> referenceSeconds = new ArrayList<>();
    try (Session reference = new Session(own)) {
      reference.expect("ready", TIMEOUT);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        reference.number("epoch", "seconds", TIMEOUT);
      }
      for (int start = 0; start < (bench.quick ? 3 : 10); start++) {
        List<Double> its = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        try (Session session = new Session(own)) {
          session.expect("ready", TIMEOUT);
          for (int epoch = 0; epoch < EPOCHS; epoch++) {
            its.add(session.number("epoch", "seconds", TIMEOUT));
            beside.add(reference.number("epoch", "seconds", TIMEOUT));
          }
        }
        seconds.add(its.subList(WARM_UP, EPOCHS));
        referenceSeconds.add(beside.subList(WARM_UP, EPOCHS));
      }
    }
    return Bench.row(
        "gflops",
        gflops(seconds),
        "reference_gflops",
        gflops(referenceSeconds),
        "seconds",
        seconds,
        "reference_seconds",
        referenceSeconds);
  }

  private static List<Double> gflops(List<List<Double>> seconds) {
    double flops = Epochs.MAIN_CASE.flops();
    return seconds.stream().map(its -> flops / Summary.of(its).median() * 1e-9).toList();
  }

  /**
   * Returns how fast each start was, in multiples of the reference at the same moment: the median
   * over its epochs, each against the reference's epoch that came right after. Empty for a run
   * without a reference.
   */
  static List<Double> ratios(Map<String, Object> starts) {
    List<List<Double>> seconds = Fields.lists(starts, "seconds");
    List<List<Double>> beside = Fields.lists(starts, "reference_seconds");
    List<Double> ratios = new ArrayList<>();
    for (int start = 0; start < beside.size(); start++) {
      List<Double> its = new ArrayList<>();
      for (int epoch = 0; epoch < beside.get(start).size(); epoch++) {
        its.add(beside.get(start).get(epoch) / seconds.get(start).get(epoch));
      }
      ratios.add(Summary.of(its).median());
    }
    return ratios;
  }

  /** Returns the least as a share of the median; NaN if there is none. */
  static double worst(List<Double> speeds) {
    return speeds.isEmpty() ? Double.NaN : Collections.min(speeds) / Summary.of(speeds).median();
  }
}
