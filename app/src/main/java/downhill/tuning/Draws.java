package downhill.tuning;

/**
 * The random numbers of a search, as a function of where they are used. They stand here, written
 * out, because old searches must give the same trials for good.
 */
final class Draws {
  private Draws() {}

  /**
   * Returns a number from 0 to 1 (exclusive): the upper 53 bits of mix(mix(mix(seed) + trial) +
   * setting).
   *
   * @param trial the trial, from 1
   * @param setting the number of the setting
   */
  static double uniform(long seed, int trial, int setting) {
    return (mix(mix(mix(seed) + trial) + setting) >>> 11) * 0x1p-53;
  }

  /** A step of SplitMix64 (Steele, Lea, Flood, 2014). */
  private static long mix(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
