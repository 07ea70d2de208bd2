package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.Layer;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainedLayer;
import downhill.engine.TrainingStep;
import downhill.engine.Update;
import downhill.equations.Gradients;
import downhill.equations.ReferenceNetwork;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten steps of training, their losses and gradients, against PyTorch in double precision. */
class AgainstPyTorchTest {
  private final TenSteps expected;

  AgainstPyTorchTest() throws IOException {
    expected = new TenSteps();
  }

  @Test
  void theEquations() {
    double[][][] weights = new double[expected.depth()][][];
    double[][] biases = new double[expected.depth()][];
    for (int l = 1; l <= expected.depth(); l++) {
      weights[l - 1] = rows(expected.weights("initial.", l), expected.widths[l - 1]);
      biases[l - 1] = expected.biases("initial.", l);
    }
    ReferenceNetwork network = new ReferenceNetwork(weights, biases);
    for (int s = 0; s < TenSteps.STEPS; s++) {
      int[] range = expected.range(s);
      double[][] xs = new double[range[1] - range[0]][];
      Arrays.setAll(xs, b -> expected.input(range[0] + b));
      int[] labels = Arrays.copyOfRange(expected.labels, range[0], range[1]);
      String step = "step" + (s + 1) + ".";
      assertThat(network.meanLoss(xs, labels))
          .as(step + "loss")
          .isCloseTo(expected.get(step + "loss")[0], within(1e-13));
      Gradients gradients = network.meanGradients(xs, labels);
      for (int l = 1; l <= expected.depth(); l++) {
        assertThat(flat(gradients.weights(l)))
            .as(step + "gradient of W, layer " + l)
            .containsExactly(expected.weights(step + "gradient.", l), within(1e-13));
        assertThat(gradients.biases(l))
            .as(step + "gradient of b, layer " + l)
            .containsExactly(expected.biases(step + "gradient.", l), within(1e-13));
      }
      network = network.descend(gradients, expected.rate);
    }
    for (int l = 1; l <= expected.depth(); l++) {
      assertThat(flat(network.weights(l)))
          .as("final W, layer " + l)
          .containsExactly(expected.weights("final.", l), within(1e-12));
      assertThat(network.biases(l)).containsExactly(expected.biases("final.", l), within(1e-12));
    }
  }

  /** The engine's gradient is not stored; it shows as the change of a parameter over one step. */
  @ParameterizedTest
  @EnumSource(Kernel.class)
  void theEngine(Kernel kernel) {
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l <= expected.depth(); l++) {
      layers.add(
          Layer.of(
              expected.widths[l - 1],
              expected.widths[l],
              floats(expected.weights("initial.", l)),
              floats(expected.biases("initial.", l))));
    }
    try (ThreadTeam team = new ThreadTeam(2)) {
      List<TrainedLayer> trained =
          layers.stream().map(layer -> TrainedLayer.of(layer, Update.PLAIN)).toList();
      TrainingStep step =
          new TrainingStep(
              trained,
              expected.batch,
              Kernels.choose(kernel.name()),
              team,
              TrainingStep.Settings.PLAIN);
      for (int s = 0; s < TenSteps.STEPS; s++) {
        int[] range = expected.range(s);
        int n = range[1] - range[0];
        int inputs = expected.widths[0];
        int first = range[0] * inputs;
        step.fetch(
            n,
            (member, from, past, to) ->
                System.arraycopy(
                    expected.pixels,
                    first + from * inputs,
                    to,
                    from * inputs,
                    (past - from) * inputs),
            false);
        System.arraycopy(expected.labels, range[0], step.targets().labels, 0, n);
        List<Layer> before = layers.stream().map(Layer::copy).toList();
        double loss = step.run(n, (float) expected.rate, s + 1, false) / n;
        String name = "step" + (s + 1) + ".";
        assertThat(loss).as(name + "loss").isCloseTo(expected.get(name + "loss")[0], within(2e-6));
        for (int l = 1; l <= expected.depth(); l++) {
          assertGradient(
              name + "W" + l,
              before.get(l - 1).weights(),
              layers.get(l - 1).weights(),
              expected.weights(name + "gradient.", l));
          assertGradient(
              name + "b" + l,
              before.get(l - 1).biases(),
              layers.get(l - 1).biases(),
              expected.biases(name + "gradient.", l));
        }
      }
    }
  }

  private void assertGradient(String name, float[] before, float[] after, double[] gradient) {
    for (int i = 0; i < gradient.length; i++) {
      assertThat((before[i] - (double) after[i]) / expected.rate)
          .as("%s, parameter %d", name, i)
          .isCloseTo(gradient[i], within(2e-6));
    }
  }

  @Test
  void theTrainer() {
    float[][] weights = new float[expected.depth()][];
    float[][] biases = new float[expected.depth()][];
    for (int l = 1; l <= expected.depth(); l++) {
      weights[l - 1] = floats(expected.weights("initial.", l));
      biases[l - 1] = floats(expected.biases("initial.", l));
    }
    Network initial = Network.of(Architecture.of(expected.widths), weights, biases);
    Dataset data =
        Dataset.of(
            expected.pixels,
            1,
            expected.widths[0],
            expected.labels,
            List.of("a", "b", "c", "d", "e"));
    // Three epochs of three steps are the first nine of the ten.
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(3, expected.batch, expected.rate, 1).withShuffle(false);
    List<Double> losses = new ArrayList<>();
    Network trained =
        new Trainer(configuration, new Execution(2, Kernel.VECTOR))
            .train(
                initial,
                data,
                event -> {
                  if (event instanceof TrainingEvent.EpochFinished epoch) {
                    losses.add(epoch.loss());
                  }
                });
    for (int epoch = 0; epoch < 3; epoch++) {
      double sum = 0;
      for (int s = 3 * epoch; s < 3 * epoch + 3; s++) {
        int[] range = expected.range(s);
        sum += expected.get("step" + (s + 1) + ".loss")[0] * (range[1] - range[0]);
      }
      assertThat(losses.get(epoch)).isCloseTo(sum / expected.labels.length, within(2e-6));
    }
    for (int l = 1; l <= expected.depth(); l++) {
      // The tenth step once more, undone: what nine steps leave is final + rate × gradient.
      double[] last = expected.weights("final.", l);
      double[] gradient = expected.weights("step10.gradient.", l);
      float[] W = trained.weights(l);
      for (int i = 0; i < W.length; i++) {
        assertThat((double) W[i]).isCloseTo(last[i] + expected.rate * gradient[i], within(5e-6));
      }
    }
  }

  private static double[][] rows(double[] flat, int columns) {
    double[][] rows = new double[flat.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }
}
