package downhill.engine;

import java.util.Arrays;

/**
 * The parameters of one linear layer: W^l in panels of {@link Block#WIDTH} output units, each panel
 * [in, WIDTH], row-major, so that the weights of one input lie side by side and a {@link Block} of
 * them lies in one piece; and b^l, [pad(out)]. The last panel is as wide as it must be, up to a
 * multiple of 16; its padding holds zeros, and training that stays finite keeps it zero. Mutable;
 * whoever owns it decides who may change it.
 */
public final class Layer {
  final int in;
  final int out;
  final int outP;
  final float[] w;
  final float[] b;

  private Layer(int in, int out, float[] w, float[] b) {
    this.in = in;
    this.out = out;
    this.outP = Rows.pad(out);
    this.w = w;
    this.b = b;
  }

  /**
   * Makes a layer.
   *
   * @param weights W, [out, in], row-major
   * @param biases b, [out]
   */
  public static Layer of(int in, int out, float[] weights, float[] biases) {
    int outP = Rows.pad(out);
    Layer layer =
        new Layer(in, out, new float[Math.multiplyExact(in, outP)], Arrays.copyOf(biases, outP));
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        layer.w[layer.at(j, i)] = weights[i * in + j];
      }
    }
    return layer;
  }

  /** Returns an independent copy. */
  public Layer copy() {
    return new Layer(in, out, w.clone(), b.clone());
  }

  /** Sets all parameters to those of another layer of the same shape. */
  public void set(Layer other) {
    System.arraycopy(other.w, 0, w, 0, w.length);
    System.arraycopy(other.b, 0, b, 0, b.length);
  }

  /** Returns how many units the panel that begins with {@code unit} is wide. */
  int width(int unit) {
    return Math.min(Block.WIDTH, outP - unit);
  }

  /** Returns where the weight of an input for a unit lies. */
  int at(int input, int unit) {
    int first = unit / Block.WIDTH * Block.WIDTH;
    return first * in + input * width(first) + unit - first;
  }

  /** Returns about how many flops one product of this layer takes for one example. */
  long flops() {
    return 2L * in * outP;
  }

  /** Returns n_{l−1}. */
  public int inputs() {
    return in;
  }

  /** Returns n_l. */
  public int outputs() {
    return out;
  }

  /** Returns W as [out, in], row-major. */
  public float[] weights() {
    float[] weights = new float[out * in];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        weights[i * in + j] = w[at(j, i)];
      }
    }
    return weights;
  }

  /** Returns b as [out]. */
  public float[] biases() {
    return Arrays.copyOf(b, out);
  }

  /** Returns whether every parameter is a finite number. */
  public boolean isFinite() {
    // Σ 0·w is 0, or NaN as soon as one w is not finite; without a branch in the loop.
    float sum = 0;
    for (float v : w) {
      sum += 0 * v;
    }
    for (float v : b) {
      sum += 0 * v;
    }
    return sum == 0;
  }
}
