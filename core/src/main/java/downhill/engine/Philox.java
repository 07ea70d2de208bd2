package downhill.engine;

/**
 * Random numbers as a function of where they are used: Philox4x32-10 (Salmon, Moraes, Dror, Shaw:
 * "Parallel random numbers: as easy as 1, 2, 3", 2011). The key is the seed; the counter is made of
 * the purpose, the epoch and an index. Nobody draws "the next" number, so it does not matter who
 * asks first.
 *
 * <p>Each draw works in four ints that the caller lends it: an array made for each would stay,
 * where C2 does not inline all of the draw.
 */
public final class Philox {
  /** What a number is for. Each purpose has its own stream; the codes are part of the contract. */
  public enum Purpose {
    /** Initial weights; the epoch is the layer, the index the weight's place in [out, in]. */
    WEIGHTS(1),
    /** The order of the examples; the index is the position. */
    SHUFFLE(2),
    /** Which units an example loses; the level stands in the high bits of the purpose. */
    DROPOUT(3),
    /** How an image is changed; the index is the example's number and which of its numbers. */
    AUGMENTATION(4),
    /** How much of an example is mixed with another's; the index is its position and the try. */
    MIXUP(5);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }

    /** Returns the word of the counter for this purpose in a level of the network. */
    int code(int level) {
      return code | level << 8;
    }
  }

  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /** Returns four ints to lend to draws, one after the other. */
  public static int[] room() {
    return new int[4];
  }

  /** Returns 64 random bits. */
  static long bits(int[] room, long seed, Purpose purpose, int epoch, long index) {
    draw(room, seed, purpose, epoch, index);
    return (room[0] & 0xFFFFFFFFL) | (long) room[1] << 32;
  }

  /** Returns a number from [0, 1), a multiple of 2^−53. */
  public static double uniform(int[] room, long seed, Purpose purpose, int epoch, long index) {
    return (bits(room, seed, purpose, epoch, index) >>> 11) * 0x1p-53;
  }

  /** Returns a number from [0, bound), uniform but for a bias below bound / 2^64. */
  static int below(int bound, int[] room, long seed, Purpose purpose, int epoch, long index) {
    return (int) Math.unsignedMultiplyHigh(bits(room, seed, purpose, epoch, index), bound);
  }

  /** Returns a number from the normal distribution with mean 0 and variance 1 (Box and Muller). */
  static double normal(int[] room, long seed, Purpose purpose, int epoch, long index) {
    draw(room, seed, purpose, epoch, index);
    // u in (0, 1], so its logarithm is finite.
    double u = (((room[0] & 0xFFFFFFFFL) << 21 | room[1] >>> 11) + 1) * 0x1p-53;
    double v = ((room[2] & 0xFFFFFFFFL) << 21 | room[3] >>> 11) * 0x1p-53;
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * v);
  }

  /**
   * Returns He's initial weights, normal(0, √(2/in)), [out, in], row-major.
   *
   * @param layer l, from 1
   */
  public static float[] heWeights(long seed, int layer, int out, int in) {
    float[] W = new float[out * in];
    int[] room = room();
    double deviation = StrictMath.sqrt(2.0 / in);
    for (int n = 0; n < W.length; n++) {
      W[n] = (float) (deviation * normal(room, seed, Purpose.WEIGHTS, layer, n));
    }
    return W;
  }

  /**
   * Fills {@code order} with a permutation of 0 … n − 1 (Fisher and Yates).
   *
   * @param epoch the epoch, from 1; each has its own permutation, whatever came before
   */
  public static void permutation(int[] order, long seed, int epoch) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int[] room = room();
    for (int i = order.length - 1; i > 0; i--) {
      int j = below(i + 1, room, seed, Purpose.SHUFFLE, epoch, i);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }

  private static void draw(int[] room, long seed, Purpose purpose, int epoch, long index) {
    room[0] = (int) index;
    room[1] = (int) (index >>> 32);
    room[2] = epoch;
    room[3] = purpose.code;
    block(room, (int) seed, (int) (seed >>> 32));
  }

  /** Replaces the counter by its random block. */
  static void block(int[] c, int key0, int key1) {
    // Variables of their own stay in registers; elements of an array are stored in every round.
    int c0 = c[0];
    int c1 = c[1];
    int c2 = c[2];
    int c3 = c[3];
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    c[0] = c0;
    c[1] = c1;
    c[2] = c2;
    c[3] = c3;
  }
}
