package downhill.training;

import java.io.Serializable;
import java.util.List;

/**
 * A mean over a part of the examples of something that has the shape of a network, a gradient or
 * the parameters themselves, and what is needed to put parts together: for training in which no
 * single machine sees all examples. Whoever makes one gives its arrays away.
 *
 * <p>A class and not a record, so that every serializer that fills fields can carry it.
 */
public final class PartialMean implements Serializable {
  private final float[][] weights;
  private final float[][] biases;
  private final double weight;
  private final double loss;
  private final long right;
  private final long examples;

  /**
   * Makes one of arrays that belong to it from now on.
   *
   * @param weights what stands for W^l, each [n_l, n_{l−1}], row-major; empty for a frozen layer's
   *     gradient
   * @param biases what stands for b^l, each [n_l]; empty likewise
   * @param weight the sum of what the part's examples count
   * @param loss the sum of their losses, each times what it counts, in nats
   * @param right how many of them were classified right
   * @param examples how many they are
   */
  public PartialMean(
      float[][] weights, float[][] biases, double weight, double loss, long right, long examples) {
    this.weights = weights;
    this.biases = biases;
    this.weight = weight;
    this.loss = loss;
    this.right = right;
    this.examples = examples;
  }

  /** Returns what stands for W^l, each [n_l, n_{l−1}], row-major: the arrays themselves. */
  public float[][] weights() {
    return weights;
  }

  /** Returns what stands for b^l, each [n_l]: the arrays themselves. */
  public float[][] biases() {
    return biases;
  }

  /** Returns the sum of what the part's examples count. */
  public double weight() {
    return weight;
  }

  /** Returns the sum of the losses, each times what it counts, in nats. */
  public double loss() {
    return loss;
  }

  /** Returns how many examples were classified right. */
  public long right() {
    return right;
  }

  /** Returns how many examples the part has. */
  public long examples() {
    return examples;
  }

  /**
   * Returns the mean of all parts together, Σ weight · mean / Σ weight, summed in double in the
   * order of the list.
   *
   * @param parts at least one, all of one shape
   */
  public static PartialMean mean(List<PartialMean> parts) {
    double weight = 0;
    double loss = 0;
    long right = 0;
    long examples = 0;
    for (PartialMean part : parts) {
      weight += part.weight;
      loss += part.loss;
      right += part.right;
      examples += part.examples;
    }
    int L = parts.getFirst().weights.length;
    float[][] weights = new float[L][];
    float[][] biases = new float[L][];
    for (int l = 0; l < L; l++) {
      int layer = l;
      weights[l] = mean(parts.stream().map(part -> part.weights[layer]).toList(), parts, weight);
      biases[l] = mean(parts.stream().map(part -> part.biases[layer]).toList(), parts, weight);
    }
    return new PartialMean(weights, biases, weight, loss, right, examples);
  }

  private static float[] mean(List<float[]> values, List<PartialMean> parts, double weight) {
    double[] sum = new double[values.getFirst().length];
    for (int p = 0; p < parts.size(); p++) {
      float[] some = values.get(p);
      double share = weight > 0 ? parts.get(p).weight / weight : 0;
      for (int i = 0; i < sum.length; i++) {
        sum[i] = Math.fma(share, some[i], sum[i]);
      }
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) sum[i];
    }
    return mean;
  }
}
