package downhill.engine;

/**
 * e^x with the same bits on every machine: {@code Math.exp} may differ from one to the next, and
 * {@code StrictMath.exp} takes several times as long. {@link VectorKernels#exp} takes the same
 * steps for several at once.
 */
final class Exponential {
  static final double LOG2_E = 1.4426950408889634;

  /** ln 2 in two parts; the first has 21 trailing zero bits, so n · LN2_HIGH is exact. */
  static final double LN2_HIGH = 0x1.62e42fee00000p-1;

  static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /** Below this, e^x is no longer a normal double; the softmax has no use for what is there. */
  static final double LOWEST = -708.0;

  /**
   * 3 · 2^51: near it doubles are whole numbers, so a number that is added to it is rounded, and
   * the lowest bits of the sum are that whole number, in two's complement.
   */
  static final double ROUNDER = 0x1.8p52;

  /** The exponent 0 as a double holds it. */
  static final long BIAS = 1023;

  /** Where the exponent of a double begins. */
  static final int EXPONENT = 52;

  /**
   * 1/13!, …, 1/1!, 1/0!: the Taylor polynomial of e^r; its remainder, r^14/14!, is below 5e-18.
   */
  static final double[] COEFFICIENTS = {
    1.0 / 6227020800.0,
    1.0 / 479001600.0,
    1.0 / 39916800.0,
    1.0 / 3628800.0,
    1.0 / 362880.0,
    1.0 / 40320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0
  };

  private Exponential() {}

  /**
   * Returns e^x within 2 units in the last place.
   *
   * @param x at most 709; {@code NaN} gives {@code NaN}, anything below −708 gives 0
   */
  static double exp(double x) {
    if (x < LOWEST) {
      return 0;
    }
    // x = n ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2^n e^r.
    double rounded = x * LOG2_E + ROUNDER;
    double n = rounded - ROUNDER;
    double r = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x));
    double p = COEFFICIENTS[0];
    for (int k = 1; k < COEFFICIENTS.length; k++) {
      p = Math.fma(p, r, COEFFICIENTS[k]);
    }
    return p * Double.longBitsToDouble((Double.doubleToRawLongBits(rounded) + BIAS) << EXPONENT);
  }
}
