package downhill.benchmarks.driver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept of a measurement that was taken several times.
 *
 * @param median the middle one; of an even number, the mean of the middle two
 * @param n how many there were, at least 1
 */
record Summary(double median, double min, double max, int n) {
  /** What may lie on either side of an interval of 95 %. */
  private static final double TAIL = 0.025;

  static Summary of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("expected at least one value, found none");
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Summary(median, sorted.getFirst(), sorted.getLast(), sorted.size());
  }

  /**
   * Returns what is kept of several turns: the median of their medians, so that each counts the
   * same. A turn of a second holds more epochs while the machine is fast; the median of all epochs
   * would be that of the fast moments, and only for those whose epochs are short.
   *
   * @param turns the values of each, at least one
   */
  static Summary ofTurns(List<List<Double>> turns) {
    Summary all = of(turns.stream().flatMap(List::stream).toList());
    double median = of(turns.stream().map(turn -> of(turn).median).toList()).median;
    return new Summary(median, all.min, all.max, all.n);
  }

  /**
   * Returns the ranks, from 0, of the two ordered values between which the true median lies with at
   * least 95 % confidence, whatever the distribution: of n independent values, at most k lie below
   * it with a probability of Σ C(n, i) / 2ⁿ over i ≤ k. All of them where n is too small.
   */
  private static int[] ranks(int n) {
    double below = Math.pow(0.5, n); // of i = 0
    double sum = below;
    int least = 0;
    while (sum + below * (n - least) / (least + 1) <= TAIL) {
      below *= (double) (n - least) / (least + 1);
      sum += below;
      least++;
    }
    return new int[] {least, n - 1 - least};
  }

  /** Returns the ends of the interval in which the true median lies, with 95 % confidence. */
  static List<Double> interval(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int[] ranks = ranks(sorted.size());
    return List.of(sorted.get(ranks[0]), sorted.get(ranks[1]));
  }

  /** Returns the four numbers under names that begin with {@code prefix}. */
  Map<String, Object> as(String prefix) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(prefix + "_median", median);
    fields.put(prefix + "_min", min);
    fields.put(prefix + "_max", max);
    fields.put(prefix + "_n", n);
    return fields;
  }
}
