package downhill.benchmarks.harness;

/** A library that applies a trained network. */
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
   * Returns the probabilities of many examples, [n, classes], row-major or as rows.
   *
   * @param x [n, features], row-major, in 0..1
   * @return the probability of class 0 for the last example, so that nobody can leave out the work
   */
  float many(float[] x, int n) throws Exception;

  @Override
  default void close() {}
}
