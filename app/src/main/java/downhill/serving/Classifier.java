package downhill.serving;

/**
 * What computes the answers of one model: Downhill's own engine, or another library on the same
 * weights. Called by one thread at a time, not always the same one.
 */
public interface Classifier extends AutoCloseable {
  /**
   * Classifies examples.
   *
   * @param x inputs, [n, n_0], row-major, as the network takes them
   * @param from the first example
   * @param count how many
   * @param probabilities [count, n_L], row-major, written
   * @param classes the most probable class of each, [count], written
   * @throws Exception if the library fails; the request is answered with status 500
   */
  void classify(float[] x, int from, int count, float[] probabilities, int[] classes)
      throws Exception;

  /** Frees threads and memory. Nothing is asked afterwards. */
  @Override
  void close();
}
