package downhill.engine;

import downhill.engine.Philox.Purpose;

/**
 * Dropout: in every step an example loses some of its units, chosen by (seed, step, level, row of
 * the batch, unit) and nothing else, and the others are scaled up. A chance of p is drawn as one of
 * round(65536 p) in 65536, at least 1 and at most 65535 of them unless p is 0. Belongs to one
 * thread.
 */
final class Dropout {
  /** Units that one random block decides, 16 bits each. */
  private static final int UNITS = 8;

  private final int key0;
  private final int key1;
  private final int threshold;

  /** 1/(1 − p), by which what stays grows, and its δ with it. */
  private final float scale;

  private final int[] block = new int[4];

  /**
   * Makes one for a level.
   *
   * @param rate the part of units to lose, 0 to 1 (exclusive)
   */
  Dropout(long seed, double rate) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.threshold = rate == 0 ? 0 : Math.clamp(StrictMath.round(rate * 65536), 1, 65535);
    this.scale = (float) (1 / (1 - rate));
  }

  /** Returns whether there is anything to do. */
  boolean isOn() {
    return threshold > 0;
  }

  /**
   * Drops units of one example; their masks are then out of date.
   *
   * @param a activations, {@code n} of them from {@code at}
   * @param level l
   * @param b the example's row in the batch
   * @param unit the first one's number within the level, a multiple of 16
   */
  void apply(float[] a, int at, int n, long step, int level, int b, int unit) {
    for (int c = 0; c < n; c += UNITS) {
      block[0] = (unit + c) / UNITS;
      block[1] = b;
      block[2] = (int) step;
      block[3] = Purpose.DROPOUT.code(level);
      Philox.block(block, key0, key1);
      int past = Math.min(n - c, UNITS);
      for (int u = 0; u < past; u++) {
        int draw = (block[u / 2] >>> (16 * (u % 2))) & 0xFFFF;
        // All bits where the unit stays, none where it goes: a branch would be guessed wrong.
        int stays = ~((draw - threshold) >> 31);
        int bits = Float.floatToRawIntBits(a[at + c + u] * scale);
        a[at + c + u] = Float.intBitsToFloat(bits & stays);
      }
    }
  }

  /** Scales the δ of units that stayed; the others have none. */
  void scaleDelta(float[] delta, int at, int n) {
    for (int c = 0; c < n; c++) {
      delta[at + c] *= scale;
    }
  }
}
