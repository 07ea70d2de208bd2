package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void staysWithinTwoUnitsInTheLastPlace() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000_000; i++) {
      double x = -random.nextDouble() * (i % 2 == 0 ? 708 : 20);
      double expected = StrictMath.exp(x);
      double error = Math.abs(Exponential.exp(x) - expected) / Math.ulp(expected);
      assertThat(error).as("error of e^%s in ulps", x).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void isExactWhereItMatters() {
    assertThat(Exponential.exp(0)).isEqualTo(1);
    assertThat(Exponential.exp(-0.0)).isEqualTo(1);
    assertThat(Exponential.exp(1)).isEqualTo(Math.E);
    assertThat(Exponential.exp(-709)).isZero();
    assertThat(Exponential.exp(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Exponential.exp(Double.NaN)).isNaN();
  }
}
