package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Every numbered equation worked by hand, with the numbers of the derivation's running example: a
 * 2-2-2 network, x = (1, 2), class 0, and last activations (1/4, 3/4).
 */
class EquationsTest {
  private static final Offset<Double> ROUNDING = within(1e-14);

  // z¹ = (1 + 2 − 1, 1 − 2 + 0) = (2, −1), a¹ = (2, 0).
  private static final double[] X = {1, 2};
  private static final double[] Z1 = {2, -1};
  private static final double[] A1 = {2, 0};
  // z² = (2 + 4, 6 + ln 3), so e^z is as 1 to 3 and a² = (1/4, 3/4).
  private static final double[][] W2 = {{1, 1}, {3, 2}};
  private static final double[] Z2 = {6, 6 + Math.log(3)};
  private static final double[] A2 = {0.25, 0.75};
  private static final double[] Y = {1, 0};
  private static final double[] DELTA2 = {-0.75, 0.75};

  @Test
  void equations1And2RollTheBoulder() {
    assertThat(Equations.hill(3)).isEqualTo(9);
    assertThat(Equations.hillSlope(3)).isEqualTo(6);
    // 3 − 0.25 · 6 = 1.5, where the hill is 2.25 high
    assertThat(Equations.rollDownhill(3, 0.25)).isEqualTo(1.5);
    assertThat(Equations.hill(1.5)).isEqualTo(2.25);
    assertThat(Equations.rollDownhill(-3, 0.25)).isEqualTo(-1.5);
  }

  @Test
  void equations3And13And14Multiply() {
    assertThat(Equations.chainRule(-0.75, 2)).isEqualTo(-1.5);
  }

  @Test
  void equation4SumsOverTheOutputs() {
    // −(1 · 1/(1/4) · 3/16 + 0) = −3/4, and −(1 · 4 · (−3/16) + 0) = 3/4
    assertThat(Equations.lossByLogit(Y, A2, new double[] {0.1875, -0.1875})).isEqualTo(-0.75);
    assertThat(Equations.lossByLogit(Y, A2, new double[] {-0.1875, 0.1875})).isEqualTo(0.75);
  }

  @Test
  void equation4CountsAWrongClassOfProbability0As0() {
    // −(1 · 1/1 · 0.5): the second term is 0 · 1/0 · … and counts as 0.
    double sum =
        Equations.lossByLogit(new double[] {1, 0}, new double[] {1, 0}, new double[] {0.5, 0});
    assertThat(sum).isEqualTo(-0.5);
  }

  /** e^−710 is a number, though not a normal one, and 1/e^−710 is none. */
  @Test
  void equation4HoldsForTheSmallestProbabilityOfTheTrueClass() {
    double[] a = Preliminaries.softmax(new double[] {0, 710});
    assertThat(a[0]).isPositive().isLessThan(Double.MIN_NORMAL);
    assertThat(1 / a[0]).isInfinite();
    double[][] jacobian = Equations.softmaxJacobian(a);
    for (int i = 0; i < 2; i++) {
      double[] aByLogit = {jacobian[0][i], jacobian[1][i]};
      assertThat(Equations.lossByLogit(Y, a, aByLogit)).isCloseTo(a[i] - Y[i], within(1e-12));
    }
  }

  @Test
  void equation5IsTheQuotientRule() {
    // With e^z as 1 to 3 and their sum 4: (1 · 4 − 1 · 1)/16, (0 · 4 − 1 · 3)/16, (3 · 4 − 3 ·
    // 3)/16
    assertThat(Equations.softmaxByQuotientRule(Z2, 0, 0)).isCloseTo(0.1875, ROUNDING);
    assertThat(Equations.softmaxByQuotientRule(Z2, 0, 1)).isCloseTo(-0.1875, ROUNDING);
    assertThat(Equations.softmaxByQuotientRule(Z2, 1, 0)).isCloseTo(-0.1875, ROUNDING);
    assertThat(Equations.softmaxByQuotientRule(Z2, 1, 1)).isCloseTo(0.1875, ROUNDING);
    assertThat(Equations.softmaxByQuotientRule(new double[] {1000, 0}, 0, 1)).isZero();
  }

  @Test
  void equation6IsSoftmaxsJacobian() {
    // a = (1/2, 1/4, 1/4): on the diagonal a_i (1 − a_i), elsewhere −a_i a_k
    double[][] jacobian = Equations.softmaxJacobian(new double[] {0.5, 0.25, 0.25});
    assertThat(jacobian)
        .isDeepEqualTo(
            new double[][] {
              {0.25, -0.125, -0.125}, {-0.125, 0.1875, -0.0625}, {-0.125, -0.0625, 0.1875}
            });
  }

  @Test
  void equation7IsActivationMinusTarget() {
    assertThat(Equations.lastDelta(A2, Y)).containsExactly(-0.75, 0.75);
  }

  @Test
  void equations8And15AreTheActivationBefore() {
    assertThat(Equations.logitByWeight(A1, 0)).isEqualTo(2);
    assertThat(Equations.logitByWeight(A1, 1)).isZero();
  }

