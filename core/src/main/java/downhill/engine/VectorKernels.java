package downhill.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the Vector API: the one class that touches it. Every tile keeps eight accumulators
 * in registers, which hides the latency of the fused multiply-add and leaves room for the operands:
 * eight rows of one vector where a vector is as wide as a panel, four rows of two vectors where it
 * is narrower. The unrolled bodies are long because C2 keeps only local variables in registers.
 */
final class VectorKernels extends Kernels {
  /**
   * The widest vectors that this processor prefers, no wider than a panel; {@code
   * -Ddownhill.vectorBits=64|128|256|512} asks for others, to compare.
   */
  private static final VectorSpecies<Float> S = species();

  private static final int LANES = S.length();
  private static final int N = Panels.WIDTH;

  /** Whether one vector is a whole panel wide. */
  private static final boolean WHOLE = LANES == N;

  private static final int ROWS = WHOLE ? 8 : 4;

  VectorKernels() {}

  private static VectorSpecies<Float> species() {
    int preferred = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 512);
    return switch (Integer.getInteger("downhill.vectorBits", preferred)) {
      case 64 -> FloatVector.SPECIES_64;
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "downhill.vectorBits: expected 64, 128, 256 or 512, found "
                  + System.getProperty("downhill.vectorBits"));
    };
  }

  @Override
  public String description() {
    return "vector, " + S.vectorBitSize() + " bits";
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(S, from, at);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(S, value);
  }



  @Override
  void forward(
      Layer layer, Signals from, Signals to, int panel, int firstRow, int lastRow, boolean relu) {
    for (int b = firstRow; b < lastRow; b += ROWS) {
      if (WHOLE) {
        forward8(layer, from, to, panel, b);
      } else {
        for (int c = 0; c < N; c += 2 * LANES) {
          forward4(layer, from, to, panel, c, b);
        }
      }
    }
    for (int b = firstRow; b < lastRow; b++) {
      finishRow(to, panel, b, relu);
    }
  }


  private static void forward8(
      Layer layer, Signals from, Signals to, int panel, int b) {
    float[] w = layer.w;
    float[] a = from.aRows;
    int w0 = panel * layer.inP * N;
    int a0 = b * from.unitsP;
    int a1 = a0 + from.unitsP;
    int a2 = a1 + from.unitsP;
    int a3 = a2 + from.unitsP;
    int a4 = a3 + from.unitsP;
    int a5 = a4 + from.unitsP;
    int a6 = a5 + from.unitsP;
    int a7 = a6 + from.unitsP;
    float[] z = to.aRows;
    int z0 = b * to.unitsP + panel * N;
    int z1 = z0 + to.unitsP;
    int z2 = z1 + to.unitsP;
    int z3 = z2 + to.unitsP;
    int z4 = z3 + to.unitsP;
    int z5 = z4 + to.unitsP;
    int z6 = z5 + to.unitsP;
    int z7 = z6 + to.unitsP;
    FloatVector s00 = load(layer.b, panel * N);
    FloatVector s10 = s00;
    FloatVector s20 = s00;
    FloatVector s30 = s00;
    FloatVector s40 = s00;
    FloatVector s50 = s00;
    FloatVector s60 = s00;
    FloatVector s70 = s00;
    for (int k = 0; k < layer.in; k++) {
      FloatVector wx = load(w, w0 + k * N);
      FloatVector x0 = all(a[a0 + k]);
      s00 = x0.fma(wx, s00);
      FloatVector x1 = all(a[a1 + k]);
      s10 = x1.fma(wx, s10);
      FloatVector x2 = all(a[a2 + k]);
      s20 = x2.fma(wx, s20);
      FloatVector x3 = all(a[a3 + k]);
      s30 = x3.fma(wx, s30);
      FloatVector x4 = all(a[a4 + k]);
      s40 = x4.fma(wx, s40);
      FloatVector x5 = all(a[a5 + k]);
      s50 = x5.fma(wx, s50);
      FloatVector x6 = all(a[a6 + k]);
      s60 = x6.fma(wx, s60);
      FloatVector x7 = all(a[a7 + k]);
      s70 = x7.fma(wx, s70);
    }
    s00.intoArray(z, z0);
    s10.intoArray(z, z1);
    s20.intoArray(z, z2);
    s30.intoArray(z, z3);
    s40.intoArray(z, z4);
    s50.intoArray(z, z5);
    s60.intoArray(z, z6);
    s70.intoArray(z, z7);
  }

  private static void forward4(
      Layer layer, Signals from, Signals to, int panel, int c, int b) {
    float[] w = layer.w;
    float[] a = from.aRows;
    int w0 = panel * layer.inP * N + c;
    int a0 = b * from.unitsP;
    int a1 = a0 + from.unitsP;
    int a2 = a1 + from.unitsP;
    int a3 = a2 + from.unitsP;
    float[] z = to.aRows;
    int z0 = b * to.unitsP + panel * N + c;
    int z1 = z0 + to.unitsP;
    int z2 = z1 + to.unitsP;
    int z3 = z2 + to.unitsP;
    FloatVector s00 = load(layer.b, panel * N + c);
    FloatVector s10 = s00;
    FloatVector s20 = s00;
    FloatVector s30 = s00;
    FloatVector s01 = load(layer.b, panel * N + c + LANES);
    FloatVector s11 = s01;
    FloatVector s21 = s01;
    FloatVector s31 = s01;
    for (int k = 0; k < layer.in; k++) {
      FloatVector wx = load(w, w0 + k * N);
      FloatVector wy = load(w, w0 + k * N + LANES);
      FloatVector x0 = all(a[a0 + k]);
      s00 = x0.fma(wx, s00);
      s01 = x0.fma(wy, s01);
      FloatVector x1 = all(a[a1 + k]);
      s10 = x1.fma(wx, s10);
      s11 = x1.fma(wy, s11);
      FloatVector x2 = all(a[a2 + k]);
      s20 = x2.fma(wx, s20);
      s21 = x2.fma(wy, s21);
      FloatVector x3 = all(a[a3 + k]);
      s30 = x3.fma(wx, s30);
      s31 = x3.fma(wy, s31);
    }
    s00.intoArray(z, z0);
    s01.intoArray(z, z0 + LANES);
    s10.intoArray(z, z1);
    s11.intoArray(z, z1 + LANES);
    s20.intoArray(z, z2);
    s21.intoArray(z, z2 + LANES);
    s30.intoArray(z, z3);
    s31.intoArray(z, z3 + LANES);
  }

  /** Applies ReLU to 16 logits of a row where asked to, and copies them into the panels. */
  private static void finishRow(Signals to, int panel, int b, boolean relu) {
    int row = b * to.unitsP + panel * N;
    for (int c = 0; c < N; c += LANES) {
      FloatVector z = load(to.aRows, row + c);
      if (relu) {
        // 0 where z ≤ 0 (so that −0 becomes 0), z elsewhere (so that NaN stays NaN).
        z = z.blend(0f, z.compare(VectorOperators.LE, 0f));
        z.intoArray(to.aRows, row + c);
      }
      if (to.aPanels.length > 0) {
        z.intoArray(to.aPanels, (panel * to.capacity + b) * N + c);
      }
    }
  }

  @Override
  void backward(Layer layer, Signals from, Signals to, int panel, int lane) {
    for (int u = 0; u < N; u += ROWS) {
      if (WHOLE) {
        backward8(layer, from, to, panel * N + u, lane);
      } else {
        for (int c = 0; c < N; c += 2 * LANES) {
          backward4(layer, from, to, panel * N + u, lane, c);
        }
      }
    }
    maskBlock(to, panel, lane);
  }


  private static void backward8(Layer layer, Signals from, Signals to, int unit, int lane) {
    float[] w = layer.w;
    float[] delta = from.deltaLanes;
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s10 = s00;
    FloatVector s20 = s00;
    FloatVector s30 = s00;
    FloatVector s40 = s00;
    FloatVector s50 = s00;
    FloatVector s60 = s00;
    FloatVector s70 = s00;
    // Rising over the output units: panel by panel, and the 16 columns of each.
    for (int o = 0; o < layer.out; o += N) {
      int w0 = o * layer.inP + unit * N;
      int d0 = (lane * from.unitsP + o) * N;
      int columns = Math.min(N, layer.out - o);
      for (int k = 0; k < columns; k++) {
        FloatVector dx = load(delta, d0 + k * N);
        FloatVector x0 = all(w[w0 + k]);
        s00 = x0.fma(dx, s00);
        FloatVector x1 = all(w[w0 + k + 1 * N]);
        s10 = x1.fma(dx, s10);
        FloatVector x2 = all(w[w0 + k + 2 * N]);
        s20 = x2.fma(dx, s20);
        FloatVector x3 = all(w[w0 + k + 3 * N]);
        s30 = x3.fma(dx, s30);
        FloatVector x4 = all(w[w0 + k + 4 * N]);
        s40 = x4.fma(dx, s40);
        FloatVector x5 = all(w[w0 + k + 5 * N]);
        s50 = x5.fma(dx, s50);
        FloatVector x6 = all(w[w0 + k + 6 * N]);
        s60 = x6.fma(dx, s60);
        FloatVector x7 = all(w[w0 + k + 7 * N]);
        s70 = x7.fma(dx, s70);
      }
    }
    int at = (lane * to.unitsP + unit) * N;
    s00.intoArray(to.deltaLanes, at);
    s10.intoArray(to.deltaLanes, at + 1 * N);
    s20.intoArray(to.deltaLanes, at + 2 * N);
    s30.intoArray(to.deltaLanes, at + 3 * N);
    s40.intoArray(to.deltaLanes, at + 4 * N);
    s50.intoArray(to.deltaLanes, at + 5 * N);
    s60.intoArray(to.deltaLanes, at + 6 * N);
    s70.intoArray(to.deltaLanes, at + 7 * N);
  }

  private static void backward4(Layer layer, Signals from, Signals to, int unit, int lane, int c) {
    float[] w = layer.w;
    float[] delta = from.deltaLanes;
    FloatVector s00 = FloatVector.zero(S);
    FloatVector s10 = s00;
    FloatVector s20 = s00;
    FloatVector s30 = s00;
    FloatVector s01 = FloatVector.zero(S);
    FloatVector s11 = s01;
    FloatVector s21 = s01;
    FloatVector s31 = s01;
    // Rising over the output units: panel by panel, and the 16 columns of each.
    for (int o = 0; o < layer.out; o += N) {
      int w0 = o * layer.inP + unit * N;
      int d0 = (lane * from.unitsP + o) * N + c;
      int columns = Math.min(N, layer.out - o);
      for (int k = 0; k < columns; k++) {
        FloatVector dx = load(delta, d0 + k * N);
        FloatVector dy = load(delta, d0 + k * N + LANES);
        FloatVector x0 = all(w[w0 + k]);
        s00 = x0.fma(dx, s00);
        s01 = x0.fma(dy, s01);
        FloatVector x1 = all(w[w0 + k + 1 * N]);
        s10 = x1.fma(dx, s10);
        s11 = x1.fma(dy, s11);
        FloatVector x2 = all(w[w0 + k + 2 * N]);
        s20 = x2.fma(dx, s20);
        s21 = x2.fma(dy, s21);
        FloatVector x3 = all(w[w0 + k + 3 * N]);
        s30 = x3.fma(dx, s30);
        s31 = x3.fma(dy, s31);
      }
    }
    int at = (lane * to.unitsP + unit) * N + c;
    s00.intoArray(to.deltaLanes, at);
    s01.intoArray(to.deltaLanes, at + LANES);
    s10.intoArray(to.deltaLanes, at + 1 * N);
    s11.intoArray(to.deltaLanes, at + 1 * N + LANES);
    s20.intoArray(to.deltaLanes, at + 2 * N);
    s21.intoArray(to.deltaLanes, at + 2 * N + LANES);
    s30.intoArray(to.deltaLanes, at + 3 * N);
    s31.intoArray(to.deltaLanes, at + 3 * N + LANES);
  }

  @Override
  void descend(
      Layer layer, Signals from, Signals to, int panel, int inPanel, int examples, float rate) {
    for (int j = 0; j < N; j += ROWS) {
      if (WHOLE) {
        descend8(layer, from, to, panel, inPanel * N + j, examples, rate);
      } else {
        for (int c = 0; c < N; c += 2 * LANES) {
          descend4(layer, from, to, panel, c, inPanel * N + j, examples, rate);
        }
      }
    }
  }


  private static void descend8(
      Layer layer, Signals from, Signals to, int panel, int in, int examples, float rate) {
    float[] a = from.aPanels;
    float[] delta = to.deltaPanels;
    int a0 = in / N * from.capacity * N + in % N;
    int d0 = panel * to.capacity * N;
    FloatVector g00 = FloatVector.zero(S);
    FloatVector g10 = g00;
    FloatVector g20 = g00;
    FloatVector g30 = g00;
    FloatVector g40 = g00;
    FloatVector g50 = g00;
    FloatVector g60 = g00;
    FloatVector g70 = g00;
    for (int b = 0; b < examples; b++) {
      FloatVector dx = load(delta, d0 + b * N);
      FloatVector x0 = all(a[a0 + b * N]);
      g00 = x0.fma(dx, g00);
      FloatVector x1 = all(a[a0 + b * N + 1]);
      g10 = x1.fma(dx, g10);
      FloatVector x2 = all(a[a0 + b * N + 2]);
      g20 = x2.fma(dx, g20);
      FloatVector x3 = all(a[a0 + b * N + 3]);
      g30 = x3.fma(dx, g30);
      FloatVector x4 = all(a[a0 + b * N + 4]);
      g40 = x4.fma(dx, g40);
      FloatVector x5 = all(a[a0 + b * N + 5]);
      g50 = x5.fma(dx, g50);
      FloatVector x6 = all(a[a0 + b * N + 6]);
      g60 = x6.fma(dx, g60);
      FloatVector x7 = all(a[a0 + b * N + 7]);
      g70 = x7.fma(dx, g70);
    }
    FloatVector minusRate = all(-rate);
    int w = (panel * layer.inP + in) * N;
    minusRate.fma(g00, load(layer.w, w)).intoArray(layer.w, w);
    minusRate.fma(g10, load(layer.w, w + 1 * N)).intoArray(layer.w, w + 1 * N);
    minusRate.fma(g20, load(layer.w, w + 2 * N)).intoArray(layer.w, w + 2 * N);
    minusRate.fma(g30, load(layer.w, w + 3 * N)).intoArray(layer.w, w + 3 * N);
    minusRate.fma(g40, load(layer.w, w + 4 * N)).intoArray(layer.w, w + 4 * N);
    minusRate.fma(g50, load(layer.w, w + 5 * N)).intoArray(layer.w, w + 5 * N);
    minusRate.fma(g60, load(layer.w, w + 6 * N)).intoArray(layer.w, w + 6 * N);
    minusRate.fma(g70, load(layer.w, w + 7 * N)).intoArray(layer.w, w + 7 * N);
  }

  private static void descend4(
      Layer layer, Signals from, Signals to, int panel, int c, int in, int examples, float rate) {
    float[] a = from.aPanels;
    float[] delta = to.deltaPanels;
    int a0 = in / N * from.capacity * N + in % N;
    int d0 = panel * to.capacity * N + c;
    FloatVector g00 = FloatVector.zero(S);
    FloatVector g10 = g00;
    FloatVector g20 = g00;
    FloatVector g30 = g00;
    FloatVector g01 = FloatVector.zero(S);
    FloatVector g11 = g01;
    FloatVector g21 = g01;
    FloatVector g31 = g01;
    for (int b = 0; b < examples; b++) {
      FloatVector dx = load(delta, d0 + b * N);
      FloatVector dy = load(delta, d0 + b * N + LANES);
      FloatVector x0 = all(a[a0 + b * N]);
      g00 = x0.fma(dx, g00);
      g01 = x0.fma(dy, g01);
      FloatVector x1 = all(a[a0 + b * N + 1]);
      g10 = x1.fma(dx, g10);
      g11 = x1.fma(dy, g11);
      FloatVector x2 = all(a[a0 + b * N + 2]);
      g20 = x2.fma(dx, g20);
      g21 = x2.fma(dy, g21);
      FloatVector x3 = all(a[a0 + b * N + 3]);
      g30 = x3.fma(dx, g30);
      g31 = x3.fma(dy, g31);
    }
    FloatVector minusRate = all(-rate);
    int w = (panel * layer.inP + in) * N + c;
    minusRate.fma(g00, load(layer.w, w)).intoArray(layer.w, w);
    minusRate.fma(g01, load(layer.w, w + LANES)).intoArray(layer.w, w + LANES);
    minusRate.fma(g10, load(layer.w, w + 1 * N)).intoArray(layer.w, w + 1 * N);
    minusRate.fma(g11, load(layer.w, w + 1 * N + LANES)).intoArray(layer.w, w + 1 * N + LANES);
    minusRate.fma(g20, load(layer.w, w + 2 * N)).intoArray(layer.w, w + 2 * N);
    minusRate.fma(g21, load(layer.w, w + 2 * N + LANES)).intoArray(layer.w, w + 2 * N + LANES);
    minusRate.fma(g30, load(layer.w, w + 3 * N)).intoArray(layer.w, w + 3 * N);
    minusRate.fma(g31, load(layer.w, w + 3 * N + LANES)).intoArray(layer.w, w + 3 * N + LANES);
  }

  @Override
  void descendBiases(Layer layer, Signals to, int panel, int examples, float rate) {
    for (int c = 0; c < N; c += LANES) {
      int d0 = panel * to.capacity * N + c;
      FloatVector g = FloatVector.zero(S);
      for (int b = 0; b < examples; b++) {
        g = g.add(load(to.deltaPanels, d0 + b * N));
      }
      int at = panel * N + c;
      all(-rate).fma(g, load(layer.b, at)).intoArray(layer.b, at);
    }
  }
}
