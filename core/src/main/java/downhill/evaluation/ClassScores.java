package downhill.evaluation;

/**
 * The scores of one class. A ratio whose denominator is 0 is {@code NaN}: it is not defined.
 *
 * @param precision of the examples taken for this class, the share that is of it
 * @param recall of the examples of this class, the share taken for it
 * @param f1 twice the hits over the examples of this class plus those taken for it: the harmonic
 *     mean of precision and recall, and 0 where only one of these is defined
 * @param support the number of examples of this class
 */
public record ClassScores(double precision, double recall, double f1, int support) {
  /**
   * Checks the scores.
   *
   * @throws IllegalArgumentException if a ratio is neither within 0..1 nor {@code NaN}, or the
   *     support is negative
   */
  public ClassScores {
    check("precision", precision);
    check("recall", recall);
    check("f1", f1);
    if (support < 0) {
      throw new IllegalArgumentException("support: expected at least 0, found " + support);
    }
  }

  private static void check(String name, double ratio) {
    if (ratio < 0 || ratio > 1) {
      throw new IllegalArgumentException(name + ": expected 0 to 1, or NaN, found " + ratio);
    }
  }
}
