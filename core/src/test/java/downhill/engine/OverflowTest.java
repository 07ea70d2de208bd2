package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Activations that overflow: finite weights may lead there, and then the padding of a level, whose
 * weights are 0, holds 0 · ∞, which is no number and must not be seen.
 */
class OverflowTest {
  /** Enough to be done in blocks, and one that is done alone. */
  private static final int[] COUNTS = {1, 8};

  /** One unit; others than fill a vector, a word of a mask and a panel. */
  private static final int[] WIDTHS = {1, 17, 65, 100, 129};

  private static List<Arguments> cases() {
    Kernels vector =
        Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
    List<Arguments> cases = new ArrayList<>();
    for (int width : WIDTHS) {
      cases.add(arguments(Kernels.scalar(), width));
      cases.add(arguments(vector, width));
    }
    return cases;
  }

  /** 1e38 · 1000 = ∞ in the first level, −∞ and so 0 in the second, and the biases in the last. */
  private static List<Layer> layers(int width) {
    return List.of(
        Layer.of(1, width, filled(width, 1e38f), new float[width]),
        Layer.of(width, width, filled(width * width, -1), new float[width]),
        Layer.of(width, 2, filled(2 * width, 1), new float[] {3, 4}));
  }

  private static float[] filled(int n, float value) {
    float[] values = new float[n];
    Arrays.fill(values, value);
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thePaddingTakesNoPartInPredictions(Kernels kernels, int width) {
    List<Layer> layers = layers(width);
    assertThat(Arrays.copyOf(ForwardPass.logits(layers, kernels, new float[] {1000}), 2))
        .containsExactly(3, 4);
    try (ThreadTeam team = new ThreadTeam(1)) {
      ForwardPass forward = new ForwardPass(layers, kernels, team);
      for (int count : COUNTS) {
        float[] logits = new float[2 * count];
        forward.run(filled(count, 1000), 0, count, logits, new float[2 * count]);
        for (int b = 0; b < count; b++) {
          assertThat(Arrays.copyOfRange(logits, 2 * b, 2 * b + 2)).containsExactly(3, 4);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thePaddingTakesNoPartInTraining(Kernels kernels, int width) {
    for (double dropout : new double[] {0, 0.5}) {
      List<TrainedLayer> trained =
          layers(width).stream().map(layer -> TrainedLayer.of(layer, Update.PLAIN)).toList();
      try (ThreadTeam team = new ThreadTeam(1)) {
        TrainingStep step =
            new TrainingStep(
                trained,
                2,
                kernels,
                team,
                new TrainingStep.Settings(Update.PLAIN, 1, dropout, 0, 0, false));
        step.fetchFloats(
            2, (member, first, past, batch) -> Arrays.fill(batch, first, past, 1000), false);
        Arrays.fill(step.targets().labels, 1);
        // log(e³ + e⁴) − 4 for each of the two.
        double loss = step.run(2, 0.01f, 1, false);
        assertThat(loss).isCloseTo(2 * StrictMath.log(1 + StrictMath.exp(-1)), within(1e-6));
        assertThat(step.idle(2)).as("no unit was active, and no padding").isEqualTo(1);
      }
    }
  }
}
