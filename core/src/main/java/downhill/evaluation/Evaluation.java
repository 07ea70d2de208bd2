package downhill.evaluation;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well a network does on labelled examples; {@link Answers} has each by itself. Immutable; safe
 * to share.
 */
public final class Evaluation {
  private final int classes;
  private final int examples;
  private final int hits;
  private final double loss;
  // [classes, classes], row-major: what it is, what it was taken for
  private final int[] confusion;

  private Evaluation(int classes, int[] labels, int[] predicted, double[] losses) {
    this.classes = classes;
    this.examples = labels.length;
    this.confusion = new int[classes * classes];
    double sum = 0;
    for (int i = 0; i < examples; i++) {
      confusion[labels[i] * classes + predicted[i]]++;
      sum += losses[i];
    }
    this.loss = sum / examples;
    this.hits = IntStream.range(0, classes).map(k -> confusion(k, k)).sum();
  }

  /**
   * Evaluates a network on a dataset.
   *
   * @param network what to judge
   * @param data what to judge it by
   * @param execution how to run; changes no bit of the answer
   * @throws IllegalArgumentException if the network's inputs or classes are not as many as the
   *     data's
   */
  public static Evaluation of(Network network, Dataset data, Execution execution) {
    return Answers.of(network, data, execution).evaluation();
  }

  /**
   * Returns the evaluation of these answers.
   *
   * @param classes how many classes there are
   * @param labels [n], what each example is
   * @param predicted [n], what it was taken for
   * @param losses [n], its cross-entropy, in nats; summed in this order
   */
  static Evaluation of(int classes, int[] labels, int[] predicted, double[] losses) {
    if (labels.length == 0 || labels.length != predicted.length || labels.length != losses.length) {
      throw new IllegalArgumentException(
          "expected a label, a prediction and a loss for each example, found %d, %d and %d"
              .formatted(labels.length, predicted.length, losses.length));
    }
    for (int i = 0; i < labels.length; i++) {
      Objects.checkIndex(labels[i], classes);
      Objects.checkIndex(predicted[i], classes);
    }
    return new Evaluation(classes, labels, predicted, losses);
  }

  /** Returns the number of examples, at least 1. */
  public int examples() {
    return examples;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns the share of examples classified right, 0..1. */
  public double accuracy() {
    return (double) hits / examples;
  }

  /** Returns the mean cross-entropy, in nats: summed in the order of the examples, in double. */
  public double loss() {
    return loss;
  }

  /**
   * Returns how many examples of class {@code actual} were taken for {@code predicted}.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public int confusion(int actual, int predicted) {
    return confusion[
        Objects.checkIndex(actual, classes) * classes + Objects.checkIndex(predicted, classes)];
  }

  /** Returns a copy of the confusion matrix, [classes, classes]: rows are what the examples are. */
  public int[][] confusionMatrix() {
    int[][] matrix = new int[classes][classes];
    for (int k = 0; k < classes; k++) {
      System.arraycopy(confusion, k * classes, matrix[k], 0, classes);
    }
    return matrix;
  }

  /**
   * Returns precision, recall, F1 and the number of examples of one class.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public ClassScores scores(int k) {
    int hit = confusion(k, k);
    int actual = 0;
    int taken = 0;
    for (int other = 0; other < classes; other++) {
      actual += confusion(k, other);
      taken += confusion(other, k);
    }
    // 0.0 / 0 is NaN, as it should be; the sum can't overflow in double.
    return new ClassScores(
        (double) hit / taken, (double) hit / actual, 2.0 * hit / ((double) actual + taken), actual);
  }

  /**
   * Returns the macro averages: the mean of each score over the classes for which it is defined,
   * every class counting alike, with the number of all examples as support.
   */
  public ClassScores macroAverage() {
    return new ClassScores(
        mean(ClassScores::precision), mean(ClassScores::recall), mean(ClassScores::f1), examples);
  }

  // At least one class has examples, and one was predicted, so no mean is over nothing. Means of
  // values up to 1 can't exceed 1 by rounding: no partial sum exceeds its count.
  private double mean(ToDoubleFunction<ClassScores> score) {
    double sum = 0;
    int defined = 0;
    for (int k = 0; k < classes; k++) {
      double value = score.applyAsDouble(scores(k));
      if (!Double.isNaN(value)) {
        sum += value;
        defined++;
      }
    }
    return sum / defined;
  }

  /** Returns a line such as {@code accuracy 89.31 %, loss 0.3012, 10000 examples}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "accuracy %.2f %%, loss %.4f, %d examples", 100 * accuracy(), loss, examples);
  }
}
