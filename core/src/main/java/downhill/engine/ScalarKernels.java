package downhill.engine;

/**
 * The kernels in plain Java: the same fused multiply-adds in the same order as the vectors. Eight
 * sums at a time in local variables, because C2 keeps those in registers and an array's elements it
 * does not.
 */
final class ScalarKernels extends Kernels {
  static final ScalarKernels INSTANCE = new ScalarKernels();

  private static final int N = Panels.WIDTH;

  /** Sums held at a time: half a panel. */
  private static final int SUMS = 8;

  private ScalarKernels() {}

  @Override
  public String description() {
    return "scalar";
  }

  @Override
  void forward(
      Layer layer, Signals from, Signals to, int pair, int firstRow, int lastRow, boolean relu) {
    int past = Math.min(2 * pair + 2, layer.outP / N);
    for (int panel = 2 * pair; panel < past; panel++) {
      for (int c = 0; c < N; c += SUMS) {
        for (int b = firstRow; b < lastRow; b++) {
          forwardRow(layer, from, to, panel, c, b);
        }
      }
      for (int b = firstRow; b < lastRow; b++) {
        finishRow(to, panel, b, relu);
      }
    }
  }

  private static void forwardRow(Layer layer, Signals from, Signals to, int panel, int c, int b) {
    float[] w = layer.w;
    float[] a = from.aRows;
    float[] z = to.aRows;
    int w0 = panel * layer.inP * N + c;
    int a0 = b * from.unitsP;
    int z0 = b * to.unitsP + panel * N + c;
    int bias = panel * N + c;
    float s0 = layer.b[bias];
    float s1 = layer.b[bias + 1];
    float s2 = layer.b[bias + 2];
    float s3 = layer.b[bias + 3];
    float s4 = layer.b[bias + 4];
    float s5 = layer.b[bias + 5];
    float s6 = layer.b[bias + 6];
    float s7 = layer.b[bias + 7];
    for (int k = 0; k < layer.in; k++) {
      float x = a[a0 + k];
      int at = w0 + k * N;
      s0 = Math.fma(x, w[at], s0);
      s1 = Math.fma(x, w[at + 1], s1);
      s2 = Math.fma(x, w[at + 2], s2);
      s3 = Math.fma(x, w[at + 3], s3);
      s4 = Math.fma(x, w[at + 4], s4);
      s5 = Math.fma(x, w[at + 5], s5);
      s6 = Math.fma(x, w[at + 6], s6);
      s7 = Math.fma(x, w[at + 7], s7);
    }
    z[z0] = s0;
    z[z0 + 1] = s1;
    z[z0 + 2] = s2;
    z[z0 + 3] = s3;
    z[z0 + 4] = s4;
    z[z0 + 5] = s5;
    z[z0 + 6] = s6;
    z[z0 + 7] = s7;
  }

  /** Applies ReLU to 16 logits of a row where asked to, and copies them into the panels. */
  private static void finishRow(Signals to, int panel, int b, boolean relu) {
    int row = b * to.unitsP + panel * N;
    if (relu) {
      for (int c = 0; c < N; c++) {
        // 0 where z ≤ 0 (so that −0 becomes 0), z elsewhere (so that NaN stays NaN).
        float z = to.aRows[row + c];
        to.aRows[row + c] = z <= 0 ? 0 : z;
      }
    }
    if (to.aPanels.length > 0) {
      System.arraycopy(to.aRows, row, to.aPanels, (panel * to.capacity + b) * N, N);
    }
  }

  @Override
  void backward(Layer layer, Signals from, Signals to, int panel, int firstLane, int lastLane) {
    for (int lane = firstLane; lane < lastLane; lane++) {
      for (int u = panel * N; u < (panel + 1) * N; u++) {
        for (int c = 0; c < N; c += SUMS) {
          backwardUnit(layer, from, to, u, lane, c);
        }
      }
      maskBlock(to, panel, lane);
    }
  }

