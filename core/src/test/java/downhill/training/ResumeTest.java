package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that goes on from a checkpoint comes, to the bit, where it had come without. */
class ResumeTest {
  private static final Dataset ALL = Clusters.of(160);
  private static final Dataset DATA = ALL.slice(0, 100);
  private static final Dataset VALIDATION = ALL.slice(100, 160);
  private static final Network NETWORK = Network.initial(Architecture.of(20, 17, 9, 4), 1);

  /** Its gradients are bounded, so it recovers from any weights once the rate is low enough. */
  private static final Network SHALLOW = Network.initial(Architecture.of(20, 4), 1);

  private static final TrainingConfiguration PLAIN = TrainingConfiguration.descent(4, 16, 0.2, 5);

  private static final TrainingConfiguration EVERYTHING =
      PLAIN
          .withLearningRate(0.01)
          .withOptimizer(Optimizer.Adam.defaults())
          .withSchedule(new Schedule.Warmup(5, new Schedule.Plateau(0.5, 1)))
          .withRegularization(
              new Regularization(
                  1e-3, 1e-3, 1e-2, 0.3, 0.1, 0.1, 0.5, 0.9, 0.4, List.of(1.0, 0.5, 2.0, 3.0)))
          .withAugmentation(new Augmentation(1, 0.5, 20, 0.2, 0.3))
          .withStopping(new Stopping(Stopping.Monitor.LOSS, 2, true))
          .withRetries(1);

  /** From the third epoch on, L2 multiplies the weights by a large negative number in each step. */
  private static final TrainingConfiguration DIVERGING =
      PLAIN
          .withLearningRate(0.05)
          .withRegularization(Regularization.NONE.withL2(10))
          .withSchedule(new Schedule.Step(2, 1e7))
          .withRetries(40);

  static List<TrainingConfiguration> configurations() {
    return List.of(
        PLAIN,
        PLAIN.withSchedule(new Schedule.OneCycle(0.3)).withOptimizer(new Optimizer.Nesterov(0.9)),
        PLAIN.withLearningRate(0.01).withOptimizer(Optimizer.RmsProp.defaults()),
        EVERYTHING,
        EVERYTHING.withFrozen(List.of(1, 3)),
        DIVERGING);
  }

  /** What became of a training, but for times. */
  private record Outcome(
      List<Float> parameters, List<Float> start, List<Object> told, List<TrainingState> states) {}

