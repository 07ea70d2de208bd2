package downhill.equations;

import static downhill.equations.Preliminaries.linear;
import static downhill.equations.Preliminaries.oneHot;
import static downhill.equations.Preliminaries.relu;
import static downhill.equations.Preliminaries.softmax;
import static downhill.equations.Preliminaries.transposeTimes;
import static downhill.equations.Shapes.requireLength;

import java.util.random.RandomGenerator;

/**
 * A Linear–ReLU–Softmax classifier of any depth in double precision: the {@link Equations} in their
 * order of use. One layer is softmax regression.
 *
 * <p>Layers are numbered as in the derivation, 1 to L. Layer l maps n_{l−1} inputs to n_l outputs;
 * layers 1 to L − 1 end in ReLU, layer L in softmax. Immutable: the constructor and the accessors
 * copy, and a step of training returns a new network.
 */
public final class ReferenceNetwork {
  private final double[][][] weights;
  private final double[][] biases;

  /**
   * A network with the given parameters.
   *
   * @param weights W¹ to Wᴸ, [L][out][in], each layer with as many columns as the one before has
   *     rows
   * @param biases b¹ to bᴸ, [L][out]
   * @throws IllegalArgumentException if there is no layer or the shapes don't fit together
   */
  public ReferenceNetwork(double[][][] weights, double[][] biases) {
    if (weights.length == 0 || weights.length != biases.length) {
      throw new IllegalArgumentException(
          "expected weights and biases of the same number of layers, at least 1, found %d and %d"
              .formatted(weights.length, biases.length));
    }
    this.weights = new double[weights.length][][];
    this.biases = new double[biases.length][];
    for (int l = 1; l <= weights.length; l++) {
      double[][] W = weights[l - 1];
      Shapes.requireMatrix("weights of layer " + l, W);
      if (l > 1) {
        requireLength(
            "row 0 of the weights of layer " + l,
            W[0],
            weights[l - 2].length,
            "one per unit of layer " + (l - 1));
      }
      requireLength("biases of layer " + l, biases[l - 1], W.length, "one per row of its weights");
      this.weights[l - 1] = copy(W);
      this.biases[l - 1] = biases[l - 1].clone();
    }
  }

  /**
   * A network ready for training: weights drawn from He's normal distribution, mean 0 and standard
   * deviation √(2 / n_{l−1}), which keeps the size of the activations through layers of ReLU;
   * biases 0.
   *
   * @param random where the weights come from; layer by layer, row by row
   * @param widths n_0 (inputs) to n_L (classes), at least two
   */
  public static ReferenceNetwork random(RandomGenerator random, int... widths) {
    if (widths.length < 2) {
      throw new IllegalArgumentException(
          "widths: expected at least two, inputs and classes, found " + widths.length);
    }
    double[][][] weights = new double[widths.length - 1][][];
    double[][] biases = new double[widths.length - 1][];
    for (int l = 1; l < widths.length; l++) {
      if (widths[l - 1] < 1 || widths[l] < 1) {
        throw new IllegalArgumentException(
            "widths: expected 1 or more, found " + Math.min(widths[l - 1], widths[l]));
      }
      double deviation = Math.sqrt(2.0 / widths[l - 1]);
      weights[l - 1] = new double[widths[l]][widths[l - 1]];
      biases[l - 1] = new double[widths[l]];
      for (double[] row : weights[l - 1]) {
        for (int j = 0; j < row.length; j++) {
          row[j] = random.nextGaussian(0, deviation);
        }
      }
    }
    return new ReferenceNetwork(weights, biases);
  }

  /** The number of layers L. */
  public int depth() {
    return weights.length;
  }

  /**
   * The width n_l of layer l.
   *
   * @param l the layer, 1 to L, or 0 for the input
   */
  public int width(int l) {
    return l == 0 ? weights[0][0].length : W(l).length;
  }

  /**
   * The weights W of layer l.
   *
   * @param l the layer, 1 to L
   * @return a copy, [out][in]
   */
  public double[][] weights(int l) {
    return copy(W(l));
  }

  /**
   * The biases b of layer l.
   *
   * @param l the layer, 1 to L
   * @return a copy, [out]
   */
  public double[] biases(int l) {
    return b(l).clone();
  }

  /**
   * The forward pass: zˡ = Wˡ aˡ⁻¹ + bˡ for every layer, aˡ = ReLU(zˡ), and aᴸ = softmax(zᴸ).
   *
   * @param x the input, [n_0]
   */
  public ForwardPass forward(double[] x) {
    double[][] z = new double[depth() + 1][];
    double[][] a = new double[depth() + 1][];
    z[0] = new double[0];
    a[0] = x.clone();
    z[1] = linear(W(1), a[0], b(1));
    return finish(1, z, a);
  }

  /**
   * A forward pass that shares the layers before l with another and goes on from other logits at l:
   * what would follow, had layer l said {@code z}.
   *
   * @param pass a pass through this network
   * @param l the layer, 1 to L
   * @param z its logits, [n_l]
   */
  public ForwardPass forwardFrom(ForwardPass pass, int l, double[] z) {
    requireLength("z", z, width(l), "one per unit of layer " + l);
    double[][] allZ = new double[depth() + 1][];
    double[][] allA = new double[depth() + 1][];
    allZ[0] = new double[0];
    allA[0] = pass.a(0);
    for (int m = 1; m < l; m++) {
      allZ[m] = pass.z(m);
      allA[m] = pass.a(m);
    }
    allZ[l] = z.clone();
    return finish(l, allZ, allA);
  }

