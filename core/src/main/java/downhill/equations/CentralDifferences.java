package downhill.equations;

import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * Derivatives by experiment: wiggle what a function depends on a little up and a little down, and
 * divide what happens to the function by the distance.
 *
 * <p>{@link #derivative} takes the two-point difference D(h) = (f(x + h) − f(x − h)) / 2h, whose
 * error shrinks with h². {@link #extrapolated} takes it at h and at 2h and lets the leading errors
 * cancel (Richardson): (4 D(h) − D(2h)) / 3, with an error that shrinks with h⁴. So h may be large
 * enough for rounding, which grows with 1/h, to stay small: at {@link #STEP}, about 10⁻³, both
 * errors of a loss of a few nats are near 10⁻¹², where D alone would not get below 10⁻¹⁰ or so.
 *
 * <p>A difference across ReLU's kink measures nothing of use. {@link
 * ForwardPass#sameActivePattern}, asked about the passes at the two outer ends, tells when that
 * happened.
 */
public final class CentralDifferences {
  /**
   * The step h that suits parameters and inputs of size about 1: 2⁻¹⁰, so that dividing by 2h is
   * exact.
   */
  public static final double STEP = 0x1p-10;

  private CentralDifferences() {}

  /**
   * The two-point central difference.
   *
   * @param f the function
   * @param x where its derivative is wanted
   * @param h how far to wiggle to each side, positive
   * @return about f′(x), off by f‴(x) h² / 6 and by rounding
   */
  public static double derivative(DoubleUnaryOperator f, double x, double h) {
    requireStep(h);
    return (f.applyAsDouble(x + h) - f.applyAsDouble(x - h)) / (2 * h);
  }

  /**
   * The extrapolated central difference, from four values of the function.
   *
   * @param f the function
   * @param x where its derivative is wanted
   * @param h the smaller wiggle, positive; the larger one is 2h
   * @return about f′(x), off by f⁽⁵⁾(x) h⁴ / 30 and by rounding
   */
  public static double extrapolated(DoubleUnaryOperator f, double x, double h) {
    return (4 * derivative(f, x, h) - derivative(f, x, 2 * h)) / 3;
  }

  /**
   * {@link #extrapolated} for a function with several values, such as all logits of a layer.
   *
   * @param f the function; its arrays are all of one length
   * @param x where its derivative is wanted
   * @param h the smaller wiggle, positive; the larger one is 2h
   * @return about the derivative of each value
   */
  public static double[] extrapolatedAll(DoubleFunction<double[]> f, double x, double h) {
    requireStep(h);
    double[] near = f.apply(x + h);
    double[] nearBelow = f.apply(x - h);
    double[] far = f.apply(x + 2 * h);
    double[] farBelow = f.apply(x - 2 * h);
    double[] derivative = new double[near.length];
    for (int k = 0; k < derivative.length; k++) {
      double dNear = (near[k] - nearBelow[k]) / (2 * h);
      double dFar = (far[k] - farBelow[k]) / (4 * h);
      derivative[k] = (4 * dNear - dFar) / 3;
    }
    return derivative;
  }

  private static void requireStep(double h) {
    if (!(h > 0) || h == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("h: expected a positive, finite step, found " + h);
    }
  }
}
