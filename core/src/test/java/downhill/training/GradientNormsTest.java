package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import downhill.data.Dataset;
import downhill.equations.Gradients;
import downhill.equations.ReferenceNetwork;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.EpochFinished;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The norms that are told of an epoch's last step, beside those of the equations' gradients. */
class GradientNormsTest {
  private static final Dataset DATA = Clusters.of(60);
  private static final Architecture WIDTHS = Architecture.of(20, 17, 9, 4);
  private static final Network NETWORK = Network.initial(WIDTHS, 3);

  /** One step, with all images in one batch. */
  private static EpochFinished step(TrainingConfiguration configuration, Execution execution) {
    List<EpochFinished> epochs = new ArrayList<>();
    new Trainer(configuration, execution)
        .train(
            NETWORK,
            DATA,
            null,
            event -> {
              if (event instanceof EpochFinished epoch) {
                epochs.add(epoch);
              }
            });
    return epochs.getFirst();
  }

  private static TrainingConfiguration descent() {
    return TrainingConfiguration.descent(1, DATA.size(), 0.1, 5);
  }

  private static Gradients gradients() {
    double[][][] weights = new double[3][][];
    double[][] biases = new double[3][];
    for (int l = 1; l <= 3; l++) {
      int in = WIDTHS.width(l - 1);
      float[] w = NETWORK.weights(l);
      float[] b = NETWORK.biases(l);
      weights[l - 1] = new double[WIDTHS.width(l)][in];
      biases[l - 1] = new double[WIDTHS.width(l)];
      for (int i = 0; i < WIDTHS.width(l); i++) {
        biases[l - 1][i] = b[i];
        for (int j = 0; j < in; j++) {
          weights[l - 1][i][j] = w[i * in + j];
        }
      }
    }
    double[][] xs = new double[DATA.size()][DATA.features()];
    int[] labels = new int[DATA.size()];
    for (int n = 0; n < DATA.size(); n++) {
      float[] x = DATA.example(n);
      for (int j = 0; j < x.length; j++) {
        xs[n][j] = x[j];
      }
      labels[n] = DATA.label(n);
    }
    return new ReferenceNetwork(weights, biases).meanGradients(xs, labels);
  }

  private static double squares(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v * v;
    }
    return sum;
  }

  @Test
  void theyAreThoseOfTheEquations() {
    EpochFinished told = step(descent(), new Execution(2, Kernel.VECTOR));
    Gradients gradients = gradients();
    double all = 0;
    assertThat(told.layerNorms()).hasSize(3);
    for (int l = 1; l <= 3; l++) {
      double sum = squares(gradients.biases(l));
      for (double[] row : gradients.weights(l)) {
        sum += squares(row);
      }
      assertThat(told.layerNorms().get(l - 1))
          .as("layer %d", l)
          .isCloseTo(Math.sqrt(sum), withinPercentage(1e-3));
      all += sum;
    }
    assertThat(told.gradientNorm()).isCloseTo(Math.sqrt(all), withinPercentage(1e-3));
  }

  @Test
  void theyAreTheSameBitsOnAnyMachine() {
    EpochFinished vector = step(descent(), new Execution(3, Kernel.VECTOR));
    EpochFinished scalar = step(descent(), new Execution(1, Kernel.SCALAR));
    assertThat(vector.layerNorms()).isEqualTo(scalar.layerNorms());
  }

  @Test
  void aFrozenLayerHasNone() {
    EpochFinished whole = step(descent(), Execution.defaults());
    EpochFinished frozen = step(descent().withFrozen(List.of(1, 3)), Execution.defaults());
    assertThat(frozen.layerNorms()).containsExactly(0.0, whole.layerNorms().get(1), 0.0);
    assertThat(frozen.gradientNorm()).isEqualTo(whole.layerNorms().get(1));
  }
}
