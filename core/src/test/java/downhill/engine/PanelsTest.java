package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelsTest {
  @Test
  void aSmallMatrixByHand() {
    // W is [2, 3]: unit 0 has 1 2 3, unit 1 has 4 5 6. Each row of the panel is one input.
    float[] packed = Panels.pack(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(packed).hasSize(16 * 16);
    float[] expected = new float[16 * 16];
    expected[0] = 1;
    expected[1] = 4;
    expected[16] = 2;
    expected[17] = 5;
    expected[32] = 3;
    expected[33] = 6;
    assertThat(packed).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,16", "16,1", "15,17", "17,15", "16,16", "33,48", "10,64", "64,784"})
  void unpackReversesPack(int out, int in) {
    float[] W = new float[out * in];
    for (int i = 0; i < W.length; i++) {
      W[i] = i + 1;
    }
    assertThat(Panels.unpack(Panels.pack(W, out, in), out, in)).containsExactly(W);
  }

  @Test
  void layerFindsWhatIsNotFinite() {
    float[] W = {1, 2, 3, 4, 5, 6};
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isTrue();
    W[4] = Float.POSITIVE_INFINITY;
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isFalse();
    W[4] = Float.MAX_VALUE;
    assertThat(Layer.of(3, 2, W, new float[] {0, Float.NaN}).isFinite()).isFalse();
    assertThat(Layer.of(3, 2, W, new float[2]).isFinite()).isTrue();
  }
}
