package downhill.network;

/**
 * Applies one network to many examples, with its own threads and buffers. Not safe to share between
 * threads; make one for each.
 */
public final class Predictor implements AutoCloseable {
  /** Makes a predictor. */
  public Predictor(Network network, Execution execution) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the forward pass on raw bytes, each scaled to v/255.
   *
   * @param examples [n, n_0], row-major, 0..255 unsigned
   * @param from the first example
   * @param count how many
   */
  public Predictions predict(byte[] examples, int from, int count) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the forward pass.
   *
   * @param examples [n, n_0], row-major, scaled to 0..1
   * @param from the first example
   * @param count how many
   */
  public Predictions predict(float[] examples, int from, int count) {
    throw new UnsupportedOperationException();
  }

  /** Ends the threads. */
  @Override
  public void close() {}
}
