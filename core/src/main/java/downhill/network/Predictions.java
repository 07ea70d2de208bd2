package downhill.network;

/** What a network says of some examples: logits and probabilities, both [count, classes]. */
public final class Predictions {
  Predictions() {}

  /** Returns the number of examples. */
  public int count() {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of classes. */
  public int classes() {
    throw new UnsupportedOperationException();
  }

  /** Returns the most probable class of example {@code i}; the lowest of equals. */
  public int label(int i) {
    throw new UnsupportedOperationException();
  }

  /** Returns the logit z_k of example {@code i}. */
  public float logit(int i, int k) {
    throw new UnsupportedOperationException();
  }

  /** Returns the probability of class {@code k} for example {@code i}. */
  public float probability(int i, int k) {
    throw new UnsupportedOperationException();
  }

  /** Returns a copy of the probabilities of example {@code i}, [classes]. */
  public float[] probabilities(int i) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the cross-entropy of example {@code i}, in nats, taken from the logits.
   *
   * @param label the true class
   */
  public double loss(int i, int label) {
    throw new UnsupportedOperationException();
  }
}
