package downhill.training;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains networks by mini-batch gradient descent: equations (10), (12), (18), (19) and the update
 * rules of section 7, with the mean over the batch, and with what the configuration adds to them.
 * One trainer trains one network at a time.
 */
public final class Trainer {
  /** The most numbers in one buffer of a batch: it is indexed by an {@code int}. */
  private static final long MAX_BUFFER = 1L << 30;

  private final TrainingConfiguration configuration;
  private final Execution execution;
  private Checkpoints checkpoints = Checkpoints.NEVER;
  private Pace pace = Pace.FREE;
  private volatile boolean stopped;

  /**
   * Makes a trainer.
   *
   * @throws IllegalArgumentException if the vector kernels are asked for and this JVM has none
   */
  public Trainer(TrainingConfiguration configuration, Execution execution) {
    this.configuration = Objects.requireNonNull(configuration, "configuration");
    this.execution = Objects.requireNonNull(execution, "execution");
    Kernels.choose(execution.kernel().name()); // refused here, and not when a training begins
  }

  /**
   * Sets when this trainer tells of checkpoints; it does not until then.
   *
   * @return this trainer
   */
  public Trainer with(Checkpoints value) {
    checkpoints = Objects.requireNonNull(value, "checkpoints");
    return this;
  }

  /**
   * Sets who may hold this trainer between two steps; nobody does until then.
   *
   * @return this trainer
   */
  public Trainer with(Pace value) {
    pace = Objects.requireNonNull(value, "pace");
    return this;
  }

  /**
   * Trains a network and returns the result; the given one stays as it is.
   *
   * @param initial where to start
   * @param data the training examples
   * @param validation what to judge epochs by; null for nothing
   * @param listener told of every event, on this thread; the time it takes is not counted as
   *     training
   * @return the trained network: the average or the best where the configuration asks for it; after
   *     {@link #stop}, that of the epochs and steps until then
   * @throws IllegalArgumentException if the network's widths do not fit the data, the frozen layers
   *     are not some of the network's, a batch is larger than the data or than an array can hold,
   *     the validation set has other classes or another schema than the data, the configuration
   *     needs one and there is none, or anything else that {@link #check} refuses
   * @throws DivergedException if the loss or a parameter is no longer finite
   */
  public Network train(
      Network initial,
      Dataset data,
      @Nullable Dataset validation,
      Consumer<TrainingEvent> listener) {
    return run(new TrainingJob(initial, null, data, validation), listener);
  }

  /** Trains a network without a validation set. */
  public Network train(Network initial, Dataset data, Consumer<TrainingEvent> listener) {
    return train(initial, data, null, listener);
  }

  /**
   * Goes on with a training from one of its checkpoints. With the same configuration and data the
   * result is, to the bit, that of a training that was never interrupted.
   *
   * @param state where to go on
   * @throws IllegalArgumentException as from {@link #train(Network, Dataset, Dataset, Consumer)},
   *     or if the state is not of this configuration
   * @throws DivergedException if the loss or a parameter is no longer finite
   */
  public Network resume(
      TrainingState state,
      Dataset data,
      @Nullable Dataset validation,
      Consumer<TrainingEvent> listener) {
    return run(new TrainingJob(state.network(), state, data, validation), listener);
  }

