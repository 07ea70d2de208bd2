package downhill.serving;

import java.util.concurrent.atomic.LongAdder;

/** Counts values by size, as Prometheus' histograms do. Safe to share. */
final class Histogram {
  private final double[] bounds;
  private final LongAdder[] buckets; // each counts those up to its bound and above the one before
  private final LongAdder sum = new LongAdder(); // in units
  private final double unit;

  /**
   * Makes an empty one.
   *
   * @param unit what recorded values are multiples of: 1e-9 for nanoseconds shown as seconds
   * @param bounds upper bounds of the buckets, rising, in what is shown
   */
  Histogram(double unit, double... bounds) {
    this.unit = unit;
    this.bounds = bounds.clone();
    this.buckets = new LongAdder[bounds.length + 1];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /** Counts a value, in units. */
  void record(long value) {
    int bucket = 0;
    while (bucket < bounds.length && value * unit > bounds[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    sum.add(value);
  }

  /**
   * Writes the lines of this histogram.
   *
   * @param labels of the series, as in {@code model="m"}, or nothing
   */
  void write(StringBuilder text, String name, String labels) {
    String comma = labels.isEmpty() ? "" : ",";
    long total = 0;
    for (int i = 0; i < buckets.length; i++) {
      total += buckets[i].sum();
      String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
      text.append("%s_bucket{%s%sle=\"%s\"} %d\n".formatted(name, labels, comma, bound, total));
    }
    String braces = labels.isEmpty() ? "" : "{" + labels + "}";
    text.append("%s_sum%s %s\n".formatted(name, braces, sum.sum() * unit));
    text.append("%s_count%s %d\n".formatted(name, braces, total));
  }
}
