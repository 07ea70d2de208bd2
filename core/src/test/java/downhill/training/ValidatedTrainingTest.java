package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.Stopping.Monitor;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training that is judged by a validation set, or in which not all examples count the same. */
class ValidatedTrainingTest {
  private static final Dataset ALL = Clusters.of(160);
  private static final Dataset DATA = ALL.slice(0, 100);
  private static final Dataset VALIDATION = ALL.slice(100, 160);
  private static final Network NETWORK = Network.initial(Architecture.of(20, 17, 4), 1);

  /** A rate at which the loss goes up and down. */
  private static final TrainingConfiguration RESTLESS = TrainingConfiguration.descent(40, 16, 2, 5);

  private static List<TrainingEvent> events(TrainingConfiguration configuration, List<Network> to) {
    List<TrainingEvent> events = new ArrayList<>();
    to.add(
        new Trainer(configuration, Execution.defaults())
            .train(NETWORK, DATA, VALIDATION, events::add));
    return events;
  }

  private static List<EpochFinished> epochs(List<TrainingEvent> events) {
    return events.stream()
        .filter(EpochFinished.class::isInstance)
        .map(EpochFinished.class::cast)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void endsEarlyAndKeepsTheBest(Monitor monitor) {
    List<EpochFinished> whole = epochs(events(RESTLESS, new ArrayList<>()));
    assertThat(whole).hasSize(40);
    // By hand: the first epoch that none of the next three betters.
    int best = 0;
    int end = 0;
    while (end - best < 3) {
      end++;
      if (better(monitor, whole.get(end), whole.get(best))) {
        best = end;
      }
    }
    assertThat(end).as("a training that has something to show").isBetween(4, 38);
    List<Network> result = new ArrayList<>();
    List<TrainingEvent> events =
        events(RESTLESS.withStopping(new Stopping(monitor, 3, true)), result);
    assertThat(events.getLast()).isEqualTo(new Finished(end + 1, true, best + 1));
    assertThat(parameters(result.getFirst())).isEqualTo(parameters(whole.get(best).network()));
    EpochFinished last = epochs(events).getLast();
    assertThat(last.bestEpoch()).isEqualTo(best + 1);
    assertThat(parameters(last.network())).as("told too").isEqualTo(parameters(result.getFirst()));
    events = events(RESTLESS.withStopping(new Stopping(monitor, 3, false)), result);
    assertThat(events.getLast()).isEqualTo(new Finished(end + 1, true, 0));
    assertThat(parameters(result.getLast())).isEqualTo(parameters(whole.get(end).network()));
  }

  private static boolean better(Monitor monitor, EpochFinished one, EpochFinished other) {
    Validation a = one.validation();
    Validation b = other.validation();
    if (a == null || b == null) {
      throw new AssertionError("an epoch without validation");
    }
    return monitor == Monitor.LOSS ? a.loss() < b.loss() : a.accuracy() > b.accuracy();
  }

  /** The average is what is judged, told and returned. */
  @Test
  void theAverageIsJudged() {
    List<Network> result = new ArrayList<>();
    TrainingConfiguration averaged =
        RESTLESS.withEpochs(3).withRegularization(Regularization.NONE.withAveraging(0.9));
    EpochFinished last = epochs(events(averaged, result)).getLast();
    Evaluation evaluation = Evaluation.of(result.getFirst(), VALIDATION, Execution.defaults());
    assertThat(last.validation())
        .isEqualTo(new Validation(evaluation.loss(), evaluation.accuracy()));
    Evaluation judged = last.judged();
    if (judged == null) {
      throw new AssertionError("an epoch without its matrix");
    }
    assertThat(judged.confusionMatrix()).isDeepEqualTo(evaluation.confusionMatrix());
    assertThat(judged.loss()).isEqualTo(evaluation.loss());
    List<Network> plain = new ArrayList<>();
    events(RESTLESS.withEpochs(3), plain);
    assertThat(parameters(result.getFirst())).isNotEqualTo(parameters(plain.getFirst()));
  }

  @Test
  void theBestAverageIsKept() {
    TrainingConfiguration averaged =
        RESTLESS.withEpochs(10).withRegularization(Regularization.NONE.withAveraging(0.9));
    List<EpochFinished> whole = epochs(events(averaged, new ArrayList<>()));
    int best = 0;
    for (int e = 1; e < 10; e++) {
      if (better(Monitor.LOSS, whole.get(e), whole.get(best))) {
        best = e;
      }
    }
    List<Network> result = new ArrayList<>();
    List<TrainingEvent> events =
        events(averaged.withStopping(new Stopping(Monitor.LOSS, 0, true)), result);
    assertThat(events.getLast()).isEqualTo(new Finished(10, false, best + 1));
    assertThat(parameters(result.getFirst())).isEqualTo(parameters(whole.get(best).network()));
  }

  /** A class that counts nothing might as well not be there. */
  @Test
  void aClassLeftOut() {
    List<byte[]> examples = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < DATA.size(); i++) {
      if (DATA.label(i) != 2) {
        byte[] example = new byte[20];
        DATA.copyTo(i, example, 0);
        examples.add(example);
        labels.add(DATA.label(i));
      }
    }
    byte[] values = new byte[20 * examples.size()];
    for (int i = 0; i < examples.size(); i++) {
      System.arraycopy(examples.get(i), 0, values, 20 * i, 20);
    }
    int[] kept = labels.stream().mapToInt(i -> i).toArray();
    Dataset without = Dataset.of(values, 4, 5, kept, DATA.classNames());
    // All of an epoch in one batch, so that both have the same ones.
    TrainingConfiguration whole = RESTLESS.withEpochs(5).withShuffle(false);
    Regularization weights = Regularization.NONE.withClassWeights(List.of(2.0, 2.0, 0.0, 2.0));
    Network weighted =
        new Trainer(whole.withBatchSize(100).withRegularization(weights), Execution.defaults())
            .train(NETWORK, DATA);
    Network plain =
        new Trainer(whole.withBatchSize(without.size()), Execution.defaults())
            .train(NETWORK, without);
    assertThat(parameters(weighted)).isEqualTo(parameters(plain));
  }

