package downhill.network;

import downhill.engine.ForwardPass;
import downhill.engine.Kernels;
import downhill.engine.Layer;
import downhill.engine.Philox;
import downhill.engine.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network, trained or not: an architecture and its weights. Immutable; safe to share between
 * threads. {@link Predictor} is the way to classify many examples.
 */
public final class Network {
  private final Architecture architecture;
  private final List<Layer> layers;

  private Network(Architecture architecture, List<Layer> layers) {
    this.architecture = architecture;
    this.layers = List.copyOf(layers);
  }

  /**
   * Returns a network with He's initial weights, normal(0, √(2/n_in)), and biases 0.
   *
   * @param architecture the widths
   * @param seed the seed; the same seed gives the same bits everywhere
   */
  public static Network initial(Architecture architecture, long seed) {
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l <= architecture.layers(); l++) {
      layers.add(initialLayer(architecture, l, seed));
    }
    return new Network(architecture, layers);
  }

  private static Layer initialLayer(Architecture architecture, int l, long seed) {
    int in = architecture.width(l - 1);
    int out = architecture.width(l);
    return Layer.of(in, out, Philox.heWeights(seed, l, out, in), new float[out]);
  }

  /**
   * Returns this network with another last layer, for other classes. Its weights are those that
   * {@link #initial} draws for the last layer of a network of the new widths, its biases 0.
   *
   * @param classes the number of classes, at least 2
   * @param seed the seed of the new weights
   * @throws IllegalArgumentException if there can be no network of so many classes
   */
  public Network withNewLastLayer(int classes, long seed) {
    int L = architecture.layers();
    int[] widths = new int[L + 1];
    for (int l = 0; l < L; l++) {
      widths[l] = architecture.width(l);
    }
    widths[L] = classes;
    Architecture other = Architecture.of(widths);
    List<Layer> all = new ArrayList<>(layers.subList(0, L - 1));
    all.add(initialLayer(other, L, seed));
    return new Network(other, all);
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
    int L = architecture.layers();
    if (weights.length != L || biases.length != L) {
      throw new IllegalArgumentException(
          "network %s: expected %d weight matrices and bias vectors, found %d and %d"
              .formatted(architecture, L, weights.length, biases.length));
    }
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l <= L; l++) {
      int in = architecture.width(l - 1);
      int out = architecture.width(l);
      check("weights", l, weights[l - 1], out * in, "[" + out + ", " + in + "]");
      check("biases", l, biases[l - 1], out, "[" + out + "]");
      layers.add(Layer.of(in, out, weights[l - 1], biases[l - 1]));
    }
    return new Network(architecture, layers);
  }

  private static void check(String what, int layer, float[] values, int length, String shape) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          "%s of layer %d: expected %d values for %s, found %d"
              .formatted(what, layer, length, shape, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "%s of layer %d: expected finite numbers, found %s at index %d"
                .formatted(what, layer, values[i], i));
      }
    }
  }

  /** Returns the widths. */
  public Architecture architecture() {
    return architecture;
  }

  /** Returns whether another network has the same widths and the same bits in every parameter. */
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Network network) || !architecture.equals(network.architecture)) {
      return false;
    }
    for (int l = 1; l <= architecture.layers(); l++) {
      if (!Arrays.equals(biases(l), network.biases(l))
          || !Arrays.equals(weights(l), network.weights(l))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = architecture.hashCode();
    for (int l = 1; l <= architecture.layers(); l++) {
      hash = 31 * hash + Arrays.hashCode(biases(l)); // the weights would take long
    }
    return hash;
  }

  /**
   * Returns a copy of W^l, [n_l, n_{l−1}], row-major.
   *
   * @param layer l, from 1 to L
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public float[] weights(int layer) {
    return layers.get(layer - 1).weights();
  }

  /**
   * Returns a copy of b^l, [n_l].
   *
   * @param layer l, from 1 to L
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public float[] biases(int layer) {
    return layers.get(layer - 1).biases();
  }

  /**
   * Returns the probability of each class, [n_L]; NaN where sums of large finite values overflow.
   *
   * @param x one example, [n_0], as training saw it: bytes scaled to 0..1
   * @throws IllegalArgumentException if {@code x} has another length or is not finite
   */
  public float[] probabilities(float[] x) {
    float[] logits = padded(x);
    float[] a = new float[architecture.classes()];
    Softmax.probabilities(logits, 0, a.length, a, 0);
    return a;
  }

  /**
   * Returns the most probable class; the lowest of equals. Where sums of large finite values
   * overflow, and {@link #probabilities} are NaN, it means nothing.
   *
   * @param x one example, [n_0], as training saw it: bytes scaled to 0..1
   * @throws IllegalArgumentException if {@code x} has another length or is not finite
   */
  public int classify(float[] x) {
    return Softmax.argmax(padded(x), 0, architecture.classes());
  }

  /**
   * Returns the logits z^L, [n_L].
   *
   * @param x one example, [n_0], as training saw them
   * @throws IllegalArgumentException if {@code x} has another length or is not finite
   */
  public float[] logits(float[] x) {
    return Arrays.copyOf(padded(x), architecture.classes());
  }

  /** Returns the logits, [n_L] and perhaps some padding. */
  private float[] padded(float[] x) {
    if (x.length != architecture.inputs()) {
      throw new IllegalArgumentException(
          "network %s: expected %d inputs, found %d"
              .formatted(architecture, architecture.inputs(), x.length));
    }
    for (int j = 0; j < x.length; j++) {
      if (!Float.isFinite(x[j])) {
        throw new IllegalArgumentException(
            "input %d: expected a finite number, found %s".formatted(j, x[j]));
      }
    }
    return ForwardPass.logits(layers, Kernels.choose("AUTO"), x);
  }

  /** Returns the packed layers. They are shared: whoever gets them must not change them. */
  List<Layer> layers() {
    return layers;
  }
}
