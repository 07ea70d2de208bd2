package downhill.equations;

/**
 * Collects how far what an equation says is from what was measured.
 *
 * <p>Values are compared in sets, such as the sampled weights of one layer. A set's error is its
 * largest |said − measured| relative to the largest magnitude in the set, on either side, or to
 * {@link #FLOOR} where that is larger; the comparison's error is that of its worst set. Relative to
 * the set, because the error of a difference has the size of the loss's rounding, whichever entry
 * is differenced, and an entry may well be 0. And with a floor, because below it a relative error
 * of 10⁻⁷ would be finer than what differences of a loss of a few nats can see, about 10⁻¹².
 */
final class Comparison {
  static final double FLOOR = 1e-3;

  private final String equation;
  private final String statement;
  private int comparisons;
  private int skipped;
  private double largestError;

  private double setDifference;
  private double setMagnitude = FLOOR;

  Comparison(String equation, String statement) {
    this.equation = equation;
    this.statement = statement;
  }

  void compare(double said, double measured) {
    comparisons++;
    double difference = Math.abs(said - measured);
    // A NaN would pass a test for "too large"; nothing passes infinity.
    setDifference =
        Math.max(setDifference, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    if (Double.isFinite(difference)) {
      setMagnitude = Math.max(setMagnitude, Math.max(Math.abs(said), Math.abs(measured)));
    }
  }

  void skip() {
    skipped++;
  }

  /** Closes the current set; what follows is measured against its own magnitude. */
  void endSet() {
    largestError = Math.max(largestError, setDifference / setMagnitude);
    setDifference = 0;
    setMagnitude = FLOOR;
  }

  boolean isEmpty() {
    return comparisons == 0 && skipped == 0;
  }

  EquationCheck.Result result() {
    endSet();
    return new EquationCheck.Result(equation, statement, comparisons, skipped, largestError);
  }
}
