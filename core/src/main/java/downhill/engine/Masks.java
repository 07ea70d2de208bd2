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
   * Squares of half the size change places, then the quarters within each, down to single bits. A
   * loop for each size, because one for all of them takes about twice as long.
   *
   * @param square 64 words
   */
  static void transpose(long[] square) {
    for (int r = 0; r < 32; r++) {
      swap(square, r, 32, 0x00000000FFFFFFFFL);
    }
    for (int first = 0; first < Long.SIZE; first += 32) {
      for (int r = first; r < first + 16; r++) {
        swap(square, r, 16, 0x0000FFFF0000FFFFL);
      }
    }
    for (int first = 0; first < Long.SIZE; first += 16) {
      for (int r = first; r < first + 8; r++) {
        swap(square, r, 8, 0x00FF00FF00FF00FFL);
      }
    }
    for (int first = 0; first < Long.SIZE; first += 8) {
      for (int r = first; r < first + 4; r++) {
        swap(square, r, 4, 0x0F0F0F0F0F0F0F0FL);
      }
    }
    for (int first = 0; first < Long.SIZE; first += 4) {
      swap(square, first, 2, 0x3333333333333333L);
      swap(square, first + 1, 2, 0x3333333333333333L);
    }
    for (int r = 0; r < Long.SIZE; r += 2) {
      swap(square, r, 1, 0x5555555555555555L);
    }
  }

  /**
   * Lets the right half of word {@code r} and the left half of the one {@code half} below it change
   * places, in each square.
   *
   * @param columns those of the left halves, from bit 0
   */
  private static void swap(long[] square, int r, int half, long columns) {
    long swap = ((square[r] >>> half) ^ square[r + half]) & columns;
    square[r] ^= swap << half;
    square[r + half] ^= swap;
  }
}
