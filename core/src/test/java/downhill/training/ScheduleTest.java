package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.training.Schedule.Constant;
import downhill.training.Schedule.Cosine;
import downhill.training.Schedule.Exponential;
import downhill.training.Schedule.OneCycle;
import downhill.training.Schedule.Plateau;
import downhill.training.Schedule.Step;
import downhill.training.Schedule.Warmup;
import downhill.training.TrainingEvent.EpochFinished;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int PER_EPOCH = 4;

  private final TwentySteps expected;

  ScheduleTest() throws IOException {
    expected = new TwentySteps();
  }

  private static double[] factors(Schedule schedule) {
    double[] factors = new double[TwentySteps.STEPS];
    for (int s = 0; s < factors.length; s++) {
      factors[s] = schedule.factor(s, factors.length, PER_EPOCH, 0);
    }
    return factors;
  }

  private void assertRates(String name, Schedule schedule) {
    assertThat(factors(schedule))
        .as(name)
        .containsExactly(expected.get("rates." + name), within(1e-9));
  }

  /** The stored numbers have ten digits. */
  @Test
  void everyStepIsPyTorchs() {
    assertRates("step", new Step(2, 0.3));
    assertRates("exponential", new Exponential(0.7));
    assertRates("cosine", new Cosine(0));
    assertRates("cosine-last", new Cosine(0.1));
    assertRates("one-cycle", new OneCycle(0.3));
    assertRates("one-cycle-early", new OneCycle(0.01));
    assertRates("one-cycle-late", new OneCycle(0.77));
    assertRates("warmup-step", new Warmup(7, new Step(1, 0.5)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aPlateauLowersTheRateAsPyTorchDoesWithOneEpochLessOfPatience(int patience) {
    Schedule schedule = new Warmup(3, new Plateau(0.5, patience));
    double[] losses = expected.get("plateau.losses");
    double[] after = expected.get("plateau.patience" + patience);
    Standing standing = Standing.START;
    for (int epoch = 1; epoch <= losses.length; epoch++) {
      standing = standing.plateau(schedule, losses[epoch - 1]);
      long done = (long) epoch * PER_EPOCH;
      assertThat(schedule.factor(done, 100, PER_EPOCH, standing.plateaus()))
          .as("after epoch %d", epoch)
          .isEqualTo(after[epoch - 1]);
    }
  }

  @Test
  void byHand() {
    assertThat(factors(new Constant())).containsOnly(1);
    // 1/25 first, 1 at step 0.25 · 20 − 1, halfway down in the middle of the 15 steps that follow.
    OneCycle cycle = new OneCycle(0.25);
    assertThat(cycle.factor(0, 20, 4, 0)).isCloseTo(0.04, within(1e-15));
    assertThat(cycle.factor(4, 20, 4, 0)).isEqualTo(1);
    assertThat(cycle.factor(19, 20, 4, 0)).isEqualTo(4e-6);
    assertThat(cycle.factor(0, 1, 1, 0)).as("a first step that is the last").isEqualTo(4e-6);
    // 0.5 + 0.5 · (1 + cos(π/2)) / 2
    assertThat(new Cosine(0.5).factor(10, 20, 4, 0)).isCloseTo(0.75, within(1e-15));
    Warmup warmup = new Warmup(5, new Constant());
    assertThat(warmup.factor(0, 20, 4, 0)).isEqualTo(0.2);
    assertThat(warmup.factor(3, 20, 4, 0)).isEqualTo(0.8);
    assertThat(warmup.factor(4, 20, 4, 0)).isEqualTo(1);
    assertThat(warmup.factor(5, 20, 4, 0)).isEqualTo(1);
    assertThat(new Plateau(0.1, 2).factor(7, 20, 4, 2)).isCloseTo(0.01, within(1e-17));
  }

  /** Returns the rates that the epochs of a training on 100 examples tell. */
  private static List<Double> rates(
      TrainingConfiguration configuration, @Nullable Dataset validation) {
    List<Double> rates = new ArrayList<>();
    new Trainer(configuration, Execution.singleThread())
        .train(
            Clusters.network(),
            Clusters.of(100),
            validation,
            event -> {
              if (event instanceof EpochFinished epoch) {
                rates.add(epoch.learningRate());
              }
            });
    return rates;
  }

  /** What an epoch tells is the rate of its last step: before it, 3, 7, 11 or 15 of 16 are done. */
  @Test
  void aTrainingFollowsItThroughAllOfItsEpochs() {
    TrainingConfiguration training = TrainingConfiguration.descent(4, 25, 0.1, 1);
    List<Double> cosine = rates(training.withSchedule(new Cosine(0)), null);
    assertThat(cosine).hasSize(4);
    for (int epoch = 1; epoch <= 4; epoch++) {
      assertThat(cosine.get(epoch - 1))
          .as("epoch %d", epoch)
          .isCloseTo(0.05 * (1 + Math.cos(Math.PI * (4 * epoch - 1) / 16)), within(1e-12));
    }
    List<Double> cycle = rates(training.withSchedule(new OneCycle(0.3)), null);
    assertThat(cycle.getLast()).isCloseTo(4e-7, within(1e-18));
  }

  /** A rate that moves no parameter leaves every loss as it was: after the first, none is lower. */
  @Test
  void aTrainingLowersTheRateOnAPlateauWithAndWithoutValidation() {
    TrainingConfiguration still =
        TrainingConfiguration.descent(4, 100, 1e-30, 1)
            .withShuffle(false)
            .withSchedule(new Plateau(0.5, 1));
    assertThat(rates(still, null)).containsExactly(1e-30, 1e-30, 1e-30 / 2, 1e-30 / 4);
    assertThat(rates(still, Clusters.of(60))).containsExactly(1e-30, 1e-30, 1e-30 / 2, 1e-30 / 4);
  }

  @Test
  void rejectsWhatMakesNoSense() {
    rejected(() -> new Step(0, 0.5), "epochs of a step of the schedule: expected at least 1");
    rejected(() -> new Step(1, 0), "factor of the schedule: expected a number from 1.4e-45");
    rejected(() -> new Exponential(-1), "factor of the schedule: expected ");
    rejected(() -> new Exponential(Double.NaN), "factor of the schedule: expected ");
    rejected(() -> new Cosine(1.1), "last factor of the schedule: expected a number from 0 to 1,");
    rejected(() -> new Cosine(-0.1), "last factor of the schedule: expected ");
    rejected(() -> new OneCycle(0), "rising part of the schedule: expected ");
    rejected(() -> new OneCycle(1), "rising part of the schedule: expected ");
    rejected(() -> new Plateau(1, 1), "factor of the schedule: expected ");
    rejected(() -> new Plateau(0, 1), "factor of the schedule: expected ");
    rejected(() -> new Plateau(0.5, 0), "patience of the schedule: expected at least 1, found 0");
    rejected(() -> new Warmup(0, new Constant()), "steps of the warm-up: expected at least 1");
    rejected(
        () -> new Warmup(1, new Warmup(1, new Constant())),
        "warm-up: expected another schedule after it");
  }

  private static void rejected(Runnable making, String message) {
    assertThatIllegalArgumentException().isThrownBy(making::run).withMessageStartingWith(message);
  }
}
