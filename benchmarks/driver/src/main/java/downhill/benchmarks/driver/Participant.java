package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One contender while a network is measured: its process, its turns, its rest between them. */
final class Participant implements AutoCloseable {
  private static final int TIMEOUT = 400;

  /** After a turn the process is looked at so often at most, until it is at rest. */
  private static final int LOOKS = 15;

  private static final int LOOK_MILLIS = 200;

  /** Seconds of processor time between two looks that are rest: two ticks of the system's clock. */
  private static final double REST = 0.02;

  private final Contender contender;
  private final int compared;
  private final boolean quick;
  private final List<List<Double>> turns = new ArrayList<>();
  private List<Double> warmUp = List.of();
  private @Nullable Session session;
  private String version = "";
  private String problem = "";
  private int firstUntimed;
  private double readySeconds;
  private double accuracy;
  private int epochs;
  private long passes = 1;
  private double restCpu;
  private long restStart;
  private double idleCpu;
  private double idleSeconds;

  /**
   * Makes one that is not started yet.
   *
   * @param compared after how many epochs its accuracy is asked for: everybody's after as many
   * @param quick whether its warm-up is that of a quick run
   */
  Participant(Contender contender, int compared, boolean quick) {
    this.contender = contender;
    this.compared = compared;
    this.quick = quick;
  }

  /** Starts the process and waits until it is ready. */
  void start() throws InterruptedException {
    try {
      Session starting = new Session(contender);
      session = starting;
      version = String.join(" ", starting.expect("ready", TIMEOUT));
      readySeconds = (System.nanoTime() - starting.started) * 1e-9;
      rest(starting);
    } catch (Session.Failed e) {
      failed(e);
    }
  }

  /** Takes a turn, if nothing went wrong so far; returns when the process is at rest again. */
  void turn(boolean warming) throws InterruptedException {
    if (session == null || !problem.isEmpty()) {
      return;
    }
    idleCpu += session.cpuSeconds() - restCpu;
    idleSeconds += (System.nanoTime() - restStart) * 1e-9;
    Turn turn = warming ? Turn.warmUp(quick) : Turn.timed();
    try {
      while (turn.goesOn()) {
        epoch(session, turn);
      }
    } catch (Session.Failed e) {
      failed(e);
      return;
    }
    if (warming) {
      warmUp = turn.seconds();
    } else {
      turns.add(turn.seconds());
      firstUntimed += turn.firstUntimed() ? 1 : 0;
    }
    Bench.say(
        "  %s: %s%s s"
            .formatted(
                contender.name(),
                warming ? "warm-up, " : "",
                String.join(", ", turn.seconds().stream().map(s -> Page.number(s, 3)).toList())));
    rest(session);
  }

  private void epoch(Session running, Turn turn) throws InterruptedException, Session.Failed {
    long start = System.nanoTime();
    double seconds = running.number("epoch", "seconds", TIMEOUT);
    double wall = (System.nanoTime() - start) * 1e-9;
    turn.add(seconds, wall);
    passes = Math.max(1, Math.round(wall / seconds));
    epochs++;
    if (epochs == compared) {
      accuracy = running.number("accuracy", "accuracy", TIMEOUT);
      turn.interrupted();
    }
  }

  /** Waits until the process does nothing any more, for a few seconds at most. */
  private void rest(Session running) throws InterruptedException {
    Bench.pause();
    double before = running.cpuSeconds();
    for (int look = 0; look < LOOKS; look++) {
      Thread.sleep(LOOK_MILLIS);
      double now = running.cpuSeconds();
      boolean atRest = now - before <= REST;
      before = now;
      if (atRest) {
        break;
      }
    }
    restCpu = before;
    restStart = System.nanoTime();
  }

  private void failed(Session.Failed e) {
    problem = String.valueOf(e.getMessage());
    Bench.say("  " + contender.name() + ": not measured: " + problem);
  }

  /**
   * Returns what is kept.
   *
   * @param flops of an epoch
   */
  Map<String, Object> row(double flops) {
    Map<String, Object> row = Bench.row("name", contender.name(), "version", version);
    if (readySeconds > 0) {
      row.put("ready_seconds", readySeconds);
    }
    if (!problem().isEmpty()) {
      row.put("problem", problem());
      return row;
    }
    Summary summary = Summary.ofTurns(turns);
    row.putAll(summary.as("seconds"));
    row.put("gflops", flops / summary.median() * 1e-9);
    row.put("accuracy", accuracy);
    row.put("accuracy_epochs", compared * passes);
    row.put("epochs", epochs * passes);
    row.put("passes", passes);
    row.put("environment", contender.environment());
    row.put("first_untimed", firstUntimed);
    row.put("idle_share", idleCpu / idleSeconds);
    row.put("warm_up", warmUp);
    row.put("turns", turns);
    return row;
  }

  /**
   * Returns how fast each turn was in its median, in GFLOP/s; empty if nothing was measured.
   *
   * @param flops of an epoch
   */
  List<Double> speeds(double flops) {
    return turns.stream().map(turn -> flops / Summary.of(turn).median() * 1e-9).toList();
  }

  /** Returns why there is nothing to keep; empty where there is. */
  String problem() {
    return problem.isEmpty() && turns.isEmpty() ? "not a single epoch timed" : problem;
  }

  /** Returns the seconds of each epoch that was timed, turn by turn. */
  List<List<Double>> turns() {
    return turns;
  }

  /** Returns the seconds of each epoch of the warm-up. */
  List<Double> warmUp() {
    return warmUp;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }
}
