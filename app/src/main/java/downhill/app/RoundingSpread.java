package downhill.app;

import downhill.equations.ForwardPass;
import downhill.equations.Gradients;
import downhill.equations.ReferenceNetwork;

/**
 * How far float arithmetic strays from the equations, worked out beside them.
 *
 * <p>A fused step of a sum is off by at most u = 2⁻²⁴ of what the sum has come to; what is off in
 * one layer is carried into the next by its weights. Taken at their worst, all in one direction,
 * such errors grow so fast with depth that the bound says nothing. Roundings go both ways, so their
 * squares are added instead, as for independent errors, and {@link #ALLOWED} times the root is
 * allowed. That is far out of reach of rounding, and far below what a wrong sum, a lost bias or a
 * wrong mean does.
 */
final class RoundingSpread {
  /** How many spreads an error may have and still be called rounding. */
  static final double ALLOWED = 8;

  private static final double U = 0x1p-24;
  private static final double U2 = U * U;

  /** The relative error, squared, of exp, the sum of exps and the division by it. */
  private static final double SOFTMAX_ERROR2 = 64 * U2;

  /** Numbers too small for a float become 0. */
  private static final double UNDERFLOW = 1e-30;

  private final ReferenceNetwork network;
  private final double[][][] W; // [L][out][in]
  private final double[][] b;

  RoundingSpread(ReferenceNetwork network) {
    this.network = network;
    W = new double[network.depth()][][];
    b = new double[network.depth()][];
    for (int l = 1; l <= network.depth(); l++) {
      W[l - 1] = network.weights(l);
      b[l - 1] = network.biases(l);
    }
  }

  /** Returns what an error of this variance may come to. */
  static double allowed(double variance) {
    return ALLOWED * Math.sqrt(variance) + UNDERFLOW;
  }

  /**
   * Returns the variance of every logit.
   *
   * @return [L + 1][n_l]; element 0 is of the input, which is exact
   */
  double[][] logits(ForwardPass pass) {
    double[][] variance = new double[network.depth() + 1][];
    variance[0] = new double[network.width(0)];
    for (int l = 1; l <= network.depth(); l++) {
      double[] a = pass.activations(l - 1);
      double[] before = l == 1 ? variance[0] : active(pass.logits(l - 1), variance[l - 1]);
      variance[l] = new double[network.width(l)];
      for (int i = 0; i < variance[l].length; i++) {
        double sum = b[l - 1][i];
        double v = 0;
        for (int j = 0; j < a.length; j++) {
          double w = W[l - 1][i][j];
          sum += w * a[j];
          v += (a[j] == 0 ? 0 : U2 * sum * sum) + w * w * before[j];
        }
        variance[l][i] = v;
      }
    }
    return variance;
  }

