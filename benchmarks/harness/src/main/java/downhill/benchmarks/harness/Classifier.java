package downhill.benchmarks.harness;

/** A library that applies a trained network: to one example, and to many at once. */
public interface Classifier extends AutoCloseable {
  /** Returns name and version. */
  String version();

  /**
   * Returns the probabilities of one example, [classes].
   *
   * @param x one example, [features], in 0..1
   */
  float[] one(float[] x) throws Exception;

  /**
   * Takes the examples that {@link #many} is for, in whatever memory the library likes them best.
   * Not timed, so that nobody pays for the form of our data.
   *
   * @param x [n, features], row-major, in 0..1
   * @param n how many
   */
  void take(float[] x, int n) throws Exception;

  /**
   * Computes the probabilities of all examples taken, where a caller can read them.
   *
   * @return those of the last example, [classes]
   */
  float[] many() throws Exception;

  @Override
  default void close() {}
}
