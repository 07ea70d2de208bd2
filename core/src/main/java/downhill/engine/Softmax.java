package downhill.engine;

/**
 * Softmax and cross-entropy from the logits, with the largest one subtracted. In double, a few
 * numbers an example; sums run over the classes in rising order.
 */
public final class Softmax {
  private Softmax() {}

  /**
   * Writes the probabilities of one example.
   *
   * @param z logits, {@code classes} of them from {@code at}
   * @param a probabilities, {@code classes} of them from {@code to}
   */
  public static void probabilities(float[] z, int at, int classes, float[] a, int to) {
    double max = z[at + argmax(z, at, classes)];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Exponential.exp(z[at + k] - max);
    }
    for (int k = 0; k < classes; k++) {
      a[to + k] = (float) (Exponential.exp(z[at + k] - max) / sum);
    }
  }

  /**
   * As {@link #probabilities(float[], int, int, float[], int)}, for some examples at once.
   *
   * @param z [n, classes], row-major, from {@code at}
   * @param a [n, classes], row-major, from {@code at}
   * @param e room for [n, classes]
   */
  static void probabilities(
      float[] z, int at, int n, int classes, float[] a, double[] e, Kernels kernels) {
    for (int b = 0; b < n; b++) {
      subtractMax(z, at + b * classes, classes, e, b * classes);
    }
    kernels.exp(e, 0, n * classes);
    for (int b = 0; b < n; b++) {
      double sum = sum(e, b * classes, classes);
      for (int k = b * classes; k < (b + 1) * classes; k++) {
        a[at + k] = (float) (e[k] / sum);
      }
    }
  }

  /**
   * Returns the cross-entropy of one example, log Σ exp(z − m) − (z_y − m), in nats.
   *
   * @param z logits, {@code classes} of them from {@code at}
   * @param label the true class y
   */
  public static double loss(float[] z, int at, int classes, int label) {
    double max = z[at + argmax(z, at, classes)];
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Exponential.exp(z[at + k] - max);
    }
    return StrictMath.log(sum) - (z[at + label] - max);
  }

  /** Returns the index of the largest of {@code n} values, the lowest of equals, from 0. */
  public static int argmax(float[] z, int at, int n) {
    int best = 0;
    for (int k = 1; k < n; k++) {
      if (z[at + k] > z[at + best]) {
        best = k;
      }
    }
    return best;
  }

  /**
   * Writes e^(z − m) for some examples of a batch, and finds the class with the largest logit m of
   * each.
   *
   * @param last the last level, of which the logits are there
   * @param first the first example's row
   * @param past the row past the last
   * @param best [capacity], for each example its class
   * @param e [capacity, classes]
   */
  static void exponentials(
      Signals last, int first, int past, int[] best, double[] e, Kernels kernels) {
    float[] z = last.a;
    int classes = last.units;
    for (int b = first; b < past; b++) {
      best[b] = subtractMax(z, last.at(b, 0), classes, e, b * classes);
    }
    kernels.exp(e, first * classes, (past - first) * classes);
  }

  /** Writes z − m for one example, and returns the class with the largest logit m. */
  private static int subtractMax(float[] z, int at, int classes, double[] e, int to) {
    int best = argmax(z, at, classes);
    double max = z[at + best];
    for (int k = 0; k < classes; k++) {
      e[to + k] = z[at + k] - max;
    }
    return best;
  }

  private static double sum(double[] e, int at, int classes) {
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += e[at + k];
    }
    return sum;
  }

  /**
   * Sets δ^L of one example, equation (7) times its part in the mean over the batch, and returns
   * its loss.
   *
   * @param last the last level: its logits; gets δ, but not its mask
   * @param b the example's row
   * @param label its class
   * @param best the class with the largest logit
   * @param scale 1/B, or of weighted examples w_b / Σ w
   * @param e e^(z − m), [capacity, classes], as {@link #exponentials} has written it
   */
  static double delta(Signals last, int b, int label, int best, double scale, double[] e) {
    float[] z = last.a;
    int row = last.at(b, 0);
    int classes = last.units;
    double max = z[row + best];
    int at = b * classes;
    double sum = sum(e, at, classes);
    for (int k = 0; k < classes; k++) {
      last.delta[row + k] = (float) ((e[at + k] / sum - (k == label ? 1 : 0)) * scale);
    }
    return StrictMath.log(sum) - (z[row + label] - max);
  }

  /**
   * As {@link #delta(Signals, int, int, int, double, double[])}, for a target that is spread over
   * the classes: y_k = ε/K + (1 − ε)(share [k = label] + (1 − share) [k = other]). The loss is −Σ
   * y_k log a_k.
   *
   * @param smoothing ε
   */
  static double delta(
      Signals last,
      int b,
      int label,
      int other,
      double share,
      double smoothing,
      int best,
      double scale,
      double[] e) {
    float[] z = last.a;
    int row = last.at(b, 0);
    int classes = last.units;
    double max = z[row + best];
    int at = b * classes;
    double sum = sum(e, at, classes);
    double expected = 0;
    for (int k = 0; k < classes; k++) {
      double hit = (k == label ? share : 0) + (k == other ? 1 - share : 0);
      double y = smoothing / classes + (1 - smoothing) * hit;
      expected += y * (z[row + k] - max);
      last.delta[row + k] = (float) ((e[at + k] / sum - y) * scale);
    }
    return StrictMath.log(sum) - expected;
  }
}
