package downhill.network;

/** A trained or untrained network: an architecture and its weights. Immutable; safe to share. */
public final class Network {
  private final Architecture architecture;

  private Network(Architecture architecture) {
    this.architecture = architecture;
  }

  /**
   * Returns a network with He's initial weights, normal(0, √(2/n_in)), and biases 0.
   *
   * @param architecture the widths
   * @param seed the seed; the same seed gives the same bits everywhere
   */
  public static Network initial(Architecture architecture, long seed) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a network with these parameters, copied.
   *
   * @param architecture the widths
   * @param weights W^1 … W^L, each [n_l, n_{l−1}], row-major
   * @param biases b^1 … b^L, each [n_l]
   * @throws IllegalArgumentException if a shape does not fit, or a parameter is not finite
   */
  public static Network of(Architecture architecture, float[][] weights, float[][] biases) {
    throw new UnsupportedOperationException();
  }

  /** Returns the widths. */
  public Architecture architecture() {
    return architecture;
  }

  /**
   * Returns a copy of W^l, [n_l, n_{l−1}], row-major.
   *
   * @param layer l, from 1 to L
   */
  public float[] weights(int layer) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a copy of b^l, [n_l].
   *
   * @param layer l, from 1 to L
   */
  public float[] biases(int layer) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the probability of each class, [n_L].
   *
   * @param x one example, [n_0], scaled to 0..1
   */
  public float[] probabilities(float[] x) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the most probable class; the lowest of equals.
   *
   * @param x one example, [n_0], scaled to 0..1
   */
  public int classify(float[] x) {
    throw new UnsupportedOperationException();
  }
}
