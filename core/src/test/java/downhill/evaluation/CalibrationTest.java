package downhill.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.evaluation.Calibration.Bin;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void byHand() {
    // Bin 8 of 15 is 7/15 to 8/15: 0.5 right, 0.5 wrong. Bin 12 is 11/15 to 12/15: 0.75 right,
    // 0.75 right, 0.75 wrong, 0.75 wrong. Bin 15 is 14/15 to 1: 1 right, 1 right.
    float[] confidences = {0.5f, 0.75f, 1, 0.75f, 0.5f, 0.75f, 1, 0.75f};
    boolean[] right = {true, true, true, false, false, true, true, false};
    Calibration calibration = Calibration.of(confidences, right);
    assertThat(calibration.bins()).hasSize(15);
    assertThat(calibration.bins().get(7)).isEqualTo(new Bin(2, 0.5, 0.5));
    assertThat(calibration.bins().get(11)).isEqualTo(new Bin(4, 0.75, 0.5));
    assertThat(calibration.bins().get(14)).isEqualTo(new Bin(2, 1, 1));
    assertThat(calibration.bins().get(0)).isEqualTo(new Bin(0, Double.NaN, Double.NaN));
    assertThat(calibration.count()).isEqualTo(8);
    // (2 · 0 + 4 · |0.5 − 0.75| + 2 · 0) / 8
    assertThat(calibration.expectedError()).isEqualTo(0.125);
    // (2 · 0.5 + 4 · 0.75 + 2 · 1) / 8
    assertThat(calibration.confidence()).isEqualTo(0.75);
  }

  @Test
  void tooModestCountsLikeTooBold() {
    Calibration bold = Calibration.of(new float[] {0.75f}, new boolean[] {false});
    Calibration modest = Calibration.of(new float[] {0.25f}, new boolean[] {true});
    assertThat(bold.expectedError()).isEqualTo(0.75);
    assertThat(modest.expectedError()).isEqualTo(0.75);
  }

  @Test
  void withinABinErrorsCancel() {
    // 0.94 and 0.96 are both in the last bin; its accuracy is 0.5, its mean confidence 0.95.
    Calibration calibration =
        Calibration.of(new float[] {0.94f, 0.96f}, new boolean[] {true, false});
    assertThat(calibration.expectedError()).isCloseTo(0.45, within(1e-7));
  }

  @Test
  void aBinHoldsItsUpperEnd() {
    // 0.2 as a float is a little more than 3/15, 0.6 a little more than 9/15, 0.4 than 6/15.
    assertThat(bin(0)).isZero();
    assertThat(bin(Float.MIN_VALUE)).isZero();
    assertThat(bin(1f / 15 - 1e-7f)).isZero();
    assertThat(bin(1f / 15 + 1e-7f)).isEqualTo(1);
    assertThat(bin(0.2f)).isEqualTo(3);
    assertThat(bin(Math.nextDown(0.2f))).isEqualTo(2);
    assertThat(bin(Math.nextDown(1f))).isEqualTo(14);
    assertThat(bin(1)).isEqualTo(14);
  }

  private static int bin(float confidence) {
    Calibration calibration = Calibration.of(new float[] {confidence}, new boolean[] {true});
    for (int m = 0; m < Calibration.BINS; m++) {
      if (calibration.bins().get(m).count() == 1) {
        return m;
      }
    }
    throw new AssertionError("in no bin: " + confidence);
  }

  @Test
  void rejectsWhatIsNoProbability() {
    for (float bad : new float[] {Float.NaN, -0.1f, 1.1f}) {
      assertThatThrownBy(() -> Calibration.of(new float[] {1, bad}, new boolean[2]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("example 1: expected a probability of 0 to 1, found " + bad);
    }
    assertThatThrownBy(() -> Calibration.of(new float[1], new boolean[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