  @Test
  void equations9And10AreTheLastWeights() {
    // (−3/4, 3/4) ⊗ (2, 0)
    assertThat(Equations.lastWeightGradientAt(A2, Y, A1, 0, 0)).isEqualTo(-1.5);
    assertThat(Equations.lastWeightGradientAt(A2, Y, A1, 1, 0)).isEqualTo(1.5);
    assertThat(Equations.lastWeightGradientAt(A2, Y, A1, 1, 1)).isZero();
    double[][] gradient = Equations.lastWeightGradient(A2, Y, new double[] {2, 3});
    assertThat(gradient).isDeepEqualTo(new double[][] {{-1.5, -2.25}, {1.5, 2.25}});
  }

  @Test
  void equations11And12AreTheLastBiases() {
    assertThat(Equations.lastBiasGradientAt(A2, Y, 0)).isEqualTo(-0.75);
    assertThat(Equations.lastBiasGradientAt(A2, Y, 1)).isEqualTo(0.75);
    assertThat(Equations.lastBiasGradient(A2, Y)).containsExactly(-0.75, 0.75);
  }

  @Test
  void equation16AddsTheWiggles() {
    // z¹_0 moves z² by w_00 = 1 and w_10 = 3: −3/4 · 1 + 3/4 · 3 = 3/2
    assertThat(Equations.nextLogitByLogit(W2, Z1, 0, 0)).isEqualTo(1);
    assertThat(Equations.nextLogitByLogit(W2, Z1, 1, 0)).isEqualTo(3);
    assertThat(Equations.sumOfWiggles(DELTA2, new double[] {1, 3})).isEqualTo(1.5);
    // z¹_1 = −1 is cut off by ReLU and moves nothing.
    assertThat(Equations.nextLogitByLogit(W2, Z1, 1, 1)).isZero();
  }

  @Test
  void equations17And18AreTheHiddenWeights() {
    // (3/2, 0) ⊗ (1, 2)
    assertThat(Equations.weightGradientAt(Z1, W2, DELTA2, X, 0, 0)).isEqualTo(1.5);
    assertThat(Equations.weightGradientAt(Z1, W2, DELTA2, X, 0, 1)).isEqualTo(3);
    assertThat(Equations.weightGradientAt(Z1, W2, DELTA2, X, 1, 1)).isZero();
    assertThat(Equations.weightGradient(Z1, W2, DELTA2, X))
        .isDeepEqualTo(new double[][] {{1.5, 3}, {0, 0}});
  }

  @Test
  void equation19IsTheHiddenBiases() {
    assertThat(Equations.biasGradient(Z1, W2, DELTA2)).containsExactly(1.5, 0);
    assertThat(Equations.delta(Z1, W2, DELTA2)).containsExactly(1.5, 0);
  }

  @Test
  void section7MovesAgainstTheGradient() {
    double[][] W = {{1, 1}, {1, -1}};
    // 1 − 0.5 · 1.5 = 0.25, 1 − 0.5 · 3 = −0.5
    assertThat(Equations.descend(W, new double[][] {{1.5, 3}, {0, 0}}, 0.5))
        .isDeepEqualTo(new double[][] {{0.25, -0.5}, {1, -1}});
    assertThat(Equations.descend(new double[] {-1, 0}, new double[] {1.5, 0}, 0.5))
        .containsExactly(-1.75, 0);
    assertThat(W).isDeepEqualTo(new double[][] {{1, 1}, {1, -1}});
  }

  @Test
  void equations20To22AreTheL1Term() {
    double[][] W = {{2, -1}, {0, -0.5}};
    double[][] gradient = {{1, 1}, {1, 0}};
    // 1 + 0.5 · (2 + 1 + 0 + 0.5 + 4)
    assertThat(Equations.lossWithL1(1, 0.5, new double[][][] {W, {{-4}}})).isEqualTo(4.75);
    // + 0.5 · (1, −1; 0, −1)
    assertThat(Equations.weightGradientWithL1(gradient, 0.5, W))
        .isDeepEqualTo(new double[][] {{1.5, 0.5}, {1, -0.5}});
    // 2 − 1.5, −1 − 0.5; 0 − 1, −0.5 + 0.5
    assertThat(Equations.descendWithL1(W, gradient, 1, 0.5))
        .isDeepEqualTo(new double[][] {{0.5, -1.5}, {-1, 0}});
    assertThat(Equations.descendWithL1(W, gradient, 1, 0))
        .isDeepEqualTo(Equations.descend(W, gradient, 1));
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Equations.lastDelta(new double[3], new double[2]))
        .withMessage("y: expected 3 values, one per output, found 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Equations.delta(new double[2], new double[3][2], new double[2]))
        .withMessage("v: expected 3 values, one per row of W, found 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Equations.descend(new double[2][3], new double[3][2], 1))
        .withMessage("expected W and gradient of the same shape, found [2, 3] and [3, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Equations.descend(new double[][] {{1, 2}, {3}}, new double[2][2], 1))
        .withMessage("W: expected rows of equal length, found 2 columns in row 0 and 1 in row 1");
  }
}
