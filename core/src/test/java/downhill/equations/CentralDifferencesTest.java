package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CentralDifferencesTest {
  @Test
  void twoPointsAreExactForAParabola() {
    // ((3.5)² − (2.5)²) / 1
    assertThat(CentralDifferences.derivative(x -> x * x, 3, 0.5)).isEqualTo(6);
  }

  @Test
  void twoPointsOfACubicAreOffByTheSquareOfTheStep() {
    // f‴ h² / 6 = 6 · 0.25 / 6
    assertThat(CentralDifferences.derivative(x -> x * x * x, 2, 0.5)).isEqualTo(12.25);
  }

  @Test
  void extrapolationIsExactForACubicAndOffByTheFourthPowerForAFifth() {
    assertThat(CentralDifferences.extrapolated(x -> x * x * x, 2, 0.5)).isEqualTo(12);
    // x⁵ at 0 with h = 1/2: the derivative is 0; D(h) = h⁴, (4 h⁴ − 16 h⁴) / 3 = −4 h⁴ = −1/4
    assertThat(CentralDifferences.extrapolated(x -> Math.pow(x, 5), 0, 0.5)).isEqualTo(-0.25);
  }

  @Test
  void atTheUsualStepExtrapolationSeesElevenDigits() {
    double exact = Math.exp(1);
    double two = CentralDifferences.derivative(Math::exp, 1, CentralDifferences.STEP);
    double four = CentralDifferences.extrapolated(Math::exp, 1, CentralDifferences.STEP);
    assertThat(two).isNotCloseTo(exact, within(1e-7));
    assertThat(four).isCloseTo(exact, within(1e-11));
  }

  @Test
  void severalValuesAreDifferencedAtOnce() {
    assertThat(CentralDifferences.extrapolatedAll(x -> new double[] {x * x, x * x * x}, 2, 0.5))
        .containsExactly(4, 12);
  }

  @Test
  void refusesAStepThatIsNone() {
    for (double h : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CentralDifferences.derivative(x -> x, 0, h))
          .withMessage("h: expected a positive, finite step, found " + h);
    }
  }
}
