package downhill.engine;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernels on the Vector API, which only this class and its {@link VectorBlock} touch.
 */
final class VectorKernels extends Kernels {
  /**
   * The widest vectors that this processor prefers, no wider than a line of 16 floats; {@code
   * -Ddownhill.vectorBits=64|128|256|512} asks for others, to compare.
   */
  static final VectorSpecies<Float> SPECIES = species();

  private static final VectorSpecies<Float> S = SPECIES;

  private static final int LANES = S.length();

  private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);

  /** As many bytes as there are lanes, or the fewest there are. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));
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
  Block block() {
    return new VectorBlock();
  }

  @Override
  void scale(byte[] source, int at, int n, float[] a, int to) {
    int u = 0;
    if (LANES >= 8) { // there are no vectors of fewer bytes
      for (; u + LANES <= n; u += LANES) {
        ByteVector.fromArray(BYTES, source, at + u)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
            .convertShape(VectorOperators.I2F, S, 0)
            .reinterpretAsFloats()
            .div(255f)
            .intoArray(a, to + u);
      }
    }
    for (; u < n; u++) {
      a[to + u] = (source[at + u] & 0xFF) / 255f;
    }
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
}
