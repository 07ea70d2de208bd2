package downhill.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sections that measure ourselves, or ourselves and one other. */
final class OtherSections {
  private static final int TIMEOUT = 900;
  private static final String OWN = "own";

  /** Calls with 10,000 images each that are timed in a turn. */
  private static final int CALLS = 5;

  /** The recipe for the time to accuracy: the same for everybody. */
  private static final int BATCH = 32;

  private static final double RATE = 0.1;

  /** At a constant rate neither gets to 89 %: plain descent goes on jumping about. */
  private static final double DECAY = 0.9;

  private static final int MOST_EPOCHS = 30;

  private static final double[] TARGETS = {0.85, 0.88, 0.89};

  private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

  private final Bench bench;

  OtherSections(Bench bench) {
    this.bench = bench;
  }

  /** Measures from the start of the process to the first epoch after which a target is reached. */
  List<Object> accuracy() throws IOException, InterruptedException {
    List<Contender> contenders =
        List.of(bench.own("Downhill", bench.threads), bench.peer(Bench.PYTORCH, "djl"));
    List<Object> rows = new ArrayList<>();
    for (long seed = 1; seed <= (bench.quick ? 1 : 3); seed++) {
      for (Contender contender : seed % 2 == 1 ? contenders : contenders.reversed()) {
        Bench.say("accuracy: " + contender.name() + ", seed " + seed);
        Map<String, Object> row = Bench.row("name", contender.name(), "seed", seed);
        try {
          reach(contender, seed, row);
        } catch (Session.Failed e) {
          row.put("problem", String.valueOf(e.getMessage()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private void reach(Contender contender, long seed, Map<String, Object> row)
      throws IOException, InterruptedException, Session.Failed {
    Contender training = contender.training(Epochs.MAIN, BATCH, RATE, DECAY, bench.threads, seed);
    try (Session session = new Session(training)) {
      session.expect("ready", TIMEOUT);
      int target = 0;
      double best = 0;
      for (int epoch = 1; epoch <= MOST_EPOCHS && target < TARGETS.length; epoch++) {
        session.number("epoch", "seconds", TIMEOUT);
        double accuracy = session.number("accuracy", "accuracy", TIMEOUT);
        double seconds = (System.nanoTime() - session.started) * 1e-9;
        best = Math.max(best, accuracy);
        for (; target < TARGETS.length && accuracy >= TARGETS[target]; target++) {
          row.put("seconds_" + Math.round(TARGETS[target] * 100), seconds);
          row.put("epoch_" + Math.round(TARGETS[target] * 100), epoch);
        }
        row.put("epochs", epoch);
      }
      row.put("best", best);
    }
  }

  static Map<String, Object> accuracyRecipe() {
    return Bench.row(
        "network",
        Epochs.MAIN,
        "batch",
        BATCH,
        "rate",
        RATE,
        "decay",
        DECAY,
        "most_epochs",
        MOST_EPOCHS);
  }

  /** Lets our trainer follow published recipes. */
  List<Object> published() throws IOException, InterruptedException, Session.Failed {
    Bench.say("published recipes");
    Contender program =
        Contender.main(bench.benchmarks, OWN, "downhill.benchmarks.own.Published", bench.threads);
    program =
        bench.quick
            ? program.with("published", "1", "quickstart")
            : program.with(
                "published",
                "5",
                "quickstart",
                "tensorflow",
                "geron",
                "d2l",
                "zalando",
                "standardised",
                "default");
    Map<String, List<Double>> accuracies = new LinkedHashMap<>();
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (String line : Bench.text(program, "accuracy ", TIMEOUT)) {
      String[] fields = line.split(" ", -1);
      accuracies
          .computeIfAbsent(fields[0], name -> new ArrayList<>())
          .add(Double.parseDouble(fields[2]));
      seconds
          .computeIfAbsent(fields[0], name -> new ArrayList<>())
          .add(Double.parseDouble(fields[3]));
    }
    List<Object> rows = new ArrayList<>();
    for (Map.Entry<String, List<Double>> recipe : accuracies.entrySet()) {
      Map<String, Object> row = Bench.row("recipe", recipe.getKey());
      row.put("accuracies", recipe.getValue());
      row.put("mean", recipe.getValue().stream().mapToDouble(a -> a).average().orElseThrow());
      row.putAll(Summary.of(seconds.getOrDefault(recipe.getKey(), List.of())).as("seconds"));
      rows.add(row);
    }
    return rows;
  }

  /** Returns the file of a model that was trained for one epoch. */
  Path model() throws IOException, InterruptedException, Session.Failed {
    Path run = Bench.temporary().resolve("run");
    Bench.text(
        new Contender(
            "train",
            List.of(
                bench.root.resolve("downhill").toString(),
                "train",
                "--epochs",
                "1",
                "--json",
                "--output",
                run.toString()),
            Map.of()),
        "{",
        TIMEOUT);
    return run.resolve("model.safetensors");
  }

  /** Applies the same weights, ours and ONNX Runtime. */
  List<Object> inference() throws IOException, InterruptedException, Session.Failed {
    Bench.say("inference");
    String file = model().toString();
    String many = Integer.toString(bench.threads);
    String ownMain = "downhill.benchmarks.own.OwnClassifier";
    Contender own = Contender.main(bench.benchmarks, OWN, ownMain, bench.threads);
    Contender ort = Contender.module(bench.benchmarks, "onnxruntime", bench.threads);
    List<Contender> contenders =
        List.of(
            own.with("Downhill", file, many),
            ort.with("ONNX Runtime, 1 thread", file, "1"),
            ort.with("ONNX Runtime", file, many));
    List<Session> sessions = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    List<List<List<Double>>> values = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        Session session = new Session(contender);
        sessions.add(session);
        String version = String.join(" ", session.expect("ready", TIMEOUT));
        rows.add(Bench.row("name", contender.name(), "version", version));
        values.add(List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
      }
      for (int round = 0; round < (bench.quick ? 3 : 7); round++) {
        for (int c : Rotation.order(sessions.size(), round)) {
          Bench.pause();
          List<String> latency = sessions.get(c).ask("latency", "latency", TIMEOUT);
          values.get(c).get(0).add(Double.parseDouble(latency.get(0)));
          values.get(c).get(1).add(Double.parseDouble(latency.get(1)));
          Bench.pause();
          values.get(c).get(2).add(throughput(sessions.get(c)));
        }
      }
      for (int c = 0; c < sessions.size(); c++) {
        rows.get(c).put("difference", difference(sessions.get(0), sessions.get(c)));
        rows.get(c).putAll(Summary.of(values.get(c).get(0)).as("p50_micros"));
        rows.get(c).putAll(Summary.of(values.get(c).get(1)).as("p99_micros"));
        rows.get(c).putAll(Summary.of(values.get(c).get(2)).as("seconds_10000"));
      }
    } finally {
      sessions.forEach(Session::close);
    }
    return new ArrayList<>(rows);
  }

  /** Returns the median of some calls, after one that is not timed. */
  private static double throughput(Session session) throws Session.Failed, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int call = 0; call <= CALLS; call++) {
      seconds.add(session.number("throughput", "seconds", TIMEOUT));
    }
    return Summary.of(seconds.subList(1, seconds.size())).median();
  }

  /** Returns the largest difference between the probabilities that two give the first images. */
  private static double difference(Session a, Session b)
      throws Session.Failed, InterruptedException {
    List<String> p = a.ask("check", "probabilities", TIMEOUT);
    List<String> q = b.ask("check", "probabilities", TIMEOUT);
    double largest = 0;
    for (int k = 0; k < p.size(); k++) {
      largest =
          Math.max(largest, Math.abs(Double.parseDouble(p.get(k)) - Double.parseDouble(q.get(k))));
    }
    return largest;
  }

  /** Measures what a user waits for before anything happens. */
  Map<String, Object> startup() throws IOException, InterruptedException, Session.Failed {
    Bench.say("start-up");
    String launcher = bench.root.resolve("downhill").toString();
    Path runs = Bench.temporary();
    List<Double> version = new ArrayList<>();
    List<Double> firstStep = new ArrayList<>();
    for (int i = 0; i < (bench.quick ? 3 : 10); i++) {
      try (Session session =
          new Session(new Contender("version", List.of(launcher, "--version"), Map.of()))) {
        while (session.next(TIMEOUT).isPresent()) {
          // to its end
        }
        double seconds = (System.nanoTime() - session.started) * 1e-9;
        session.end(TIMEOUT);
        version.add(seconds);
      }
      Path run = runs.resolve("" + i);
      List<String> train =
          List.of(launcher, "train", "--epochs", "1", "--json", "--output", run.toString());
      Instant start = Instant.now();
      Bench.text(new Contender("train", train, Map.of()), "{", TIMEOUT);
      firstStep.add(Duration.between(start, firstNews(run)).toNanos() * 1e-9);
    }
    Map<String, Object> row = new LinkedHashMap<>(Summary.of(version).as("version"));
    row.putAll(Summary.of(firstStep).as("first_news"));
    return row;
  }

  /** Returns when a run first had something to say of its steps, as its history tells. */
  private static Instant firstNews(Path run) throws IOException, Session.Failed {
    Path history = run.resolve("history.jsonl");
    for (String line : Files.readAllLines(history)) {
      Matcher time = TIME.matcher(line);
      if (line.contains("\"event\":\"progress\"") && time.find()) {
        return Instant.parse(time.group(1));
      }
    }
    throw new Session.Failed(history + " tells of no progress");
  }
}
