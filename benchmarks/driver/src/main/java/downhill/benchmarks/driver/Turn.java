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
   * Where the first epoch of a turn is shorter than this, or the median one of the turn before was,
   * the first is not timed: it would pay for what the one before left in caches and in the
   * scheduler, and a long epoch does not notice that. Warm-up alone can't tell, since its last
   * epoch may still wait for the compiler.
   */
  static final double SHORT = 0.5;

  static final int WARM_UP_EPOCHS = 2;
  static final double WARM_UP_SECONDS = 2;

  /** An epoch longer than this is enough to warm up. */
  static final double SLOW = 5;

  private final boolean warmUp;
  private final boolean shortBefore;
  private final List<Double> timed = new ArrayList<>();
  private final List<Double> walls = new ArrayList<>();
  private boolean first = true;
  private boolean firstUntimed;
  private int epochs;
  private double last;
  private double sum;

  private Turn(boolean warmUp, boolean shortBefore) {
    this.warmUp = warmUp;
    this.shortBefore = shortBefore;
  }

  /** Returns a turn in which nothing is timed. */
  static Turn warmUp() {
    return new Turn(true, false);
  }

  /** Returns a turn that counts; {@code shortBefore} as {@link #isShort} says of the one before. */
  static Turn timed(boolean shortBefore) {
    return new Turn(false, shortBefore);
  }

  /** Returns whether one more epoch is due. */
  boolean goesOn() {
    if (warmUp) {
      return last <= SLOW && (epochs < WARM_UP_EPOCHS || sum < WARM_UP_SECONDS);
    }
    return sum < SECONDS;
  }

  /**
   * Takes note of an epoch.
   *
   * @param seconds what the contestant says that one pass over the data took
   * @param wall how long it was at work; longer where it can't do a pass alone
   */
  void add(double seconds, double wall) {
    epochs++;
    last = wall;
    walls.add(wall);
    boolean untimed = !warmUp && first && (shortBefore || wall < SHORT);
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

  /** Returns whether the median epoch of this turn was a short one; of one that had any. */
  boolean isShort() {
    return Summary.of(walls).median() < SHORT;
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
  static Map<String, Object> rule(int rounds) {
    return Bench.row(
        "rounds",
        rounds,
        "turn_seconds",
        SECONDS,
        "short_seconds",
        SHORT,
        "short_in_turn", // older runs went by the last epoch of the warm-up
        true,
        "warm_up_epochs",
        WARM_UP_EPOCHS,
        "warm_up_seconds",
        WARM_UP_SECONDS,
        "slow_seconds",
        SLOW);
  }
}
