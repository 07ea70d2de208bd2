package downhill.training;

import java.io.Serializable;
import java.util.Objects;

/**
 * How the learning rate changes while training goes on, as a factor on the configured rate. {@link
 * Warmup} goes in front of any other.
 *
 * <p>Progress is counted in steps: s steps are done, of S in all epochs, E in one epoch. What is
 * configured in epochs holds from the first step of an epoch to its last.
 */
public sealed interface Schedule extends Serializable {
  /** The same rate in every step: the document as it stands. */
  record Constant() implements Schedule {}

  /**
   * Times {@code factor} after every {@code epochs} epochs.
   *
   * @param epochs at least 1
   * @param factor positive
   */
  record Step(int epochs, double factor) implements Schedule {
    /** Checks the settings. */
    public Step {
      Settings.atLeast("epochs of a step of the schedule", 1, epochs);
      Settings.positive("factor of the schedule", factor);
    }
  }

  /**
   * Times {@code factor} after every epoch.
   *
   * @param factor positive
   */
  record Exponential(double factor) implements Schedule {
    /** Checks the setting. */
    public Exponential {
      Settings.positive("factor of the schedule", factor);
    }
  }

  /**
   * Half a cosine from 1 to {@code last}: last + (1 − last) (1 + cos(π s/S)) / 2.
   *
   * @param last the factor at the end, 0 to 1
   */
  record Cosine(double last) implements Schedule {
    /** Checks the setting. */
    public Cosine {
      Settings.atMost1("last factor of the schedule", last);
    }
  }

  /**
   * One cycle (Smith, 2018): half a cosine up from 1/25 in the first step to 1 after the first
   * {@code rising} part of all steps, then half a cosine down to 1/250,000 in the last step.
   * Counted as in PyTorch's OneCycleLR: the highest rate comes rising · S − 1 steps after the
   * first.
   *
   * @param rising the part, above 0 and below 1
   */
  record OneCycle(double rising) implements Schedule {
    /** Checks the setting. */
    public OneCycle {
      Settings.positive("rising part of the schedule", rising);
      Settings.below1("rising part of the schedule", rising);
    }
  }

  /**
   * Times {@code factor} whenever {@code patience} epochs in a row have brought no lower loss: on
   * the validation set, or, where there is none, on the training examples. PyTorch and others lower
   * the rate only after one epoch more than their patience; here, patience means what it means in
   * {@link Stopping}.
   *
   * @param factor above 0 and below 1
   * @param patience epochs, at least 1
   */
  record Plateau(double factor, int patience) implements Schedule {
    /** Checks the settings. */
    public Plateau {
      Settings.positive("factor of the schedule", factor);
      Settings.below1("factor of the schedule", factor);
      Settings.atLeast("patience of the schedule", 1, patience);
    }
  }

  /**
   * A linear rise over the first steps: the factor of {@code then} times (s + 1) / steps while s <
   * steps. The steps of {@code then} count from the first of all.
   *
   * @param steps how many, at least 1
   * @param then what comes after, no warm-up
   */
  record Warmup(long steps, Schedule then) implements Schedule {
    /** Checks the settings. */
    public Warmup {
      Settings.atLeast("steps of the warm-up", 1, steps);
      Objects.requireNonNull(then, "then");
      if (then instanceof Warmup) {
        throw new IllegalArgumentException("warm-up: expected another schedule after it");
      }
    }
  }

  /**
   * Returns the factor on the learning rate for a step.
   *
   * @param done s, the steps done before it
   * @param all S
   * @param perEpoch E
   * @param plateaus how often a {@link Plateau} has lowered the rate
   */
  default double factor(long done, long all, int perEpoch, int plateaus) {
    long epochsDone = done / perEpoch;
    return switch (this) {
      case Constant() -> 1;
      case Step(int epochs, double factor) -> {
        long times = epochsDone / epochs;
        yield StrictMath.pow(factor, (double) times);
      }
      case Exponential(double factor) -> StrictMath.pow(factor, (double) epochsDone);
      case Cosine(double last) -> last + (1 - last) * half((double) done / all);
      case OneCycle(double rising) -> {
        double top = rising * all - 1;
        yield done < top
            ? 1 - (1 - 1 / 25.0) * half(done / top)
            : 4e-6 + (1 - 4e-6) * half((done - top) / (all - 1 - top));
      }
      case Plateau(double factor, int patience) -> StrictMath.pow(factor, plateaus);
      case Warmup(long steps, Schedule then) ->
          then.factor(done, all, perEpoch, plateaus)
              * (done < steps ? (double) (done + 1) / steps : 1);
    };
  }

  /** Returns half a cosine, from 1 at 0 to 0 at 1. StrictMath allocates 32 bytes for it. */
  private static double half(double at) {
    return (1 + StrictMath.cos(StrictMath.PI * at)) / 2;
  }
}
