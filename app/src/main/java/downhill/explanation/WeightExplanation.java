package downhill.explanation;

import downhill.equations.CentralDifferences;
import downhill.equations.ForwardPass;
import downhill.equations.Gradients;
import downhill.equations.Preliminaries;
import downhill.equations.ReferenceNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What the equations say of one weight and one example, factor by factor, beside what a wiggle of
 * the weight really does to the loss.
 *
 * @param at the weight
 * @param weight w_ij
 * @param bias b_i
 * @param logit z_i
 * @param probability a_i; of the last layer only
 * @param target y_i; of the last layer only
 * @param terms what Σ_k w_ki δ_k of the next layer is made of, the largest first; none in the last
 *     layer
 * @param sum Σ_k w_ki δ_k; 0 in the last layer
 * @param delta δ_i = ∂Loss/∂z_i, which is ∂Loss/∂b_i as well
 * @param input a_j of the layer before
 * @param gradient ∂Loss/∂w_ij
 * @param weightDifference the same, by central difference; NaN where a kink of ReLU is too near
 * @param biasDifference ∂Loss/∂b_i by central difference; NaN likewise
 */
public record WeightExplanation(
    WeightIndex at,
    double weight,
    double bias,
    double logit,
    double probability,
    double target,
    List<Term> terms,
    double sum,
    double delta,
    double input,
    double gradient,
    double weightDifference,
    double biasDifference) {

  private static final double SMALLEST_STEP = 0x1p-24;

  /**
   * A term of Σ_k w_ki δ_k.
   *
   * @param k the unit of the next layer
   * @param weight w_ki, of the next layer
   * @param delta δ_k, of the next layer
   */
  public record Term(int k, double weight, double delta) {
    /** Returns w_ki δ_k. */
    public double product() {
      return weight * delta;
    }
  }

  /** Copies the terms. */
  public WeightExplanation {
    terms = List.copyOf(terms);
  }

  /** Returns ReLU′(z_i). */
  public double slope() {
    return Preliminaries.reluDerivative(logit);
  }

  /**
   * Takes the gradient apart.
   *
   * @param pass the example's pass through this network
   * @param gradients all gradients of this example
   * @param label its class
   * @param at which weight
   */
  public static WeightExplanation of(
      ReferenceNetwork network, ForwardPass pass, Gradients gradients, int label, WeightIndex at) {
    int l = at.layer();
    boolean last = l == network.depth();
    List<Term> terms = new ArrayList<>();
    double sum = 0;
    if (!last) {
      double[][] next = network.weights(l + 1);
      double[] delta = gradients.biases(l + 1);
      for (int k = 0; k < delta.length; k++) {
        Term term = new Term(k, next[k][at.unit()], delta[k]);
        terms.add(term);
        sum += term.product();
      }
      terms.sort(Comparator.comparingDouble(term -> -Math.abs(term.product())));
    }
    return new WeightExplanation(
        at,
        network.weights(l)[at.unit()][at.input()],
        network.biases(l)[at.unit()],
        pass.logits(l)[at.unit()],
        last ? pass.probabilities()[at.unit()] : 0,
        last && label == at.unit() ? 1 : 0,
        terms,
        sum,
        gradients.biases(l)[at.unit()],
        pass.activations(l - 1)[at.input()],
        gradients.weights(l)[at.unit()][at.input()],
        difference(network, pass, label, at, true),
        difference(network, pass, label, at, false));
  }

  /**
   * Wiggles the weight, or the bias, and runs the whole network anew. The step shrinks until no
   * unit crosses ReLU's kink on the way.
   */
  private static double difference(
      ReferenceNetwork network, ForwardPass pass, int label, WeightIndex at, boolean weight) {
    double[] x = pass.activations(0);
    double[][][] W = new double[network.depth()][][];
    double[][] b = new double[network.depth()][];
    for (int l = 1; l <= network.depth(); l++) {
      W[l - 1] = network.weights(l);
      b[l - 1] = network.biases(l);
    }
    double[] row = weight ? W[at.layer() - 1][at.unit()] : b[at.layer() - 1];
    int place = weight ? at.input() : at.unit();
    double here = row[place];
    BiFunction<Double, Double, ForwardPass> wiggled =
        (value, step) -> {
          row[place] = value + step;
          return new ReferenceNetwork(W, b).forward(x);
        };
    double h = CentralDifferences.STEP;
    while (!wiggled.apply(here, 2 * h).sameActivePattern(wiggled.apply(here, -2 * h))) {
      h /= 4;
      if (h < SMALLEST_STEP) {
        return Double.NaN;
      }
    }
    return CentralDifferences.extrapolated(v -> wiggled.apply(v, 0.0).loss(label), here, h);
  }
}
