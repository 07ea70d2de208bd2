package downhill.engine;

/** Bit sets, 64 to a word: which elements of a row are not zero. */
final class Masks {
  private Masks() {}

  /** Returns how many words hold {@code n} bits. */
  static int words(int n) {
    return Math.ceilDiv(n, Long.SIZE);
  }

  /** Returns the word with its lowest {@code n} bits set, 0 to 64. */
  static long lowest(int n) {
    return n == 0 ? 0 : -1L >>> (Long.SIZE - n);
  }

  /**
   * Leaves out the padding of a row: its weights are 0, but 0 · ∞ is no number, and would then take
   * part in what comes next.
   *
   * @param at the word that the row begins with
   * @param n how many elements the row has without the padding, at least 1
   */
  static void trim(long[] masks, int at, int n) {
    masks[at + (n - 1) / Long.SIZE] &= lowest((n - 1) % Long.SIZE + 1);
  }

  /**
   * Transposes a square of bits in place: bit c of word r changes places with bit r of word c.
   * Squares of half the size change places, then the quarters within each, down to single bits.
   *
   * @param square 64 words
   */
  static void transpose(long[] square) {
    long columns = 0xFFFFFFFFL; // of the left half of each square
    for (int half = Long.SIZE / 2; half > 0; half /= 2) {
      for (int r = 0; r < Long.SIZE; r = (r + half + 1) & ~half) {
        long swap = ((square[r] >>> half) ^ square[r + half]) & columns;
        square[r] ^= swap << half;
        square[r + half] ^= swap;
      }
      columns ^= columns << (half / 2);
    }
  }
}
