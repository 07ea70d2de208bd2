package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/**
 * The slips of the source document that change a number: the printed form fails, the corrected one
 * passes. {@code docs/derivation.md} lists them, each with its test.
 */
class ErrataTest {
  private final Example example = Example.seeded(4, 4, 5, 4, 3);
  private final ReferenceNetwork network = example.network();
  private final ForwardPass pass = network.forward(example.x());
  private final double[] y = Preliminaries.oneHot(example.label(), 3);
  private final Wiggles wiggles = new Wiggles(network, pass, example.label());

  @Test
  void printedHillUpdateClimbs() {
    double printed = 1;
    double corrected = 1;
    for (int step = 0; step < 100; step++) {
      double printedNext = PrintedForms.hillUpdate(printed, 0.1);
      double correctedNext = Equations.rollDownhill(corrected, 0.1);
      assertThat(Equations.hill(printedNext)).isGreaterThan(Equations.hill(printed));
      assertThat(Equations.hill(correctedNext)).isLessThan(Equations.hill(corrected));
      printed = printedNext;
      corrected = correctedNext;
    }
    // x grows by 1.2 a step, or shrinks by 0.8.
    assertThat(printed).isGreaterThan(8e7);
    assertThat(corrected).isCloseTo(0, within(3e-10));
  }

  @Test
  void quotientRuleGivesTheDerivativeOfTheQuotient() {
    // f = x², g = x at x = 3: f/g = x has the derivative 1; the printed df/dg would be 2x / 1 = 6.
    double rule = Preliminaries.quotientRule(9, 6, 3, 1);
    double measured = CentralDifferences.extrapolated(x -> x * x / x, 3, CentralDifferences.STEP);
    assertThat(rule).isCloseTo(measured, within(1e-12));
    assertThat(6 / 1.0).isNotCloseTo(rule, within(1.0));
  }

  @Test
  void sumsHaveAsManyTermsAsUnits() {
    double[] a = pass.probabilities();
    assertThat(PrintedForms.sumUpToAndWith(a.length - 1, a)).isCloseTo(1, within(1e-15));
    assertThatExceptionOfType(ArrayIndexOutOfBoundsException.class)
        .isThrownBy(() -> PrintedForms.sumUpToAndWith(a.length, a));
  }

  @Test
  void biasIsAddedOnceNotOncePerInput() {
    double[] w = {1, 2, 3};
    double[] a = {4, 5, 6};
    double corrected =
        CentralDifferences.extrapolated(b -> Preliminaries.linear(w, a, b), 0.5, 0x1p-10);
    double printed =
        CentralDifferences.extrapolated(b -> PrintedForms.logit(w, a, b), 0.5, 0x1p-10);
    // Section 4 finds ∂z/∂b = 1; the printed sum has the bias three times.
    assertThat(corrected).isCloseTo(1, within(1e-11));
    assertThat(printed).isCloseTo(3, within(1e-11));
  }

  @Test
  void printedReluDerivativeIsWrongBelowZero() {
    double worstCorrected = 0;
    double worstPrinted = 0;
    double[] correctedDelta = Equations.lastDelta(pass.probabilities(), y);
    double[] printedDelta = correctedDelta;
    for (int l = network.depth() - 1; l >= 1; l--) {
      correctedDelta = Equations.delta(pass.z(l), network.W(l + 1), correctedDelta);
      printedDelta = PrintedForms.delta(pass.z(l), network.W(l + 1), printedDelta);
      for (int i = 0; i < network.width(l); i++) {
        for (int j = 0; j < network.width(l - 1); j++) {
          double measured = wiggles.lossByWeight(l, i, j).orElseThrow();
          double a = pass.a(l - 1)[j];
          worstCorrected = Math.max(worstCorrected, Math.abs(correctedDelta[i] * a - measured));
          worstPrinted = Math.max(worstPrinted, Math.abs(printedDelta[i] * a - measured));
        }
      }
    }
    assertThat(worstCorrected).isLessThan(1e-10);
    assertThat(worstPrinted).isGreaterThan(0.1);
  }

