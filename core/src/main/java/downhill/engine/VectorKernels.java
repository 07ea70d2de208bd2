package downhill.engine;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The kernels on the Vector API, which only this class and its {@link VectorBlock} touch. */
final class VectorKernels extends Kernels {
  /**
   * The widest vectors that this processor prefers, no wider than a line of 16 floats; {@code
   * -Ddownhill.vectorBits=64|128|256|512} asks for others, to compare.
   */
  static final VectorSpecies<Float> S = species();

  private static final int LANES = S.length();

  private static final VectorSpecies<Double> DOUBLES = S.withLanes(double.class);

  private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);

  /** As many bytes as there are lanes, or the fewest there are. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  /** As many bytes as a vector holds. */
  private static final VectorSpecies<Byte> MANY_BYTES = S.withLanes(byte.class);

  /** The float nearest to 1/255. */
  private static final float RECIPROCAL = 1 / 255f;

  /** By how much 1/255 is more than that: less than nothing. */
  private static final float RECIPROCAL_REST = (float) (1 / 255.0 - RECIPROCAL);

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

  @Override
  int lanes() {
    return LANES;
  }

  @Override
  Block block(int pages) {
    return new VectorBlock(pages);
  }

  @Override
  void accumulate(float[] m, int at, int width, float[] x, long[] masks, float[] z, int to) {
    int c = 0;
    for (; c + 8 * LANES <= width; c += 8 * LANES) {
      eight(m, at + c, width, x, masks, z, to + c);
    }
    for (; c < width; c += LANES) {
      one(m, at + c, width, x, masks, z, to + c);
    }
  }

  /** Does eight vectors of columns: enough sums to hide the latency of an addition. */
  private static void eight(
      float[] m, int at, int width, float[] x, long[] masks, float[] z, int to) {
    FloatVector s0 = FloatVector.fromArray(S, z, to);
    FloatVector s1 = FloatVector.fromArray(S, z, to + LANES);
    FloatVector s2 = FloatVector.fromArray(S, z, to + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(S, z, to + 3 * LANES);
    FloatVector s4 = FloatVector.fromArray(S, z, to + 4 * LANES);
    FloatVector s5 = FloatVector.fromArray(S, z, to + 5 * LANES);
    FloatVector s6 = FloatVector.fromArray(S, z, to + 6 * LANES);
    FloatVector s7 = FloatVector.fromArray(S, z, to + 7 * LANES);
    for (int word = 0; word < masks.length; word++) {
      long mask = masks[word];
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = word * Long.SIZE + Long.numberOfTrailingZeros(mask);
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, x[i]);
        int row = at + i * width;
        s0 = f.fma(FloatVector.fromArray(S, m, row), s0);
        s1 = f.fma(FloatVector.fromArray(S, m, row + LANES), s1);
        s2 = f.fma(FloatVector.fromArray(S, m, row + 2 * LANES), s2);
        s3 = f.fma(FloatVector.fromArray(S, m, row + 3 * LANES), s3);
        s4 = f.fma(FloatVector.fromArray(S, m, row + 4 * LANES), s4);
        s5 = f.fma(FloatVector.fromArray(S, m, row + 5 * LANES), s5);
        s6 = f.fma(FloatVector.fromArray(S, m, row + 6 * LANES), s6);
        s7 = f.fma(FloatVector.fromArray(S, m, row + 7 * LANES), s7);
      }
    }
    s0.intoArray(z, to);
    s1.intoArray(z, to + LANES);
    s2.intoArray(z, to + 2 * LANES);
    s3.intoArray(z, to + 3 * LANES);
    s4.intoArray(z, to + 4 * LANES);
    s5.intoArray(z, to + 5 * LANES);
    s6.intoArray(z, to + 6 * LANES);
    s7.intoArray(z, to + 7 * LANES);
  }

  /** Does one vector of columns. */
  private static void one(
      float[] m, int at, int width, float[] x, long[] masks, float[] z, int to) {
    FloatVector sum = FloatVector.fromArray(S, z, to);
    for (int word = 0; word < masks.length; word++) {
      long mask = masks[word];
      int count = Long.bitCount(mask);
      for (int k = 0; k < count; k++) {
        int i = word * Long.SIZE + Long.numberOfTrailingZeros(mask);
        mask &= mask - 1;
        FloatVector f = FloatVector.broadcast(S, x[i]);
        sum = f.fma(FloatVector.fromArray(S, m, at + i * width), sum);
      }
    }
    sum.intoArray(z, to);
  }

  @Override
  void scale(byte[] source, int at, int n, float[] a, int to) {
    int u = 0;
    for (; u + Long.SIZE <= n; u += Long.SIZE) {
      scaleWord(source, at + u, a, to + u);
    }
    scaleRest(source, at + u, n - u, a, to + u);
  }

  /** Scales as many bytes as a word of a mask has bits, in a loop whose length C2 knows. */
  private static void scaleWord(byte[] source, int at, float[] a, int to) {
    if (LANES < 8) {
      scaleRest(source, at, Long.SIZE, a, to);
      return;
    }
    for (int c = 0; c < Long.SIZE; c += LANES) {
      scale(source, at + c, a, to + c);
    }
  }

  private static void scaleRest(byte[] source, int at, int n, float[] a, int to) {
    int u = 0;
    if (LANES >= 8) { // there are no vectors of fewer bytes
      for (; u + LANES <= n; u += LANES) {
        scale(source, at + u, a, to + u);
      }
    }
    for (; u < n; u++) {
      a[to + u] = (source[at + u] & 0xFF) / 255f;
    }
  }

  /** Scales a vector of bytes. */
  private static void scale(byte[] source, int at, float[] a, int to) {
    FloatVector v =
        ByteVector.fromArray(BYTES, source, at)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
            .convertShape(VectorOperators.I2F, S, 0)
            .reinterpretAsFloats();
    // v/255 to the last bit without a division: the sum of both products is so near to it that it
    // rounds to the same float, for each of the 256 values.
    v.fma(FloatVector.broadcast(S, RECIPROCAL), v.mul(RECIPROCAL_REST)).intoArray(a, to);
  }

  @Override
  void mask(float[] values, int at, int n, long[] masks, int maskAt) {
    for (int word = 0; word < n; word += Long.SIZE) {
      long mask = 0;
      for (int c = word; c < Math.min(n, word + Long.SIZE); c += LANES) {
        FloatVector v = FloatVector.fromArray(S, values, at + c);
        mask |= v.compare(VectorOperators.NE, 0f).toLong() << (c - word);
      }
      masks[maskAt + word / Long.SIZE] = mask;
    }
  }

  // Bytes and mask of a word in one loop over the examples of a panel: with two calls for each of
  // them 64 images took 17 µs, not 11.
  @Override
  void load(Signals to, int unit, int first, int past, byte[] source, int offset) {
    float[] a = to.a;
    long[] masks = to.aMasks;
    int step = to.units;
    int stride = to.stride;
    int words = to.words;
    int n = Math.min(to.panel, step - unit);
    for (int u = 0; u < n; u += Long.SIZE) {
      int rest = n - u;
      int from = offset + unit + u;
      int at = to.at(first, unit + u);
      int maskAt = to.maskAt(first, unit + u);
      if (rest >= Long.SIZE) {
        for (int b = first; b < past; b++, from += step, at += stride, maskAt += words) {
          scaleWord(source, from, a, at);
          masks[maskAt] = mask(source, from);
        }
      } else {
        for (int b = first; b < past; b++, from += step, at += stride, maskAt += words) {
          scaleRest(source, from, rest, a, at);
          masks[maskAt] = mask(source, from, rest);
        }
      }
    }
  }

  /** Returns the mask of {@code n} bytes, fewer than a word has bits. */
  private static long mask(byte[] source, int at, int n) {
    long mask = 0;
    int c = 0;
    for (; c + MANY_BYTES.length() <= n; c += MANY_BYTES.length()) {
      ByteVector v = ByteVector.fromArray(MANY_BYTES, source, at + c);
      mask |= v.compare(VectorOperators.NE, 0).toLong() << c;
    }
    for (; c < n; c++) {
      mask |= (source[at + c] != 0 ? 1L : 0L) << c;
    }
    return mask;
  }

  /** Returns the mask of as many bytes as a word has bits, in a loop whose length C2 knows. */
  private static long mask(byte[] source, int at) {
    long mask = 0;
    for (int c = 0; c < Long.SIZE; c += MANY_BYTES.length()) {
      ByteVector v = ByteVector.fromArray(MANY_BYTES, source, at + c);
      mask |= v.compare(VectorOperators.NE, 0).toLong() << c;
    }
    return mask;
  }

  @Override
  void relu(float[] z, int at, int n, long[] masks, int maskAt) {
    for (int word = 0; word < n; word += Long.SIZE) {
      long mask = 0;
      for (int c = word; c < Math.min(n, word + Long.SIZE); c += LANES) {
        FloatVector v = FloatVector.fromArray(S, z, at + c);
        // 0 where z ≤ 0 (so that −0 becomes 0), z elsewhere (so that NaN stays NaN).
        v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
        v.intoArray(z, at + c);
        mask |= v.compare(VectorOperators.NE, 0f).toLong() << (c - word);
      }
      masks[maskAt + word / Long.SIZE] = mask;
    }
  }

  @Override
  void reluDerivative(float[] a, float[] delta, int at, int n, long[] masks, int maskAt) {
    for (int word = 0; word < n; word += Long.SIZE) {
      long mask = 0;
      for (int c = word; c < Math.min(n, word + Long.SIZE); c += LANES) {
        // ReLU′(z) from a = ReLU(z): a > 0 exactly where z > 0.
        FloatVector zero = FloatVector.zero(S);
        FloatVector d =
            zero.blend(
                FloatVector.fromArray(S, delta, at + c),
                FloatVector.fromArray(S, a, at + c).compare(VectorOperators.GT, 0f));
        d.intoArray(delta, at + c);
        mask |= d.compare(VectorOperators.NE, 0f).toLong() << (c - word);
      }
      masks[maskAt + word / Long.SIZE] = mask;
    }
  }

  @Override
  void exp(double[] x, int at, int n) {
    int i = at;
    int lanes = DOUBLES.length();
    for (; lanes > 1 && i + lanes <= at + n; i += lanes) { // one lane gains nothing
      exp(x, i);
    }
    for (; i < at + n; i++) {
      x[i] = Exponential.exp(x[i]);
    }
  }

  /** Does a vector, in the steps of {@link Exponential#exp}. */
  private static void exp(double[] numbers, int at) {
    DoubleVector x = DoubleVector.fromArray(DOUBLES, numbers, at);
    DoubleVector rounded = x.mul(Exponential.LOG2_E).add(Exponential.ROUNDER);
    DoubleVector minusN = rounded.sub(Exponential.ROUNDER).neg();
    DoubleVector r = minusN.fma(DoubleVector.broadcast(DOUBLES, Exponential.LN2_HIGH), x);
    r = minusN.fma(DoubleVector.broadcast(DOUBLES, Exponential.LN2_LOW), r);
    double[] coefficients = Exponential.COEFFICIENTS;
    DoubleVector p = DoubleVector.broadcast(DOUBLES, coefficients[0]);
    for (int k = 1; k < coefficients.length; k++) {
      p = p.fma(r, DoubleVector.broadcast(DOUBLES, coefficients[k]));
    }
    DoubleVector power =
        rounded
            .reinterpretAsLongs()
            .add(Exponential.BIAS)
            .lanewise(VectorOperators.LSHL, Exponential.EXPONENT)
            .reinterpretAsDoubles();
    p.mul(power)
        .blend(0.0, x.compare(VectorOperators.LT, Exponential.LOWEST))
        .intoArray(numbers, at);
  }
}
