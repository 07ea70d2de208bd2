package downhill.equations;

import static downhill.equations.Preliminaries.hadamard;
import static downhill.equations.Preliminaries.kroneckerDelta;
import static downhill.equations.Preliminaries.outer;
import static downhill.equations.Preliminaries.quotientRule;
import static downhill.equations.Preliminaries.reluDerivative;
import static downhill.equations.Preliminaries.shiftedExponentials;
import static downhill.equations.Preliminaries.transposeTimes;
import static downhill.equations.Shapes.requireIndex;
import static downhill.equations.Shapes.requireLength;
import static downhill.equations.Shapes.requireSameShape;

/**
 * The derivation's numbered equations, one method each, in its order and with its symbols.
 *
 * <p>All of them speak of one example: x goes in, y is its one-hot class, z and a are a layer's
 * logits and activations, and δ is short for ∂Loss/∂z of a layer. {@code aBefore} is the activation
 * vector of the layer before (x itself for the first layer); {@code WNext} and {@code deltaNext}
 * belong to the layer after. Weights are {@code double[out][in]}. No method changes its arguments,
 * and those that take whole arrays throw {@link IllegalArgumentException} where shapes don't fit.
 *
 * @see ReferenceNetwork the equations in their order of use, for a network of any depth
 */
public final class Equations {
  private Equations() {}

  // Section 1: gradient descent.

  /** The hill's height y = h(x) = x² under a boulder at x: y follows x. Implements (1). */
  @Implements(1)
  public static double hill(double x) {
    return x * x;
  }

  /** The hill's slope h′(x) = 2x. */
  public static double hillSlope(double x) {
    return 2 * x;
  }

  /**
   * One step downhill, x ← x − η h′(x). Implements (2).
   *
   * @param x where the boulder is
   * @param eta the learning rate η, small and positive
   * @return where it is next
   */
  @Implements(2)
  public static double rollDownhill(double x, double eta) {
    return x - eta * hillSlope(x);
  }

  // Section 3: the weights of the last layer.

  /**
   * The chain rule: ∂Loss/∂w_ij = ∂Loss/∂z_i · ∂z_i/∂w_ij. Implements (3) for the last layer, (13)
   * for the one before it and (14) for any.
   */
  @Implements({3, 13, 14})
  public static double chainRule(double lossByLogit, double logitByWeight) {
    return lossByLogit * logitByWeight;
  }

  /**
   * ∂Loss/∂z_i = −Σ_k y_k · 1/a_k · ∂a_k/∂z_i. Implements (4).
   *
   * @param y the one-hot class, [n]
   * @param a the output activations, [n]; must not be 0 for the true class
   * @param aByLogit ∂a_k/∂z_i for every k and this one i, [n]
   */
  @Implements(4)
  public static double lossByLogit(double[] y, double[] a, double[] aByLogit) {
    requireLength("a", a, y.length, "one per entry of y");
    requireLength("aByLogit", aByLogit, y.length, "one per entry of y");
    double sum = 0;
    for (int k = 0; k < y.length; k++) {
      // A wrong class's probability may round to 0; its term is 0 all the same.
      if (y[k] != 0) {
        // Divided at once: 1/a_k alone overflows for the smallest probabilities.
        sum -= y[k] * (aByLogit[k] / a[k]);
      }
    }
    return sum;
  }

  /**
   * ∂a_k/∂z_i by the quotient rule, before anything cancels: f = e^{z_k}, g = Σ_j e^{z_j}, f′ =
   * δ_ki e^{z_i}, g′ = e^{z_i}. Implements (5).
   *
   * @param z the last layer's logits, [n]
   */
  @Implements(5)
  public static double softmaxByQuotientRule(double[] z, int k, int i) {
    requireIndex("k", k, z.length);
    requireIndex("i", i, z.length);
    // All exponentials are scaled by e^{−max z}: the quotient stays as it is, nothing overflows.
    double[] e = shiftedExponentials(z);
    double sum = 0;
    for (double ej : e) {
      sum += ej;
    }
    return quotientRule(e[k], kroneckerDelta(k, i) * e[i], sum, e[i]);
  }

  /**
   * Softmax's Jacobian, ∂a_k/∂z_i = a_i (δ_ki − a_k). Implements (6).
   *
   * @param a the output activations, [n]
   * @return ∂a_k/∂z_i at [k][i], [n][n]
   */
  @Implements(6)
  public static double[][] softmaxJacobian(double[] a) {
    double[][] jacobian = new double[a.length][a.length];
    for (int k = 0; k < a.length; k++) {
      for (int i = 0; i < a.length; i++) {
        jacobian[k][i] = a[i] * (kroneckerDelta(k, i) - a[k]);
      }
    }
    return jacobian;
  }

