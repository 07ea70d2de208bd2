package downhill.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the Vector API: the one class that touches it. A tile keeps eight accumulators in
 * registers, which hides the latency of the fused multiply-add and leaves room for the operands:
 * four rows of two vectors, so that four broadcasts and two loads feed eight multiply-adds. Where a
 * vector is as wide as a panel, the two lie in neighbouring panels, and a last panel without a
 * neighbour is done by eight rows of one vector.
 *
 * <p>The unrolled bodies are long because C2 keeps only local variables in registers, and no method
 * takes or returns a vector, because C2 boxes those that it does not inline.
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

  VectorKernels() {}

  private static VectorSpecies<Float> species() {
    int preferred = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 512);
    return switch (System.getProperty("downhill.vectorBits", Integer.toString(preferred))) {
      case "64" -> FloatVector.SPECIES_64;
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
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
      Layer layer, Signals from, Signals to, int pair, int firstRow, int lastRow, boolean relu) {
    int panel = 2 * pair;
    int past = Math.min(panel + 2, layer.outP / N);
    if (WHOLE && past - panel == 2) {
      for (int b = firstRow; b < lastRow; b += 4) {
        forward4(layer, from, to, panel * N, (panel + 1) * N, b);
      }
    } else if (WHOLE) {
      for (int b = firstRow; b < lastRow; b += 8) {
        forward8(layer, from, to, panel * N, b);
      }
    } else {
      for (int b = firstRow; b < lastRow; b += 4) {
        for (int unit = panel * N; unit < past * N; unit += 2 * LANES) {
          forward4(layer, from, to, unit, unit + LANES, b);
        }
      }
    }
    for (int p = panel; p < past; p++) {
      for (int b = firstRow; b < lastRow; b++) {
        finishRow(to, p, b, relu);
      }
    }
  }

  /** Returns where the weights of {@code unit} and its neighbours begin. */
  private static int weightsOf(Layer layer, int unit) {
    return unit / N * layer.inP * N + unit % N;
  }

  private static void forward4(Layer layer, Signals from, Signals to, int unitA, int unitB, int b) {
    float[] w = layer.w;
    float[] a = from.aRows;
    float[] z = to.aRows;
    int wA = weightsOf(layer, unitA);
    int wB = weightsOf(layer, unitB);
    int a0 = b * from.unitsP;
    int a1 = a0 + from.unitsP;
    int a2 = a1 + from.unitsP;
    int a3 = a2 + from.unitsP;
    FloatVector s0a = load(layer.b, unitA);
    FloatVector s1a = s0a;
    FloatVector s2a = s0a;
    FloatVector s3a = s0a;
    FloatVector s0b = load(layer.b, unitB);
    FloatVector s1b = s0b;
    FloatVector s2b = s0b;
    FloatVector s3b = s0b;
    for (int k = 0; k < layer.in; k++) {
      FloatVector wx = load(w, wA + k * N);
      FloatVector wy = load(w, wB + k * N);
      FloatVector x0 = all(a[a0 + k]);
      s0a = x0.fma(wx, s0a);
      s0b = x0.fma(wy, s0b);
      FloatVector x1 = all(a[a1 + k]);
      s1a = x1.fma(wx, s1a);
      s1b = x1.fma(wy, s1b);
      FloatVector x2 = all(a[a2 + k]);
      s2a = x2.fma(wx, s2a);
      s2b = x2.fma(wy, s2b);
      FloatVector x3 = all(a[a3 + k]);
      s3a = x3.fma(wx, s3a);
      s3b = x3.fma(wy, s3b);
    }
    int row = b * to.unitsP;
    s0a.intoArray(z, row + unitA);
    s0b.intoArray(z, row + unitB);
    s1a.intoArray(z, row + 1 * to.unitsP + unitA);
    s1b.intoArray(z, row + 1 * to.unitsP + unitB);
    s2a.intoArray(z, row + 2 * to.unitsP + unitA);
    s2b.intoArray(z, row + 2 * to.unitsP + unitB);
    s3a.intoArray(z, row + 3 * to.unitsP + unitA);
    s3b.intoArray(z, row + 3 * to.unitsP + unitB);
  }

  private static void forward8(Layer layer, Signals from, Signals to, int unit, int b) {
    float[] w = layer.w;
    float[] a = from.aRows;
    float[] z = to.aRows;
    int w0 = weightsOf(layer, unit);
    int a0 = b * from.unitsP;
    int a1 = a0 + from.unitsP;
    int a2 = a1 + from.unitsP;
    int a3 = a2 + from.unitsP;
    int a4 = a3 + from.unitsP;
    int a5 = a4 + from.unitsP;
    int a6 = a5 + from.unitsP;
    int a7 = a6 + from.unitsP;
    FloatVector s0 = load(layer.b, unit);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int k = 0; k < layer.in; k++) {
      FloatVector wx = load(w, w0 + k * N);
      FloatVector x0 = all(a[a0 + k]);
      s0 = x0.fma(wx, s0);
      FloatVector x1 = all(a[a1 + k]);
      s1 = x1.fma(wx, s1);
      FloatVector x2 = all(a[a2 + k]);
      s2 = x2.fma(wx, s2);
      FloatVector x3 = all(a[a3 + k]);
      s3 = x3.fma(wx, s3);
      FloatVector x4 = all(a[a4 + k]);
      s4 = x4.fma(wx, s4);
      FloatVector x5 = all(a[a5 + k]);
      s5 = x5.fma(wx, s5);
      FloatVector x6 = all(a[a6 + k]);
      s6 = x6.fma(wx, s6);
      FloatVector x7 = all(a[a7 + k]);
      s7 = x7.fma(wx, s7);
    }
    int row = b * to.unitsP;
    s0.intoArray(z, row + unit);
    s1.intoArray(z, row + 1 * to.unitsP + unit);
    s2.intoArray(z, row + 2 * to.unitsP + unit);
    s3.intoArray(z, row + 3 * to.unitsP + unit);
    s4.intoArray(z, row + 4 * to.unitsP + unit);
    s5.intoArray(z, row + 5 * to.unitsP + unit);
    s6.intoArray(z, row + 6 * to.unitsP + unit);
    s7.intoArray(z, row + 7 * to.unitsP + unit);
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
  void backward(Layer layer, Signals from, Signals to, int panel, int firstLane, int lastLane) {
    int unit = panel * N;
    int lane = firstLane;
    for (; WHOLE && lane + 2 <= lastLane; lane += 2) {
      for (int u = unit; u < unit + N; u += 4) {
        backward4(layer, from, to, u, lane, 0, lane + 1, 0);
      }
    }
    for (; lane < lastLane; lane++) {
      if (WHOLE) {
        backward8(layer, from, to, unit, lane);
        backward8(layer, from, to, unit + 8, lane);
      } else {
        for (int u = unit; u < unit + N; u += 4) {
          for (int c = 0; c < N; c += 2 * LANES) {
            backward4(layer, from, to, u, lane, c, lane, c + LANES);
          }
        }
      }
    }
    for (int l = firstLane; l < lastLane; l++) {
      maskBlock(to, panel, l);
    }
  }

  private static void backward4(
      Layer layer, Signals from, Signals to, int unit, int laneA, int cA, int laneB, int cB) {
    float[] w = layer.w;
    float[] delta = from.deltaLanes;
    int laneA0 = laneA * from.unitsP * N + cA;
    int laneB0 = laneB * from.unitsP * N + cB;
    FloatVector s0a = FloatVector.zero(S);
    FloatVector s1a = s0a;
    FloatVector s2a = s0a;
    FloatVector s3a = s0a;
    FloatVector s0b = FloatVector.zero(S);
    FloatVector s1b = s0b;
    FloatVector s2b = s0b;
    FloatVector s3b = s0b;
    // Rising over the output units: panel by panel, and the columns of each.
    for (int o = 0; o < layer.out; o += N) {
      int w0 = o * layer.inP + unit * N;
      int dA = laneA0 + o * N;
      int dB = laneB0 + o * N;
      int columns = Math.min(N, layer.out - o);
      for (int k = 0; k < columns; k++) {
        FloatVector dx = load(delta, dA + k * N);
        FloatVector dy = load(delta, dB + k * N);
        FloatVector x0 = all(w[w0 + k]);
        s0a = x0.fma(dx, s0a);
        s0b = x0.fma(dy, s0b);
        FloatVector x1 = all(w[w0 + k + 1 * N]);
        s1a = x1.fma(dx, s1a);
        s1b = x1.fma(dy, s1b);
        FloatVector x2 = all(w[w0 + k + 2 * N]);
        s2a = x2.fma(dx, s2a);
        s2b = x2.fma(dy, s2b);
        FloatVector x3 = all(w[w0 + k + 3 * N]);
        s3a = x3.fma(dx, s3a);
        s3b = x3.fma(dy, s3b);
      }
    }
    int toA = (laneA * to.unitsP + unit) * N + cA;
    int toB = (laneB * to.unitsP + unit) * N + cB;
    s0a.intoArray(to.deltaLanes, toA);
    s0b.intoArray(to.deltaLanes, toB);
    s1a.intoArray(to.deltaLanes, toA + 1 * N);
    s1b.intoArray(to.deltaLanes, toB + 1 * N);
    s2a.intoArray(to.deltaLanes, toA + 2 * N);
    s2b.intoArray(to.deltaLanes, toB + 2 * N);
    s3a.intoArray(to.deltaLanes, toA + 3 * N);
    s3b.intoArray(to.deltaLanes, toB + 3 * N);
  }

  private static void backward8(Layer layer, Signals from, Signals to, int unit, int lane) {
    float[] w = layer.w;
    float[] delta = from.deltaLanes;
    int lane0 = lane * from.unitsP * N;
    FloatVector s0 = FloatVector.zero(S);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    // Rising over the output units: panel by panel, and the columns of each.
    for (int o = 0; o < layer.out; o += N) {
      int w0 = o * layer.inP + unit * N;
      int d0 = lane0 + o * N;
      int columns = Math.min(N, layer.out - o);
      for (int k = 0; k < columns; k++) {
        FloatVector dx = load(delta, d0 + k * N);
        FloatVector x0 = all(w[w0 + k]);
        s0 = x0.fma(dx, s0);
        FloatVector x1 = all(w[w0 + k + 1 * N]);
        s1 = x1.fma(dx, s1);
        FloatVector x2 = all(w[w0 + k + 2 * N]);
        s2 = x2.fma(dx, s2);
        FloatVector x3 = all(w[w0 + k + 3 * N]);
        s3 = x3.fma(dx, s3);
        FloatVector x4 = all(w[w0 + k + 4 * N]);
        s4 = x4.fma(dx, s4);
        FloatVector x5 = all(w[w0 + k + 5 * N]);
        s5 = x5.fma(dx, s5);
        FloatVector x6 = all(w[w0 + k + 6 * N]);
        s6 = x6.fma(dx, s6);
        FloatVector x7 = all(w[w0 + k + 7 * N]);
        s7 = x7.fma(dx, s7);
      }
    }
    int to0 = (lane * to.unitsP + unit) * N;
    s0.intoArray(to.deltaLanes, to0);
    s1.intoArray(to.deltaLanes, to0 + 1 * N);
    s2.intoArray(to.deltaLanes, to0 + 2 * N);
    s3.intoArray(to.deltaLanes, to0 + 3 * N);
    s4.intoArray(to.deltaLanes, to0 + 4 * N);
    s5.intoArray(to.deltaLanes, to0 + 5 * N);
    s6.intoArray(to.deltaLanes, to0 + 6 * N);
    s7.intoArray(to.deltaLanes, to0 + 7 * N);
  }

  @Override
  void descend(
      Layer layer, Signals from, Signals to, int pair, int inPanel, int examples, float rate) {
    int panel = 2 * pair;
    int past = Math.min(panel + 2, layer.outP / N);
    for (int in = inPanel * N; in < (inPanel + 1) * N; in += 4) {
      if (WHOLE && past - panel == 2) {
        descend4(layer, from, to, panel * N, (panel + 1) * N, in, examples, rate);
      } else if (WHOLE) {
        if (in % 8 == 0) {
          descend8(layer, from, to, panel * N, in, examples, rate);
        }
      } else {
        for (int unit = panel * N; unit < past * N; unit += 2 * LANES) {
          descend4(layer, from, to, unit, unit + LANES, in, examples, rate);
        }
      }
    }
  }

  /** Returns where the δ of {@code unit} and its neighbours begin. */
  private static int deltasOf(Signals level, int unit) {
    return unit / N * level.capacity * N + unit % N;
  }

  private static void descend4(
      Layer layer,
      Signals from,
      Signals to,
      int unitA,
      int unitB,
      int in,
      int examples,
      float rate) {
    float[] a = from.aPanels;
    float[] delta = to.deltaPanels;
    int a0 = in / N * from.capacity * N + in % N;
    int dA = deltasOf(to, unitA);
    int dB = deltasOf(to, unitB);
    FloatVector g0a = FloatVector.zero(S);
    FloatVector g1a = g0a;
    FloatVector g2a = g0a;
    FloatVector g3a = g0a;
    FloatVector g0b = FloatVector.zero(S);
    FloatVector g1b = g0b;
    FloatVector g2b = g0b;
    FloatVector g3b = g0b;
    for (int b = 0; b < examples; b++) {
      FloatVector dx = load(delta, dA + b * N);
      FloatVector dy = load(delta, dB + b * N);
      FloatVector x0 = all(a[a0 + b * N]);
      g0a = x0.fma(dx, g0a);
      g0b = x0.fma(dy, g0b);
      FloatVector x1 = all(a[a0 + b * N + 1]);
      g1a = x1.fma(dx, g1a);
      g1b = x1.fma(dy, g1b);
      FloatVector x2 = all(a[a0 + b * N + 2]);
      g2a = x2.fma(dx, g2a);
      g2b = x2.fma(dy, g2b);
      FloatVector x3 = all(a[a0 + b * N + 3]);
      g3a = x3.fma(dx, g3a);
      g3b = x3.fma(dy, g3b);
    }
    FloatVector minusRate = all(-rate);
    int wA = weightsOf(layer, unitA) + in * N;
    int wB = weightsOf(layer, unitB) + in * N;
    float[] w = layer.w;
    minusRate.fma(g0a, load(w, wA)).intoArray(w, wA);
    minusRate.fma(g0b, load(w, wB)).intoArray(w, wB);
    minusRate.fma(g1a, load(w, wA + 1 * N)).intoArray(w, wA + 1 * N);
    minusRate.fma(g1b, load(w, wB + 1 * N)).intoArray(w, wB + 1 * N);
    minusRate.fma(g2a, load(w, wA + 2 * N)).intoArray(w, wA + 2 * N);
    minusRate.fma(g2b, load(w, wB + 2 * N)).intoArray(w, wB + 2 * N);
    minusRate.fma(g3a, load(w, wA + 3 * N)).intoArray(w, wA + 3 * N);
    minusRate.fma(g3b, load(w, wB + 3 * N)).intoArray(w, wB + 3 * N);
  }

  private static void descend8(
      Layer layer, Signals from, Signals to, int unit, int in, int examples, float rate) {
    float[] a = from.aPanels;
    float[] delta = to.deltaPanels;
    int a0 = in / N * from.capacity * N + in % N;
    int d0 = deltasOf(to, unit);
    FloatVector g0 = FloatVector.zero(S);
    FloatVector g1 = g0;
    FloatVector g2 = g0;
    FloatVector g3 = g0;
    FloatVector g4 = g0;
    FloatVector g5 = g0;
    FloatVector g6 = g0;
    FloatVector g7 = g0;
    for (int b = 0; b < examples; b++) {
      FloatVector dx = load(delta, d0 + b * N);
      FloatVector x0 = all(a[a0 + b * N]);
      g0 = x0.fma(dx, g0);
      FloatVector x1 = all(a[a0 + b * N + 1]);
      g1 = x1.fma(dx, g1);
      FloatVector x2 = all(a[a0 + b * N + 2]);
      g2 = x2.fma(dx, g2);
      FloatVector x3 = all(a[a0 + b * N + 3]);
      g3 = x3.fma(dx, g3);
      FloatVector x4 = all(a[a0 + b * N + 4]);
      g4 = x4.fma(dx, g4);
      FloatVector x5 = all(a[a0 + b * N + 5]);
      g5 = x5.fma(dx, g5);
      FloatVector x6 = all(a[a0 + b * N + 6]);
      g6 = x6.fma(dx, g6);
      FloatVector x7 = all(a[a0 + b * N + 7]);
      g7 = x7.fma(dx, g7);
    }
    FloatVector minusRate = all(-rate);
    int w0 = weightsOf(layer, unit) + in * N;
    float[] w = layer.w;
    minusRate.fma(g0, load(w, w0)).intoArray(w, w0);
    minusRate.fma(g1, load(w, w0 + 1 * N)).intoArray(w, w0 + 1 * N);
    minusRate.fma(g2, load(w, w0 + 2 * N)).intoArray(w, w0 + 2 * N);
    minusRate.fma(g3, load(w, w0 + 3 * N)).intoArray(w, w0 + 3 * N);
    minusRate.fma(g4, load(w, w0 + 4 * N)).intoArray(w, w0 + 4 * N);
    minusRate.fma(g5, load(w, w0 + 5 * N)).intoArray(w, w0 + 5 * N);
    minusRate.fma(g6, load(w, w0 + 6 * N)).intoArray(w, w0 + 6 * N);
    minusRate.fma(g7, load(w, w0 + 7 * N)).intoArray(w, w0 + 7 * N);
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
