package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Of any number of values, from any place on, those beside them left alone. */
  @ParameterizedTest
  @ValueSource(strings = {"SCALAR", "VECTOR"})
  void kernelsGiveTheSameBits(String choice) {
    Kernels kernels = Kernels.choose(choice);
    double[] special = {0, -0.0, 1, -708, -708.1, -1e300, Double.NEGATIVE_INFINITY, Double.NaN};
    SplittableRandom random = new SplittableRandom(2);
    for (int n = 0; n < 40; n++) {
      for (int at = 0; at < 4; at++) {
        double[] x = new double[at + n + 3];
        for (int i = 0; i < x.length; i++) {
          x[i] =
              switch (random.nextInt(4)) {
                case 0 -> special[random.nextInt(special.length)];
                case 1 -> -708 * random.nextDouble();
                case 2 -> -random.nextDouble() * Math.pow(2, -random.nextInt(60));
                // Near where the whole number in the exponent changes.
                default -> (random.nextInt(8) - 1000.5) * Math.log(2) + random.nextInt(3) * 1e-13;
              };
        }
        double[] expected = x.clone();
        for (int i = at; i < at + n; i++) {
          expected[i] = Exponential.exp(x[i]);
        }
        kernels.exp(x, at, n);
        for (int i = 0; i < x.length; i++) {
          assertThat(Double.doubleToLongBits(x[i]))
              .as("%s at %d of %d from %d", expected[i], i, n, at)
              .isEqualTo(Double.doubleToLongBits(expected[i]));
        }
      }
    }
  }
}
