package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchFeedTest {
  private static final int B = 16;

  /** One or two steps of some epoch, the first batch at {@code from}. */
  private record Part(int epoch, int from, int steps) {}

  /** Trains part after part; returns every parameter. */
  private static List<Float> train(String kind, boolean ahead, List<Part> parts) {
    Dataset data = kind.equals("floats") ? Clusters.floats(64) : Clusters.of(64);
    TrainingConfiguration configuration = TrainingConfiguration.descent(3, B, 0.1, 1);
    if (kind.equals("changed")) {
      configuration =
          configuration
              .withAugmentation(new Augmentation(2, 0.5, 10, 0, 0.3))
              .withRegularization(Regularization.NONE.withMixup(0.2));
    }
    TrainingStep.Settings settings = EngineSettings.of(configuration);
    Network network = Network.initial(Architecture.of(20, 17, 4), 1);
    Parameters parameters = new Parameters(network, settings.update(), List.of());
    try (ThreadTeam team = new ThreadTeam(2)) {
      TrainingStep step =
          new TrainingStep(parameters.layers(), B, Kernels.choose("AUTO"), team, settings);
      BatchFeed feed = new BatchFeed(configuration, data, step, team.members());
      long number = 0;
      for (Part part : parts) {
        feed.begin(part.epoch);
        for (int s = 0; s < part.steps; s++) {
          feed.fetch(part.from + s * B, B, ahead ? B : 0);
          step.run(B, 0.1f, ++number, false);
        }
      }
    }
    return Clusters.parameters(parameters.network());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "floats", "changed"})
  void copyingAheadChangesNoBit(String kind) {
    List<Part> parts = List.of(new Part(1, 0, 3), new Part(2, 0, 3));
    assertThat(train(kind, true, parts)).isEqualTo(train(kind, false, parts));
  }

  /** As where training goes back to an epoch before, after its next batch has been copied. */
  @ParameterizedTest
  @ValueSource(strings = {"bytes", "floats", "changed"})
  void whatWasCopiedInAnotherOrderIsForgotten(String kind) {
    List<Part> parts = List.of(new Part(2, 0, 1), new Part(1, B, 1));
    assertThat(train(kind, true, parts)).isEqualTo(train(kind, false, parts));
  }
}
