package downhill.report;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * An axis with ticks at round numbers, on which values become places.
 *
 * @param low the value at its beginning
 * @param high the value at its end, greater
 * @param step from one tick to the next
 * @param from where the beginning lies, in the chart's units
 * @param to where the end lies
 */
record Axis(double low, double high, double step, double from, double to) {
  private static final double[] ROUND = {1, 2, 5, 10};

  /**
   * Returns an axis that holds all values, begins and ends at a tick, and has few of them.
   *
   * @param most what no value can be above
   */
  static Axis around(DoubleStream values, double most, int ticks, double from, double to) {
    double[] finite = values.filter(Double::isFinite).toArray();
    double least = Arrays.stream(finite).min().orElse(0);
    double greatest = Arrays.stream(finite).max().orElse(1);
    double room = greatest - least;
    if (room <= 1e-9 * Math.abs(greatest)) { // one value, or equal ones: from 0
      least = Math.min(0, 1.25 * least);
      greatest = greatest == 0 ? 1 : Math.clamp(1.25 * greatest, 0, most);
    } else if (least >= 0 && least < room / 2) {
      least = 0; // near enough for the axis to show all of a length
    }
    double step = step((greatest - least) / ticks, 0);
    return new Axis(
        step * Math.floor(least / step + 1e-9),
        step * Math.ceil(greatest / step - 1e-9),
        step,
        from,
        to);
  }

  /** Returns an axis for whole numbers, such as epochs, as long as they are. */
  static Axis whole(int first, int last, int ticks, double from, double to) {
    return first == last
        ? new Axis(first - 1, last + 1, 1, from, to)
        : new Axis(first, last, step((double) (last - first) / ticks, 1), from, to);
  }

  // The least of 1, 2 and 5 times a power of ten that is no smaller.
  private static double step(double least, double floor) {
    double wanted = Math.max(least, floor);
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(wanted)));
    for (double round : ROUND) {
      if (round * power >= wanted * (1 - 1e-9)) {
        return round * power;
      }
    }
    return 10 * power;
  }

  /** Returns where a value lies. */
  double place(double value) {
    return from + (value - low) / (high - low) * (to - from);
  }

  /** Returns the ticks: the multiples of the step. */
  double[] ticks() {
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    double[] ticks = new double[Math.clamp(last - first + 1, 0, 100)];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = (first + i) * step;
    }
    return ticks;
  }

  /** Returns how many digits after the point tell the ticks apart. */
  int digits() {
    return Math.clamp((long) Math.ceil(-StrictMath.log10(step) - 1e-9), 0, 12);
  }
}
