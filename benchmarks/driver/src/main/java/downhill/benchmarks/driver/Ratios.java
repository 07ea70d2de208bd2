package downhill.benchmarks.driver;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many times as fast as another we were, round by round.
 *
 * @param values at least one, those of one start after those of the start before
 * @param starts how often both were started, each time for as many rounds
 */
record Ratios(List<Double> values, int starts) {
  /** What may lie on either side of an interval of 95 %. */
  private static final double TAIL = 0.025;

  /** Reads a row of pairs; nothing where it was not measured. Older runs had one start. */
  static Optional<Ratios> of(Map<String, Object> row) {
    List<Double> own = Fields.numbers(row, "own_gflops");
    List<Double> other = Fields.numbers(row, "other_gflops");
    List<Double> values =
        IntStream.range(0, own.size())
            .mapToObj(round -> own.get(round) / other.get(round))
            .toList();
    int starts = row.containsKey("starts") ? (int) Fields.number(row, "starts") : 1;
    return values.isEmpty() ? Optional.empty() : Optional.of(new Ratios(values, starts));
  }

  double median() {
    return Summary.of(values).median();
  }

  /**
   * Returns the ends of the interval in which the true median lies with at least 95 % confidence,
   * whatever the distribution, if the values are independent: of n, at most k lie below it with a
   * probability of Σ C(n, i) / 2ⁿ over i ≤ k. Empty where n is too small for any, below 6.
   */
  List<Double> interval() {
    int n = values.size();
    double term = Math.pow(0.5, n); // of i = 0
    double sum = 0;
    int below = 0;
    for (; sum + term <= TAIL; below++) {
      sum += term;
      term *= (double) (n - below) / (below + 1);
    }
    List<Double> sorted = values.stream().sorted().toList();
    return below == 0 ? List.of() : List.of(sorted.get(below - 1), sorted.get(n - below));
  }

  /**
   * Returns whether other rounds would be likely to say the same of a bar: it lies outside of the
   * interval, and the median of each start, of which there are at least two, is on the same side.
   * Rounds of one start are not independent, so the interval alone says too little.
   */
  boolean areSureOf(double bar) {
    List<Double> interval = interval();
    boolean met = median() >= bar;
    int rounds = values.size() / starts;
    return starts > 1
        && !interval.isEmpty()
        && (met ? interval.getFirst() >= bar : interval.getLast() < bar)
        && IntStream.range(0, starts)
            .mapToObj(start -> values.subList(start * rounds, (start + 1) * rounds))
            .allMatch(one -> Summary.of(one).median() >= bar == met);
  }

  /** Returns the interval as text, rounded down; a dash where there is none. */
  String shownInterval() {
    List<Double> interval = interval();
    return interval.isEmpty() ? "–" : down(interval.getFirst()) + "–" + down(interval.getLast());
  }

  /** A value below a bar shall not look as if it reached it. */
  private static String down(double value) {
    return BigDecimal.valueOf(value).setScale(2, RoundingMode.FLOOR).toString();
  }
}
