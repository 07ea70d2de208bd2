package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.engine.Philox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BetaTest {
  private static final int DRAWS = 20_000;

  /** Mean, variance and fourth moment, within five deviations of what chance makes of them. */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 1, 5})
  void hasItsMoments(double alpha) {
    double mean = 0;
    double square = 0;
    double fourth = 0;
    for (int i = 0; i < DRAWS; i++) {
      double draw = Beta.draw(alpha, Philox.room(), 3, 1 + i % 7, i);
      assertThat(draw).isBetween(0.0, 1.0);
      double d = draw - 0.5;
      mean += d / DRAWS;
      square += d * d / DRAWS;
      fourth += d * d * d * d / DRAWS;
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    // E d⁴ = 3 / (16 (2α + 1) (2α + 3)) of a symmetric beta distribution.
    double kurtosis = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3));
    assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(variance / DRAWS)));
    assertThat(square)
        .isCloseTo(variance, within(5 * Math.sqrt((kurtosis - variance * variance) / DRAWS)));
    // d⁸ ≤ d⁴ / 16, since |d| ≤ 1/2.
    assertThat(fourth).isCloseTo(kurtosis, within(5 * Math.sqrt(kurtosis / 16 / DRAWS)));
  }

  /** Beta(1, 1) is uniform: as many in each tenth, χ² with 9 degrees of freedom. */
  @Test
  void oneAndOneIsUniform() {
    int[] counts = new int[10];
    for (int i = 0; i < DRAWS; i++) {
      counts[Math.min(9, (int) (10 * Beta.draw(1, Philox.room(), 4, 1, i)))]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - DRAWS / 10.0) * (count - DRAWS / 10.0) / (DRAWS / 10.0);
    }
    assertThat(chiSquare).isLessThan(27.9); // exceeded by chance once in a thousand times
  }

  @Test
  void isAFunctionOfItsPlace() {
    double draw = Beta.draw(0.4, Philox.room(), 3, 2, 5);
    assertThat(Beta.draw(0.4, Philox.room(), 3, 2, 5)).isEqualTo(draw);
    assertThat(Beta.draw(0.4, Philox.room(), 4, 2, 5)).isNotEqualTo(draw);
    assertThat(Beta.draw(0.4, Philox.room(), 3, 3, 5)).isNotEqualTo(draw);
    assertThat(Beta.draw(0.4, Philox.room(), 3, 2, 6)).isNotEqualTo(draw);
  }

  /** Almost always one of the two ends, and never no number. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-30, 1.4e-45})
  void theSmallestAlphas(double alpha) {
    for (int i = 0; i < 1000; i++) {
      assertThat(Beta.draw(alpha, Philox.room(), 3, 1, i)).isBetween(0.0, 1.0);
    }
  }

  @Test
  void theLargestAlpha() {
    assertThat(Beta.draw(3.4e38, Philox.room(), 3, 1, 1)).isCloseTo(0.5, within(1e-15));
  }
}