  /** Completes a pass that has the logits up to layer l and the activations up to layer l − 1. */
  private ForwardPass finish(int l, double[][] z, double[][] a) {
    for (int m = l; m < depth(); m++) {
      a[m] = relu(z[m]);
      z[m + 1] = linear(W(m + 1), a[m], b(m + 1));
    }
    a[depth()] = softmax(z[depth()]);
    return new ForwardPass(z, a);
  }

  /**
   * The backward pass of one example: all gradients by the recursion, from the last layer to the
   * first, with no parameter touched on the way: (10) and (12), then (18) and (19).
   *
   * @param pass the example's pass through this network
   * @param label its true class
   */
  public Gradients backward(ForwardPass pass, int label) {
    int L = depth();
    double[][][] weightGradients = new double[L][][];
    double[][] biasGradients = new double[L][];
    double[] a = pass.a(L);
    double[] y = oneHot(label, width(L));
    weightGradients[L - 1] = Equations.lastWeightGradient(a, y, pass.a(L - 1));
    biasGradients[L - 1] = Equations.lastBiasGradient(a, y);
    double[] delta = Equations.lastDelta(a, y);
    for (int l = L - 1; l >= 1; l--) {
      double[] z = pass.z(l);
      weightGradients[l - 1] = Equations.weightGradient(z, W(l + 1), delta, pass.a(l - 1));
      biasGradients[l - 1] = Equations.biasGradient(z, W(l + 1), delta);
      delta = Equations.delta(z, W(l + 1), delta);
    }
    return new Gradients(weightGradients, biasGradients);
  }

  /** The gradients of one example: {@link #forward}, then {@link #backward}. */
  public Gradients gradients(double[] x, int label) {
    return backward(forward(x), label);
  }

  /**
   * How the loss changes with the input itself: ∂Loss/∂x = (W¹)ᵀ δ¹, where the recursion would go
   * next.
   *
   * @return [n_0]
   */
  public double[] inputGradient(double[] x, int label) {
    return transposeTimes(W(1), gradients(x, label).b(1));
  }

  /**
   * The mean loss of a mini-batch: 1/B times the sum over its examples.
   *
   * @param xs the inputs, [B][n_0]
   * @param labels their classes, [B]
   * @return nats per example
   */
  public double meanLoss(double[][] xs, int[] labels) {
    requireBatch(xs, labels);
    double sum = 0;
    for (int e = 0; e < xs.length; e++) {
      sum += forward(xs[e]).loss(labels[e]);
    }
    return sum / xs.length;
  }

  /**
   * The mean gradients of a mini-batch: 1/B times the sum over its examples, where B counts the
   * examples really there, also in a last, smaller batch.
   *
   * @param xs the inputs, [B][n_0]
   * @param labels their classes, [B]
   */
  public Gradients meanGradients(double[][] xs, int[] labels) {
    requireBatch(xs, labels);
    Gradients sum = gradients(xs[0], labels[0]);
    for (int e = 1; e < xs.length; e++) {
      sum = sum.plus(gradients(xs[e], labels[e]));
    }
    return sum.dividedBy(xs.length);
  }

  /**
   * One step of gradient descent: W ← W − η ∇_W Loss and b ← b − η ∇_b Loss in every layer.
   *
   * @param gradients all gradients, taken at these parameters
   * @param eta the learning rate η
   * @return the network after the step
   */
  public ReferenceNetwork descend(Gradients gradients, double eta) {
    return descend(gradients, eta, 0);
  }

  /**
   * One step of gradient descent with the L1 term of (22): weights also move by −η λ sgn(W), biases
   * don't.
   *
   * @param gradients all gradients without the term, taken at these parameters
   * @param eta the learning rate η
   * @param lambda λ, 0 for none
   * @return the network after the step
   */
  public ReferenceNetwork descend(Gradients gradients, double eta, double lambda) {
    double[][][] W = new double[depth()][][];
    double[][] b = new double[depth()][];
    for (int l = 1; l <= depth(); l++) {
      W[l - 1] = Equations.descendWithL1(W(l), gradients.W(l), eta, lambda);
      b[l - 1] = Equations.descend(b(l), gradients.b(l), eta);
    }
    return new ReferenceNetwork(W, b);
  }

  /** The weights of layer l themselves, not a copy. */
  double[][] W(int l) {
    Shapes.requireLayer(l, depth());
    return weights[l - 1];
  }

  /** The biases of layer l themselves, not a copy. */
  double[] b(int l) {
    Shapes.requireLayer(l, depth());
    return biases[l - 1];
  }

  static double[][] copy(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      copy[i] = matrix[i].clone();
    }
    return copy;
  }

  private static void requireBatch(double[][] xs, int[] labels) {
    if (xs.length == 0 || xs.length != labels.length) {
      throw new IllegalArgumentException(
          "expected as many inputs as labels, at least 1, found %d and %d"
              .formatted(xs.length, labels.length));
    }
  }
}
