package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.equations.ReferenceNetwork;
import downhill.network.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code verify} lets pass, and what it doesn't. */
class VerificationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3-2",
        "16-17-15-33-2",
        "300-65-7",
        "12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-12-3"
      })
  void roundingPasses(String widths) {
    for (long seed = 1; seed <= 5; seed++) {
      Verification verification = new Verification(Architecture.parse(widths), seed);
      String what = widths + ", seed " + seed;
      assertThat(verification.equations())
          .as(what)
          .allSatisfy(result ->
              assertThat(result.largestError()).isLessThan(Verification.LARGEST_EQUATION_ERROR));
      assertThat(verification.engine()).as(what).hasSize(2).allMatch(r -> r.passed());
    }
  }

  @Test
  void mistakesDoNotPass() {
    Verification verification = new Verification(Architecture.parse("50-20-5"), 1);
    ReferenceNetwork right = verification.afterOneStep(Verification.STEP_RATE);
    assertThat(verification.parameters(right).passed()).isTrue();
    // A learning rate that is off by a ten thousandth.
    ReferenceNetwork other = verification.afterOneStep(1.0001 * Verification.STEP_RATE);
    assertThat(verification.parameters(other).passed()).isFalse();
    // One bias of 75 parameters not moved.
    double[][][] W = {right.weights(1), right.weights(2)};
    double[][] b = {right.biases(1), right.biases(2)};
    b[1][4] -= 1e-5;
    assertThat(verification.parameters(new ReferenceNetwork(W, b)).passed()).isFalse();
    // Not a number is never within a bound.
    b[1][4] = Double.NaN;
    assertThat(verification.parameters(new ReferenceNetwork(W, b)).passed()).isFalse();
  }
}
