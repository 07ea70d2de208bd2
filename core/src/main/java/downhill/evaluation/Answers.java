package downhill.evaluation;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.network.Predictions;
import downhill.network.Predictor;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a network says of each example of a dataset, in its order; {@link Evaluation} and {@link
 * Calibration} sum it up. Immutable; safe to share.
 */
public final class Answers {
  /** Examples to a forward pass: enough to keep threads busy, few enough to stay in a cache. */
  private static final int CHUNK = 1000;

  /** Values to a forward pass, at most, unless a single example has more. */
  private static final int CHUNK_VALUES = 16 << 20;

  private final int classes;
  private final int[] labels;
  private final int[] predicted;
  private final float[] probabilities;
  private final double[] losses;

  private Answers(int classes, int n) {
    this.classes = classes;
    this.labels = new int[n];
    this.predicted = new int[n];
    this.probabilities = new float[n];
    this.losses = new double[n];
  }

  /**
   * Asks a network about every example.
   *
   * @param network what to judge
   * @param data what to judge it by
   * @param execution how to run; changes no bit of the answer
   * @throws IllegalArgumentException if the network's inputs or classes are not as many as the
   *     data's
   */
  public static Answers of(Network network, Dataset data, Execution execution) {
    int inputs = network.architecture().inputs();
    if (inputs != data.features() || network.architecture().classes() != data.classes()) {
      throw new IllegalArgumentException(
          "network %s: expected %d inputs (%s) and %d classes, as the data has, found %d and %d"
              .formatted(
                  network.architecture(),
                  data.features(),
                  data.shape(),
                  data.classes(),
                  inputs,
                  network.architecture().classes()));
    }
    int n = data.size();
    Answers answers = new Answers(data.classes(), n);
    int chunk = Math.min(n, Math.clamp(CHUNK_VALUES / inputs, 1, CHUNK));
    Batches batches = new Batches(data, chunk);
    try (Predictor predictor = new Predictor(network, execution, n)) {
      for (int from = 0; from < n; from += chunk) {
        int count = Math.min(chunk, n - from);
        Predictions predictions = batches.predict(predictor, from, count);
        for (int i = 0; i < count; i++) {
          int predicted = predictions.label(i);
          answers.labels[from + i] = data.label(from + i);
          answers.predicted[from + i] = predicted;
          answers.probabilities[from + i] = predictions.probability(i, predicted);
          answers.losses[from + i] = predictions.loss(i, data.label(from + i));
        }
      }
    }
    return answers;
  }

  /** Examples on their way to a predictor: as bytes, or as the floats that a table becomes. */
  private static final class Batches {
    private final Dataset data;
    private final byte[] bytes;
    private final float[] floats;

    Batches(Dataset data, int chunk) {
      this.data = data;
      int values = chunk * data.features();
      this.bytes = new byte[data.hasBytes() ? values : 0];
      this.floats = new float[data.hasBytes() ? 0 : values];
    }

    Predictions predict(Predictor predictor, int from, int count) {
      for (int i = 0; i < count; i++) {
        if (data.hasBytes()) {
          data.copyTo(from + i, bytes, i * data.features());
        } else {
          data.copyTo(from + i, floats, i * data.features());
        }
      }
      return data.hasBytes()
          ? predictor.predict(bytes, 0, count)
          : predictor.predict(floats, 0, count);
    }
  }

  /** Returns these answers, whose examples must be numbered from 0. */
  static Answers of(int classes, List<Answer> list) {
    Answers answers = new Answers(classes, list.size());
    for (int i = 0; i < list.size(); i++) {
      Answer answer = list.get(i);
      if (answer.example() != i) {
        throw new IllegalArgumentException(
            "answers: expected example %d, found %d".formatted(i, answer.example()));
      }
      answers.labels[i] = answer.label();
      answers.predicted[i] = answer.predicted();
      answers.probabilities[i] = (float) answer.probability();
      answers.losses[i] = answer.loss();
    }
    return answers;
  }

  /** Returns the number of examples, at least 1. */
  public int size() {
    return labels.length;
  }

  /**
   * Returns the answer to one example.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public Answer get(int i) {
    Objects.checkIndex(i, size());
    return new Answer(i, labels[i], predicted[i], probabilities[i], losses[i]);
  }

  /** Returns accuracy, loss and confusion matrix. */
  public Evaluation evaluation() {
    return Evaluation.of(classes, labels, predicted, losses);
  }

  /**
   * Returns how far the probabilities can be trusted.
   *
   * @throws IllegalArgumentException if one is not a number, as where a network's values overflow
   */
  public Calibration calibration() {
    boolean[] right = new boolean[size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = labels[i] == predicted[i];
    }
    return Calibration.of(probabilities, right);
  }

  /**
   * Returns the wrong answers with the greatest loss, the worst first; of equals the earlier
   * example comes first.
   *
   * @param count how many at most
   */
  public List<Answer> worstMistakes(int count) {
    return all()
        .filter(answer -> !answer.right())
        .sorted(Comparator.comparingDouble(Answer::loss).reversed())
        .limit(count)
        .toList();
  }

  /**
   * Returns the answers with the least probability of the predicted class, right or wrong, the
   * least sure first; of equals the earlier example comes first.
   *
   * @param count how many at most
   */
  public List<Answer> leastSure(int count) {
    return all().sorted(Comparator.comparingDouble(Answer::probability)).limit(count).toList();
  }

  private Stream<Answer> all() {
    return IntStream.range(0, size()).mapToObj(this::get);
  }
}
