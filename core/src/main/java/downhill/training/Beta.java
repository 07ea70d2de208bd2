package downhill.training;

import downhill.engine.Philox;
import downhill.engine.Philox.Purpose;

/** Numbers from Beta(α, α), as a function of where they are used. */
final class Beta {
  /** How many random numbers one draw may take: each of its tries takes four. */
  private static final int TRIES = 1 << 16;

  private Beta() {}

  /**
   * Returns a number from 0 to 1: x/(x + y) for two numbers of the gamma distribution.
   *
   * @param alpha α, positive
   * @param room lent, as to {@link Philox}
   * @param index which one of the epoch
   */
  static double draw(double alpha, int[] room, long seed, int epoch, long index) {
    // In logarithms, since for a small α both numbers may be too small for a double.
    double x = logGamma(alpha, room, seed, epoch, 2 * index);
    double y = logGamma(alpha, room, seed, epoch, 2 * index + 1);
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /**
   * Returns the logarithm of a number from the gamma distribution of shape α (Marsaglia and Tsang,
   * 2000); below 1 through that of shape α + 1.
   */
  private static double logGamma(double alpha, int[] room, long seed, int epoch, long index) {
    double d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3.0;
    double c = 1 / StrictMath.sqrt(9 * d);
    for (int attempt = 0; attempt < TRIES / 4; attempt++) {
      long at = index * TRIES + 4L * attempt;
      // Marsaglia's polar method: StrictMath's cosine, which Box and Muller take, allocates.
      double p = 2 * Philox.uniform(room, seed, Purpose.MIXUP, epoch, at) - 1;
      double q = 2 * Philox.uniform(room, seed, Purpose.MIXUP, epoch, at + 1) - 1;
      double s = p * p + q * q;
      if (s > 0 && s < 1) {
        double normal = p * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        double v = 1 + c * normal;
        double u = 1 - Philox.uniform(room, seed, Purpose.MIXUP, epoch, at + 2);
        if (v > 0 && accepts(d, v * v * v, normal, u)) {
          double boost = 1 - Philox.uniform(room, seed, Purpose.MIXUP, epoch, at + 3);
          double log = StrictMath.log(d * v * v * v);
          return alpha < 1 ? log + StrictMath.log(boost) / alpha : log;
        }
      }
    }
    throw new IllegalStateException("a try in the gamma distribution fails one time in four");
  }

  private static boolean accepts(double d, double v, double normal, double u) {
    return StrictMath.log(u) < normal * normal / 2 + d - d * v + d * StrictMath.log(v);
  }
}
