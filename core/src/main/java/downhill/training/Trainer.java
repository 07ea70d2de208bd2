package downhill.training;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.function.Consumer;

/** Trains networks by mini-batch gradient descent: equations (10), (12), (18), (19), section 7. */
public final class Trainer {
  /** Makes a trainer. */
  public Trainer(TrainingConfiguration configuration, Execution execution) {
    throw new UnsupportedOperationException();
  }

  /**
   * Trains a network and returns the result; the given one stays as it is.
   *
   * @param initial where to start
   * @param data the training examples
   * @param listener told of every event, on this thread
   * @return the trained network; after {@link #stop}, the network as it was when it stopped
   * @throws IllegalArgumentException if the network's widths do not fit the data
   * @throws DivergedException if the loss is no longer finite
   */
  public Network train(Network initial, Dataset data, Consumer<TrainingEvent> listener) {
    throw new UnsupportedOperationException();
  }

  /** Trains a network without a listener. */
  public Network train(Network initial, Dataset data) {
    return train(initial, data, event -> {});
  }

  /** Asks the training to stop after the current step. Safe to call from any thread. */
  public void stop() {}
}
