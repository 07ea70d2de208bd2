package downhill.engine;

import java.util.Arrays;

/** Which hidden units some example has made active: a ReLU that none does is dead. */
final class ActiveUnits {
  private final Signals[] levels;

  /** For each hidden level a bit for each unit. */
  private final long[][] active;

  /**
   * Begins with none.
   *
   * @param levels all levels; the first and the last have no ReLU
   */
  ActiveUnits(Signals[] levels) {
    this.levels = levels;
    this.active = new long[levels.length - 1][];
    Arrays.setAll(active, l -> new long[Masks.words(levels[l].units)]);
  }

  /** Forgets what was active. */
  void forget() {
    for (long[] words : active) {
      Arrays.fill(words, 0);
    }
  }

  /** Notes what a batch of {@code examples} has made active. */
  void note(int examples) {
    for (int l = 1; l < active.length; l++) {
      long[] masks = levels[l].aMasks;
      long[] words = active[l];
      for (int w = 0; w < words.length; w++) {
        int at = levels[l].maskAt(0, w * Long.SIZE);
        long some = 0;
        for (int b = 0; b < examples; b++) {
          some |= masks[at + b * levels[l].words];
        }
        words[w] |= some;
      }
    }
  }

  /** Returns the share of units of hidden level {@code l} that have not been active, 0..1. */
  double idle(int l) {
    int count = 0;
    for (long word : active[l]) {
      count += Long.bitCount(word);
    }
    return (double) (levels[l].units - count) / levels[l].units;
  }
}