  @Test
  void fourTimesEightIsThirtyTwo() {
    double[][] product =
        Preliminaries.hadamard(new double[][] {{1, 2}, {3, 4}}, new double[][] {{5, 6}, {7, 8}});
    assertThat(product).isDeepEqualTo(new double[][] {{5, 12}, {21, 32}}); // printed: 48
  }

  @Test
  void hadamardProductDoesNotBroadcast() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Preliminaries.hadamard(
                new double[][] {{1}, {2}, {3}}, new double[][] {{1, 2}, {3, 4}, {5, 6}}))
        .withMessage("expected A and B of the same shape, found [3, 1] and [3, 2]");
  }

  @Test
  void softmaxIsDifferentiatedByLogitINotK() {
    double[] a = pass.probabilities();
    double printed = PrintedForms.lossByLogit(y, a);
    for (int i = 0; i < 3; i++) {
      double measured = wiggles.lossByLogit(3, i).orElseThrow();
      assertThat(Equations.lastDelta(a, y)[i]).isCloseTo(measured, within(1e-11));
      if (i != example.label()) {
        // The printed form has no i in it: one and the same negative number for every logit.
        assertThat(printed).isNotCloseTo(measured, within(0.1));
      }
    }
  }

  @Test
  void weightGradientTakesTheInputOfItsColumn() {
    double[] a = pass.probabilities();
    double[] aBefore = pass.a(2);
    double worstPrinted = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        double measured = wiggles.lossByWeight(3, i, j).orElseThrow();
        double printed = PrintedForms.lastWeightGradientAt(a, y, aBefore, i);
        worstPrinted = Math.max(worstPrinted, Math.abs(printed - measured));
        assertThat(Equations.lastWeightGradientAt(a, y, aBefore, i, j))
            .isCloseTo(measured, within(1e-11));
      }
    }
    assertThat(worstPrinted).isGreaterThan(0.1);
  }

  @Test
  void lastGradientHasFourRowsAndThreeColumns() {
    // The document's i = 0 … 3 and j = 0 … 2; its matrix of derivatives shows five rows, and the
    // vector that its right-hand side multiplies has four entries.
    double[] a = {0.1, 0.2, 0.3, 0.4};
    double[] y = {0, 1, 0, 0};
    double[] aBefore = {0.5, 0, 2};
    double[][] gradient = Equations.lastWeightGradient(a, y, aBefore);
    assertThat(gradient).hasDimensions(4, 3);
    double[][] printed =
        Equations.lastWeightGradient(a, y, PrintedForms.rightOfLastGradient(a, aBefore));
    assertThat(printed).hasDimensions(4, 4);
    assertThat(printed[0][1]).isCloseTo(-0.08, within(1e-15));
    assertThat(gradient[0][1]).isEqualTo(0); // what comes from a unit that is 0
  }

  @Test
  void hiddenLogitsSumOverTheErrorsOfTheirOwnOutputs() {
    double[] a = pass.probabilities();
    double worstPrinted = 0;
    for (int i = 0; i < 3; i++) { // y_i exists for the first three of layer 2's four units only
      double[] zNextByLogit = wiggles.nextLogitsByLogit(2, i);
      OptionalDouble measured = wiggles.lossByLogit(2, i);
      double corrected = Equations.sumOfWiggles(Equations.lastDelta(a, y), zNextByLogit);
      double printed = PrintedForms.sumOfWiggles(a, y, zNextByLogit, i);
      assertThat(corrected).isCloseTo(measured.orElseThrow(), within(1e-11));
      worstPrinted = Math.max(worstPrinted, Math.abs(printed - measured.orElseThrow()));
    }
    assertThat(worstPrinted).isGreaterThan(0.1);
  }
}
