package downhill.benchmarks.driver;

import downhill.benchmarks.harness.Flops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whole epochs, everybody beside everybody, an epoch each in turn. */
final class Epochs {
  private static final int EXAMPLES = 60_000;

  /** Epochs that take longer than this are measured less often, in seconds. */
  private static final double SLOW = 3;

  private static final int WARM_UP = 2;
  private static final int TIMEOUT = 400;

  /** A network, and how it is trained. */
  private record Case(String network, int batch, double rate) {
    double flops() {
      List<Integer> widths = Arrays.stream(network.split("-", -1)).map(Integer::valueOf).toList();
      return Flops.perExample(widths) * EXAMPLES;
    }
  }

  static final String MAIN = "784-512-128-64-10";

  private static final List<Case> CASES =
      List.of(
          new Case("784-128-10", 64, 0.05),
          new Case(MAIN, 64, 0.05),
          new Case("784-512-512-10", 64, 0.05),
          new Case("784-1024-1024-10", 128, 0.05),
          new Case("784-2048-2048-2048-10", 256, 0.1));

  /** One contender during a case. */
  private static final class Turn {
    final Contender contender;
    final List<Double> seconds = new ArrayList<>();
    @Nullable Session session;
    String version = "";
    String problem = "";
    double readySeconds;
    double accuracy;

    Turn(Contender contender) {
      this.contender = contender;
    }

    void failed(Session.Failed e) {
      problem = String.valueOf(e.getMessage());
      Bench.say("  " + contender.name() + ": not measured: " + problem);
    }

    void close() {
      if (session != null) {
        session.close();
      }
    }
  }

  private final Bench bench;

  Epochs(Bench bench) {
    this.bench = bench;
  }

  List<Object> run() throws IOException, InterruptedException, Session.Failed {
    List<Object> results = new ArrayList<>();
    for (Case network : bench.quick ? CASES.subList(0, 2) : CASES) {
      results.add(run(network));
    }
    return results;
  }

  /** Returns who takes part; the slow ones only where an epoch of theirs is a matter of seconds. */
  private List<Contender> contenders(Case network) throws IOException, InterruptedException {
    int size = CASES.indexOf(network);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(bench.own("Downhill", bench.threads));
    if (network.network.equals(MAIN)) {
      contenders.add(bench.own("Downhill, 1 thread", 1));
      contenders.add(
          bench.own("Downhill, scalar", bench.threads, "-Ddownhill.benchmarks.kernel=SCALAR"));
      Contender flagless = bench.own("Downhill, without the Vector API's flag", bench.threads);
      flagless.command().remove("--add-modules=jdk.incubator.vector");
      contenders.add(flagless);
    }
    contenders.add(bench.peer("PyTorch, DJL", "djl"));
    contenders.add(bench.python("PyTorch, Python", "torch", "torch_worker"));
    contenders.add(bench.python("scikit-learn", "sklearn", "sklearn_worker"));
    if (!bench.quick && size < 4) {
      contenders.add(bench.peer("Smile", "smile"));
      contenders.add(bench.peer("Deeplearning4j", "deeplearning4j"));
    }
    if (!bench.quick && size < 2) {
      contenders.add(bench.peer("Spark MLPC", "spark"));
    }
    return contenders;
  }

  private Map<String, Object> run(Case network)
      throws IOException, InterruptedException, Session.Failed {
    Bench.say("epochs: " + network.network + ", batch " + network.batch);
    List<Double> onePeak = new ArrayList<>();
    List<Double> allPeak = new ArrayList<>();
    List<Turn> turns = new ArrayList<>();
    for (Contender contender : contenders(network)) {
      turns.add(start(contender, network));
    }
    try {
      int rounds = WARM_UP + (bench.quick ? 3 : 5);
      for (int round = 0; round < rounds; round++) {
        if (round == WARM_UP || round == rounds - 1) {
          onePeak.add(bench.peak(1));
          allPeak.add(bench.peak(bench.threads));
        }
        for (Turn turn : turns) {
          if (turn.problem.isEmpty() && !hasEnough(turn)) {
            epoch(turn);
          }
        }
      }
    } finally {
      turns.forEach(Turn::close);
    }
    Map<String, Object> result =
        Bench.row(
            "network",
            network.network,
            "batch",
            network.batch,
            "rate",
            network.rate,
            "flops",
            network.flops());
    result.putAll(Summary.of(onePeak).as("peak_one"));
    result.putAll(Summary.of(allPeak).as("peak_all"));
    result.put("contenders", turns.stream().map(turn -> row(turn, network)).toList());
    return result;
  }

  /** Slow contenders are measured three times, very slow ones once, after one to warm up. */
  private static boolean hasEnough(Turn turn) {
    int n = turn.seconds.size();
    return (n > 1 && turn.seconds.get(1) > 10 * SLOW) || (n > 3 && turn.seconds.get(1) > SLOW);
  }

  private Turn start(Contender contender, Case network) throws IOException, InterruptedException {
    int threads = contender.name().endsWith("1 thread") ? 1 : bench.threads;
    Turn turn =
        new Turn(contender.training(network.network, network.batch, network.rate, threads, 1));
    turn.session = new Session(turn.contender);
    try {
      turn.version = String.join(" ", turn.session.expect("ready", TIMEOUT));
      turn.readySeconds = (System.nanoTime() - turn.session.started) * 1e-9;
    } catch (Session.Failed e) {
      turn.failed(e);
    }
    return turn;
  }

  private static void epoch(Turn turn) throws InterruptedException {
    if (turn.session == null) {
      return;
    }
    try {
      Bench.pause();
      turn.seconds.add(turn.session.number("epoch", "seconds", TIMEOUT));
      Bench.pause();
      turn.accuracy = turn.session.number("accuracy", "accuracy", TIMEOUT);
      Bench.say(
          "  %s: %.3f s, accuracy %.4f"
              .formatted(turn.contender.name(), turn.seconds.getLast(), turn.accuracy));
    } catch (Session.Failed e) {
      turn.failed(e);
    }
  }

  private static Map<String, Object> row(Turn turn, Case network) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", turn.contender.name());
    row.put("version", turn.version);
    row.put("ready_seconds", turn.readySeconds);
    int all = turn.seconds.size();
    if (!turn.problem.isEmpty() || all < 2) {
      row.put("problem", turn.problem.isEmpty() ? "fewer than two epochs" : turn.problem);
      return row;
    }
    Summary summary = Summary.of(turn.seconds.subList(all > 4 ? WARM_UP : 1, all));
    row.putAll(summary.as("seconds"));
    row.put("gflops", network.flops() / summary.median() * 1e-9);
    row.put("accuracy", turn.accuracy);
    row.put("epochs", all);
    return row;
  }
}
