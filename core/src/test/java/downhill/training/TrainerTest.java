package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final TrainingConfiguration SMALL = TrainingConfiguration.descent(3, 16, 0.2, 5);

  private static final Network NETWORK = Network.initial(Architecture.of(20, 17, 4), 1);

  private static List<TrainingEvent> events(TrainingConfiguration configuration, Dataset data) {
    return events(configuration, NETWORK, data);
  }

  private static List<TrainingEvent> events(
      TrainingConfiguration configuration, Network initial, Dataset data) {
    List<TrainingEvent> events = new ArrayList<>();
    new Trainer(configuration, Execution.defaults()).train(initial, data, events::add);
    return events;
  }

  private static List<EpochFinished> epochs(List<TrainingEvent> events) {
    return events.stream()
        .filter(EpochFinished.class::isInstance)
        .map(EpochFinished.class::cast)
        .toList();
  }

  /** Returns images of which a network takes every other one for what it is. */
  private static Dataset halfRight(Network network) {
    Dataset data = Clusters.of(100);
    byte[] values = new byte[100 * 20];
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      data.copyTo(i, values, i * 20);
      labels[i] = (network.classify(data.example(i)) + i % 2) % 4;
    }
    return Dataset.of(values, 4, 5, labels, data.classNames());
  }

  @Test
  void learns() {
    List<TrainingEvent> events = events(SMALL.withEpochs(10), Clusters.of(500));
    EpochFinished last = (EpochFinished) events.get(events.size() - 2);
    assertThat(last.accuracy()).isGreaterThan(0.99);
    assertThat(last.loss()).isLessThan(0.1);
  }

  @Test
  void tellsWhatHappens() {
    List<TrainingEvent> events = events(SMALL, Clusters.of(100));
    assertThat(events.getFirst())
        .isInstanceOfSatisfying(
            Started.class,
            started -> {
              assertThat(started.examples()).isEqualTo(100);
              assertThat(started.stepsPerEpoch()).isEqualTo(7);
              assertThat(started.threads()).isEqualTo(Execution.defaults().threads());
              assertThat(started.kernels()).matches("scalar|vector, \\d+ bits");
              assertThat(parameters(started.network())).isEqualTo(parameters(NETWORK));
            });
    List<EpochFinished> epochs = epochs(events);
    assertThat(epochs).extracting(EpochFinished::epoch).containsExactly(1, 2, 3);
    assertThat(epochs).allMatch(epoch -> epoch.seconds() > 0 && Double.isFinite(epoch.loss()));
    assertThat(events.stream().filter(Progressed.class::isInstance).map(Progressed.class::cast))
        .allMatch(p -> p.examplesDone() > 0 && p.examplesDone() < 100);
  }

  /** At a rate that moves no parameter, every epoch is one of the network as it was. */
  @Test
  void everyEpochTellsTheLossAndTheAccuracyOfItsExamples() {
    Network network = Clusters.network();
    Dataset data = halfRight(network);
    Evaluation expected = Evaluation.of(network, data, Execution.defaults());
    assertThat(expected.accuracy()).isEqualTo(0.5);
    List<EpochFinished> epochs = epochs(events(SMALL.withLearningRate(1e-30), network, data));
    assertThat(epochs).hasSize(3);
    for (EpochFinished epoch : epochs) {
      assertThat(epoch.accuracy()).as("epoch %d", epoch.epoch()).isEqualTo(expected.accuracy());
      assertThat(epoch.loss())
          .as("epoch %d", epoch.epoch())
          .isCloseTo(expected.loss(), within(1e-6));
    }
  }

  /**
   * The only unit has a logit of 1 + 1. The first step, whose example is almost certainly wrong,
   * takes 10 · 1.96 from both of its terms, and nothing brings it back.
   */
  @Test
  void everyEpochTellsItsOwnIdleUnits() {
    Network unit =
        Network.of(
            Architecture.of(1, 1, 2), new float[][] {{1}, {-1, 1}}, new float[][] {{1}, {0, 0}});
    Dataset data = Dataset.of(new byte[] {-1, -1}, 1, 1, new int[2], List.of("a", "b"));
    List<EpochFinished> epochs =
        epochs(events(TrainingConfiguration.descent(2, 2, 10, 1), unit, data));
    assertThat(epochs).hasSize(2);
    assertThat(epochs.getFirst().idleUnits()).containsExactly(0.0);
    assertThat(epochs.getLast().idleUnits()).containsExactly(1.0);
  }

  @Test
  void theSameForAnyExecution() {
    Dataset data = Clusters.of(100);
    Network expected = new Trainer(SMALL, new Execution(1, Kernel.SCALAR)).train(NETWORK, data);
    for (int threads = 1; threads <= 4; threads++) {
      Network found =
          new Trainer(SMALL, new Execution(threads, Kernel.VECTOR)).train(NETWORK, data);
      assertThat(parameters(found)).isEqualTo(parameters(expected));
    }
  }

  @Test
  void theSeedCountsOnlyWhereTheExamplesAreShuffled() {
    Dataset data = Clusters.of(100);
    Trainer one = new Trainer(SMALL, Execution.defaults());
    Trainer other = new Trainer(SMALL.withSeed(6), Execution.defaults());
    assertThat(parameters(one.train(NETWORK, data)))
        .isEqualTo(parameters(one.train(NETWORK, data)))
        .isNotEqualTo(parameters(other.train(NETWORK, data)));
    one = new Trainer(SMALL.withShuffle(false), Execution.defaults());
    other = new Trainer(SMALL.withShuffle(false).withSeed(6), Execution.defaults());
    assertThat(parameters(one.train(NETWORK, data)))
        .isEqualTo(parameters(other.train(NETWORK, data)));
  }

  /** Two epochs are not twice the first: the second visits the examples in another order. */
  @Test
  void everyEpochShufflesAnew() {
    Dataset data = Clusters.of(100);
    Trainer once = new Trainer(SMALL.withEpochs(1), Execution.defaults());
    Network twiceTheFirst = once.train(once.train(NETWORK, data), data);
    Network two = new Trainer(SMALL.withEpochs(2), Execution.defaults()).train(NETWORK, data);
    assertThat(parameters(two)).isNotEqualTo(parameters(twiceTheFirst));
    Trainer ordered = new Trainer(SMALL.withEpochs(1).withShuffle(false), Execution.defaults());
    Network orderedTwice = ordered.train(ordered.train(NETWORK, data), data);
    Network orderedTwo =
        new Trainer(SMALL.withEpochs(2).withShuffle(false), Execution.defaults())
            .train(NETWORK, data);
    assertThat(parameters(orderedTwo)).isEqualTo(parameters(orderedTwice));
  }

  /** An epoch of more than a tenth of a second tells progress, and does not count the telling. */
  @Test
  void theTimeOfListenersIsNotTraining() {
    Network large = Network.initial(Architecture.of(20, 600, 600, 4), 1);
    Dataset data = Clusters.of(6_000);
    List<TrainingEvent> events = new ArrayList<>();
    long start = System.nanoTime();
    new Trainer(SMALL.withEpochs(1), new Execution(1, Kernel.SCALAR))
        .train(
            large,
            data,
            event -> {
              events.add(event);
              if (event instanceof Progressed) {
                LockSupport.parkNanos(50_000_000);
              }
            });
    double wall = (System.nanoTime() - start) * 1e-9;
    List<Progressed> told =
        events.stream().filter(Progressed.class::isInstance).map(Progressed.class::cast).toList();
    EpochFinished epoch = (EpochFinished) events.get(events.size() - 2);
    assertThat(told).isNotEmpty();
    assertThat(epoch.seconds())
        .isGreaterThan(0.1 * told.size())
        .isLessThan(wall - 0.04 * told.size());
    assertGoesOn(told, epoch);
  }

  /** No loss is negative, so their sum only grows, up to that of the epoch of 6,000 examples. */
  private static void assertGoesOn(List<Progressed> told, EpochFinished epoch) {
    int done = 0;
    double seconds = 0;
    double sum = 0;
    for (Progressed progress : told) {
      assertThat(progress.epoch()).isEqualTo(1);
      assertThat(progress.examplesDone()).isGreaterThan(done).isLessThan(6_000);
      assertThat(progress.examplesDone() % 16).as("what is left of whole batches").isZero();
      assertThat(progress.seconds()).isGreaterThan(seconds).isLessThan(epoch.seconds());
      assertThat(progress.loss()).isPositive();
      assertThat(progress.loss() * progress.examplesDone())
          .isBetween(sum * (1 - 1e-9), epoch.loss() * 6_000 * (1 + 1e-9));
      done = progress.examplesDone();
      seconds = progress.seconds();
      sum = progress.loss() * done;
    }
  }

  @Test
  void theGivenNetworkStaysAsItIs() {
    List<Float> before = parameters(NETWORK);
    new Trainer(SMALL, Execution.defaults()).train(NETWORK, Clusters.of(50));
    assertThat(parameters(NETWORK)).isEqualTo(before);
  }

  /** Fewer epochs are a beginning of more: what epoch 2 leaves does not know of epoch 3. */
  @Test
  void anEpochDoesNotDependOnHowManyFollow() {
    Dataset data = Clusters.of(100);
    Network two = new Trainer(SMALL.withEpochs(2), Execution.defaults()).train(NETWORK, data);
    EpochFinished second =
        events(SMALL, data).stream()
            .filter(event -> event instanceof EpochFinished epoch && epoch.epoch() == 2)
            .map(EpochFinished.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(parameters(second.network())).isEqualTo(parameters(two));
  }

  @Test
  void stopsAfterTheCurrentStep() {
    Trainer trainer = new Trainer(SMALL.withEpochs(1_000_000), Execution.defaults());
    List<TrainingEvent> events = new ArrayList<>();
    Network stopped =
        trainer.train(
            NETWORK,
            Clusters.of(100),
            event -> {
              events.add(event);
              if (event instanceof EpochFinished epoch && epoch.epoch() == 2) {
                trainer.stop();
              }
            });
    EpochFinished last = (EpochFinished) events.getLast();
    assertThat(last.epoch()).isEqualTo(2);
    assertThat(parameters(stopped)).isEqualTo(parameters(last.network()));
    Network untouched = trainer.train(NETWORK, Clusters.of(100));
    assertThat(parameters(untouched)).as("stays stopped").isEqualTo(parameters(NETWORK));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e30, 1e38})
  void stopsWhenTheLossIsNoLongerFinite(double rate) {
    Trainer trainer = new Trainer(SMALL.withLearningRate(rate), Execution.defaults());
    assertThatThrownBy(() -> trainer.train(NETWORK, Clusters.of(100)))
        .isInstanceOfSatisfying(
            DivergedException.class,
            e -> {
              assertThat(e.step()).isBetween(1L, 7L);
              assertThat(e.epoch()).isEqualTo(1);
            })
        .hasMessageContaining("learning rate " + rate);
  }

  /** One step in all: the loss before it is fine, the weights after it are not. */
  @Test
  void stopsWhenTheLastUpdateBreaksTheWeights() {
    TrainingConfiguration once = TrainingConfiguration.descent(1, 100, 3e38, 1).withShuffle(false);
    assertThatThrownBy(
            () -> new Trainer(once, Execution.defaults()).train(big(1000), Clusters.of(100)))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("step 1 ");
  }

  /**
   * A gradient of about 1e24 is a number, and so is all that comes of it but its square: that is
   * infinite, and what is divided by its root moves nothing.
   */
  @Test
  void stopsWhenTheLastUpdateBreaksWhatTheOptimizerKeeps() {
    Network big = big(1e25f);
    Dataset data = halfRight(big);
    for (Optimizer optimizer : List.of(Optimizer.Adam.defaults(), Optimizer.RmsProp.defaults())) {
      TrainingConfiguration once =
          TrainingConfiguration.descent(1, 100, 0.001, 1).withOptimizer(optimizer);
      assertThatThrownBy(() -> new Trainer(once, Execution.defaults()).train(big, data))
          .as("%s", optimizer)
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("step 1 ");
    }
  }

  /** Large weights in the last layer make large gradients in the first. */
  private static Network big(float factor) {
    float[] W = NETWORK.weights(2);
    for (int i = 0; i < W.length; i++) {
      W[i] *= factor;
    }
    return Network.of(
        NETWORK.architecture(),
        new float[][] {NETWORK.weights(1), W},
        new float[][] {NETWORK.biases(1), NETWORK.biases(2)});
  }

  private static List<Float> trained(Network initial, TrainingConfiguration configuration) {
    return parameters(
        new Trainer(configuration, Execution.defaults()).train(initial, Clusters.of(100)));
  }

  /** What sees nothing of its inputs does not miss them; hidden units it does. */
  @Test
  void inputsAndHiddenUnitsAreDroppedApart() {
    float[] ones = new float[17];
    Arrays.fill(ones, 1);
    Network blind =
        Network.of(
            NETWORK.architecture(),
            new float[][] {new float[17 * 20], NETWORK.weights(2)},
            new float[][] {ones, NETWORK.biases(2)});
    TrainingConfiguration whole = SMALL.withShuffle(false).withFrozen(List.of(1));
    TrainingConfiguration inputs =
        whole.withRegularization(Regularization.NONE.withInputDropout(0.5));
    TrainingConfiguration hidden = whole.withRegularization(Regularization.NONE.withDropout(0.5));
    assertThat(trained(blind, inputs)).isEqualTo(trained(blind, whole));
    assertThat(trained(blind, hidden))
        .isNotEqualTo(trained(blind, whole))
        .isNotEqualTo(trained(blind, hidden.withSeed(6)));
    assertThat(trained(NETWORK, inputs))
        .isNotEqualTo(trained(NETWORK, whole))
        .isNotEqualTo(trained(NETWORK, inputs.withSeed(6)));
  }

  @Test
  void dropoutNeedsSomethingToDrop() {
    TrainingConfiguration dropping =
        TrainingConfiguration.descent(1, 10, 0.1, 1)
            .withRegularization(Regularization.NONE.withDropout(0.5));
    Network flat = Network.initial(Architecture.of(20, 4), 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Trainer(dropping, Execution.defaults()).train(flat, Clusters.of(100)))
        .withMessageStartingWith("dropout: expected a network with hidden units to drop");
  }

  @Test
  void rejectsWhatDoesNotFit() {
    Trainer trainer = new Trainer(SMALL, Execution.defaults());
    Dataset data = Clusters.of(100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.train(Network.initial(Architecture.of(21, 4), 1), data))
        .withMessage("network 21-4: expected 20 inputs for 4 × 5 examples, found 21");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.train(Network.initial(Architecture.of(20, 5), 1), data))
        .withMessage("network 20-5: expected 4 classes at the end, as in the data, found 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.train(NETWORK, Clusters.of(15)))
        .withMessageContaining("at most the 15 examples");
  }

  @Test
  void rejectsBatchesThatFitNoBuffer() {
    Architecture wide = Architecture.of(20, Architecture.MAX_WIDTH, 4);
    Dataset data = Clusters.of(1008);
    trainer(1007).check(wide, data);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer(1008).check(wide, data))
        .withMessage(
            "batch size: expected at most 1007 examples where a layer has 1048576 units or inputs,"
                + " found 1008");
  }

  private static Trainer trainer(int batchSize) {
    return new Trainer(TrainingConfiguration.descent(1, batchSize, 0.1, 1), Execution.defaults());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 16, 0.1, epochs",
    "-1, 16, 0.1, epochs",
    "1, 0, 0.1, batch size",
    "1, -5, 0.1, batch size",
    "1, 16, 0, learning rate",
    "1, 16, -0.1, learning rate",
    "1, 16, NaN, learning rate",
    "1, 16, Infinity, learning rate",
    "1, 16, 1e-60, learning rate",
    "1, 16, 1e60, learning rate"
  })
  void rejectsSettingsThatMakeNoSense(int epochs, int batch, double rate, String named) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingConfiguration.descent(epochs, batch, rate, 1))
        .withMessageStartingWith(named + ": expected ");
  }
}
