package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import java.util.ArrayList;
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
    List<TrainingEvent> events = new ArrayList<>();
    new Trainer(configuration, Execution.defaults()).train(NETWORK, data, events::add);
    return events;
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
              assertThat(started.kernels()).startsWith("vector");
              assertThat(parameters(started.network())).isEqualTo(parameters(NETWORK));
            });
    List<EpochFinished> epochs =
        events.stream()
            .filter(EpochFinished.class::isInstance)
            .map(EpochFinished.class::cast)
            .toList();
    assertThat(epochs).extracting(EpochFinished::epoch).containsExactly(1, 2, 3);
    assertThat(epochs).allMatch(epoch -> epoch.seconds() > 0 && Double.isFinite(epoch.loss()));
    assertThat(events.stream().filter(Progressed.class::isInstance).map(Progressed.class::cast))
        .allMatch(p -> p.examplesDone() > 0 && p.examplesDone() < 100);
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
    long told = events.stream().filter(Progressed.class::isInstance).count();
    EpochFinished epoch = (EpochFinished) events.get(events.size() - 2);
    assertThat(told).isPositive();
    assertThat(epoch.seconds()).isGreaterThan(0.1 * told).isLessThan(wall - 0.04 * told);
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
    assertThatThrownBy(() -> new Trainer(once, Execution.defaults()).train(big(), Clusters.of(100)))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("step 1 ");
  }

  /** Large weights in the last layer make large gradients in the first. */
  private static Network big() {
    float[] W = NETWORK.weights(2);
    for (int i = 0; i < W.length; i++) {
      W[i] *= 1000;
    }
    return Network.of(
        NETWORK.architecture(),
        new float[][] {NETWORK.weights(1), W},
        new float[][] {NETWORK.biases(1), NETWORK.biases(2)});
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
