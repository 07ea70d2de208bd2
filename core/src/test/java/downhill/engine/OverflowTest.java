package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Activations that overflow: finite weights may lead there, and then the padding of a level, whose
 * weights are 0, holds 0 · ∞, which is no number and must not be seen.
 */
class OverflowTest {
  /** Enough to be done in blocks, and one that is done alone. */
  private static final int[] COUNTS = {1, 8};

  private static List<Kernels> kernels() {
    return List.of(
        Kernels.scalar(),
        Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there")));
  }

  /** One unit: 1e38 · 1000 = ∞ in the first level, −∞ and so 0 in the second: b of the last. */
  private static List<Layer> layers() {
    return List.of(
        Layer.of(1, 1, new float[] {1e38f}, new float[] {0}),
        Layer.of(1, 1, new float[] {-1}, new float[] {0}),
        Layer.of(1, 2, new float[] {1, 2}, new float[] {3, 4}));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void thePaddingTakesNoPartInPredictions(Kernels kernels) {
    assertThat(Arrays.copyOf(ForwardPass.logits(layers(), kernels, new float[] {1000}), 2))
        .containsExactly(3, 4);
    try (ThreadTeam team = new ThreadTeam(1)) {
      ForwardPass forward = new ForwardPass(layers(), kernels, team);
      for (int count : COUNTS) {
        float[] inputs = new float[count];
        Arrays.fill(inputs, 1000);
        float[] logits = new float[2 * count];
        forward.run(inputs, 0, count, logits, new float[2 * count]);
        for (int b = 0; b < count; b++) {
          assertThat(Arrays.copyOfRange(logits, 2 * b, 2 * b + 2)).containsExactly(3, 4);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void thePaddingTakesNoPartInTraining(Kernels kernels) {
    List<TrainedLayer> trained =
        layers().stream().map(layer -> TrainedLayer.of(layer, Update.PLAIN)).toList();
    try (ThreadTeam team = new ThreadTeam(1)) {
      TrainingStep step = new TrainingStep(trained, 2, kernels, team, TrainingStep.Settings.PLAIN);
      step.fetchFloats(
          2, (member, first, past, batch) -> Arrays.fill(batch, first, past, 1000), false);
      Arrays.fill(step.targets().labels, 1);
      // log(e³ + e⁴) − 4 for each of the two.
      double loss = step.run(2, 0.01f, 1, false);
      assertThat(loss).isCloseTo(2 * StrictMath.log(1 + StrictMath.exp(-1)), within(1e-6));
      assertThat(step.idle(1)).as("only the unit counts, not its padding").isZero();
    }
  }
}