  private static Outcome run(
      TrainingConfiguration configuration, Execution execution, @Nullable TrainingState from) {
    List<Float> start = new ArrayList<>();
    List<Object> told = new ArrayList<>();
    List<TrainingState> states = new ArrayList<>();
    Consumer<TrainingEvent> listener =
        event -> {
          switch (event) {
            case Started e -> start.addAll(parameters(e.network()));
            case EpochFinished e ->
                told.add(
                    List.of(
                        e.epoch(),
                        e.step(),
                        e.loss(),
                        e.accuracy(),
                        e.learningRate(),
                        e.gradientNorm(),
                        String.valueOf(e.validation()),
                        e.bestEpoch(),
                        parameters(e.network())));
            case Finished e -> told.add(e);
            case WentBack e -> told.add(e);
            case CheckpointReached e -> states.add(e.state());
            default -> {}
          }
        };
    boolean diverging = configuration.equals(DIVERGING);
    Checkpoints checkpoints = new Checkpoints(3);
    Trainer trainer = new Trainer(configuration, execution).with(checkpoints);
    Network result =
        from == null
            ? trainer.train(diverging ? SHALLOW : NETWORK, DATA, VALIDATION, listener)
            : trainer.resume(from, DATA, VALIDATION, listener);
    return new Outcome(parameters(result), start, told, states);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void fromEveryCheckpoint(TrainingConfiguration configuration) {
    Outcome whole = run(configuration, new Execution(2, Kernel.VECTOR), null);
    assertThat(whole.states).anyMatch(state -> state.examplesDone() > 0);
    int threads = 1;
    for (TrainingState state : whole.states) {
      Kernel kernel = threads % 2 == 0 ? Kernel.VECTOR : Kernel.SCALAR;
      Outcome rest = run(configuration, new Execution(threads, kernel), state);
      assertThat(rest.parameters).as("from step %d", state.step()).isEqualTo(whole.parameters);
      Network average = state.average();
      assertThat(rest.start)
          .as("what it says that it starts from")
          .isEqualTo(parameters(average == null ? state.network() : average));
      int before = whole.told.size() - rest.told.size();
      assertThat(rest.told)
          .as("from step %d", state.step())
          .isEqualTo(whole.told.subList(before, whole.told.size()));
      threads = threads % 4 + 1;
    }
  }

  @Test
  void aStateBeyondTheConfigurationIsRefused() {
    List<TrainingState> states = run(PLAIN, Execution.defaults(), null).states;
    TrainingConfiguration shorter = PLAIN.withEpochs(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(shorter, Execution.defaults())
                .resume(states.getLast(), DATA, VALIDATION, event -> {}))
        .withMessageContaining("expected one of at most 1 epochs and 0 retries, as configured");
  }

  @Test
  void aStateIsComplete() {
    TrainingState state = run(EVERYTHING, Execution.defaults(), null).states.get(4);
    assertThat(state.step()).isEqualTo(12);
    assertThat(state.epoch()).isEqualTo(2);
    assertThat(state.examplesDone()).isEqualTo(5 * 16);
    assertThat(state.moments()).hasSize(2);
    assertThat(state.average()).isNotNull();
    assertThat(state.best()).isNotNull();
    assertThat(state.standing().bestEpoch()).isEqualTo(1);
  }

  /** As long as no retry goes back to one. */
  @Test
  void tellingOfCheckpointsChangesNothing() {
    Network without =
        new Trainer(EVERYTHING, Execution.defaults()).train(NETWORK, DATA, VALIDATION, event -> {});
    assertThat(run(EVERYTHING, Execution.defaults(), null).parameters)
        .isEqualTo(parameters(without));
  }

  @Test
  void aStoppedTrainingGoesOn() {
    Outcome whole = run(PLAIN, Execution.defaults(), null);
    Trainer trainer = new Trainer(PLAIN, Execution.defaults()).with(Checkpoints.EVERY_EPOCH);
    List<TrainingState> states = new ArrayList<>();
    List<TrainingEvent> events = new ArrayList<>();
    Network stopped =
        trainer.train(
            NETWORK,
            DATA,
            event -> {
              events.add(event);
              if (event instanceof CheckpointReached checkpoint) {
                states.add(checkpoint.state());
                if (checkpoint.state().step() > 0) {
                  trainer.stop();
                }
              }
            });
    assertThat(events).noneMatch(Finished.class::isInstance);
    assertThat(states)
        .extracting(TrainingState::step)
        .as("start, end of an epoch, stop")
        .containsExactly(0L, 7L, 7L);
    assertThat(parameters(states.getLast().network())).isEqualTo(parameters(stopped));
    assertThat(run(PLAIN, Execution.defaults(), states.getLast()).parameters)
        .isEqualTo(whole.parameters);
  }

  /** After the last step there is nothing left to do. */
  @Test
  void fromTheEnd() {
    List<TrainingState> states = new ArrayList<>();
    Network trained =
        new Trainer(PLAIN, Execution.defaults())
            .with(Checkpoints.EVERY_EPOCH)
            .train(
                NETWORK,
                DATA,
                event -> {
                  if (event instanceof CheckpointReached checkpoint) {
                    states.add(checkpoint.state());
                  }
                });
    assertThat(states).extracting(TrainingState::epoch).containsExactly(1, 2, 3, 4, 5);
    List<TrainingEvent> events = new ArrayList<>();
    Network again =
        new Trainer(PLAIN, Execution.defaults()).resume(states.getLast(), DATA, null, events::add);
    assertThat(parameters(again)).isEqualTo(parameters(trained));
    assertThat(events).hasSize(2).last().isEqualTo(new Finished(4, false, 0));
  }

  /** It goes back to the last checkpoint, and from there on with half the rate. */
  @Test
  void aRetryHalvesTheRate() {
    Outcome diverging = run(DIVERGING, Execution.defaults(), null);
    List<WentBack> back =
        diverging.told.stream()
            .filter(WentBack.class::isInstance)
            .map(WentBack.class::cast)
            .toList();
    assertThat(back).hasSizeGreaterThan(5).hasSizeLessThan(40);
    double factor = 1;
    for (WentBack event : back) {
      factor /= 2;
      assertThat(event.rateFactor()).isEqualTo(factor);
      assertThat(event.step()).isLessThan(event.failed()).matches(s -> s % 3 == 0, "a checkpoint");
      assertThat(event.epoch()).isEqualTo((int) event.step() / 7 + 1);
    }
    TrainingState last = diverging.states.getLast();
    assertThat(last.retries()).isBetween(1, back.size());
    assertThat(last.rateFactor()).isEqualTo(Math.pow(0.5, last.retries()));
  }

  /** Nobody is told of it, judges it, or saves it: its last update has broken the network. */
  @Test
  void anEpochThatIsTakenBackIsNotFinished() {
    TrainingConfiguration wholeData =
        TrainingConfiguration.descent(3, DATA.size(), 1e10, 5).withRetries(60);
    List<Integer> finished = new ArrayList<>();
    List<WentBack> back = new ArrayList<>();
    new Trainer(wholeData, Execution.defaults())
        .with(Checkpoints.EVERY_EPOCH)
        .train(
            SHALLOW,
            DATA,
            event -> {
              switch (event) {
                case EpochFinished e -> finished.add(e.epoch());
                case WentBack e -> back.add(e);
                default -> {}
              }
            });
    assertThat(back).isNotEmpty();
    assertThat(back.getFirst()).isEqualTo(new WentBack(1, 0, 1, 0.5));
    assertThat(finished).containsExactly(1, 2, 3);
  }

  /** Without checkpoints, it goes back to the start: as if the rate had been half at once. */
  @Test
  void aRetryFromTheStart() {
    Network big = Network.initial(Architecture.of(20, 17, 4), 1);
    TrainingConfiguration hot =
        PLAIN.withLearningRate(160).withRegularization(Regularization.NONE.withL2(0.1));
    List<WentBack> back = new ArrayList<>();
    Network retried =
        new Trainer(hot.withEpochs(20).withRetries(5), Execution.defaults())
            .train(
                big,
                DATA,
                event -> {
                  if (event instanceof WentBack some) {
                    back.add(some);
                  }
                });
    assertThat(back).isNotEmpty().allMatch(event -> event.step() == 0 && event.epoch() == 1);
    double rate = 160 * back.getLast().rateFactor();
    Network cooler =
        new Trainer(hot.withEpochs(20).withLearningRate(rate), Execution.defaults())
            .train(big, DATA);
    assertThat(parameters(retried)).isEqualTo(parameters(cooler));
    assertThatThrownBy(() ->
            new Trainer(hot.withEpochs(20).withRetries(back.size() - 1), Execution.defaults())
                .train(big, DATA))
        .isInstanceOf(DivergedException.class);
  }

  @Test
  void rejectsAStateThatIsNotOfThisConfiguration() {
    TrainingState plain = run(PLAIN, Execution.defaults(), null).states.get(4);
    rejected(PLAIN.withBatchSize(17), plain, DATA, "training state: expected one of 6 steps");
    rejected(PLAIN, plain, DATA.slice(0, 70), "training state: expected one of 5 steps");
    rejected(PLAIN.withBatchSize(8), plain, DATA, "found step 12, with 80 examples of epoch 2");
    rejected(
        PLAIN.withOptimizer(Optimizer.Adam.defaults()),
        plain,
        DATA,
        "training state: expected 20-17-9-4 with 2 moments and no average");
    rejected(
        PLAIN.withRegularization(Regularization.NONE.withAveraging(0.9)),
        plain,
        DATA,
        "training state: expected 20-17-9-4 with 0 moments and an average");
    rejected(
        PLAIN.withStopping(new Stopping(Stopping.Monitor.LOSS, 0, true)),
        plain,
        DATA,
        "training state: expected the network of a best epoch");
    TrainingState everything = run(EVERYTHING, Execution.defaults(), null).states.get(4);
    rejected(
        EVERYTHING.withStopping(Stopping.NEVER),
        everything,
        DATA,
        "training state: expected no network of a best epoch");
  }

  private static void rejected(
      TrainingConfiguration configuration, TrainingState state, Dataset data, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(configuration, Execution.defaults())
                .resume(state, data, VALIDATION, event -> {}))
        .withMessageContaining(message);
  }

  /** The threads are there before the state turns out to be of another optimizer. */
  @Test
  void aRefusedStateLeavesNoThreads() throws InterruptedException {
    TrainingState plain = run(PLAIN, Execution.defaults(), null).states.get(4);
    Trainer adam =
        new Trainer(
            PLAIN.withOptimizer(Optimizer.Adam.defaults()), new Execution(3, Kernel.VECTOR));
    // Those of other trainings may not have ended yet.
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adam.resume(plain, DATA, VALIDATION, event -> {}))
        .withMessageContaining("with 2 moments");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("downhill-") && !others.contains(thread)) {
        assertThat(thread.join(Duration.ofSeconds(20))).as("%s ends", thread).isTrue();
      }
    }
  }
}
