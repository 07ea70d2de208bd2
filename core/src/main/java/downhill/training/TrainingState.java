package downhill.training;

import downhill.network.Network;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that training needs to go on from a step as if nothing had happened, besides the
 * configuration and the data: no random numbers are among it, since these are functions of seed and
 * step. Immutable; safe to share.
 *
 * @param epoch the epoch that the next step belongs to, from 1
 * @param step steps done, over all epochs
 * @param examplesDone examples of this epoch seen so far
 * @param weightDone the sum of what they count
 * @param lossDone the sum of their losses, each times what it counts, in nats
 * @param rightDone how many of them were classified right
 * @param rateFactor what going back after a loss that was not finite has made of the rate, 1 at
 *     first
 * @param retries how often training has gone back
 * @param standing what is remembered of the epochs before
 * @param network the parameters
 * @param moments what the optimizer keeps of each parameter, in the shapes of the network: none,
 *     one or two
 * @param average the moving average of the parameters, where there is one
 * @param best the network of the best epoch, where it is kept
 */
public record TrainingState(
    int epoch,
    long step,
    int examplesDone,
    double weightDone,
    double lossDone,
    int rightDone,
    double rateFactor,
    int retries,
    Standing standing,
    Network network,
    List<Network> moments,
    @Nullable Network average,
    @Nullable Network best) {
  /**
   * Returns the state before the first step.
   *
   * @param initial where to start
   * @throws IllegalArgumentException if the frozen layers are not some of the network's
   */
  public static TrainingState start(TrainingConfiguration configuration, Network initial) {
    configuration.checkFrozen(initial.architecture());
    Parameters parameters =
        new Parameters(initial, EngineSettings.of(configuration).update(), configuration.frozen());
    return new TrainingState(
        1,
        0,
        0,
        0,
        0,
        0,
        1,
        0,
        Standing.START,
        initial,
        parameters.moments(),
        parameters.average(),
        null);
  }

  /** Returns this state with other numbers of the optimizer. */
  public TrainingState withMoments(List<Network> other) {
    return new TrainingState(
        epoch,
        step,
        examplesDone,
        weightDone,
        lossDone,
        rightDone,
        rateFactor,
        retries,
        standing,
        network,
        other,
        average,
        best);
  }

  /** Checks that nothing is missing, and the numbers' ranges. */
  public TrainingState {
    Objects.requireNonNull(standing, "standing");
    Objects.requireNonNull(network, "network");
    moments = List.copyOf(moments);
    if (epoch < 1 || step < 0 || examplesDone < 0) {
      throw new IllegalArgumentException(
          "training state: expected an epoch from 1 and counts from 0, found %d, %d and %d"
              .formatted(epoch, step, examplesDone));
    }
    if (rightDone < 0 || retries < 0 || !(rateFactor >= 0 && rateFactor <= 1)) {
      throw new IllegalArgumentException(
          "training state: expected right answers and retries from 0 and a factor of the rate from 0 to"
              + " 1, found %d, %d and %s".formatted(rightDone, retries, rateFactor));
    }
  }
}