  // What ReLU lets through: nothing where a unit is surely not active.
  private static double[] active(double[] z, double[] variance) {
    double[] through = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      through[i] = z[i] > -allowed(variance[i]) ? variance[i] : 0;
    }
    return through;
  }

  /**
   * Returns the variance of every δ.
   *
   * @param logits the variances of the logits
   * @return [L + 1][n_l]; element 0 is empty
   */
  double[][] deltas(ForwardPass pass, Gradients gradients, double[][] logits) {
    int L = network.depth();
    double[][] variance = new double[L + 1][];
    variance[0] = new double[0];
    variance[L] = lastDelta(pass, gradients.biases(L), logits[L]);
    for (int l = L - 1; l >= 1; l--) {
      variance[l] =
          hiddenDelta(W[l], pass.logits(l), gradients.biases(l + 1), variance[l + 1], logits[l]);
    }
    return variance;
  }

  // By (6), a logit off by e_i moves a_k by a_k (δ_ki − a_i) e_i.
  private static double[] lastDelta(ForwardPass pass, double[] delta, double[] logits) {
    double[] a = pass.probabilities();
    double[] z = pass.logits(pass.depth());
    double[] variance = new double[a.length];
    for (int k = 0; k < a.length; k++) {
      double carried = 0;
      for (int i = 0; i < a.length; i++) {
        double slope = a[k] * ((i == k ? 1 : 0) - a[i]);
        carried += slope * slope * (logits[i] + U2 * z[i] * z[i]);
      }
      variance[k] = carried + SOFTMAX_ERROR2 * a[k] * a[k] + U2 * delta[k] * delta[k];
    }
    return variance;
  }

  private static double[] hiddenDelta(
      double[][] next, double[] z, double[] delta, double[] deltaVariance, double[] logits) {
    double[] variance = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      double sum = 0;
      double v = 0;
      for (int k = 0; k < delta.length; k++) {
        double w = next[k][i];
        sum += w * delta[k];
        v += U2 * sum * sum + w * w * deltaVariance[k];
      }
      if (Math.abs(z[i]) <= allowed(logits[i])) {
        variance[i] = v + sum * sum; // rounding may switch this unit
      } else if (z[i] > 0) {
        variance[i] = v;
      }
    }
    return variance;
  }

  /** The variance of every parameter after one step of training on a batch. */
  static final class Step {
    private final double[][][] weights;
    private final double[][] biases;

    private Step(double[][][] weights, double[][] biases) {
      this.weights = weights;
      this.biases = biases;
    }

    /** Returns that of weight w_ij of layer l, counted from 1. */
    double weight(int l, int i, int j) {
      return weights[l - 1][i][j];
    }

    /** Returns that of bias b_i of layer l, counted from 1. */
    double bias(int l, int i) {
      return biases[l - 1][i];
    }
  }

  /**
   * Returns the variance of every parameter after one step.
   *
   * @param xs the inputs, [B][n_0]
   * @param labels their classes, [B]
   * @param eta the learning rate
   */
  Step step(double[][] xs, int[] labels, double eta) {
    int L = network.depth();
    double[][][] weights = new double[L][][];
    double[][] biases = new double[L][];
    ForwardPass[] passes = new ForwardPass[xs.length];
    Gradients[] gradients = new Gradients[xs.length];
    double[][][] logits = new double[xs.length][][];
    double[][][] deltas = new double[xs.length][][];
    for (int e = 0; e < xs.length; e++) {
      passes[e] = network.forward(xs[e]);
      gradients[e] = network.backward(passes[e], labels[e]);
      logits[e] = logits(passes[e]);
      deltas[e] = deltas(passes[e], gradients[e], logits[e]);
    }
    for (int l = 1; l <= L; l++) {
      Sums sums = new Sums(network.width(l), network.width(l - 1));
      for (int e = 0; e < xs.length; e++) {
        double[] aVariance =
            l == 1 ? logits[e][0] : active(passes[e].logits(l - 1), logits[e][l - 1]);
        sums.add(gradients[e].biases(l), deltas[e][l], passes[e].activations(l - 1), aVariance);
      }
      sums.update(W[l - 1], b[l - 1], eta / xs.length);
      weights[l - 1] = sums.weightVariance;
      biases[l - 1] = sums.biasVariance;
    }
    return new Step(weights, biases);
  }

  /** The sums of a layer's gradients over a batch, and their variances. */
  private static final class Sums {
    private final double[][] weightSum;
    private final double[] biasSum;
    private final double[][] weightVariance;
    private final double[] biasVariance;

    Sums(int out, int in) {
      weightSum = new double[out][in];
      biasSum = new double[out];
      weightVariance = new double[out][in];
      biasVariance = new double[out];
    }

    /** Adds one example's δ ⊗ a. */
    void add(double[] delta, double[] deltaVariance, double[] a, double[] aVariance) {
      for (int i = 0; i < delta.length; i++) {
        double d = delta[i];
        double v = deltaVariance[i];
        if (d == 0 && v == 0) {
          continue;
        }
        biasSum[i] += d;
        biasVariance[i] += v + U2 * biasSum[i] * biasSum[i];
        for (int j = 0; j < a.length; j++) {
          double sum = weightSum[i][j] + d * a[j];
          weightSum[i][j] = sum;
          weightVariance[i][j] +=
              d * d * aVariance[j] + v * (a[j] * a[j] + aVariance[j]) + U2 * sum * sum;
        }
      }
    }

    /** Turns the variances of the sums into those of w − rate · sum. */
    void update(double[][] W, double[] b, double rate) {
      for (int i = 0; i < b.length; i++) {
        for (int j = 0; j < W[i].length; j++) {
          weightVariance[i][j] = moved(weightVariance[i][j], W[i][j], rate * weightSum[i][j], rate);
        }
        biasVariance[i] = moved(biasVariance[i], b[i], rate * biasSum[i], rate);
      }
    }

    // The rate itself is rounded too, and so may the sum's mean be before it is used.
    private static double moved(double variance, double before, double step, double rate) {
      double after = before - step;
      return rate * rate * variance + U2 * (4 * step * step + after * after);
    }
  }
}
