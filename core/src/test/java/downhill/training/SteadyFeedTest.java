package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.OwnJvm;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing is allocated where a batch is fetched, at once or while the one before it is trained on,
 * and changed and mixed, once that is compiled.
 */
class SteadyFeedTest {
  /** Turning takes a sine and a cosine, and StrictMath two doubles with a header for each. */
  @ParameterizedTest
  @CsvSource({"0, 0", "90, 4112"})
  void allocatesNothingForChangedExamples(int rotation, long bytes) throws Exception {
    assertThat(
            OwnJvm.bytes(
                Fetches.class, bytes, "-Ddownhill.feed=changed", "-Ddownhill.rotation=" + rotation))
        .as("bytes a batch")
        .isLessThanOrEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "floats"})
  void allocatesNothingForExamplesAsTheyAre(String feed) throws Exception {
    assertThat(OwnJvm.bytes(Fetches.class, 0, "-Ddownhill.feed=" + feed))
        .as("bytes a batch")
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "floats", "changed"})
  void allocatesNothingForTheNextBatch(String feed) throws Exception {
    assertThat(OwnJvm.bytes(Fetches.class, 0, "-Ddownhill.feed=" + feed, "-Ddownhill.next=true"))
        .as("bytes a batch")
        .isZero();
  }

  /**
   * Fetches one batch again and again, or three of them in turn, of which two are named before; a
   * JVM of its own.
   */
  static final class Fetches {
    private Fetches() {}

    public static void main(String[] arguments) {
      String what = System.getProperty("downhill.feed", "");
      Dataset data = what.equals("floats") ? Clusters.floats(96) : Clusters.of(96);
      TrainingConfiguration plain = TrainingConfiguration.descent(1, 64, 0.1, 1);
      TrainingConfiguration configuration = what.equals("changed") ? changed(plain) : plain;
      TrainingStep.Settings settings = EngineSettings.of(configuration);
      Network network = Network.initial(Architecture.of(20, 17, 4), 1);
      try (ThreadTeam team = new ThreadTeam(2)) {
        TrainingStep step =
            new TrainingStep(
                new Parameters(network, settings.update(), List.of()).layers(),
                64,
                Kernels.choose("AUTO"),
                team,
                settings);
        BatchFeed feed = new BatchFeed(configuration, data, step, team.members());
        feed.begin(1);
        int[] from = {0};
        OwnJvm.printBytes(
            Boolean.getBoolean("downhill.next")
                ? () -> {
                  feed.fetch(from[0], 32, from[0] < 64 ? 32 : 0);
                  step.run(32, 0.01f, 1, false);
                  from[0] = (from[0] + 32) % 96;
                }
                : () -> feed.fetch(0, 64, 0));
      }
    }

    private static TrainingConfiguration changed(TrainingConfiguration plain) {
      int rotation = Integer.getInteger("downhill.rotation", 0);
      return plain
          .withAugmentation(new Augmentation(2, 0.5, rotation, 0, 0.3))
          .withRegularization(
              Regularization.NONE.withMixup(0.2).withClassWeights(List.of(1.0, 2.0, 0.5, 1.0)));
    }
  }
}
