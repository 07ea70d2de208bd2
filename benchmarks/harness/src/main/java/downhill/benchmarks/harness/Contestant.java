package downhill.benchmarks.harness;

/**
 * A library that trains the network of a {@link Task} on Fashion-MNIST, an epoch at a time. Only
 * the epochs are timed; whatever a library needs to prepare, it does when it is made.
 */
public interface Contestant extends AutoCloseable {
  /** Returns name and version, such as {@code PyTorch 2.7.1 (DJL 0.36.0)}. */
  String version();

  /**
   * Trains one epoch: every training example once, in the order of the data, in contiguous batches;
   * returns when the weights are final.
   */
  void epoch() throws Exception;

  /**
   * Returns how many passes over the data {@link #epoch} makes, where one alone is not possible.
   */
  default int passes() {
    return 1;
  }

  /** Returns the share of the test examples that the network classifies right now. */
  double accuracy() throws Exception;

  @Override
  default void close() {}
}
