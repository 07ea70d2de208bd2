package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.training.Stopping.Monitor;
import org.junit.jupiter.api.Test;

/** What training remembers of its epochs, by sequences made by hand. */
class StandingTest {
  private static final Stopping BY_LOSS = new Stopping(Monitor.LOSS, 2, false);
  private static final Stopping BY_ACCURACY = new Stopping(Monitor.ACCURACY, 2, false);

  private static TrainingConfiguration configuration(Stopping stopping, Schedule schedule) {
    return TrainingConfiguration.defaults().withStopping(stopping).withSchedule(schedule);
  }

  /** Follows losses and accuracies until training is over, and returns what is remembered then. */
  private static Standing follow(Stopping stopping, double[] losses, double[] accuracies) {
    Standing standing = Standing.START;
    TrainingConfiguration configuration = configuration(stopping, new Schedule.Constant());
    for (int e = 1; e <= losses.length; e++) {
      assertThat(standing.isOver(stopping)).as("before epoch %d", e).isFalse();
      standing = standing.after(e, configuration, new Validation(losses[e - 1], accuracies[e - 1]));
    }
    return standing;
  }

  @Test
  void theLowestLossIsTheBest() {
    Standing standing =
        follow(BY_LOSS, new double[] {3, 2, 2.5, 1, 1.5, 1}, new double[] {1, 2, 3, 4, 5, 6});
    assertThat(standing.bestEpoch()).isEqualTo(4);
    assertThat(standing.best()).isEqualTo(1);
    assertThat(standing.waited()).as("the same again is no better").isEqualTo(2);
    assertThat(standing.isOver(BY_LOSS)).isTrue();
    assertThat(standing.isOver(new Stopping(Monitor.LOSS, 3, false))).isFalse();
    assertThat(standing.isOver(Stopping.NEVER)).isFalse();
  }

  @Test
  void theHighestAccuracyIsTheBest() {
    Standing standing =
        follow(BY_ACCURACY, new double[] {4, 3, 2, 1}, new double[] {0, 0.9, 0.9, 0.8});
    assertThat(standing.bestEpoch()).isEqualTo(2);
    assertThat(standing.best()).isEqualTo(0.9);
    assertThat(standing.isOver(BY_ACCURACY)).isTrue();
  }

  @Test
  void aFirstEpochWithoutALossIsNotTheBestForLong() {
    Standing standing =
        follow(BY_LOSS, new double[] {Double.NaN, 5, Double.NaN}, new double[] {0, 0, 0});
    assertThat(standing.bestEpoch()).isEqualTo(2);
    assertThat(standing.best()).isEqualTo(5);
    assertThat(standing.waited()).isEqualTo(1);
  }

  /** The schedule looks at the loss, whatever decides about the end. */
  @Test
  void aPlateauIsOneOfTheLoss() {
    Schedule schedule = new Schedule.Plateau(0.5, 2);
    TrainingConfiguration configuration = configuration(BY_ACCURACY, schedule);
    Standing standing = Standing.START;
    double[] losses = {1, 1, 1, 0.9, 0.95, 0.8, 0.8, 0.8, 0.8, 0.8};
    int[] lowered = {0, 0, 1, 1, 1, 1, 1, 2, 2, 3};
    for (int e = 1; e <= losses.length; e++) {
      standing = standing.after(e, configuration, new Validation(losses[e - 1], e));
      assertThat(standing.plateaus()).as("after epoch %d", e).isEqualTo(lowered[e - 1]);
      assertThat(standing.bestEpoch()).isEqualTo(e);
    }
    assertThat(standing.plateauBest()).isEqualTo(0.8);
  }

  @Test
  void otherSchedulesDoNotLookAtIt() {
    assertThat(Standing.START.plateau(new Schedule.Cosine(0), 1)).isEqualTo(Standing.START);
  }
}
