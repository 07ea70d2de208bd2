package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.Philox;
import downhill.engine.Philox.Purpose;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchFeedTest {
  private static final int B = 16;

  /** Six batches and a smaller one. */
  private static final int EXAMPLES = 100;

  private static final Network NETWORK = Network.initial(Architecture.of(20, 17, 4), 1);
  private static final TrainingConfiguration TWO_EPOCHS =
      TrainingConfiguration.descent(2, B, 0.1, 5);

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
    Parameters parameters = new Parameters(NETWORK, settings.update(), List.of());
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

  /** Trains on what each of two epochs sees, in the order in which it is given. */
  private static Network trained(IntFunction<Dataset> ofEpoch) {
    Trainer trainer =
        new Trainer(TWO_EPOCHS.withEpochs(1).withShuffle(false), Execution.defaults());
    Network first = trainer.train(NETWORK, ofEpoch.apply(1));
    return trainer.train(first, ofEpoch.apply(2));
  }

  private static int[] order(int epoch) {
    int[] order = new int[EXAMPLES];
    Philox.permutation(order, TWO_EPOCHS.seed(), epoch);
    return order;
  }

  /** Returns what an epoch sees of the images, each changed by ten numbers of its own. */
  private static Dataset changed(Augmentation augmentation, int epoch) {
    Dataset data = Clusters.of(EXAMPLES);
    int[] order = order(epoch);
    byte[] original = new byte[20];
    byte[] values = new byte[EXAMPLES * 20];
    int[] labels = new int[EXAMPLES];
    float[] uniforms = new float[10];
    for (int place = 0; place < EXAMPLES; place++) {
      int example = order[place];
      for (int k = 0; k < 10; k++) {
        double u =
            Philox.uniform(
                Philox.room(), TWO_EPOCHS.seed(), Purpose.AUGMENTATION, epoch, 10L * example + k);
        uniforms[k] = Math.min((float) u, 0x1.fffffep-1f);
      }
      data.copyTo(example, original, 0);
      augmentation.apply(original, 0, 4, 5, uniforms, values, place * 20);
      labels[place] = data.label(example);
    }
    return Dataset.of(values, 4, 5, labels, data.classNames());
  }

  @Test
  void everyEpochChangesEveryImageByItsOwnNumbers() {
    Augmentation augmentation = new Augmentation(1, 0.5, 20, 0.2, 0.3);
    Network expected = trained(epoch -> changed(augmentation, epoch));
    Network found =
        new Trainer(TWO_EPOCHS.withAugmentation(augmentation), Execution.defaults())
            .train(NETWORK, Clusters.of(EXAMPLES));
    assertThat(Clusters.parameters(found)).isEqualTo(Clusters.parameters(expected));
  }

  /** Returns examples that are all of one class, so that mixing them changes no target. */
  private static Dataset ofOneClass() {
    Dataset data = Clusters.floats(EXAMPLES);
    float[] values = new float[EXAMPLES * 20];
    for (int i = 0; i < EXAMPLES; i++) {
      data.copyTo(i, values, i * 20);
    }
    return Dataset.ofFloats(values, 20, new int[EXAMPLES], data.classNames());
  }

  /** Returns what an epoch sees of them, each mixed with the next one of its batch. */
  private static Dataset mixed(double alpha, int epoch) {
    Dataset data = ofOneClass();
    int[] order = order(epoch);
    float[] values = new float[EXAMPLES * 20];
    for (int place = 0; place < EXAMPLES; place++) {
      boolean last = place % B == B - 1 || place == EXAMPLES - 1;
      float[] own = data.example(order[place]);
      float[] other = data.example(order[last ? place / B * B : place + 1]);
      float share = (float) Beta.draw(alpha, Philox.room(), TWO_EPOCHS.seed(), epoch, place);
      for (int j = 0; j < 20; j++) {
        values[place * 20 + j] = Math.fma(share, own[j], (1 - share) * other[j]);
      }
    }
    return Dataset.ofFloats(values, 20, new int[EXAMPLES], data.classNames());
  }

  @Test
  void everyEpochMixesEveryExampleByItsOwnShare() {
    Network expected = trained(epoch -> mixed(0.4, epoch));
    Network found =
        new Trainer(
                TWO_EPOCHS.withRegularization(Regularization.NONE.withMixup(0.4)),
                Execution.defaults())
            .train(NETWORK, ofOneClass());
    assertThat(Clusters.parameters(found)).isEqualTo(Clusters.parameters(expected));
  }
}