  /**
   * The last layer's δ: ∂Loss/∂z_i = a_i − y_i for every i. Implements (7).
   *
   * @param a the output activations, [n]
   * @param y the one-hot class, [n]
   * @return δ, [n]
   */
  @Implements(7)
  public static double[] lastDelta(double[] a, double[] y) {
    requireLength("y", y, a.length, "one per output");
    double[] delta = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      delta[i] = a[i] - y[i];
    }
    return delta;
  }

  /** ∂z_i/∂w_ij = a_j of the layer before. Implements (8), and (15) for any layer. */
  @Implements({8, 15})
  public static double logitByWeight(double[] aBefore, int j) {
    requireIndex("j", j, aBefore.length);
    return aBefore[j];
  }

  /**
   * One weight of the last layer: ∂Loss/∂w_ij = (a_i − y_i) a_j. Implements (9).
   *
   * @param a the output activations, [out]
   * @param y the one-hot class, [out]
   * @param aBefore the activations of the layer before, [in]
   */
  @Implements(9)
  public static double lastWeightGradientAt(
      double[] a, double[] y, double[] aBefore, int i, int j) {
    return chainRule(lastBiasGradientAt(a, y, i), logitByWeight(aBefore, j));
  }

  /**
   * All weights of the last layer: ∇_W Loss = (a − y) ⊗ aBefore. Implements (10).
   *
   * @param a the output activations, [out]
   * @param y the one-hot class, [out]
   * @param aBefore the activations of the layer before, [in]
   * @return [out][in]
   */
  @Implements(10)
  public static double[][] lastWeightGradient(double[] a, double[] y, double[] aBefore) {
    return outer(lastDelta(a, y), aBefore);
  }

  // Section 4: the biases of the last layer.

  /**
   * One bias of the last layer: ∂Loss/∂b_i = a_i − y_i, for ∂z_i/∂b_i = 1. Implements (11).
   *
   * @param a the output activations, [out]
   * @param y the one-hot class, [out]
   */
  @Implements(11)
  public static double lastBiasGradientAt(double[] a, double[] y, int i) {
    requireLength("y", y, a.length, "one per output");
    requireIndex("i", i, a.length);
    return a[i] - y[i];
  }

  /** All biases of the last layer: ∇_b Loss = a − y, [out]. Implements (12). */
  @Implements(12)
  public static double[] lastBiasGradient(double[] a, double[] y) {
    return lastDelta(a, y);
  }

  // Section 5: the weights of the other layers.

  /**
   * A wiggle in one logit of a hidden layer moves all logits of the next, and the effects add up:
   * ∂Loss/∂z_i = Σ_k ∂Loss/∂zNext_k · ∂zNext_k/∂z_i. Implements (16).
   *
   * @param deltaNext ∂Loss/∂zNext_k for every k, [next]
   * @param zNextByLogit ∂zNext_k/∂z_i for every k and this one i, [next]
   */
  @Implements(16)
  public static double sumOfWiggles(double[] deltaNext, double[] zNextByLogit) {
    requireLength("zNextByLogit", zNextByLogit, deltaNext.length, "one per next logit");
    double sum = 0;
    for (int k = 0; k < deltaNext.length; k++) {
      sum += deltaNext[k] * zNextByLogit[k];
    }
    return sum;
  }

  /** What goes into (16): ∂zNext_k/∂z_i = wNext_ki ReLU′(z_i). */
  public static double nextLogitByLogit(double[][] WNext, double[] z, int k, int i) {
    requireIndex("k", k, WNext.length);
    requireIndex("i", i, z.length);
    requireLength("WNext[k]", WNext[k], z.length, "one per logit");
    return WNext[k][i] * reluDerivative(z[i]);
  }

  /**
   * One weight of a hidden layer: ∂Loss/∂w_ij = ReLU′(z_i) (Σ_k wNext_ki δNext_k) a_j. Implements
   * (17).
   *
   * @param z this layer's logits, [out]
   * @param WNext the next layer's weights, [next][out]
   * @param deltaNext the next layer's δ, [next]
   * @param aBefore the activations of the layer before, [in]
   */
  @Implements(17)
  public static double weightGradientAt(
      double[] z, double[][] WNext, double[] deltaNext, double[] aBefore, int i, int j) {
    requireIndex("i", i, z.length);
    requireIndex("j", j, aBefore.length);
    requireLength("deltaNext", deltaNext, WNext.length, "one per row of WNext");
    double sum = 0;
    for (int k = 0; k < deltaNext.length; k++) {
      requireLength("WNext[k]", WNext[k], z.length, "one per logit");
      sum += WNext[k][i] * deltaNext[k];
    }
    return reluDerivative(z[i]) * sum * aBefore[j];
  }

  /**
   * The recursion that (17), (18) and (19) share: δ = ReLU′(z) ⊙ (WNextᵀ δNext).
   *
   * @param z this layer's logits, [out]
   * @param WNext the next layer's weights, [next][out]
   * @param deltaNext the next layer's δ, [next]
   * @return this layer's δ, [out]
   */
  public static double[] delta(double[] z, double[][] WNext, double[] deltaNext) {
    return hadamard(reluDerivative(z), transposeTimes(WNext, deltaNext));
  }

  /**
   * All weights of a hidden layer: ∇_W Loss = [ReLU′(z) ⊙ (WNextᵀ δNext)] ⊗ aBefore. Implements
   * (18).
   *
   * @param z this layer's logits, [out]
   * @param WNext the next layer's weights, [next][out]
   * @param deltaNext the next layer's δ, [next]
   * @param aBefore the activations of the layer before, [in]
   * @return [out][in]
   */
  @Implements(18)
  public static double[][] weightGradient(
      double[] z, double[][] WNext, double[] deltaNext, double[] aBefore) {
    return outer(delta(z, WNext, deltaNext), aBefore);
  }

  // Section 6: the biases of the other layers.

  /**
   * All biases of a hidden layer: ∇_b Loss = ReLU′(z) ⊙ (WNextᵀ δNext), the layer's δ itself.
   * Implements (19).
   *
   * @param z this layer's logits, [out]
   * @param WNext the next layer's weights, [next][out]
   * @param deltaNext the next layer's δ, [next]
   * @return [out]
   */
  @Implements(19)
  public static double[] biasGradient(double[] z, double[][] WNext, double[] deltaNext) {
    return delta(z, WNext, deltaNext);
  }

  // Section 7: the update rules.

  /** The update rule for a vector of biases, b ← b − η ∇_b Loss; returns the new b. */
  public static double[] descend(double[] b, double[] gradient, double eta) {
    requireLength("gradient", gradient, b.length, "one per bias");
    double[] next = new double[b.length];
    for (int i = 0; i < b.length; i++) {
      next[i] = b[i] - eta * gradient[i];
    }
    return next;
  }

  /** The update rule for a matrix of weights, W ← W − η ∇_W Loss; returns the new W. */
  public static double[][] descend(double[][] W, double[][] gradient, double eta) {
    requireSameShape("W", W, "gradient", gradient);
    double[][] next = new double[W.length][];
    for (int i = 0; i < W.length; i++) {
      next[i] = descend(W[i], gradient[i], eta);
    }
    return next;
  }

  // The follow-up: L1 regularisation.

  /**
   * The loss with the L1 term: Loss + λ Σ |w| over every weight of every layer, biases left out.
   * Implements (20).
   *
   * @param loss the mean cross-entropy, in nats
   * @param lambda how much a weight's size costs, λ ≥ 0
   * @param weights the weights of each layer, [L][out][in]
   */
  @Implements(20)
  public static double lossWithL1(double loss, double lambda, double[][][] weights) {
    double sum = 0;
    for (double[][] W : weights) {
      for (double[] row : W) {
        for (double w : row) {
          sum += Math.abs(w);
        }
      }
    }
    return loss + lambda * sum;
  }

  /**
   * The gradient of (20): ∇_W Loss + λ sgn(W), with sgn(0) = 0. Implements (21).
   *
   * @param gradient ∇_W Loss without the term, [out][in]
   * @param lambda λ
   * @param W the weights, [out][in]
   * @return [out][in]
   */
  @Implements(21)
  public static double[][] weightGradientWithL1(double[][] gradient, double lambda, double[][] W) {
    requireSameShape("gradient", gradient, "W", W);
    double[][] sum = new double[W.length][W[0].length];
    for (int i = 0; i < W.length; i++) {
      for (int j = 0; j < W[i].length; j++) {
        sum[i][j] = gradient[i][j] + lambda * Math.signum(W[i][j]);
      }
    }
    return sum;
  }

  /**
   * The update with the L1 term: W ← W − η (∇_W Loss + λ sgn(W)). Implements (22).
   *
   * @param W the weights, [out][in]
   * @param gradient ∇_W Loss without the term, [out][in]
   * @param eta the learning rate η
   * @param lambda λ
   * @return the new W, [out][in]
   */
  @Implements(22)
  public static double[][] descendWithL1(
      double[][] W, double[][] gradient, double eta, double lambda) {
    return descend(W, weightGradientWithL1(gradient, lambda, W), eta);
  }
}