  private Network run(TrainingJob job, Consumer<TrainingEvent> listener) {
    check(job.initial().architecture(), job.data());
    if (job.state() != null) {
      check(job.state(), job.data().size());
    }
    if (job.validation() != null) {
      checkFit(job.initial().architecture(), job.validation());
      checkAlike(job.validation(), job.data());
    } else if (configuration.stopping().needsValidation()) {
      throw new IllegalArgumentException(
          "stopping: expected a validation set to judge epochs by, found none");
    }
    int epochs = configuration.epochs() - (job.state() == null ? 0 : job.state().epoch() - 1);
    Kernels kernels =
        Kernels.choose(
            execution.kernel().name(),
            (double) epochs * job.data().size(),
            (double) job.initial().architecture().trainingFlops(configuration.frozen()));
    BooleanSupplier stop = () -> stopped;
    try (TrainingRun run =
        new TrainingRun(configuration, execution, kernels, job, checkpoints, pace, listener)) {
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

  /** Checks what is the same for any batch and any part of the data. */
  static void checkFit(TrainingConfiguration configuration, Architecture network, Dataset data) {
    checkFit(network, data);
    configuration.checkFrozen(network);
    if (!data.hasBytes() && !configuration.augmentation().isNone()) {
      throw new IllegalArgumentException(
          "augmentation: expected images to change, found numbers that are no bytes");
    }
    int weights = configuration.regularization().classWeights().size();
    if (weights > 0 && weights != data.classes()) {
      throw new IllegalArgumentException(
          "class weights: expected %d, one for each class, found %d"
              .formatted(data.classes(), weights));
    }
    if (configuration.regularization().dropout() > 0 && network.layers() == 1) {
      throw new IllegalArgumentException(
          "dropout: expected a network with hidden units to drop, found " + network);
    }
  }

  private static void checkFit(Architecture network, Dataset data) {
    if (network.inputs() != data.features()) {
      throw new IllegalArgumentException(
          "network %s: expected %d inputs for %s examples, found %d"
              .formatted(network, data.features(), data.shape(), network.inputs()));
    }
    if (network.classes() != data.classes()) {
      throw new IllegalArgumentException(
          "network %s: expected %d classes at the end, as in the data, found %d"
              .formatted(network, data.classes(), network.classes()));
    }
  }

  // Labels or values that mean something else would judge every epoch wrong, and nobody would know.
  private static void checkAlike(Dataset validation, Dataset data) {
    for (int k = 0; k < data.classes(); k++) {
      if (!validation.classNames().get(k).equals(data.classNames().get(k))) {
        throw new IllegalArgumentException(
            "validation: expected '%s' for class %d, as in the data, found '%s'; give both the same classes in the same order"
                .formatted(data.classNames().get(k), k, validation.classNames().get(k)));
      }
    }
    if (!Objects.equals(validation.schema(), data.schema())) {
      throw new IllegalArgumentException(
          "validation: expected the schema of the data, with its means, scales and shares, found another; take validation.with(data.schema())");
    }
  }

  /** Checks that a state is one that this configuration comes to. */
  private void check(TrainingState state, int examples) {
    int perEpoch = Math.ceilDiv(examples, configuration.batchSize());
    int done = state.examplesDone();
    long steps = (state.epoch() - 1L) * perEpoch + done / configuration.batchSize();
    if (done >= examples || done % configuration.batchSize() != 0 || state.step() != steps) {
      throw new IllegalArgumentException(
          "training state: expected one of %d steps an epoch with %d examples each, as configured,"
                  .formatted(perEpoch, configuration.batchSize())
              + " found step %d, with %d examples of epoch %d done"
                  .formatted(state.step(), done, state.epoch()));
    }
    boolean over = state.epoch() > configuration.epochs();
    if (state.epoch() > configuration.epochs() + 1
        || (over && done > 0)
        || state.retries() > configuration.retries()) {
      throw new IllegalArgumentException(
          "training state: expected one of at most %d epochs and %d retries, as configured,"
                  .formatted(configuration.epochs(), configuration.retries())
              + " found one in epoch %d after %d retries"
                  .formatted(state.epoch(), state.retries()));
    }
    boolean keeps = configuration.stopping().keepBest() && state.standing().bestEpoch() > 0;
    if (keeps != (state.best() != null)) {
      throw new IllegalArgumentException(
          "training state: expected %s network of a best epoch, as configured"
              .formatted(keeps ? "the" : "no"));
    }
  }

  /**
   * Checks that a training may begin, as {@link #train} does before anything else.
   *
   * @throws IllegalArgumentException if data, network and configuration don't go together, or a
   *     batch fits no buffer
   */
  public void check(Architecture network, Dataset data) {
    checkFit(configuration, network, data);
    if (countsNothing(data)) {
      throw new IllegalArgumentException(
          "weights: expected one above 0 for an example of the data and for its class, found none");
    }
    if (configuration.batchSize() > data.size()) {
      throw new IllegalArgumentException(
          "batch size: expected at most the %d examples of the data, found %d"
              .formatted(data.size(), configuration.batchSize()));
    }
    checkBuffers("batch size", network, configuration.batchSize());
  }

  /**
   * Checks that what a batch needs fits into arrays.
   *
   * @param what what to call the size of a batch
   */
  static void checkBuffers(String what, Architecture network, int batchSize) {
    for (int l = 0; l <= network.layers(); l++) {
      // Units are padded, at worst to a panel more, and examples of few of them lie as far apart as
      // those of a whole panel, 144 floats at most: never more than twice as much as this.
      long most = MAX_BUFFER / (Math.max(network.width(l), 56) + 16L) - 16;
      if (batchSize > most) {
        throw new IllegalArgumentException(
            "%s: expected at most %d examples where a layer has %d units or inputs, found %d"
                .formatted(what, most, network.width(l), batchSize));
      }
    }
  }

  /**
   * Returns whether the weights of examples and classes leave no example to learn from.
   *
   * @param data of as many classes as there are class weights, where there are any
   */
  public boolean countsNothing(Dataset data) {
    List<Double> classWeights = configuration.regularization().classWeights();
    for (int i = 0; i < data.size(); i++) {
      double ofClass = classWeights.isEmpty() ? 1 : classWeights.get(data.label(i));
      if (ofClass > 0 && data.weight(i) > 0) {
        return false;
      }
    }
    return true;
  }
}
