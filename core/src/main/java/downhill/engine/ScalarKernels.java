package downhill.engine;

/** The kernels in plain Java: the same arithmetic in the same order as the vectors. */
final class ScalarKernels extends Kernels {
  static final ScalarKernels INSTANCE = new ScalarKernels();

  /** v/255 for each byte. */
  private static final float[] SCALED = new float[256];

  static {
    for (int v = 0; v < 256; v++) {
      SCALED[v] = v / 255f;
    }
  }

  private ScalarKernels() {}

  @Override
  public String description() {
    return "scalar";
  }

  @Override
  Block block(int pages) {
    return new ScalarBlock(pages);
  }

  @Override
  void accumulate(float[] m, int at, int width, float[] x, long[] masks, float[] z, int to) {
    for (int word = 0; word < masks.length; word++) {
      for (long mask = masks[word]; mask != 0; mask &= mask - 1) {
        int i = word * Long.SIZE + Long.numberOfTrailingZeros(mask);
        int row = at + i * width;
        for (int c = 0; c < width; c++) {
          z[to + c] = Math.fma(x[i], m[row + c], z[to + c]);
        }
      }
    }
  }

  @Override
  void scale(byte[] source, int at, int n, float[] a, int to) {
    for (int u = 0; u < n; u++) {
      a[to + u] = SCALED[source[at + u] & 0xFF];
    }
  }

  @Override
  void mask(float[] values, int at, int n, long[] masks, int maskAt) {
    for (int word = 0; word < n; word += Long.SIZE) {
      long mask = 0;
      for (int c = word; c < Math.min(n, word + Long.SIZE); c++) {
        mask |= (values[at + c] != 0 ? 1L : 0L) << c;
      }
      masks[maskAt + word / Long.SIZE] = mask;
    }
  }

  @Override
  void load(Signals to, int unit, int first, int past, byte[] source, int offset) {
    int n = Math.min(to.panel, to.units - unit);
    int from = offset + unit;
    for (int b = first; b < past; b++, from += to.units) {
      scale(source, from, n, to.a, to.at(b, unit));
      mask(source, from, n, to.aMasks, to.maskAt(b, unit));
    }
  }

  private static void mask(byte[] source, int at, int n, long[] masks, int maskAt) {
    for (int word = 0; word < n; word += Long.SIZE) {
      long mask = 0;
      for (int c = word; c < Math.min(n, word + Long.SIZE); c++) {
        mask |= (source[at + c] != 0 ? 1L : 0L) << c;
      }
      masks[maskAt + word / Long.SIZE] = mask;
    }
  }

  @Override
  void relu(float[] z, int at, int n, long[] masks, int maskAt) {
    for (int c = 0; c < n; c++) {
      // 0 where z ≤ 0 (so that −0 becomes 0), z elsewhere (so that NaN stays NaN).
      z[at + c] = z[at + c] <= 0 ? 0 : z[at + c];
    }
    mask(z, at, n, masks, maskAt);
  }

  @Override
  void reluDerivative(float[] a, float[] delta, int at, int n, long[] masks, int maskAt) {
    for (int c = 0; c < n; c++) {
      // ReLU′(z) from a = ReLU(z): a > 0 exactly where z > 0.
      delta[at + c] = a[at + c] > 0 ? delta[at + c] : 0;
    }
    mask(delta, at, n, masks, maskAt);
  }

  @Override
  void exp(double[] x, int at, int n) {
    for (int i = at; i < at + n; i++) {
      x[i] = Exponential.exp(x[i]);
    }
  }
}
