package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What mixed examples count, and what they are taken for; their gradients are tested elsewhere. */
class TargetsTest {
  private static Targets targets(double... weights) {
    Targets targets = new Targets(weights.length, 0, true);
    for (int b = 0; b < weights.length; b++) {
      targets.labels[b] = b;
      targets.shares[b] = 0.25f;
      targets.weights[b] = weights[b];
    }
    targets.begin(weights.length);
    return targets;
  }

  @Test
  void aMixedExampleCountsOfBothAsMuchAsItHolds() {
    Targets targets = targets(4, 1, 1);
    // 0.25 · 4 + 0.75 · 1, 0.25 · 1 + 0.75 · 1, 0.25 · 1 + 0.75 · 4
    assertThat(targets.sum()).isCloseTo(1.75 + 1 + 3.25, within(1e-12));
    // Of 1.75, 1 is class 0's; of 1, 0.75 is class 2's; of 3.25, 3 are class 0's.
    assertThat(targets.answer(0)).isEqualTo(0);
    assertThat(targets.answer(1)).isEqualTo(2);
    assertThat(targets.answer(2)).isEqualTo(0);
  }

  @Test
  void nothingIsMixedWithWhatCountsNothing() {
    Targets targets = targets(1, 0, 3);
    assertThat(targets.share(0)).isEqualTo(1);
    assertThat(targets.share(1)).isEqualTo(1);
    assertThat(targets.share(2)).isEqualTo(0.25f);
    // 1, 0, and 0.25 · 3 + 0.75 · 1
    assertThat(targets.sum()).isCloseTo(1 + 0 + 1.5, within(1e-12));
    assertThat(targets.answer(1)).isEqualTo(1);
  }

  @Test
  void equalWeightsLeaveTheShares() {
    Targets targets = targets(2, 2);
    assertThat(targets.sum()).isEqualTo(4);
    assertThat(targets.answer(0)).isEqualTo(1);
  }
}
