package downhill.training;

/**
 * What the trained weights are a function of, besides the initial weights and the data.
 *
 * @param epochs passes over the data, at least 1
 * @param batchSize examples per step, at least 1; the last batch of an epoch may be smaller
 * @param learningRate η, positive and finite
 * @param seed the seed of the shuffling
 * @param shuffle whether each epoch visits the examples in a new order
 */
public record TrainingConfiguration(
    int epochs, int batchSize, double learningRate, long seed, boolean shuffle) {
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
    if (!((float) learningRate > 0 && Float.isFinite((float) learningRate))) {
      throw new IllegalArgumentException(
          "learning rate: expected a number from 1.4e-45 to 3.4e38, found " + learningRate);
    }
  }

  /** Returns the default recipe. */
  public static TrainingConfiguration defaults() {
    return new TrainingConfiguration(15, 16, 0.015, 1, true);
  }

  /** Returns this configuration with another number of epochs. */
  public TrainingConfiguration withEpochs(int value) {
    return new TrainingConfiguration(value, batchSize, learningRate, seed, shuffle);
  }

  /** Returns this configuration with another batch size. */
  public TrainingConfiguration withBatchSize(int value) {
    return new TrainingConfiguration(epochs, value, learningRate, seed, shuffle);
  }

  /** Returns this configuration with another learning rate. */
  public TrainingConfiguration withLearningRate(double value) {
    return new TrainingConfiguration(epochs, batchSize, value, seed, shuffle);
  }

  /** Returns this configuration with another seed. */
  public TrainingConfiguration withSeed(long value) {
    return new TrainingConfiguration(epochs, batchSize, learningRate, value, shuffle);
  }

  /** Returns this configuration with shuffling on or off. */
  public TrainingConfiguration withShuffle(boolean value) {
    return new TrainingConfiguration(epochs, batchSize, learningRate, seed, value);
  }
}
