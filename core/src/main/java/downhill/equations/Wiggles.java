package downhill.equations;

import static downhill.equations.CentralDifferences.STEP;

import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * Experiments on one network and one example: a logit, weight or bias is wiggled and the loss is
 * differenced. Only what lies behind the wiggle is computed anew.
 *
 * <p>The result is empty where a unit switches within the wiggle, since a difference across ReLU's
 * kink is no derivative.
 */
final class Wiggles {
  private final ReferenceNetwork network;
  private final ForwardPass pass;
  private final int label;

  Wiggles(ReferenceNetwork network, ForwardPass pass, int label) {
    this.network = network;
    this.pass = pass;
    this.label = label;
  }

  /** ∂Loss/∂z_i of layer l. */
  OptionalDouble lossByLogit(int l, int i) {
    return lossBy(l, i, z -> z, pass.z(l)[i]);
  }

  /** ∂Loss/∂b_i of layer l. */
  OptionalDouble lossByBias(int l, int i) {
    double[] w = network.W(l)[i];
    return lossBy(l, i, b -> Preliminaries.linear(w, pass.a(l - 1), b), network.b(l)[i]);
  }

  /** ∂Loss/∂w_ij of layer l. */
  OptionalDouble lossByWeight(int l, int i, int j) {
    return lossBy(l, i, w -> logit(l, i, j, w), network.W(l)[i][j]);
  }

  /** ∂z_i/∂w_ij of layer l. */
  double logitByWeight(int l, int i, int j) {
    return CentralDifferences.extrapolated(w -> logit(l, i, j, w), network.W(l)[i][j], STEP);
  }

  /** All ∂z_k/∂z_i, k a logit of layer l + 1 and i one of layer l. */
  double[] nextLogitsByLogit(int l, int i) {
    return CentralDifferences.extrapolatedAll(
        z -> passWithLogit(l, i, z).z(l + 1), pass.z(l)[i], STEP);
  }

  /** The logit z_i of layer l, were w_ij equal to w. */
  private double logit(int l, int i, int j, double w) {
    double[] row = network.W(l)[i].clone();
    row[j] = w;
    return Preliminaries.linear(row, pass.a(l - 1), network.b(l)[i]);
  }

  /** The pass, were the logit z_i of layer l equal to z. */
  private ForwardPass passWithLogit(int l, int i, double z) {
    double[] all = pass.logits(l);
    all[i] = z;
    return network.forwardFrom(pass, l, all);
  }

  private OptionalDouble lossBy(int l, int i, DoubleUnaryOperator logit, double at) {
    ForwardPass above = passWithLogit(l, i, logit.applyAsDouble(at + 2 * STEP));
    ForwardPass below = passWithLogit(l, i, logit.applyAsDouble(at - 2 * STEP));
    if (!above.sameActivePattern(below)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        CentralDifferences.extrapolated(
            v -> passWithLogit(l, i, logit.applyAsDouble(v)).loss(label), at, STEP));
  }
}
