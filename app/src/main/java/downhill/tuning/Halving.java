package downhill.tuning;

/**
 * Successive halving (Jamieson, Talwalkar, 2016): all trials are trained for a few epochs, the best
 * of them go on for more, and so on until a few have had all epochs.
 *
 * <p>There are as many rungs as leave at least one trial at the last and at least one epoch at the
 * first: with 27 trials, 9 epochs and a factor of 3, these are 27 trials up to epoch 1, 9 up to
 * epoch 3, and 3 up to epoch 9.
 *
 * @param trials trials at the first rung
 * @param epochs epochs at the last rung
 * @param factor η: one trial in η goes on, for η times the epochs; 1 to train all to the end
 */
public record Halving(int trials, int epochs, int factor) {
  /** The most trials. */
  public static final int MOST_TRIALS = 10_000;

  /** Checks the settings. */
  public Halving {
    if (trials < 1 || trials > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "trials: expected 1 to %d, found %d".formatted(MOST_TRIALS, trials));
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs: expected at least 1, found " + epochs);
    }
    if (factor < 1) {
      throw new IllegalArgumentException("factor: expected at least 1, found " + factor);
    }
  }

  /** Returns the number of rungs, at least 1. */
  public int rungs() {
    int rungs = 1;
    if (factor > 1) {
      for (long f = factor; f <= Math.min(trials, epochs); f *= factor) {
        rungs++;
      }
    }
    return rungs;
  }

  /**
   * Returns how many trials take part in a rung.
   *
   * @param rung the rung, from 1
   */
  public int trials(int rung) {
    return (int) (trials / power(rung - 1));
  }

  /**
   * Returns up to which epoch a rung trains, counted from a trial's first.
   *
   * @param rung the rung, from 1
   */
  public int epochs(int rung) {
    return (int) (epochs / power(rungs() - rung));
  }

  /** Returns how many epochs are trained in all, where no trial diverges. */
  public long allEpochs() {
    long sum = 0;
    for (int rung = 1; rung <= rungs(); rung++) {
      int before = rung == 1 ? 0 : epochs(rung - 1);
      sum += (long) trials(rung) * (epochs(rung) - before);
    }
    return sum;
  }

  private long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= factor;
    }
    return power;
  }
}
