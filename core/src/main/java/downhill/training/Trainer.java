package downhill.training;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trains networks by mini-batch gradient descent: equations (10), (12), (18), (19) and the update
 * rules of section 7, with the mean over the batch. One trainer trains one network at a time.
 */
public final class Trainer {
  /** The most numbers in one buffer of a batch: it is indexed by an {@code int}. */
  private static final long MAX_BUFFER = 1L << 30;

  private final TrainingConfiguration configuration;
  private final Execution execution;
  private final Kernels kernels;
  private volatile boolean stopped;

  /**
   * Makes a trainer.
   *
   * @throws IllegalArgumentException if the vector kernels are asked for and this JVM has none
   */
  public Trainer(TrainingConfiguration configuration, Execution execution) {
    this.configuration = Objects.requireNonNull(configuration, "configuration");
    this.execution = Objects.requireNonNull(execution, "execution");
    this.kernels = Kernels.choose(execution.kernel().name());
  }

  /**
   * Trains a network and returns the result; the given one stays as it is.
   *
   * @param initial where to start
   * @param data the training examples
   * @param listener told of every event, on this thread; the time it takes is not counted as
   *     training
   * @return the trained network; after {@link #stop}, the network as it was when it stopped
   * @throws IllegalArgumentException if the network's widths do not fit the data, or the batch size
   *     fits neither data nor memory
   * @throws DivergedException if the loss or a parameter is no longer finite
   */
  public Network train(Network initial, Dataset data, Consumer<TrainingEvent> listener) {
    check(initial.architecture(), data);
    BooleanSupplier stop = () -> stopped;
    try (TrainingRun run =
        new TrainingRun(configuration, execution.threads(), kernels, initial, data, listener)) {
      return run.train(stop);
    }
  }

  /** Trains a network without a listener. */
  public Network train(Network initial, Dataset data) {
    return train(initial, data, event -> {});
  }

  /**
   * Asks the training to stop after the current step. Safe to call from any thread. A trainer that
   * was asked once stays stopped: training that begins later ends before its first step.
   */
  public void stop() {
    stopped = true;
  }

  private void check(Architecture network, Dataset data) {
    if (network.inputs() != data.features()) {
      throw new IllegalArgumentException(
          "network %s: expected %d inputs for %d × %d examples, found %d"
              .formatted(network, data.features(), data.height(), data.width(), network.inputs()));
    }
    if (network.classes() != data.classes()) {
      throw new IllegalArgumentException(
          "network %s: expected %d classes at the end, as in the data, found %d"
              .formatted(network, data.classes(), network.classes()));
    }
    if (configuration.batchSize() > data.size()) {
      throw new IllegalArgumentException(
          "batch size: expected at most the %d examples of the data, found %d"
              .formatted(data.size(), configuration.batchSize()));
    }
    for (int l = 0; l <= network.layers(); l++) {
      // Both sides are padded to a multiple of 16.
      if ((configuration.batchSize() + 16L) * (network.width(l) + 16L) > MAX_BUFFER) {
        throw new IllegalArgumentException(
            "batch size: %d examples of %d numbers fit no buffer; expected at most %d numbers"
                .formatted(configuration.batchSize(), network.width(l), MAX_BUFFER));
      }
    }
  }
}
