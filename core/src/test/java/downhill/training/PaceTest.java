package downhill.training;

import static downhill.training.Clusters.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import downhill.training.TrainingEvent.WentBack;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A training that is held between its steps is the same training. */
class PaceTest {
  private static final TrainingConfiguration SMALL = TrainingConfiguration.descent(3, 16, 0.2, 5);
  private static final Network NETWORK = Network.initial(Architecture.of(20, 17, 4), 1);

  private static Pace every(int steps, Consumer<Moment> looks) {
    return new Pace() {
      @Override
      public boolean isDue(long step) {
        return step % steps == 0;
      }

      @Override
      public void hold(Moment moment) {
        looks.accept(moment);
      }
    };
  }

  /**
   * The update of the first step broke the weights, which its loss, taken before, does not show.
   */
  @Test
  void whoLooksAtABrokenNetworkIsToldSo() {
    float[] W = NETWORK.weights(2);
    for (int i = 0; i < W.length; i++) {
      W[i] *= 1000;
    }
    Network big =
        Network.of(
            NETWORK.architecture(),
            new float[][] {NETWORK.weights(1), W},
            new float[][] {NETWORK.biases(1), NETWORK.biases(2)});
    List<WentBack> back = new ArrayList<>();
    Trainer trainer =
        new Trainer(
                TrainingConfiguration.descent(1, 50, 3e38, 1).withRetries(1), Execution.defaults())
            .with(every(1, moment -> assertThat(moment.network().get()).isNotNull()));
    assertThatThrownBy(() ->
            trainer.train(
                big,
                Clusters.of(100),
                event -> {
                  if (event instanceof WentBack e) {
                    back.add(e);
                  }
                }))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("step 1 ");
    assertThat(back).as("it was tried again").hasSize(1);
  }

  @Test
  void changesNoBit() {
    Network free = new Trainer(SMALL, Execution.defaults()).train(NETWORK, Clusters.of(100));
    List<Moment> moments = new ArrayList<>();
    List<List<Float>> seen = new ArrayList<>();
    Network held =
        new Trainer(SMALL, Execution.defaults())
            .with(
                every(
                    1,
                    moment -> {
                      moments.add(moment);
                      seen.add(parameters(moment.network().get()));
                    }))
            .train(NETWORK, Clusters.of(100));
    assertThat(parameters(held)).isEqualTo(parameters(free));
    assertThat(moments).extracting(Moment::step).hasSize(21).isSorted().doesNotHaveDuplicates();
    assertThat(moments.subList(0, 8))
        .extracting(Moment::epoch)
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 2);
    assertThat(moments.subList(0, 8))
        .extracting(Moment::examplesDone)
        .containsExactly(0, 16, 32, 48, 64, 80, 96, 0);
    assertThat(seen.getFirst()).isEqualTo(parameters(NETWORK));
    for (int i = 1; i < seen.size(); i++) {
      assertThat(seen.get(i)).isNotEqualTo(seen.get(i - 1));
    }
  }

  @Test
  void tellsWhereTrainingStands() {
    List<Moment> moments = new ArrayList<>();
    List<TrainingEvent> events = new ArrayList<>();
    new Trainer(SMALL.withEpochs(1), Execution.defaults())
        .with(every(3, moments::add))
        .train(NETWORK, Clusters.of(100), events::add);
    assertThat(moments).extracting(Moment::step).containsExactly(0L, 3L, 6L);
    assertThat(moments.getFirst().loss()).isZero();
    assertThat(moments.getFirst().accuracy()).isZero();
    EpochFinished epoch = (EpochFinished) events.get(events.size() - 2);
    Moment last = moments.getLast();
    // 96 of 100 examples: what is missing can move a mean by so much and no more.
    assertThat(last.accuracy()).isBetween(0.0, 1.0);
    assertThat(Math.abs(last.accuracy() * 96 - epoch.accuracy() * 100)).isLessThanOrEqualTo(4);
    assertThat(last.loss()).isPositive().isFinite();
  }

  @Test
  void theTimeIsNotTrainings() {
    long start = System.nanoTime();
    List<TrainingEvent> events = new ArrayList<>();
    List<Moment> moments = new ArrayList<>();
    new Trainer(SMALL.withEpochs(1), Execution.defaults())
        .with(
            every(
                1,
                moment -> {
                  moments.add(moment);
                  long end = System.nanoTime() + 30_000_000;
                  while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                  }
                }))
        .train(NETWORK, Clusters.of(100), events::add);
    double wall = (System.nanoTime() - start) * 1e-9;
    EpochFinished epoch = (EpochFinished) events.get(events.size() - 2);
    assertThat(epoch.seconds()).isPositive().isLessThan(wall - 7 * 0.03);
    assertThat(moments).extracting(Moment::seconds).isSorted();
  }

  /** Returns the steps of the checkpoints of a training that is stopped after four steps. */
  private static List<Long> checkpoints(TrainingConfiguration configuration) {
    Trainer trainer = new Trainer(configuration, Execution.defaults());
    List<Long> steps = new ArrayList<>();
    trainer
        .with(
            every(
                4,
                moment -> {
                  if (moment.step() == 4) {
                    trainer.stop();
                  }
                }))
        .with(new Checkpoints(3))
        .train(
            NETWORK,
            Clusters.of(100),
            event -> {
              if (event instanceof TrainingEvent.CheckpointReached checkpoint) {
                steps.add(checkpoint.state().step());
              }
            });
    return steps;
  }

  /** Where a retry goes back to must not depend on when training was stopped. */
  @Test
  void whereItStopsIsNoCheckpointForRetries() {
    assertThat(checkpoints(SMALL)).containsExactly(0L, 3L, 4L);
    assertThat(checkpoints(SMALL.withRetries(1))).containsExactly(0L, 3L);
  }

  @Test
  void aHeldTrainingCanBeStopped() {
    Trainer trainer = new Trainer(SMALL, Execution.defaults());
    List<TrainingEvent> events = new ArrayList<>();
    trainer
        .with(
            every(
                10,
                moment -> {
                  if (moment.step() == 10) {
                    trainer.stop();
                  }
                }))
        .with(Checkpoints.EVERY_EPOCH)
        .train(NETWORK, Clusters.of(100), events::add);
    assertThat(events).noneMatch(Finished.class::isInstance);
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            TrainingEvent.CheckpointReached.class,
            reached -> assertThat(reached.state().step()).isEqualTo(10));
  }
}
