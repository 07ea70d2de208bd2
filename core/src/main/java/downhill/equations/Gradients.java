package downhill.equations;

/**
 * The derivatives of the loss with respect to every weight and bias of a network, shaped like the
 * parameters themselves. Layers are numbered 1 to L. Immutable: accessors return copies.
 */
public final class Gradients {
  private final double[][][] weights;
  private final double[][] biases;

  /** Takes both arrays as its own; nobody may change them afterwards. */
  Gradients(double[][][] weights, double[][] biases) {
    this.weights = weights;
    this.biases = biases;
  }

  /** The number of layers L. */
  public int depth() {
    return weights.length;
  }

  /**
   * ∇_W Loss of layer l.
   *
   * @param l the layer, 1 to L
   * @return [out][in]
   */
  public double[][] weights(int l) {
    return ReferenceNetwork.copy(W(l));
  }

  /**
   * ∇_b Loss of layer l. For a single example it is also the layer's δ, ∂Loss/∂z.
   *
   * @param l the layer, 1 to L
   * @return [out]
   */
  public double[] biases(int l) {
    return b(l).clone();
  }

  /** ∇_W Loss of layer l itself, not a copy. */
  double[][] W(int l) {
    Shapes.requireLayer(l, depth());
    return weights[l - 1];
  }

  /** ∇_b Loss of layer l itself, not a copy. */
  double[] b(int l) {
    Shapes.requireLayer(l, depth());
    return biases[l - 1];
  }

  /** Entry by entry, this + other. */
  Gradients plus(Gradients other) {
    double[][][] W = new double[depth()][][];
    double[][] b = new double[depth()][];
    for (int l = 1; l <= depth(); l++) {
      W[l - 1] = new double[W(l).length][];
      for (int i = 0; i < W(l).length; i++) {
        W[l - 1][i] = sum(W(l)[i], other.W(l)[i]);
      }
      b[l - 1] = sum(b(l), other.b(l));
    }
    return new Gradients(W, b);
  }

  /** Entry by entry, this / n. */
  Gradients dividedBy(int n) {
    double[][][] W = new double[depth()][][];
    double[][] b = new double[depth()][];
    for (int l = 1; l <= depth(); l++) {
      W[l - 1] = new double[W(l).length][];
      for (int i = 0; i < W(l).length; i++) {
        W[l - 1][i] = quotient(W(l)[i], n);
      }
      b[l - 1] = quotient(b(l), n);
    }
    return new Gradients(W, b);
  }

  private static double[] sum(double[] u, double[] v) {
    double[] sum = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      sum[i] = u[i] + v[i];
    }
    return sum;
  }

  private static double[] quotient(double[] u, int n) {
    double[] quotient = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      quotient[i] = u[i] / n;
    }
    return quotient;
  }
}
