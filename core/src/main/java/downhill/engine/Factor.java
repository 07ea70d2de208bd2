package downhill.engine;

/**
 * The left factor of a product: a matrix x of which some elements, mostly those that are zero, are
 * left out. Element i of row r is {@code values[at + r · stride + i · step]}, and takes part if bit
 * i of {@code masks[maskAt + r · maskStride]} is set. Mutable, since one is used for product after
 * product; belongs to one thread.
 */
final class Factor {
  float[] values = {};
  int at;
  int stride;
  int step;
  long[] masks = {};
  int maskAt;
  int maskStride;

  /** Points at a part of a matrix, {@code step} elements from column to column. */
  void of(float[] values, int at, int stride, int step) {
    this.values = values;
    this.at = at;
    this.stride = stride;
    this.step = step;
  }

  /** Points at the masks of that part. */
  void masked(long[] masks, int maskAt, int maskStride) {
    this.masks = masks;
    this.maskAt = maskAt;
    this.maskStride = maskStride;
  }
}
