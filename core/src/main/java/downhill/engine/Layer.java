package downhill.engine;

import java.util.Arrays;

/**
 * The parameters of one linear layer, packed: W^l as panels [pad(out) / 16][pad(in)][16], b^l as
 * [pad(out)]. Mutable; whoever owns it decides who may change it.
 */
public final class Layer {
  final int in;
  final int out;
  final int inP;
  final int outP;
  final float[] w;
  final float[] b;

  private Layer(int in, int out, float[] w, float[] b) {
    this.in = in;
    this.out = out;
    this.inP = Panels.pad(in);
    this.outP = Panels.pad(out);
    this.w = w;
    this.b = b;
  }

  /**
   * Packs a layer.
   *
   * @param weights W, [out, in], row-major
   * @param biases b, [out]
   */
  public static Layer of(int in, int out, float[] weights, float[] biases) {
    return new Layer(
        in, out, Panels.pack(weights, out, in), Arrays.copyOf(biases, Panels.pad(out)));
  }

  /** Returns an independent copy. */
  public Layer copy() {
    return new Layer(in, out, w.clone(), b.clone());
  }

  /** Returns about how many flops one product of this layer takes for {@code rows} examples. */
  long flops(int rows) {
    return 2L * rows * inP * outP;
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
    return Panels.unpack(w, out, in);
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
