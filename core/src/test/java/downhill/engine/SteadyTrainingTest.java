package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.engine.Update.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is allocated in a step, once it is compiled. */
class SteadyTrainingTest {
  /** Plain, with all that may be added at once, and with the first layer frozen. */
  @ParameterizedTest
  @CsvSource({
    "plain, VECTOR",
    "everything, VECTOR",
    "frozen, VECTOR",
    "plain, SCALAR",
    "everything, SCALAR"
  })
  void allocatesNothing(String what, String kernels) throws Exception {
    assertThat(
            OwnJvm.bytes(
                Steps.class, 0, "-Ddownhill.what=" + what, "-Ddownhill.kernels=" + kernels))
        .as("bytes a step")
        .isZero();
  }

  /** Trains; a JVM of its own. */
  static final class Steps {
    private static final int BATCH = 129; // three words of a mask

    private Steps() {}

    public static void main(String[] arguments) {
      Addition added =
          !System.getProperty("downhill.what", "").equals("plain")
              ? Addition.everything(Rule.ADAM)
              : Addition.PLAIN;
      // Panels that are taken as they come, and in shares; the last one is not full.
      int[] widths = {784, 1024, 176, 10};
      List<TrainedLayer> layers = new ArrayList<>();
      for (int l = 1; l < widths.length; l++) {
        float[] W = Philox.heWeights(1, l, widths[l], widths[l - 1]);
        Layer layer = Layer.of(widths[l - 1], widths[l], W, new float[widths[l]]);
        Update update = added.settings().update();
        boolean frozen = l == 1 && System.getProperty("downhill.what", "").equals("frozen");
        layers.add(frozen ? TrainedLayer.frozen(layer, update) : TrainedLayer.of(layer, update));
      }
      Kernels kernels = Kernels.choose(System.getProperty("downhill.kernels", ""));
      SplittableRandom random = new SplittableRandom(1);
      try (ThreadTeam team = new ThreadTeam(2)) {
        TrainingStep step = new TrainingStep(layers, BATCH, kernels, team, added.settings());
        byte[] examples = new byte[BATCH * widths[0]];
        for (int i = 0; i < examples.length; i++) {
          examples[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
        }
        TrainingStep.Source source =
            (member, first, past, batch) ->
                System.arraycopy(
                    examples,
                    first * widths[0],
                    batch,
                    first * widths[0],
                    (past - first) * widths[0]);
        step.fetch(BATCH, source, false);
        for (int b = 0; b < BATCH; b++) {
          step.targets().shares[b] = added.share(b);
          step.targets().weights[b] = added.weight(b);
        }
        long[] t = {0};
        OwnJvm.printBytes(() -> step.run(BATCH, 0.01f, ++t[0], added.measured()));
      }
    }
  }
}
