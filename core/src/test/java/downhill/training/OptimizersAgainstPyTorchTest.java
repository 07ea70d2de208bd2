package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer and every addition to the loss, for twenty steps, against PyTorch in double. */
class OptimizersAgainstPyTorchTest {
  /**
   * Twenty roundings of a parameter of at most 2, 10⁻⁷ each, come to 2·10⁻⁶ if all go one way; what
   * a gradient's rounding adds is as much again, since no rate times curvature here exceeds 1.
   */
  private static final double BOUND = 4e-6;

  private static final Optimizer PLAIN = new Optimizer.GradientDescent();
  private static final Optimizer HEAVY = new Optimizer.Momentum(0.9);
  private static final Optimizer ADAPTIVE = Optimizer.Adam.defaults();
  private static final Regularization NONE = Regularization.NONE;

  private final TwentySteps expected;

  OptimizersAgainstPyTorchTest() throws IOException {
    expected = new TwentySteps();
  }

  /** A variant of make_twenty_steps.py, under its name there. */
  record Variant(String name, Optimizer optimizer, double rate, Regularization added) {
    TrainingConfiguration configuration(int batch) {
      return TrainingConfiguration.descent(TwentySteps.EPOCHS, batch, rate, 1)
          .withShuffle(false)
          .withOptimizer(optimizer)
          .withRegularization(added);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Variant> variants() {
    Regularization clipped = NONE.withClipNorm(0.6);
    List<Double> weights = List.of(0.5, 2.0, 1.0, 0.0, 3.0);
    return List.of(
        new Variant("descent", PLAIN, 0.3, NONE),
        new Variant("momentum", HEAVY, 0.05, NONE),
        new Variant("nesterov", new Optimizer.Nesterov(0.9), 0.05, NONE),
        new Variant("adam", ADAPTIVE, 0.01, NONE),
        new Variant("adam-other", new Optimizer.Adam(0.8, 0.95, 1e-3), 0.02, NONE),
        new Variant("adamw", ADAPTIVE, 0.01, NONE.withWeightDecay(0.5)),
        new Variant("rmsprop", Optimizer.RmsProp.defaults(), 0.002, NONE),
        new Variant("l2-momentum", HEAVY, 0.05, NONE.withL2(0.05)),
        new Variant("l2-adam", ADAPTIVE, 0.01, NONE.withL2(0.05)),
        new Variant("l1-momentum", HEAVY, 0.05, NONE.withL1(0.01)),
        new Variant("clip", PLAIN, 0.3, clipped),
        new Variant("clip-l2-momentum", HEAVY, 0.05, clipped.withL2(0.05)),
        new Variant("clip-l1-adam", ADAPTIVE, 0.01, clipped.withL1(0.01)),
        new Variant("smoothing", PLAIN, 0.3, NONE.withLabelSmoothing(0.1)),
        new Variant("class-weights", PLAIN, 0.3, NONE.withClassWeights(weights)),
        new Variant("averaging", ADAPTIVE, 0.01, NONE.withAveraging(0.6)),
        new Variant("exponential", HEAVY, 0.05, NONE));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyStep(Variant variant) {
    boolean exponential = variant.name.equals("exponential");
    Schedule schedule = exponential ? new Schedule.Exponential(0.8) : new Schedule.Constant();
    List<Network> steps = new ArrayList<>();
    List<EpochFinished> epochs = new ArrayList<>();
    Network result =
        new Trainer(
                variant.configuration(expected.batch).withSchedule(schedule),
                new Execution(2, Kernel.VECTOR))
            .with(new Checkpoints(1))
            .train(
                expected.initial,
                expected.data,
                event -> {
                  if (event instanceof CheckpointReached checkpoint
                      && checkpoint.state().step() > 0) {
                    steps.add(checkpoint.state().network());
                  } else if (event instanceof EpochFinished epoch) {
                    epochs.add(epoch);
                  }
                });
    assertThat(steps).hasSize(TwentySteps.STEPS);
    assertThat(
            steps.stream()
                .map(TwentySteps::parameters)
                .flatMapToDouble(all -> Arrays.stream(TwentySteps.sums(all)))
                .toArray())
        .as("two sums over all parameters after each step")
        .containsExactly(expected.get(variant.name + ".sums"), within(8 * BOUND));
    assertThat(TwentySteps.parameters(steps.getLast()))
        .as("parameters after the last step")
        .containsExactly(expected.get(variant.name + ".final"), within(BOUND));
    if (variant.name.equals("averaging")) {
      assertThat(TwentySteps.parameters(result))
          .as("their average")
          .containsExactly(expected.get(variant.name + ".average"), within(BOUND));
    }
    assertThat(epochs.stream().mapToDouble(EpochFinished::loss).toArray())
        .as("losses")
        .containsExactly(expected.get(variant.name + ".losses"), within(BOUND));
    assertThat(epochs.stream().mapToDouble(EpochFinished::gradientNorm).toArray())
        .as("norms")
        .containsExactly(expected.get(variant.name + ".norms"), within(BOUND));
  }
}
