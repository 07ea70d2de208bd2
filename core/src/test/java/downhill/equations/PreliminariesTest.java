package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The definitions of section 2, worked by hand. */
class PreliminariesTest {
  private static final Offset<Double> ROUNDING = within(1e-15);

  @Test
  void quotientRule() {
    // f = x², g = x + 1 at x = 1: (2 · 2 − 1 · 1) / 4
    assertThat(Preliminaries.quotientRule(1, 2, 2, 1)).isEqualTo(0.75);
  }

  @Test
  void kroneckerDelta() {
    assertThat(Preliminaries.kroneckerDelta(2, 2)).isEqualTo(1);
    assertThat(Preliminaries.kroneckerDelta(2, 3)).isZero();
  }

  @Test
  void oneHot() {
    assertThat(Preliminaries.oneHot(2, 4)).containsExactly(0, 0, 1, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preliminaries.oneHot(-1, 4))
        .withMessage("label: expected 0 to 3, found -1");
  }

  @Test
  void crossEntropyIsTheLogarithmAtTheLabel() {
    // −log 1/4
    double[] a = {0.25, 0.75};
    assertThat(Preliminaries.crossEntropy(new double[] {1, 0}, a)).isCloseTo(Math.log(4), ROUNDING);
    assertThat(Preliminaries.crossEntropy(new double[] {1, 0}, new double[] {1, 0})).isZero();
    assertThat(Preliminaries.crossEntropy(new double[] {0, 1}, new double[] {1, 0})).isInfinite();
  }

  @Test
  void crossEntropyOfLogitsStaysFinite() {
    // e^z as 1 to 3: log 4 for the first class, log 4/3 for the second
    double[] z = {6, 6 + Math.log(3)};
    assertThat(Preliminaries.crossEntropyOfLogits(z, 0)).isCloseTo(Math.log(4), within(1e-14));
    assertThat(Preliminaries.crossEntropyOfLogits(z, 1))
        .isCloseTo(Math.log(4 / 3.0), within(1e-14));
    assertThat(Preliminaries.crossEntropyOfLogits(new double[] {5000, -5000}, 1)).isEqualTo(10000);
    assertThat(Preliminaries.crossEntropyOfLogits(new double[] {-5000, -5000}, 1))
        .isCloseTo(Math.log(2), ROUNDING);
  }

  @Test
  void linear() {
    // 1 · 5 + 2 · 6 + 0.5, 3 · 5 + 4 · 6 − 1
    assertThat(
            Preliminaries.linear(
                new double[][] {{1, 2}, {3, 4}}, new double[] {5, 6}, new double[] {0.5, -1}))
        .containsExactly(17.5, 38);
    assertThat(Preliminaries.linear(new double[] {1, 2}, new double[] {5, 6}, 0.5)).isEqualTo(17.5);
  }

  @Test
  void softmax() {
    double[] a = Preliminaries.softmax(new double[] {0, Math.log(2), Math.log(5)});
    assertThat(a).containsExactly(new double[] {0.125, 0.25, 0.625}, ROUNDING);
    assertThat(Preliminaries.softmax(new double[] {5000, 5000})).containsExactly(0.5, 0.5);
    assertThat(Preliminaries.softmax(new double[] {-5000, 5000})).containsExactly(0, 1);
  }

  @Test
  void relu() {
    assertThat(Preliminaries.relu(new double[] {-2, 0, 3})).containsExactly(0, 0, 3);
    assertThat(Preliminaries.relu(Double.NaN)).isNaN();
  }

  @Test
  void reluDerivative() {
    assertThat(Preliminaries.reluDerivative(new double[] {-2, -0.0, 0, 3, Double.MIN_VALUE}))
        .containsExactly(0, 0, 0, 1, 1);
  }

  @Test
  void hadamardAndOuterProducts() {
    assertThat(Preliminaries.hadamard(new double[] {1, 2, 3}, new double[] {4, 5, 6}))
        .containsExactly(4, 10, 18);
    assertThat(Preliminaries.outer(new double[] {1, 2}, new double[] {3, 4, 5}))
        .isDeepEqualTo(new double[][] {{3, 4, 5}, {6, 8, 10}});
  }

  @Test
  void transposeTimesSumsDownTheColumns() {
    // 1 · 7 + 4 · 8, 2 · 7 + 5 · 8, 3 · 7 + 6 · 8
    assertThat(
            Preliminaries.transposeTimes(
                new double[][] {{1, 2, 3}, {4, 5, 6}}, new double[] {7, 8}))
        .containsExactly(39, 54, 69);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preliminaries.linear(new double[2][3], new double[2], new double[2]))
        .withMessage("a: expected 3 values, one per column of W, found 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preliminaries.linear(new double[2][3], new double[3], new double[3]))
        .withMessage("b: expected 2 values, one per row of W, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preliminaries.transposeTimes(new double[0][], new double[0]))
        .withMessage("W: expected at least one row and one column, found an empty matrix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preliminaries.hadamard(new double[2], new double[3]))
        .withMessage("v: expected 2 values, as many as u, found 3");
  }
}
