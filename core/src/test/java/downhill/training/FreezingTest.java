package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings that leave some layers as they are, and images in several colours. */
class FreezingTest {
  private static final Dataset ALL = Clusters.of(160);
  private static final Dataset DATA = ALL.slice(0, 100);
  private static final Dataset VALIDATION = ALL.slice(100, 160);
  private static final Network NETWORK = withMinusZero(Architecture.of(20, 17, 9, 4));
  private static final TrainingConfiguration PLAIN = TrainingConfiguration.descent(3, 16, 0.2, 5);

  /** He's weights, but for a −0 in each layer, which adding 0 would turn into 0. */
  private static Network withMinusZero(Architecture widths) {
    Network network = Network.initial(widths, 1);
    float[][] weights = new float[widths.layers()][];
    float[][] biases = new float[widths.layers()][];
    for (int l = 1; l <= widths.layers(); l++) {
      weights[l - 1] = network.weights(l);
      weights[l - 1][3] = -0f;
      biases[l - 1] = network.biases(l);
      biases[l - 1][1] = -0f;
    }
    return Network.of(widths, weights, biases);
  }

  static List<TrainingConfiguration> configurations() {
    List<TrainingConfiguration> all = new ArrayList<>();
    Regularization everything =
        new Regularization(1e-3, 1e-3, 1e-2, 0.3, 0.1, 0.1, 0.5, 0.9, 0.4, List.of());
    for (Optimizer optimizer :
        List.of(
            new Optimizer.GradientDescent(),
            new Optimizer.Momentum(0.9),
            new Optimizer.Nesterov(0.9),
            Optimizer.Adam.defaults(),
            Optimizer.RmsProp.defaults())) {
      all.add(PLAIN.withOptimizer(optimizer).withLearningRate(0.01));
      all.add(
          PLAIN
              .withOptimizer(optimizer)
              .withLearningRate(0.01)
              .withRegularization(everything)
              .withAugmentation(new Augmentation(1, 0.5, 20, 0.2, 0.3))
              .withStopping(new Stopping(Stopping.Monitor.LOSS, 0, true)));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void frozenLayersKeepTheirBits(TrainingConfiguration configuration) {
    for (List<Integer> frozen : List.of(List.of(1), List.of(3, 1), List.of(2), List.of(2, 3))) {
      List<EpochFinished> epochs = new ArrayList<>();
      Network result =
          new Trainer(configuration.withFrozen(frozen), new Execution(2, Kernel.VECTOR))
              .train(
                  NETWORK,
                  DATA,
                  VALIDATION,
                  event -> {
                    if (event instanceof EpochFinished epoch) {
                      epochs.add(epoch);
                    }
                  });
      for (int l = 1; l <= 3; l++) {
        String what = "layer %d with %s frozen".formatted(l, frozen);
        if (frozen.contains(l)) {
          // isEqualTo tells −0 from 0.
          assertThat(result.weights(l)).as(what).isEqualTo(NETWORK.weights(l));
          assertThat(result.biases(l)).as(what).isEqualTo(NETWORK.biases(l));
        } else {
          assertThat(result.weights(l)).as(what).isNotEqualTo(NETWORK.weights(l));
        }
      }
      assertThat(epochs).allMatch(epoch -> epoch.gradientNorm() > 0);
    }
  }

  /** A checkpoint goes on to the same bits; of a frozen layer it holds moments of 0. */
  @Test
  void goesOnFromEveryCheckpoint() {
    TrainingConfiguration configuration = configurations().get(7).withFrozen(List.of(2));
    List<TrainingState> states = new ArrayList<>();
    Network whole =
        new Trainer(configuration, new Execution(2, Kernel.VECTOR))
            .with(new Checkpoints(5))
            .train(
                NETWORK,
                DATA,
                VALIDATION,
                event -> {
                  if (event instanceof CheckpointReached checkpoint) {
                    states.add(checkpoint.state());
                  }
                });
    assertThat(states).hasSizeGreaterThan(3);
    for (TrainingState state : states) {
      assertThat(state.moments()).hasSize(2);
      assertThat(state.moments().getFirst().weights(2)).containsOnly(0);
      if (state.step() > 0) {
        assertThat(state.moments().getFirst().weights(1)).isNotEqualTo(new float[340]);
      }
      Network resumed =
          new Trainer(configuration, new Execution(1, Kernel.SCALAR))
              .resume(state, DATA, VALIDATION, event -> {});
      assertThat(parameters(resumed)).isEqualTo(parameters(whole));
    }
  }

  @Test
  void layersThatCanNotBeFrozen() {
    assertThat(PLAIN.withFrozen(List.of(3, 1)).frozen()).containsExactly(1, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withFrozen(List.of(1, 1)))
        .withMessageContaining("each once, found [1, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withFrozen(List.of(0)))
        .withMessageContaining("found [0]");
    assertRefused(List.of(2, 4), "network 20-17-9-4 has layers 1 to 3, found 4");
    assertRefused(List.of(1, 2, 3), "expected one of the 3 layers");
  }

  private static void assertRefused(List<Integer> frozen, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Trainer(PLAIN.withFrozen(frozen), Execution.defaults()).train(NETWORK, DATA))
        .withMessageContaining(message);
  }

  /**
   * The three colours of an image are moved, turned and erased alike: where they are equal, and so
   * are the weights that they go through, these stay equal.
   */
  @Test
  void coloursAreChangedAlike() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] values = new byte[60 * 3 * 30];
    for (int i = 0; i < 60; i++) {
      byte[] plane = new byte[30];
      random.nextBytes(plane);
      for (int c = 0; c < 3; c++) {
        System.arraycopy(plane, 0, values, (3 * i + c) * 30, 30);
      }
    }
    int[] labels = random.ints(60, 0, 2).toArray();
    Dataset data = Dataset.of(values, 3, 5, 6, labels, List.of("a", "b"));
    float[] row = new float[90];
    float[] weights = new float[4 * 90];
    for (int unit = 0; unit < 4; unit++) {
      for (int j = 0; j < 90; j++) {
        row[j] = j < 30 ? random.nextFloat(-0.3f, 0.3f) : row[j - 30];
      }
      System.arraycopy(row, 0, weights, 90 * unit, 90);
    }
    Network start =
        Network.of(
            Architecture.of(90, 4, 2),
            new float[][] {weights, {1, -1, 1, 1, -1, 1, 1, -1}},
            new float[][] {{0.1f, 0.1f, 0.1f, 0.1f}, {0, 0}});
    Network trained =
        new Trainer(
                TrainingConfiguration.descent(4, 10, 0.1, 3)
                    .withAugmentation(new Augmentation(2, 0.5, 30, 0.2, 0.5)),
                Execution.defaults())
            .train(start, data);
    float[] after = trained.weights(1);
    assertThat(after).isNotEqualTo(weights);
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).as("weight %d", i).isEqualTo(after[i / 90 * 90 + i % 30]);
    }
  }
}
