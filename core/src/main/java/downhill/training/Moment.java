package downhill.training;

import downhill.network.Network;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where a training stands between two steps.
 *
 * @param epoch the epoch that the next step belongs to, from 1
 * @param step steps done, over all epochs
 * @param examplesDone examples of this epoch seen so far
 * @param seconds time spent on training in this epoch so far; since it was resumed, where it was
 * @param loss mean loss of those examples, in nats, each taken before its batch's update; 0 where
 *     there is none yet
 * @param accuracy share of them classified right, likewise
 * @param network copies the network as it is, or its average where one is kept; asking takes time,
 *     and is allowed only while the training is held. Throws {@link DivergedException} where the
 *     last update broke it; who lets it through has the training go back, or end, by it
 */
public record Moment(
    int epoch,
    long step,
    int examplesDone,
    double seconds,
    double loss,
    double accuracy,
    Supplier<Network> network) {
  /** Checks that nothing is missing. */
  public Moment {
    Objects.requireNonNull(network, "network");
  }
}
