package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import downhill.network.Architecture;
import downhill.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no setting is rejected where it is made, with its name. */
class SettingsTest {
  private static final Regularization NONE = Regularization.NONE;

  private static void rejected(Runnable making, String message) {
    assertThatIllegalArgumentException().isThrownBy(making::run).withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1, 0.99999999, Double.NaN, Double.POSITIVE_INFINITY})
  void belowOne(double value) {
    String message = ": expected a number from 0 to 1 (exclusive), found " + value;
    rejected(() -> new Optimizer.Momentum(value), "momentum" + message);
    rejected(() -> new Optimizer.Nesterov(value), "momentum" + message);
    rejected(() -> new Optimizer.Adam(value, 0.9, 1e-8), "beta1" + message);
    rejected(() -> new Optimizer.Adam(0.9, value, 1e-8), "beta2" + message);
    rejected(() -> new Optimizer.RmsProp(value, 1e-8), "alpha" + message);
    rejected(() -> NONE.withDropout(value), "dropout" + message);
    rejected(() -> NONE.withInputDropout(value), "input dropout" + message);
    rejected(() -> NONE.withLabelSmoothing(value), "label smoothing" + message);
    rejected(() -> NONE.withAveraging(value), "averaging" + message);
  }

  /** What sixteen random bits can't decide. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-7, 0.99999})
  void dropoutTooNearAnEnd(double value) {
    String message = ": expected 0 or a number from 0.0000153 to 0.9999847, found " + value;
    rejected(() -> NONE.withDropout(value), "dropout" + message);
    rejected(() -> NONE.withInputDropout(value), "input dropout" + message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1e-60, 1e39, Double.NaN, Double.POSITIVE_INFINITY})
  void notNegative(double value) {
    String message = ": expected 0 or a number from 1.4e-45 to 3.4e38, found " + value;
    rejected(() -> NONE.withL1(value), "l1" + message);
    rejected(() -> NONE.withL2(value), "l2" + message);
    rejected(() -> NONE.withWeightDecay(value), "weight decay" + message);
    rejected(() -> NONE.withClipNorm(value), "clip norm" + message);
    rejected(() -> NONE.withMixup(value), "mixup" + message);
    rejected(() -> NONE.withClassWeights(List.of(1.0, value)), "class weight" + message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-60, 1e39, Double.NaN})
  void positive(double value) {
    String message = ": expected a number from 1.4e-45 to 3.4e38, found " + value;
    rejected(() -> new Optimizer.Adam(0.9, 0.9, value), "epsilon" + message);
    rejected(() -> new Optimizer.RmsProp(0.9, value), "epsilon" + message);
  }

  @Test
  void counts() {
    rejected(() -> new Stopping(Stopping.Monitor.LOSS, -1, false), "patience: expected at least 0");
    rejected(
        () -> new Checkpoints(-2), "steps between checkpoints: expected at least -1, found -2");
    rejected(
        () -> TrainingConfiguration.defaults().withRetries(-1),
        "retries: expected at least 0, found -1");
    rejected(
        () -> NONE.withClassWeights(List.of(0.0, 0.0)),
        "class weights: expected one above 0, found none");
    rejected(() -> state(0, 0, 0), "training state: expected an epoch from 1 and counts from 0,");
    rejected(() -> state(1, -1, 0), "training state: expected an epoch from 1 and counts from 0,");
    rejected(() -> state(1, 0, -1), "training state: expected an epoch from 1 and counts from 0,");
    String others = "training state: expected right answers and retries from 0 and a factor";
    rejected(() -> state(1, 0, 0, -1, 1, 0), others);
    rejected(() -> state(1, 0, 0, 0, -0.5, 0), others);
    rejected(() -> state(1, 0, 0, 0, Double.NaN, 0), others);
    rejected(() -> state(1, 0, 0, 0, 2, 0), others);
    rejected(() -> state(1, 0, 0, 0, 1, -1), others);
  }

  private static TrainingState state(int epoch, long step, int examples) {
    return state(epoch, step, examples, 0, 1, 0);
  }

  private static TrainingState state(
      int epoch, long step, int examples, int right, double factor, int retries) {
    Network network = Network.initial(Architecture.of(3, 2), 1);
    return new TrainingState(
        epoch,
        step,
        examples,
        0,
        0,
        right,
        factor,
        retries,
        Standing.START,
        network,
        List.of(),
        null,
        null);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without checks may do
  void nothingIsMissing() {
    TrainingConfiguration some = TrainingConfiguration.defaults();
    assertThatNullPointerException().isThrownBy(() -> some.withOptimizer(null));
    assertThatNullPointerException().isThrownBy(() -> some.withSchedule(null));
    assertThatNullPointerException().isThrownBy(() -> some.withRegularization(null));
    assertThatNullPointerException().isThrownBy(() -> some.withAugmentation(null));
    assertThatNullPointerException().isThrownBy(() -> some.withStopping(null));
    assertThatNullPointerException()
        .isThrownBy(() -> new Stopping(null, 1, false))
        .withMessage("monitor");
    assertThatNullPointerException()
        .isThrownBy(() -> new Schedule.Warmup(1, null))
        .withMessage("then");
  }

  /** Each of the setters sets its own component and no other. */
  @Test
  void eachSetterSetsOne() {
    Regularization all =
        NONE.withL1(1)
            .withL2(2)
            .withWeightDecay(3)
            .withDropout(0.4)
            .withInputDropout(0.5)
            .withLabelSmoothing(0.6)
            .withClipNorm(7)
            .withAveraging(0.8)
            .withMixup(9)
            .withClassWeights(List.of(10.0));
    assertThat(all).isEqualTo(new Regularization(1, 2, 3, 0.4, 0.5, 0.6, 7, 0.8, 9, List.of(10.0)));
  }
}
