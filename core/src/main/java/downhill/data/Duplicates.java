package downhill.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Examples that equal one before them, value for value; the test examples come after those to learn
 * from. What is in both parts is judged by what was learned by heart. Immutable; safe to share.
 *
 * @param train training examples that equal an earlier one
 * @param test test examples that equal an earlier test example, and none to learn from
 * @param between test examples that equal a training example
 * @param contradictions how many of all these have another class than the first one they equal
 * @param first the first of all these, at most {@value #SHOWN}
 */
public record Duplicates(int train, int test, int between, int contradictions, List<Pair> first) {
  /** How many pairs are kept. */
  public static final int SHOWN = 20;

  /** Copies the list. */
  public Duplicates {
    first = List.copyOf(first);
  }

  /**
   * An example.
   *
   * @param test whether it is one of the test examples
   * @param index its place there, from 0
   */
  public record Place(boolean test, int index) {}

  /**
   * Two examples that are equal.
   *
   * @param example the later one
   * @param earlier the first one that it equals
   * @param contradicts whether their classes differ
   */
  public record Pair(Place example, Place earlier, boolean contradicts) {}

  /** Compares all examples, by way of a hash of each. */
  public static Duplicates of(Datasets data) {
    return new Search(data).run();
  }

  /** A hash table of the examples seen so far, with open addressing. */
  private static final class Search {
    private final Dataset train;
    private final Dataset test;
    private final long[] hashes;

    /** The number of an example, from 1; 0 where the place is free. */
    private final int[] table;

    private final List<Pair> first = new ArrayList<>();
    private int inTrain;
    private int inTest;
    private int between;
    private int contradictions;

    Search(Datasets data) {
      this.train = data.train();
      this.test = data.test();
      int n = train.size() + test.size();
      this.hashes = new long[n];
      // At most half full, and a power of two, so that a mask finds a place.
      this.table = new int[Integer.highestOneBit(Math.max(1, Math.min(n, 1 << 28))) << 2];
    }

    Duplicates run() {
      int n = hashes.length;
      for (int i = 0; i < n; i++) {
        float[] x = example(i);
        hashes[i] = hash(x);
        int earlier = find(i, x);
        if (earlier >= 0) {
          note(i, earlier);
        }
      }
      return new Duplicates(inTrain, inTest, between, contradictions, first);
    }

    private float[] example(int i) {
      float[] x = i < train.size() ? train.example(i) : test.example(i - train.size());
      for (int j = 0; j < x.length; j++) {
        // Makes 0 of −0, which a column without scale gives below its mean: their bits differ.
        x[j] += 0f;
      }
      return x;
    }

    private Place place(int i) {
      boolean tested = i >= train.size();
      return new Place(tested, tested ? i - train.size() : i);
    }

    private int label(int i) {
      return i < train.size() ? train.label(i) : test.label(i - train.size());
    }

    /** Returns the first example that equals {@code i}, or −1, and then it is in the table. */
    private int find(int i, float[] x) {
      int mask = table.length - 1;
      for (int at = (int) hashes[i] & mask; ; at = (at + 1) & mask) {
        if (table[at] == 0) {
          table[at] = i + 1;
          return -1;
        }
        int other = table[at] - 1;
        if (hashes[other] == hashes[i] && Arrays.equals(x, example(other))) {
          return other;
        }
      }
    }

    private void note(int i, int earlier) {
      Place place = place(i);
      Place before = place(earlier);
      boolean contradicts = label(i) != label(earlier);
      if (!place.test) {
        inTrain++;
      } else if (before.test) {
        inTest++;
      } else {
        between++;
      }
      contradictions += contradicts ? 1 : 0;
      if (first.size() < SHOWN) {
        first.add(new Pair(place, before, contradicts));
      }
    }

    private static long hash(float[] x) {
      long hash = x.length;
      for (float v : x) {
        hash = (hash ^ Float.floatToRawIntBits(v)) * 0x9E3779B97F4A7C15L;
        hash ^= hash >>> 29;
      }
      return hash;
    }
  }
}
