package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a training goes back to a checkpoint whose numbers are all finite. */
class RetriesTest {
  private static final Architecture WIDTHS = Architecture.of(1, 2);

  /** Returns examples that are all alike, of these labels. */
  private static Dataset data(int[] labels) {
    byte[] values = new byte[labels.length];
    Arrays.fill(values, (byte) 255);
    return Dataset.of(values, 1, 1, labels, List.of("a", "b"));
  }

  private static List<TrainingEvent.WentBack> train(
      TrainingConfiguration configuration, Network initial, Dataset data) {
    List<TrainingEvent.WentBack> back = new ArrayList<>();
    new Trainer(configuration, Execution.singleThread())
        .with(Checkpoints.EVERY_EPOCH)
        .train(
            initial,
            data,
            event -> {
              if (event instanceof TrainingEvent.WentBack went) {
                back.add(went);
              }
            });
    return back;
  }

  /** What is right of the first thousand may be far off for all others. */
  @Test
  void examplesFromAllOfTheDataJudge() {
    int[] labels = new int[2000];
    Arrays.fill(labels, 1000, 1500, 1);
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(1, 100, 1000, 1).withShuffle(false).withRetries(2);
    assertThat(train(configuration, Network.initial(WIDTHS, 1), data(labels)))
        .extracting(TrainingEvent.WentBack::step)
        .containsExactly(0L, 0L);
  }

  /** From where a model is far off, each checkpoint is nearer: there is nothing to go back for. */
  @Test
  void whatBeginsFarOffIsNotHeldBack() {
    int[] labels = new int[200];
    Arrays.fill(labels, 100, 200, 1);
    Network far = Network.of(WIDTHS, new float[][] {{0, 0}}, new float[][] {{100, 0}});
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(3, 20, 0.1, 1).withRetries(9);
    assertThat(train(configuration, far, data(labels))).isEmpty();
  }

  /**
   * One batch of the first class makes the logits η and −η, and one of the second −η and η: half of
   * the examples then have a loss of 2η, the others almost none. Of guessing it is log 2, and ten
   * times that is 6.93.
   */
  @Test
  void tenTimesTheLossOfGuessingIsNotHopelessYet() {
    int[] labels = new int[20];
    Arrays.fill(labels, 10, 20, 1);
    Network guessing = Network.of(WIDTHS, new float[1][2], new float[1][2]);
    TrainingConfiguration twoSteps =
        TrainingConfiguration.descent(1, 10, 1, 1).withShuffle(false).withRetries(1);
    assertThat(train(twoSteps.withLearningRate(6.8), guessing, data(labels))).isEmpty();
    assertThat(train(twoSteps.withLearningRate(7.1), guessing, data(labels)))
        .containsExactly(new TrainingEvent.WentBack(2, 0, 1, 0.5));
  }
}
