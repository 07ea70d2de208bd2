package downhill.equations;

import static downhill.equations.Shapes.requireIndex;
import static downhill.equations.Shapes.requireLength;
import static downhill.equations.Shapes.requireMatrix;
import static downhill.equations.Shapes.requireSameShape;

/**
 * Section 2 of the derivation: the definitions the numbered {@link Equations} are made of.
 *
 * <p>Vectors are {@code double[n]}; a weight matrix is {@code double[out][in]}, so that {@code
 * W[i][j]} leads from input j to output i. Indices and classes count from 0. No method changes its
 * arguments, and every one throws {@link IllegalArgumentException} where shapes don't fit.
 */
public final class Preliminaries {
  private Preliminaries() {}

  /**
   * The derivative of a quotient f/g, from the values and derivatives of both (section 2.2).
   *
   * @return (f′ g − f g′) / g²
   */
  public static double quotientRule(double f, double fPrime, double g, double gPrime) {
    return (fPrime * g - f * gPrime) / (g * g);
  }

  /** Kronecker's δ: 1 where i = j, otherwise 0 (section 2.4). */
  public static double kroneckerDelta(int i, int j) {
    return i == j ? 1 : 0;
  }

  /**
   * The one-hot indicator of a class: 1 at the label, 0 elsewhere (section 2.5).
   *
   * @param label the class, 0 to n − 1
   * @param n how many classes there are
   * @return y, [n]
   */
  public static double[] oneHot(int label, int n) {
    requireIndex("label", label, n);
    double[] y = new double[n];
    y[label] = 1;
    return y;
  }

  /**
   * The cross-entropy loss −Σ_k y_k log a_k (section 2.5). A term with y_k = 0 counts as 0 whatever
   * a_k is, so that a probability of 0 for a wrong class does no harm. For a confident network,
   * where the right class's probability may round to 0, prefer {@link #crossEntropyOfLogits}.
   *
   * @param y the one-hot class indicator, [n]
   * @param a the output activations, probabilities, [n]
   * @return the loss, in nats
   */
  public static double crossEntropy(double[] y, double[] a) {
    requireLength("a", a, y.length, "one per entry of y");
    double loss = 0;
    for (int k = 0; k < y.length; k++) {
      if (y[k] != 0) {
        loss -= y[k] * Math.log(a[k]);
      }
    }
    return loss;
  }

  /**
   * The cross-entropy of softmax(z), taken from the logits: log Σ_k exp(z_k − m) − (z_label − m)
   * with m the largest logit. Equal to {@link #crossEntropy} of {@link #softmax}, and finite for
   * every z whose differences are, since no exponential overflows and no logarithm meets 0.
   *
   * @param z the last layer's logits, [n]
   * @param label the class, 0 to n − 1
   * @return the loss, in nats
   */
  public static double crossEntropyOfLogits(double[] z, int label) {
    requireIndex("label", label, z.length);
    double sum = 0;
    for (double e : shiftedExponentials(z)) {
      sum += e;
    }
    return Math.log(sum) - (z[label] - max(z));
  }

  /**
   * One logit of a linear layer: z_i = Σ_j w_ij a_j + b_i (section 2.6).
   *
   * @param w row i of the weights, [in]
   * @param a the activations of the layer before, [in]
   * @param b the bias b_i
   */
  public static double linear(double[] w, double[] a, double b) {
    requireLength("a", a, w.length, "one per column of W");
    double z = b;
    for (int j = 0; j < w.length; j++) {
      z += w[j] * a[j];
    }
    return z;
  }

  /**
   * The linear layer z = W a + b (section 2.6).
   *
   * @param W the weights, [out][in]
   * @param a the activations of the layer before, [in]
   * @param b the biases, [out]
   * @return the logits z, [out]
   */
  public static double[] linear(double[][] W, double[] a, double[] b) {
    requireMatrix("W", W);
    requireLength("b", b, W.length, "one per row of W");
    double[] z = new double[W.length];
    for (int i = 0; i < W.length; i++) {
      z[i] = linear(W[i], a, b[i]);
    }
    return z;
  }