  /** With batches of one, some count nothing; the loss is that of the others. */
  @Test
  void batchesThatCountNothing() {
    TrainingConfiguration ones =
        RESTLESS
            .withEpochs(2)
            .withBatchSize(1)
            .withLearningRate(0.1)
            .withRegularization(Regularization.NONE.withClassWeights(List.of(0.0, 0.0, 0.0, 1.0)));
    for (EpochFinished epoch : epochs(events(ones, new ArrayList<>()))) {
      assertThat(epoch.loss()).isFinite().isPositive();
    }
  }

  @Test
  void rejectsWhatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(
                    RESTLESS.withStopping(new Stopping(Monitor.LOSS, 1, false)),
                    Execution.defaults())
                .train(NETWORK, DATA))
        .withMessage("stopping: expected a validation set to judge epochs by, found none");
    rejected(List.of(1.0, 1.0), DATA, "class weights: expected 4, one for each class, found 2");
    int first = DATA.label(0);
    List<Double> others = new ArrayList<>(List.of(1.0, 1.0, 1.0, 1.0));
    others.set(first, 0.0);
    rejected(
        others,
        DATA.slice(0, 1),
        "weights: expected one above 0 for an example of the data and for its class, found none");
    Dataset wide = Dataset.of(new byte[21], 1, 21, new int[1], DATA.classNames());
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(RESTLESS, Execution.defaults()).train(NETWORK, DATA, wide, event -> {}))
        .withMessageContaining("expected 21 inputs");
  }

  /** What is called b would be judged as a. */
  @Test
  void refusesAValidationSetOfOtherClasses() {
    Dataset swapped = Dataset.of(new byte[20], 4, 5, new int[] {1}, List.of("a", "c", "b", "d"));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(RESTLESS, Execution.defaults()).train(NETWORK, DATA, swapped, event -> {}))
        .withMessage(
            "validation: expected 'b' for class 1, as in the data, found 'c'; give both the same"
                + " classes in the same order");
  }

  private static void rejected(List<Double> weights, Dataset data, String message) {
    TrainingConfiguration weighted =
        RESTLESS.withBatchSize(1).withRegularization(Regularization.NONE.withClassWeights(weights));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Trainer(weighted, Execution.defaults()).train(NETWORK, data))
        .withMessage(message);
  }

  /** What becomes of images depends on seed, epoch and example, not on who does it. */
  @Test
  void augmentationForAnyExecution() {
    TrainingConfiguration augmented =
        RESTLESS
            .withEpochs(3)
            .withLearningRate(0.1)
            .withAugmentation(new Augmentation(1, 0.5, 20, 0.2, 0.3))
            .withRegularization(Regularization.NONE.withMixup(0.4).withInputDropout(0.2));
    Network expected = new Trainer(augmented, new Execution(1, Kernel.SCALAR)).train(NETWORK, DATA);
    for (int threads = 1; threads <= 4; threads++) {
      Network found =
          new Trainer(augmented, new Execution(threads, Kernel.VECTOR)).train(NETWORK, DATA);
      assertThat(parameters(found)).as("%d threads", threads).isEqualTo(parameters(expected));
    }
    Network other = new Trainer(augmented.withSeed(6), Execution.defaults()).train(NETWORK, DATA);
    assertThat(parameters(other)).isNotEqualTo(parameters(expected));
    Network plain =
        new Trainer(augmented.withAugmentation(Augmentation.NONE), Execution.defaults())
            .train(NETWORK, DATA);
    assertThat(parameters(plain)).isNotEqualTo(parameters(expected));
  }
}
