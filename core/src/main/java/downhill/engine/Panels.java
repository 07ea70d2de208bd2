package downhill.engine;

/**
 * The packed layout. Sizes are padded to whole panels of {@value #WIDTH} columns, so that every
 * stride in an inner loop is a constant and no kernel has a remainder to care for. The padding
 * holds zeros, and training keeps it zero.
 */
public final class Panels {
  /** Columns in a panel: one 512-bit vector of floats, two of 256 bits, and so on. */
  public static final int WIDTH = 16;

  private Panels() {}

  /** Returns {@code n} rounded up to a whole number of panels. */
  public static int pad(int n) {
    return (n + WIDTH - 1) / WIDTH * WIDTH;
  }

  /**
   * Returns the number of pairs of panels that hold {@code padded} columns; the last may be single.
   */
  static int pairs(int padded) {
    return Math.ceilDiv(padded, 2 * WIDTH);
  }

  /**
   * Packs weights.
   *
   * @param W [out, in], row-major
   * @return [pad(out) / 16][pad(in)][16]: panel p holds output units 16p … 16p + 15, one row of
   *     them for each input
   */
  static float[] pack(float[] W, int out, int in) {
    int inP = pad(in);
    float[] packed = new float[Math.multiplyExact(pad(out), inP)];
    for (int i = 0; i < out; i++) {
      int column = i / WIDTH * inP * WIDTH + i % WIDTH;
      for (int j = 0; j < in; j++) {
        packed[column + j * WIDTH] = W[i * in + j];
      }
    }
    return packed;
  }

  /** Reverses {@link #pack}. */
  static float[] unpack(float[] packed, int out, int in) {
    int inP = pad(in);
    float[] W = new float[out * in];
    for (int i = 0; i < out; i++) {
      int column = i / WIDTH * inP * WIDTH + i % WIDTH;
      for (int j = 0; j < in; j++) {
        W[i * in + j] = packed[column + j * WIDTH];
      }
    }
    return W;
  }
}
