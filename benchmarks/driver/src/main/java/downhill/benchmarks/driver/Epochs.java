package downhill.benchmarks.driver;

import downhill.benchmarks.harness.Flops;
import downhill.network.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whole epochs, everybody beside everybody, by turns. */
final class Epochs {
  private static final int EXAMPLES = 60_000;

  /** A network, and how it is trained. */
  record Case(String network, int batch, double rate) {
    /** Returns the flops of an epoch. */
    double flops() {
      return (double) Architecture.parse(network).trainingFlops() * EXAMPLES;
    }

    /** Returns a contender of this training. */
    Contender training(Contender contender, int threads) {
      return contender.training(network, batch, rate, threads, 1);
    }
  }

  private static final String PYTHON = "PyTorch, Python";

  private static final String QUICK = "left out of quick runs";

  private static final String VECTOR_FLAG = "--add-modules=jdk.incubator.vector";

  static final String MAIN = "784-512-128-64-10";

  static final Case MAIN_CASE = new Case(MAIN, 64, 0.05);

  static final List<Case> CASES =
      List.of(
          new Case("784-128-10", 64, 0.05),
          MAIN_CASE,
          new Case("784-512-512-10", 64, 0.05),
          new Case("784-1024-1024-10", 128, 0.05),
          new Case("784-2048-2048-2048-10", 256, 0.1));

  /** A peer that takes part where a turn of its own is a matter of seconds. */
  private record Slow(String name, String module, int networks) {}

  /** How many of the networks are so small that PyTorch may be faster on one thread. */
  static final int ON_ONE_THREAD = 2;

  private static final List<Slow> SLOW =
      List.of(
          new Slow("Smile", "smile", 4),
          new Slow("Deeplearning4j", "deeplearning4j", 4),
          new Slow("Spark MLPC", "spark", 2));

  private final Bench bench;

  Epochs(Bench bench) {
    this.bench = bench;
  }

  List<Object> run() throws IOException, InterruptedException, Session.Failed {
    List<Object> results = new ArrayList<>();
    for (Case network : bench.quick ? List.of(MAIN_CASE) : CASES) {
      results.add(run(network));
    }
    return results;
  }

  /** Returns who takes part, with their trainings. */
  private List<Contender> contenders(Case network) throws IOException, InterruptedException {
    int threads = bench.threads;
    List<Contender> contenders = new ArrayList<>();
    contenders.add(bench.own("Downhill", threads));
    if (network.network.equals(MAIN)) {
      contenders.add(bench.own("Downhill, scalar", threads, "-Ddownhill.benchmarks.kernel=SCALAR"));
      Contender flagless = bench.own("Downhill, without the Vector API's flag", threads);
      if (!flagless.command().remove(VECTOR_FLAG)) {
        throw new IllegalStateException("own/jvm.options: expected " + VECTOR_FLAG);
      }
      contenders.add(flagless);
    }
    contenders.add(bench.peer(Bench.PYTORCH, "djl"));
    if (!bench.quick) {
      contenders.add(bench.python(PYTHON, "torch", "torch_worker"));
    }
    contenders.add(bench.python("scikit-learn", "sklearn", "sklearn_worker"));
    for (Slow peer : SLOW) {
      if (!bench.quick && CASES.indexOf(network) < peer.networks) {
        contenders.add(bench.peer(peer.name, peer.module));
      }
    }
    contenders.replaceAll(contender -> network.training(contender, threads));
    if (network.network.equals(MAIN)) {
      contenders.add(1, network.training(bench.own("Downhill, 1 thread", 1), 1));
    }
    if (threads > 1 && !bench.quick && CASES.indexOf(network) < ON_ONE_THREAD) {
      contenders.add(network.training(bench.pytorchOnOneThread(), 1));
    }
    return contenders;
  }

  /** Returns a row for each peer that does not take part, with the reason. */
  private List<Map<String, Object>> leftOut(Case network) {
    List<Map<String, Object>> rows = new ArrayList<>();
    if (bench.quick) {
      rows.add(Bench.row("name", PYTHON, "problem", QUICK));
    }
    for (Slow peer : SLOW) {
      if (bench.quick || CASES.indexOf(network) >= peer.networks) {
        String reason =
            bench.quick ? QUICK : "left out: too slow for turns on a network of this size";
        rows.add(Bench.row("name", peer.name, "problem", reason));
      }
    }
    return rows;
  }

  private Map<String, Object> run(Case network)
      throws IOException, InterruptedException, Session.Failed {
    Bench.say("epochs: " + network.network + ", batch " + network.batch);
    int rounds = bench.quick ? 2 : 5;
    List<Participant> participants = new ArrayList<>();
    try {
      List<Contender> contenders = contenders(network);
      for (Contender contender : contenders) {
        // Everybody has an epoch in each round at least, and one to warm up.
        participants.add(new Participant(contender, rounds + 1, bench.quick));
      }
      Participant onePeak = peak(network, 1);
      Participant allPeak = peak(network, bench.threads);
      participants.add(onePeak);
      participants.add(allPeak);
      for (Participant participant : participants) {
        participant.start();
      }
      for (int round = 0; round <= rounds; round++) {
        for (int number : Rotation.order(participants.size(), round)) {
          participants.get(number).turn(round == 0);
        }
      }
      Map<String, Object> result = description(network, rounds, bench.quick);
      result.putAll(peak("peak_one", onePeak.speeds(Flops.PEAK_WINDOW)));
      result.putAll(peak("peak_all", allPeak.speeds(Flops.PEAK_WINDOW * bench.threads)));
      result.put("peak_in_turn", true);
      List<Map<String, Object>> rows = new ArrayList<>();
      participants.subList(0, contenders.size()).forEach(one -> rows.add(one.row(network.flops())));
      rows.addAll(leftOut(network));
      result.put("contenders", rows);
      return result;
    } finally {
      participants.forEach(Participant::close);
    }
  }

  /** Returns what is kept of a peak: nothing where it failed. */
  private static Map<String, Object> peak(String name, List<Double> speeds) {
    return speeds.isEmpty() ? Map.of() : Summary.of(speeds).as(name);
  }

  private static Map<String, Object> description(Case network, int rounds, boolean quick) {
    return Bench.row(
        "network",
        network.network,
        "batch",
        network.batch,
        "rate",
        network.rate,
        "flops",
        network.flops(),
        "rule",
        Turn.rule(rounds, quick));
  }

  private Participant peak(Case network, int threads) throws IOException {
    Contender peak = network.training(bench.peak(threads), threads);
    return new Participant(peak, Integer.MAX_VALUE, bench.quick); // its accuracy is never asked for
  }
}
