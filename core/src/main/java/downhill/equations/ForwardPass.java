package downhill.equations;

import java.util.Arrays;

/**
 * What one example x makes of a network: the logits z and activations a of every layer. Layers are
 * numbered as in the derivation, 1 to L, and a⁰ is x. Immutable: accessors return copies.
 */
public final class ForwardPass {
  // z[l] and a[l] are layer l's; z[0] is empty and a[0] is x, so that code reads as the derivation.
  private final double[][] z;
  private final double[][] a;

  /** Takes both arrays as its own; nobody may change them afterwards. */
  ForwardPass(double[][] z, double[][] a) {
    this.z = z;
    this.a = a;
  }

  /** The number of layers L. */
  public int depth() {
    return z.length - 1;
  }

  /**
   * The logits z of layer l.
   *
   * @param l the layer, 1 to L
   * @return [n_l]
   */
  public double[] logits(int l) {
    return z(l).clone();
  }

  /**
   * The activations a of layer l: ReLU(z) of a hidden layer, softmax(z) of the last.
   *
   * @param l the layer, 1 to L, or 0 for x
   * @return [n_l]
   */
  public double[] activations(int l) {
    return a(l).clone();
  }

  /** The last layer's activations: one probability per class. */
  public double[] probabilities() {
    return activations(depth());
  }

  /**
   * The cross-entropy loss, taken from the logits.
   *
   * @param label the true class
   * @return the loss, in nats
   */
  public double loss(int label) {
    return Preliminaries.crossEntropyOfLogits(z(depth()), label);
  }

  /**
   * Whether the same hidden units are active (z &gt; 0) in both passes.
   *
   * <p>Let two passes differ in one weight or bias, by moving it from one value to another. While
   * no unit switches, every logit is linear in what moves, up to the last layer; a logit that is
   * linear and has the same sign at both ends did not cross 0 between them. So equal patterns at
   * the two ends mean that no unit met ReLU's kink on the way, and a difference taken there is a
   * fair one.
   */
  public boolean sameActivePattern(ForwardPass other) {
    if (depth() != other.depth()) {
      return false;
    }
    for (int l = 1; l < depth(); l++) {
      if (z[l].length != other.z[l].length) {
        return false;
      }
      for (int i = 0; i < z[l].length; i++) {
        if (z[l][i] > 0 != other.z[l][i] > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** The logits themselves, not a copy. */
  double[] z(int l) {
    Shapes.requireLayer(l, depth());
    return z[l];
  }

  /** The activations themselves, not a copy. */
  double[] a(int l) {
    Shapes.requireIndex("layer", l, depth() + 1);
    return a[l];
  }

  @Override
  public String toString() {
    return "ForwardPass[probabilities=" + Arrays.toString(a[depth()]) + "]";
  }
}
