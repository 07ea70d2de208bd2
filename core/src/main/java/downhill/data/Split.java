package downhill.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dataset in two parts: one to learn from, and one held out to judge by while learning.
 * Immutable; safe to share.
 *
 * @param train what to learn from
 * @param validation what is held out
 */
public record Split(Dataset train, Dataset validation) {
  /** Checks that the parts are there. */
  public Split {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(validation, "validation");
  }

  /** See {@link Dataset#split}. */
  static Split of(Dataset data, double fraction, long seed) {
    checkFraction(fraction);
    int[] counts = data.classCounts();
    long[][] keys = keys(data, counts, seed);
    long[] limits = new long[counts.length];
    int held = 0;
    for (int k = 0; k < counts.length; k++) {
      int share = share(fraction, counts[k]);
      Arrays.sort(keys[k]);
      // Less than this is held out; where nothing is, no key is less.
      limits[k] = share == 0 ? Long.MIN_VALUE : keys[k][share];
      held += share;
    }
    if (held == 0) {
      throw new IllegalArgumentException(
          "split: expected two examples or more of a class, to hold one out, found no such class in "
              + data);
    }
    int[] train = new int[data.size() - held];
    int[] validation = new int[held];
    int v = 0;
    for (int i = 0; i < data.size(); i++) {
      if (key(seed, i) < limits[data.label(i)]) {
        validation[v++] = i;
      } else {
        train[i - v] = i;
      }
    }
    Dataset learned = data.select(train).learned();
    Dataset rest = data.select(validation);
    TableSchema schema = learned.schema();
    return new Split(learned, schema == null ? rest : rest.with(schema));
  }

  /** Refuses a fraction that holds out nothing or all. */
  static void checkFraction(double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "fraction: expected more than 0 and less than 1 to hold out, found " + fraction);
    }
  }

  /** Returns how many examples of a class of {@code count} are held out. */
  static int share(double fraction, int count) {
    return count < 2 ? 0 : Math.clamp(Math.round(fraction * count), 1, count - 1);
  }

  private static long[][] keys(Dataset data, int[] counts, long seed) {
    long[][] keys = new long[counts.length][];
    for (int k = 0; k < counts.length; k++) {
      keys[k] = new long[counts[k]];
    }
    int[] filled = new int[counts.length];
    for (int i = 0; i < data.size(); i++) {
      int k = data.label(i);
      keys[k][filled[k]++] = key(seed, i);
    }
    return keys;
  }

  /**
   * Returns a random number that depends on seed and index alone, and is another one for each
   * index: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014),
   * whose steps can each be undone. It stands here because a split must stay the same for good, and
   * a generator of the Java library may change.
   */
  static long key(long seed, int index) {
    long z = seed + (index + 1L) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