  /**
   * Softmax: e^{z_k} / Σ_j e^{z_j} (section 2.7). The largest logit is subtracted from all first;
   * numerator and denominator shrink by the same factor, and nothing overflows.
   *
   * @param z logits, [n]
   * @return probabilities, [n], with sum 1
   */
  public static double[] softmax(double[] z) {
    double[] a = shiftedExponentials(z);
    double sum = 0;
    for (double e : a) {
      sum += e;
    }
    for (int k = 0; k < a.length; k++) {
      a[k] /= sum;
    }
    return a;
  }

  /** e^{z_k − m} for every k, with m the largest of z. */
  static double[] shiftedExponentials(double[] z) {
    double m = max(z);
    double[] e = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      e[k] = Math.exp(z[k] - m);
    }
    return e;
  }

  private static double max(double[] z) {
    double m = Double.NEGATIVE_INFINITY;
    for (double value : z) {
      m = Math.max(m, value);
    }
    return m;
  }

  /** ReLU: max(0, x) (section 2.8). */
  public static double relu(double x) {
    return Math.max(0, x);
  }

  /** ReLU of every entry. */
  public static double[] relu(double[] z) {
    double[] a = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      a[i] = relu(z[i]);
    }
    return a;
  }

  /**
   * ReLU′: 0 for x &lt; 0, 1 for x &gt; 0 (section 2.8). At the kink x = 0 there is no derivative;
   * 0 is taken.
   */
  public static double reluDerivative(double x) {
    return x > 0 ? 1 : 0;
  }

  /** ReLU′ of every entry. */
  public static double[] reluDerivative(double[] z) {
    double[] derivative = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      derivative[i] = reluDerivative(z[i]);
    }
    return derivative;
  }

  /**
   * The Hadamard product of vectors, entry by entry: (u ⊙ v)_i = u_i v_i (section 2.9).
   *
   * @param u [n]
   * @param v [n]
   * @return [n]
   */
  public static double[] hadamard(double[] u, double[] v) {
    requireLength("v", v, u.length, "as many as u");
    double[] product = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      product[i] = u[i] * v[i];
    }
    return product;
  }

  /**
   * The Hadamard product of matrices of the same shape: (A ⊙ B)_ij = A_ij B_ij (section 2.9).
   *
   * @param A [m][n]
   * @param B [m][n]
   * @return [m][n]
   */
  public static double[][] hadamard(double[][] A, double[][] B) {
    requireSameShape("A", A, "B", B);
    double[][] product = new double[A.length][];
    for (int i = 0; i < A.length; i++) {
      product[i] = hadamard(A[i], B[i]);
    }
    return product;
  }

  /**
   * The outer product: (u ⊗ v)_ij = u_i v_j (section 2.10).
   *
   * @param u [m]
   * @param v [n]
   * @return [m][n]
   */
  public static double[][] outer(double[] u, double[] v) {
    double[][] product = new double[u.length][v.length];
    for (int i = 0; i < u.length; i++) {
      for (int j = 0; j < v.length; j++) {
        product[i][j] = u[i] * v[j];
      }
    }
    return product;
  }

  /**
   * A transposed matrix times a vector: (Wᵀ v)_i = Σ_k w_ki v_k, the sum of (16)–(19).
   *
   * @param W [m][n]
   * @param v [m]
   * @return Wᵀ v, [n]
   */
  public static double[] transposeTimes(double[][] W, double[] v) {
    requireMatrix("W", W);
    requireLength("v", v, W.length, "one per row of W");
    double[] sum = new double[W[0].length];
    for (int k = 0; k < W.length; k++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += W[k][i] * v[k];
      }
    }
    return sum;
  }
}