  private static void backwardUnit(
      Layer layer, Signals from, Signals to, int unit, int lane, int c) {
    float[] w = layer.w;
    float[] delta = from.deltaLanes;
    int d0 = lane * from.unitsP * N + c;
    int z0 = (lane * to.unitsP + unit) * N + c;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int k = 0; k < layer.out; k++) {
      float x = w[(k / N * layer.inP + unit) * N + k % N];
      int at = d0 + k * N;
      s0 = Math.fma(x, delta[at], s0);
      s1 = Math.fma(x, delta[at + 1], s1);
      s2 = Math.fma(x, delta[at + 2], s2);
      s3 = Math.fma(x, delta[at + 3], s3);
      s4 = Math.fma(x, delta[at + 4], s4);
      s5 = Math.fma(x, delta[at + 5], s5);
      s6 = Math.fma(x, delta[at + 6], s6);
      s7 = Math.fma(x, delta[at + 7], s7);
    }
    to.deltaLanes[z0] = s0;
    to.deltaLanes[z0 + 1] = s1;
    to.deltaLanes[z0 + 2] = s2;
    to.deltaLanes[z0 + 3] = s3;
    to.deltaLanes[z0 + 4] = s4;
    to.deltaLanes[z0 + 5] = s5;
    to.deltaLanes[z0 + 6] = s6;
    to.deltaLanes[z0 + 7] = s7;
  }

  @Override
  void descend(
      Layer layer, Signals from, Signals to, int pair, int inPanel, int examples, float rate) {
    int past = Math.min(2 * pair + 2, layer.outP / N);
    for (int panel = 2 * pair; panel < past; panel++) {
      for (int in = inPanel * N; in < (inPanel + 1) * N; in++) {
        for (int c = 0; c < N; c += SUMS) {
          descendInput(layer, from, to, panel, c, in, examples, rate);
        }
      }
    }
  }

  private static void descendInput(
      Layer layer, Signals from, Signals to, int panel, int c, int in, int examples, float rate) {
    float[] w = layer.w;
    float[] a = from.aPanels;
    float[] delta = to.deltaPanels;
    int a0 = in / N * from.capacity * N + in % N;
    int d0 = panel * to.capacity * N + c;
    int w0 = (panel * layer.inP + in) * N + c;
    float g0 = 0;
    float g1 = 0;
    float g2 = 0;
    float g3 = 0;
    float g4 = 0;
    float g5 = 0;
    float g6 = 0;
    float g7 = 0;
    for (int b = 0; b < examples; b++) {
      float x = a[a0 + b * N];
      int at = d0 + b * N;
      g0 = Math.fma(x, delta[at], g0);
      g1 = Math.fma(x, delta[at + 1], g1);
      g2 = Math.fma(x, delta[at + 2], g2);
      g3 = Math.fma(x, delta[at + 3], g3);
      g4 = Math.fma(x, delta[at + 4], g4);
      g5 = Math.fma(x, delta[at + 5], g5);
      g6 = Math.fma(x, delta[at + 6], g6);
      g7 = Math.fma(x, delta[at + 7], g7);
    }
    w[w0] = Math.fma(-rate, g0, w[w0]);
    w[w0 + 1] = Math.fma(-rate, g1, w[w0 + 1]);
    w[w0 + 2] = Math.fma(-rate, g2, w[w0 + 2]);
    w[w0 + 3] = Math.fma(-rate, g3, w[w0 + 3]);
    w[w0 + 4] = Math.fma(-rate, g4, w[w0 + 4]);
    w[w0 + 5] = Math.fma(-rate, g5, w[w0 + 5]);
    w[w0 + 6] = Math.fma(-rate, g6, w[w0 + 6]);
    w[w0 + 7] = Math.fma(-rate, g7, w[w0 + 7]);
  }

  @Override
  void descendBiases(Layer layer, Signals to, int panel, int examples, float rate) {
    for (int c = 0; c < N; c++) {
      float g = 0;
      for (int b = 0; b < examples; b++) {
        g += to.deltaPanels[(panel * to.capacity + b) * N + c];
      }
      layer.b[panel * N + c] = Math.fma(-rate, g, layer.b[panel * N + c]);
    }
  }
}
