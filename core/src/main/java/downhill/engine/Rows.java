package downhill.engine;

/** Sizes of rows in memory, in floats. */
final class Rows {
  /** What rows are padded to: one cache line, and the widest vector. */
  static final int LINE = 16;

  private Rows() {}

  /** Returns {@code n} rounded up to whole lines. */
  static int pad(int n) {
    return Math.ceilDiv(n, LINE) * LINE;
  }

  /**
   * Returns the distance between rows of {@code n} floats: an odd number of lines, so that what
   * lies below each other in neighbouring rows does not fight for the same place in the cache.
   */
  static int stride(int n) {
    return (Math.ceilDiv(n, LINE) | 1) * LINE;
  }
}
