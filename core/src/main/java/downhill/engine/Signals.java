package downhill.engine;

/**
 * What flows through one level of the network for a batch: activations forward, δ back. Level 0 is
 * the input. Both are rows, [capacity, units], row-major, {@link #stride} floats from row to row,
 * and beside each lies a mask of what is not zero: half of an image is background, and half of what
 * leaves a ReLU is nothing, and zeros take no part in any sum.
 */
final class Signals {
  /** v/255 for each byte: the input scaling. */
  private static final float[] SCALED = new float[256];

  static {
    for (int v = 0; v < 256; v++) {
      SCALED[v] = v / 255f;
    }
  }

  private static final float[] NONE = {};
  private static final long[] NO_MASKS = {};

  final int units;

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

  /** {@link #aMasks} transposed, [units, columnWords]: for each unit, a bit for each example. */
  final long[] columns;

  /** Words of a mask from one unit to the next. */
  final int columnWords;

  private Signals(int units, int capacity, boolean delta, boolean columns) {
    this.units = units;
    this.unitsP = Rows.pad(units);
    this.stride = Rows.stride(units);
    this.words = Masks.words(units);
    this.columnWords = Masks.words(capacity);
    this.a = new float[Math.multiplyExact(stride, capacity)];
    this.aMasks = new long[words * capacity];
    this.delta = delta ? new float[a.length] : NONE;
    this.deltaMasks = delta ? new long[aMasks.length] : NO_MASKS;
    this.columns =
        columns ? new long[Math.multiplyExact(words * Long.SIZE, columnWords)] : NO_MASKS;
  }

  /** Returns buffers for the forward pass alone. */
  static Signals forPrediction(int units, int batchSize) {
    return new Signals(units, batchSize, false, false);
  }

  /** Returns buffers for level 0 of a training, which has no δ. */
  static Signals forInput(int units, int batchSize) {
    return new Signals(units, batchSize, false, true);
  }

  /** Returns buffers for any other level of a training. */
  static Signals forTraining(int units, int batchSize) {
    return new Signals(units, batchSize, true, true);
  }

  /** Sets example {@code b} to n bytes, 0..255, scaled to 0..1. */
  void load(int b, byte[] source, int offset, Kernels kernels) {
    int row = b * stride;
    for (int u = 0; u < units; u++) {
      a[row + u] = SCALED[source[offset + u] & 0xFF];
    }
    kernels.mask(a, row, unitsP, aMasks, b * words);
  }

  /** Sets example {@code b} to n floats as they are. */
  void load(int b, float[] source, int offset, Kernels kernels) {
    System.arraycopy(source, offset, a, b * stride, units);
    kernels.mask(a, b * stride, unitsP, aMasks, b * words);
  }

  /**
   * Transposes the masks of one word of units, for the first {@code examples}.
   *
   * @param word which 64 units
   * @param square room for 64 words
   */
  void transposeMasks(int word, int examples, long[] square) {
    int end = Math.min(Long.SIZE, units - word * Long.SIZE);
    for (int first = 0; first < examples; first += Long.SIZE) {
      for (int b = 0; b < Long.SIZE; b++) {
        square[b] = first + b < examples ? aMasks[(first + b) * words + word] : 0;
      }
      Masks.transpose(square);
      for (int u = 0; u < end; u++) {
        columns[(word * Long.SIZE + u) * columnWords + first / Long.SIZE] = square[u];
      }
    }
  }
}
