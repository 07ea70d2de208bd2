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
