package downhill.engine;

/**
 * What flows through one level of the network for a batch: activations forward, δ back. Level 0 is
 * the input. Both are rows, [capacity, units], row-major, {@link #stride} floats from row to row,
 * and beside each lies a mask of what is not zero: half of an image is background, and half of what
 * leaves a ReLU is nothing, and zeros take no part in any sum.
 */
final class Signals {
  private static final float[] NONE = {};
  private static final long[] NO_MASKS = {};

  final int units;

  /** l. */
  final int level;

  /** Units with the padding; what lies in the padding is zero, and its mask too. */
  final int unitsP;

  /** Floats from one example to the next. */
  final int stride;

  /** Words of a mask from one example to the next. */
  final int words;

  /** a; for the last level, the logits z. */
  final float[] a;

  /** Which a are not zero, [capacity, words]. */
  final long[] aMasks;

  /** δ = ∂Loss/∂z. */
  final float[] delta;

  /** Which δ are not zero, [capacity, words]. */
  final long[] deltaMasks;

  private Signals(int units, int capacity, int level, boolean delta) {
    this.units = units;
    this.level = level;
    this.unitsP = Rows.pad(units);
    this.stride = Rows.stride(units);
    this.words = Masks.words(units);
    this.a = new float[Math.multiplyExact(stride, capacity)];
    this.aMasks = new long[words * capacity];
    this.delta = delta ? new float[a.length] : NONE;
    this.deltaMasks = delta ? new long[aMasks.length] : NO_MASKS;
  }

  /** Returns buffers without δ: for the input, and for the forward pass alone. */
  static Signals withoutDelta(int units, int batchSize) {
    return new Signals(units, batchSize, 0, false);
  }

  /** Returns buffers without δ for a level above the input: where no layer learns from its δ. */
  static Signals withoutDelta(int units, int batchSize, int level) {
    return new Signals(units, batchSize, level, false);
  }

  /** Returns buffers for a level above the input of a training. */
  static Signals withDelta(int units, int batchSize, int level) {
    return new Signals(units, batchSize, level, true);
  }

  /** Sets example {@code b} to n bytes, 0..255, scaled to 0..1. */
  void load(int b, byte[] source, int offset, Kernels kernels) {
    int row = b * stride;
    kernels.scale(source, offset, units, a, row);
    kernels.mask(source, offset, units, aMasks, b * words);
  }

  /** Sets example {@code b} to n floats as they are. */
  void load(int b, float[] source, int offset, Kernels kernels) {
    System.arraycopy(source, offset, a, b * stride, units);
    kernels.mask(a, b * stride, unitsP, aMasks, b * words);
  }

  /**
   * Mixes example {@code b} with another: a ← share · a + (1 − share) · other.
   *
   * @param other bytes, scaled in the same way
   * @param row room for one example, padded
   */
  void mix(int b, float share, byte[] other, int offset, Kernels kernels, float[] row) {
    kernels.scale(other, offset, units, row, 0);
    mix(b, share, row, 0, kernels);
  }

  /** Mixes example {@code b} with another, of floats as they are; otherwise like the other. */
  void mix(int b, float share, float[] other, int offset, Kernels kernels) {
    int at = b * stride;
    for (int c = 0; c < units; c++) {
      a[at + c] = Math.fma(share, a[at + c], (1 - share) * other[offset + c]);
    }
    kernels.mask(a, at, unitsP, aMasks, b * words);
  }
}
