package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A contestant's turn: which of its epochs are timed, and when it ends. The same rule for
 * everybody.
 */
final class Turn {
  /** The timed epochs of a turn take at least this long together. */
  static final double SECONDS = 1;

  /**
   * The first epoch of a turn is not timed where it takes less than this: it pays for what the one
   * before left in caches and in the scheduler, about 0.08 s, which a long epoch hardly notices.
   */
  static final double LONG = 5;

  /**
   * A warm-up has so many epochs, or takes {@link #WARM_UP_SECONDS} if they take longer. PyTorch
   * through DJL needs nine of 784-128-10 until the JVM has compiled what it does once a step. Of
   * wider networks it has fewer in that time, but there this is a small part of a step.
   */
  static final int WARM_UP_EPOCHS = 12;

  static final double WARM_UP_SECONDS = 20;

  /** In a quick run everybody warms up for so long at most. */
  static final double QUICK_WARM_UP_SECONDS = 3;

  private final double warmUpSeconds;
  private final List<Double> timed = new ArrayList<>();
  private boolean first = true;
  private boolean firstUntimed;
  private int epochs;
  private double sum;

  private Turn(double warmUpSeconds) {
    this.warmUpSeconds = warmUpSeconds;
  }

  /** Returns a turn of which nothing counts. */
  static Turn warmUp(boolean quick) {
    return new Turn(quick ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS);
  }

  /** Returns a turn that counts. */
  static Turn timed() {
    return new Turn(0);
  }

  private boolean isWarmUp() {
    return warmUpSeconds > 0;
  }

  /** Returns whether one more epoch is due. */
  boolean goesOn() {
    return isWarmUp() ? epochs < WARM_UP_EPOCHS && sum < warmUpSeconds : sum < SECONDS;
  }

  /**
   * Takes note of an epoch.
   *
   * @param seconds what the contestant says that one pass over the data took
   * @param wall how long it was at work; longer where it can't do a pass alone
   */
  void add(double seconds, double wall) {
    epochs++;
    boolean untimed = !isWarmUp() && first && wall < LONG;
    first = false;
    if (untimed) {
      firstUntimed = true;
    } else {
      sum += wall;
      timed.add(seconds);
    }
  }

  /** Takes note of something else between two epochs; the next is as the first of a turn. */
  void interrupted() {
    first = true;
  }

  /** Returns whether the first epoch was not timed. */
  boolean firstUntimed() {
    return firstUntimed;
  }

  /** Returns the seconds of each epoch that was timed; of the warm-up, of every one. */
  List<Double> seconds() {
    return timed;
  }

  /** Returns the rule as results keep it, so that the page can say by which rule a run went. */
  static Map<String, Object> rule(int rounds, boolean quick) {
    return Bench.row(
        "rounds",
        rounds,
        "turn_seconds",
        SECONDS,
        "long_seconds", // older runs: short_seconds
        LONG,
        "most_warm_up_epochs", // older runs: warm_up_epochs, slow_seconds
        WARM_UP_EPOCHS,
        "warm_up_seconds",
        quick ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS);
  }
}
