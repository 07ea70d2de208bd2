package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxTest {
  @Test
  void isTheWorkedExample() {
    // e^0 : e^(ln 2) : e^(ln 5) = 1 : 2 : 5.
    float[] z = {-1, 0, (float) Math.log(2), (float) Math.log(5), -1};
    float[] a = new float[3];
    Softmax.probabilities(z, 1, 3, a, 0);
    assertThat(a).containsExactly(new float[] {0.125f, 0.25f, 0.625f}, within(1e-7f));
    assertThat(Softmax.loss(z, 1, 3, 2)).isCloseTo(Math.log(1.6), within(1e-7));
    assertThat(Softmax.argmax(z, 1, 3)).isEqualTo(2);
  }

  @Test
  void huge() {
    float[] z = {1e30f, 0, -1e30f};
    float[] a = new float[3];
    Softmax.probabilities(z, 0, 3, a, 0);
    assertThat(a).containsExactly(1, 0, 0);
    assertThat(Softmax.loss(z, 0, 3, 0)).isZero();
    assertThat(Softmax.loss(z, 0, 3, 1)).isEqualTo(1e30f);
  }

  @Test
  void notFinite() {
    assertThat(Softmax.loss(new float[] {1, Float.NaN}, 0, 2, 0)).isNaN();
    assertThat(Softmax.loss(new float[] {Float.NaN, 1}, 0, 2, 1)).isNaN();
    assertThat(Softmax.loss(new float[] {Float.POSITIVE_INFINITY, 1}, 0, 2, 1)).isNaN();
  }

  @Test
  void theLowestOfEqualsWins() {
    assertThat(Softmax.argmax(new float[] {1, 3, 3, 2}, 0, 4)).isEqualTo(1);
    assertThat(Softmax.argmax(new float[] {-0f, 0f}, 0, 2)).isZero();
  }

  @Test
  void deltaIsSevenWithTheMeanOverTheBatch() {
    Signals last = Signals.logits(3, 2, 1, true);
    // Row 1: probabilities 1/8, 2/8, 5/8 and the true class 1; the batch has 2 examples.
    float[] z = {0, (float) Math.log(2), (float) Math.log(5)};
    System.arraycopy(z, 0, last.a, last.at(1, 0), 3);
    int[] best = new int[2];
    double[] e = new double[6];
    Softmax.exponentials(last, 1, 2, best, e, Kernels.scalar());
    assertThat(best[1]).isEqualTo(2);
    double loss = Softmax.delta(last, 1, 1, best[1], 0.5, e);
    assertThat(loss).isCloseTo(Math.log(4), within(1e-7));
    float[] expected = {0.0625f, -0.375f, 0.3125f};
    for (int k = 0; k < 3; k++) {
      assertThat(last.delta[last.at(1, k)]).isCloseTo(expected[k], within(1e-7f));
    }
  }
}
