package downhill.spark;

import downhill.data.Dataset;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The examples of one shard as the engine wants them, in the order of their codes: what Spark keeps
 * in memory or on disk, instead of rows. Empty where the shard has no row. Immutable.
 */
final class Block implements Serializable {
  private final String[] classNames; // an array, which every serializer can carry
  private final int features;
  private final boolean pixels;
  private final int[] labels;
  private final float[] weights;
  private final byte[] bytes;
  private final float[] numbers;
  private transient volatile @Nullable Dataset data;

  private Block(
      String[] classNames,
      int features,
      boolean pixels,
      int[] labels,
      float[] weights,
      byte[] bytes,
      float[] numbers) {
    this.classNames = classNames;
    this.features = features;
    this.pixels = pixels;
    this.labels = labels;
    this.weights = weights;
    this.bytes = bytes;
    this.numbers = numbers;
  }

  /**
   * Makes the block of some rows.
   *
   * @param rows in any order; sorted here
   */
  static Block of(List<RowCode> rows, Layout layout) {
    rows.sort(RowCode.ORDER);
    int n = rows.size();
    long size = (long) n * layout.features();
    if (size > Integer.MAX_VALUE - 64) {
      throw new IllegalStateException(
          "a shard of %d rows with %d features is more than an array holds; ask for more shards (equal rows all go to one)"
              .formatted(n, layout.features()));
    }
    int[] labels = new int[n];
    float[] weights = new float[layout.weighted() ? n : 0];
    byte[] bytes = new byte[layout.pixels() ? (int) size : 0];
    float[] numbers = new float[layout.pixels() ? 0 : (int) size];
    for (int i = 0; i < n; i++) {
      RowCode row = rows.get(i);
      labels[i] = row.label();
      if (layout.weighted()) {
        weights[i] = row.weight();
      }
      if (layout.pixels()) {
        row.pixels(bytes, i * layout.features(), layout.features());
      } else {
        row.numbers(numbers, i * layout.features(), layout.features());
      }
    }
    return new Block(
        layout.classNames().toArray(new String[0]),
        layout.features(),
        layout.pixels(),
        labels,
        weights,
        bytes,
        numbers);
  }

  int size() {
    return labels.length;
  }

  /** Returns whether nothing in here counts. */
  boolean countsNothing() {
    if (weights.length == 0) {
      return labels.length == 0;
    }
    for (float weight : weights) {
      if (weight > 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the sum of what the examples count, in their order. */
  double weight() {
    double sum = weights.length == 0 ? labels.length : 0;
    for (float weight : weights) {
      sum += weight;
    }
    return sum;
  }

  /**
   * Returns Σ w (x − mean) of each feature, or Σ w (x − mean)², in the order of the examples, where
   * w is what an example counts.
   */
  double[] sums(double[] means, int power) {
    double[] sums = new double[features];
    for (int i = 0; i < labels.length; i++) {
      double w = weights.length == 0 ? 1 : weights[i];
      for (int j = 0; j < features; j++) {
        double x = numbers[i * features + j] - means[j];
        sums[j] += w * (power == 1 ? x : x * x);
      }
    }
    return sums;
  }

  /** Returns the least value of each feature among the examples that count, then the greatest. */
  float[] ranges() {
    float[] ranges = new float[2 * features];
    Arrays.fill(ranges, 0, features, Float.POSITIVE_INFINITY);
    Arrays.fill(ranges, features, 2 * features, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < labels.length; i++) {
      if (weights.length == 0 || weights[i] > 0) {
        for (int j = 0; j < features; j++) {
          float x = numbers[i * features + j];
          ranges[j] = Math.min(ranges[j], x);
          ranges[features + j] = Math.max(ranges[features + j], x);
        }
      }
    }
    return ranges;
  }

  /** Returns the examples with x made (x − mean) · scale. */
  Block standardised(double[] means, double[] scales) {
    float[] scaled = new float[numbers.length];
    for (int i = 0; i < labels.length; i++) {
      for (int j = 0; j < features; j++) {
        int at = i * features + j;
        scaled[at] = (float) ((numbers[at] - means[j]) * scales[j]);
      }
    }
    return new Block(classNames, features, pixels, labels, weights, bytes, scaled);
  }

  /** Returns the examples, at least one of which must count something. */
  Dataset data() {
    Dataset known = data;
    if (known == null) {
      Dataset plain =
          pixels
              ? Dataset.owning(bytes, 1, 1, features, labels, List.of(classNames))
              : Dataset.owningFloats(numbers, features, labels, List.of(classNames));
      known = weights.length == 0 ? plain : plain.withWeights(weights);
      data = known;
    }
    return known;
  }

  /** Returns a hash of everything in here, in order. */
  long fingerprint() {
    long state = labels.length;
    for (int label : labels) {
      state = RowCode.mixed(state ^ label);
    }
    for (float weight : weights) {
      state = RowCode.mixed(state ^ Float.floatToIntBits(weight));
    }
    for (byte value : bytes) {
      state = state * 31 + value;
    }
    for (float value : numbers) {
      state = RowCode.mixed(state ^ Float.floatToIntBits(value));
    }
    return RowCode.mixed(state);
  }
}
