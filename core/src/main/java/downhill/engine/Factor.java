package downhill.engine;

/**
 * The left factor of a product: a matrix x of which some elements, mostly those that are zero, are
 * left out. Element i of row r takes part if bit i of {@code masks[maskAt + r · maskStride]} is
 * set. Mutable, since one is used for product after product; belongs to one thread.
 */
final class Factor {
  float[] values = {};
  int at;
  int stride;
  long[] masks = {};
  int maskAt;
  int maskStride;

  /** Points at a part of a matrix: element i of row r is {@code values[at + r · stride + i]}. */
  void rows(float[] values, int at, int stride) {
    this.values = values;
    this.at = at;
    this.stride = stride;
  }

  /**
   * Points at the columns of a part of a level: element i of row r is {@code values[at + r + i ·
   * Signals.STRIDE]}.
   */
  void columns(float[] values, int at) {
    rows(values, at, 1);
  }

  /** Points at the masks of that part. */
  void masked(long[] masks, int maskAt, int maskStride) {
    this.masks = masks;
    this.maskAt = maskAt;
    this.maskStride = maskStride;
  }
}
