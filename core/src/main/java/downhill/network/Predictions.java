package downhill.network;

import downhill.engine.Softmax;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a network says of some examples: logits and probabilities, both [count, classes]. Where
 * finite values are so large that sums overflow, probabilities are NaN, and the label means
 * nothing. Immutable; safe to share between threads.
 */
public final class Predictions {
  private final int count;
  private final int classes;
  private final float[] logits;
  private final float[] probabilities;

  /** Takes over the arrays, both [count, classes]. */
  Predictions(int classes, float[] logits, float[] probabilities) {
    this.count = logits.length / classes;
    this.classes = classes;
    this.logits = logits;
    this.probabilities = probabilities;
  }

  /** Returns the number of examples. */
  public int count() {
    return count;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns whether there is an answer to example {@code i}, and no sum that overflowed. */
  public boolean hasAnswer(int i) {
    return !Float.isNaN(probabilities[row(i)]);
  }

  /** Returns the most probable class of example {@code i}; the lowest of equals. */
  public int label(int i) {
    return Softmax.argmax(logits, row(i), classes);
  }

  /** Returns the logit z_k of example {@code i}. */
  public float logit(int i, int k) {
    return logits[row(i) + Objects.checkIndex(k, classes)];
  }

  /** Returns the probability of class {@code k} for example {@code i}. */
  public float probability(int i, int k) {
    return probabilities[row(i) + Objects.checkIndex(k, classes)];
  }

  /** Returns a copy of the probabilities of example {@code i}, [classes]. */
  public float[] probabilities(int i) {
    return Arrays.copyOfRange(probabilities, row(i), row(i) + classes);
  }

  /**
   * Returns the cross-entropy of example {@code i}, in nats, taken from the logits.
   *
   * @param label the true class
   */
  public double loss(int i, int label) {
    return Softmax.loss(logits, row(i), classes, Objects.checkIndex(label, classes));
  }

  private int row(int i) {
    return Objects.checkIndex(i, count) * classes;
  }
}
