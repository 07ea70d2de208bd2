package downhill.equations;

/** Formulas as the source document prints them, slips and all, to be shown wrong by numbers. */
final class PrintedForms {
  private PrintedForms() {}

  /** Section 1: x ← x + η ∂(x² − y)/∂x. */
  static double hillUpdate(double x, double eta) {
    return x + eta * 2 * x;
  }

  /** Sections 2.5, 2.7, 3: sums from k = 0 up to and with n. */
  static double sumUpToAndWith(int n, double[] terms) {
    double sum = 0;
    for (int k = 0; k <= n; k++) {
      sum += terms[k];
    }
    return sum;
  }

  /** Sections 3.4 and 4: the bias inside the sum over the inputs. */
  static double logit(double[] w, double[] a, double b) {
    double z = 0;
    for (int j = 0; j < w.length; j++) {
      z += w[j] * a[j] + b;
    }
    return z;
  }

  /** Before (10), on the right of the outer product: four entries, of which one stands twice. */
  static double[] rightOfLastGradient(double[] a, double[] aBefore) {
    return new double[] {aBefore[0], a[1] - 1, a[2] - 1, a[2] - 1};
  }

  /** Section 2.8: 0 at x = 0, 1 at x ≠ 0. */
  static double reluDerivative(double x) {
    return x == 0 ? 0 : 1;
  }

  /** (18) and (19) with the printed ReLU′: a hidden layer's δ. */
  static double[] delta(double[] z, double[][] WNext, double[] deltaNext) {
    double[] delta = Preliminaries.transposeTimes(WNext, deltaNext);
    for (int i = 0; i < delta.length; i++) {
      delta[i] *= reluDerivative(z[i]);
    }
    return delta;
  }

  /** (4) with the ∂a_k/∂z_k of section 3.2 for ∂a_k/∂z_i. */
  static double lossByLogit(double[] y, double[] a) {
    double sum = 0;
    for (int k = 0; k < y.length; k++) {
      sum -= y[k] / a[k] * a[k] * (1 - a[k]);
    }
    return sum;
  }

  /** (9) as extracted from the document: a_i^{L−1} for a_j^{L−1}. */
  static double lastWeightGradientAt(double[] a, double[] y, double[] aBefore, int i) {
    return (a[i] - y[i]) * aBefore[i];
  }

  /** Section 5.2: a_k − y_i, with i a unit of layer L − 1, where a_k − y_k is meant. */
  static double sumOfWiggles(double[] a, double[] y, double[] zNextByLogit, int i) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (a[k] - y[i]) * zNextByLogit[k];
    }
    return sum;
  }
}
