package downhill.engine;

import java.util.Arrays;

/**
 * What a batch should be taken for: a label for each example, and what softens it. Filled by
 * whoever trains, before each step.
 */
public final class Targets {
  /** The labels y, [batchSize]. */
  public final int[] labels;

  /**
   * How much of an example is itself, [batchSize]: example b becomes share · x_b + (1 − share) ·
   * x_c, where c is the next example of the batch, the first one after the last, and counts as much
   * of both; so does its target. All of it, where one of the two counts nothing.
   */
  public final float[] shares;

  /** What an example counts, [batchSize]. */
  public final double[] weights;

  /** ε of label smoothing. */
  final double smoothing;

  /** Whether examples are mixed. */
  final boolean mixed;

  private int examples;
  private double sum;

  /** Makes targets of labels alone, until something else is filled in. */
  public Targets(int batchSize, double smoothing, boolean mixed) {
    this.labels = new int[batchSize];
    this.shares = new float[batchSize];
    this.weights = new double[batchSize];
    this.smoothing = smoothing;
    this.mixed = mixed;
    Arrays.fill(shares, 1);
    Arrays.fill(weights, 1);
  }

  /** Begins a step. */
  void begin(int count) {
    examples = count;
    sum = 0;
    for (int b = 0; b < count; b++) {
      sum += weight(b);
    }
  }

  /** Returns how much of an example is itself. */
  float share(int b) {
    return mixed && weights[b] > 0 && weights[partner(b)] > 0 ? shares[b] : 1;
  }

  /** Returns what an example counts, with what is mixed into it. */
  private double weight(int b) {
    if (!mixed) {
      return weights[b];
    }
    double share = share(b);
    double own = weights[b];
    double other = weights[partner(b)];
    return share == 1 || own == other ? own : share * own + (1 - share) * other;
  }

  /** Returns the part of an example's target that is its own class's: of what it counts. */
  private double own(int b, double weight) {
    float share = share(b);
    return weights[b] == weight ? share : share * weights[b] / weight;
  }

  /** Returns the class that has most of an example's target. */
  int answer(int b) {
    return !mixed || own(b, weight(b)) >= 0.5 ? labels[b] : labels[partner(b)];
  }

  /** Returns the sum of the weights, which the mean divides by. */
  public double sum() {
    return sum;
  }

  /** Returns the example that {@code b} is mixed with. */
  int partner(int b) {
    return b + 1 < examples ? b + 1 : 0;
  }

  /**
   * Returns the loss of an example and sets its δ, without the mask.
   *
   * @param best the class with the largest logit
   * @param exponentials what {@link Softmax#exponentials} has written
   */
  double delta(Signals last, int b, int best, double[] exponentials) {
    // A batch that counts nothing has no mean; its δ are 0.
    double weight = weight(b);
    double scale = sum > 0 ? weight / sum : 0;
    if (smoothing == 0 && !mixed) {
      return weight * Softmax.delta(last, b, labels[b], best, scale, exponentials);
    }
    double own = own(b, weight);
    return weight
        * Softmax.delta(
            last, b, labels[b], labels[partner(b)], own, smoothing, best, scale, exponentials);
  }
}
