package downhill.training;

import downhill.data.Augmentation;
import downhill.network.Architecture;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * What the trained weights are a function of, besides the initial weights and the data.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize examples per step, at least 1; the last batch of an epoch may be smaller
 * @param learningRate η, positive and finite
 * @param seed the seed of the shuffling and of all that is random in training
 * @param shuffle whether each epoch visits the examples in a new order
 * @param optimizer how a step uses the gradient
 * @param schedule how η changes
 * @param regularization what is added against learning by heart
 * @param augmentation how images are changed, anew in every epoch
 * @param stopping when to end early, by the validation set
 * @param retries how often training may go back to its last checkpoint, with half the learning
 *     rate, when the loss is no longer finite, or at a checkpoint more than ten times that of
 *     guessing and above that of the one before, by 1,000 training examples from all of them; 0 to
 *     stop at the first time. Where it does go back, the result depends on the {@link Checkpoints}
 *     too
 * @param frozen the layers that training leaves as they are, to the bit, from 1; in rising order,
 *     each once. Nothing acts on their parameters: no gradient, decay, L1, L2 or averaging, and
 *     they have no part in the norm that is clipped
 */
public record TrainingConfiguration(
    int epochs,
    int batchSize,
    double learningRate,
    long seed,
    boolean shuffle,
    Optimizer optimizer,
    Schedule schedule,
    Regularization regularization,
    Augmentation augmentation,
    Stopping stopping,
    int retries,
    List<Integer> frozen)
    implements Serializable {
  /** The most epochs and the most examples in a batch. */
  private static final int MOST = 1 << 24;

  /** Checks the settings. */
  public TrainingConfiguration {
    if (epochs < 1 || epochs > MOST) {
      throw new IllegalArgumentException("epochs: expected 1 to " + MOST + ", found " + epochs);
    }
    if (batchSize < 1 || batchSize > MOST) {
      throw new IllegalArgumentException(
          "batch size: expected 1 to " + MOST + ", found " + batchSize);
    }
    // The engine works in float: what is 0 or infinite there is no learning rate either.
    Settings.positive("learning rate", learningRate);
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(regularization, "regularization");
    Objects.requireNonNull(augmentation, "augmentation");
    Objects.requireNonNull(stopping, "stopping");
    Settings.atLeast("retries", 0, retries);
    frozen = frozen.stream().sorted().toList();
    if (frozen.stream().anyMatch(layer -> layer < 1)
        || frozen.stream().distinct().count() < frozen.size()) {
      throw new IllegalArgumentException(
          "frozen layers: expected numbers from 1, each once, found " + frozen);
    }
    if (regularization.mixup() > 0 && batchSize == 1) {
      throw new IllegalArgumentException(
          "mixup: expected batches of at least 2 examples to mix, found batch size 1");
    }
  }

  /** Returns plain mini-batch gradient descent with these settings and a constant rate. */
  public static TrainingConfiguration descent(
      int epochs, int batchSize, double learningRate, long seed) {
    return new TrainingConfiguration(
        epochs,
        batchSize,
        learningRate,
        seed,
        true,
        new Optimizer.GradientDescent(),
        new Schedule.Constant(),
        Regularization.NONE,
        Augmentation.NONE,
        Stopping.NEVER,
        0,
        List.of());
  }

  /**
   * Returns the default recipe: Adam with decoupled weight decay (AdamW), and a rate that falls to
   * 0 along a cosine.
   */
  public static TrainingConfiguration defaults() {
    return descent(20, 64, 0.001, 1)
        .withOptimizer(Optimizer.Adam.defaults())
        .withSchedule(new Schedule.Cosine(0))
        .withRegularization(Regularization.NONE.withWeightDecay(0.1));
  }

  /** Returns this configuration with another number of epochs. */
  public TrainingConfiguration withEpochs(int value) {
    Draft draft = new Draft(this);
    draft.epochs = value;
    return draft.whole();
  }

  /** Returns this configuration with another batch size. */
  public TrainingConfiguration withBatchSize(int value) {
    Draft draft = new Draft(this);
    draft.batchSize = value;
    return draft.whole();
  }

  /** Returns this configuration with another learning rate. */
  public TrainingConfiguration withLearningRate(double value) {
    Draft draft = new Draft(this);
    draft.learningRate = value;
    return draft.whole();
  }

  /** Returns this configuration with another seed. */
  public TrainingConfiguration withSeed(long value) {
    Draft draft = new Draft(this);
    draft.seed = value;
    return draft.whole();
  }

  /** Returns this configuration with shuffling on or off. */
  public TrainingConfiguration withShuffle(boolean value) {
    Draft draft = new Draft(this);
    draft.shuffle = value;
    return draft.whole();
  }

  /** Returns this configuration with another optimizer. */
  public TrainingConfiguration withOptimizer(Optimizer value) {
    Draft draft = new Draft(this);
    draft.optimizer = value;
    return draft.whole();
  }

  /** Returns this configuration with another schedule. */
  public TrainingConfiguration withSchedule(Schedule value) {
    Draft draft = new Draft(this);
    draft.schedule = value;
    return draft.whole();
  }

  /** Returns this configuration with other regularization. */
  public TrainingConfiguration withRegularization(Regularization value) {
    Draft draft = new Draft(this);
    draft.regularization = value;
    return draft.whole();
  }

  /** Returns this configuration with other augmentation. */
  public TrainingConfiguration withAugmentation(Augmentation value) {
    Draft draft = new Draft(this);
    draft.augmentation = value;
    return draft.whole();
  }

  /** Returns this configuration with another end. */
  public TrainingConfiguration withStopping(Stopping value) {
    Draft draft = new Draft(this);
    draft.stopping = value;
    return draft.whole();
  }

  /** Returns this configuration with another number of retries. */
  public TrainingConfiguration withRetries(int value) {
    Draft draft = new Draft(this);
    draft.retries = value;
    return draft.whole();
  }

  /** Returns this configuration with other frozen layers, each from 1. */
  public TrainingConfiguration withFrozen(List<Integer> value) {
    Draft draft = new Draft(this);
    draft.frozen = value;
    return draft.whole();
  }

  /**
   * Checks that the frozen layers are layers of a network, and not all of them.
   *
   * @throws IllegalArgumentException if not
   */
  public void checkFrozen(Architecture network) {
    if (!frozen.isEmpty() && frozen.getLast() > network.layers()) {
      throw new IllegalArgumentException(
          "frozen layers: network %s has layers 1 to %d, found %d"
              .formatted(network, network.layers(), frozen.getLast()));
    }
    if (frozen.size() == network.layers()) {
      throw new IllegalArgumentException(
          "frozen layers: expected one of the %d layers of network %s to learn, found all frozen"
              .formatted(network.layers(), network));
    }
  }

  /**
   * Returns η of a step.
   *
   * @param done steps done before it
   * @param perEpoch steps of an epoch
   * @param plateaus how often a schedule that watches the loss has lowered the rate
   */
  public double learningRate(long done, int perEpoch, int plateaus) {
    return learningRate * schedule.factor(done, (long) epochs * perEpoch, perEpoch, plateaus);
  }

  /** A configuration with its fields open, so that one can be changed without naming all others. */
  private static final class Draft {
    int epochs;
    int batchSize;
    double learningRate;
    long seed;
    boolean shuffle;
    Optimizer optimizer;
    Schedule schedule;
    Regularization regularization;
    Augmentation augmentation;
    Stopping stopping;
    int retries;
    List<Integer> frozen;

    Draft(TrainingConfiguration from) {
      epochs = from.epochs;
      batchSize = from.batchSize;
      learningRate = from.learningRate;
      seed = from.seed;
      shuffle = from.shuffle;
      optimizer = from.optimizer;
      schedule = from.schedule;
      regularization = from.regularization;
      augmentation = from.augmentation;
      stopping = from.stopping;
      retries = from.retries;
      frozen = from.frozen;
    }

    TrainingConfiguration whole() {
      return new TrainingConfiguration(
          epochs,
          batchSize,
          learningRate,
          seed,
          shuffle,
          optimizer,
          schedule,
          regularization,
          augmentation,
          stopping,
          retries,
          frozen);
    }
  }
}
