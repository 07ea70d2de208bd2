package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerTest {
  @Test
  void aSmallMatrixByHand() {
    // W is [2, 3]: unit 0 has 1 2 3, unit 1 has 4 5 6. Each row in memory is one input.
    float[] expected = new float[3 * 16];
    expected[0] = 1;
    expected[1] = 4;
    expected[16] = 2;
    expected[17] = 5;
    expected[32] = 3;
    expected[33] = 6;
    Layer layer = Layer.of(3, 2, new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8});
    assertThat(layer.w).containsExactly(expected);
    assertThat(layer.b).startsWith(7, 8).hasSize(16);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,16", "16,1", "15,17", "17,15", "16,16", "33,48", "10,64", "64,784"})
  void weightsComeBackAsTheyWent(int out, int in) {
    float[] W = new float[out * in];
    for (int i = 0; i < W.length; i++) {
      W[i] = i + 1;
    }
    assertThat(Layer.of(in, out, W, new float[out]).weights()).containsExactly(W);
  }

  @Test
  void whatIsNotFiniteIsFound() {
    float[] W = {1, 2, 3, 4, 5, 6};
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isTrue();
    W[4] = Float.POSITIVE_INFINITY;
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isFalse();
    W[4] = Float.MAX_VALUE;
    assertThat(Layer.of(3, 2, W, new float[] {0, Float.NaN}).isFinite()).isFalse();
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isTrue();
  }
}
