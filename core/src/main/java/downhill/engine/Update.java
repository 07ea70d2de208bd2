package downhill.engine;

import java.util.List;

/**
 * What an optimizer does to parameters once their gradient is there, element by element: the same
 * plain loops for every kernel, since nothing in them is a sum. Each loop is over arrays at its own
 * variable and nothing else, which C2 turns into vectors. Immutable; safe to share.
 *
 * @param rule how the gradient moves a parameter
 * @param first μ of momentum, β₁ of Adam, α of RMSProp
 * @param second β₂ of Adam
 * @param epsilon ε of Adam and RMSProp
 * @param l1 what the gradient of a weight gains times its sign
 * @param l2 what the gradient of a weight gains times itself
 * @param decay λ of w ← (1 − η λ) w, which comes before the rule
 * @param clip the most that the norm of the gradient may be; 0 for no limit
 * @param averaging d of the moving average of the parameters; 0 for none
 */
public record Update(
    Rule rule,
    double first,
    double second,
    double epsilon,
    double l1,
    double l2,
    double decay,
    double clip,
    double averaging) {
  /** How a gradient moves a parameter. */
  public enum Rule {
    /** w ← w − η g. */
    DESCENT(0),
    /** v ← μ v + g, w ← w − η v. */
    MOMENTUM(1),
    /** v ← μ v + g, w ← w − η (g + μ v). */
    NESTEROV(1),
    /** Moving averages of g and g², both corrected for their start at 0. */
    ADAM(2),
    /** v ← α v + (1 − α) g², w ← w − η g / (√v + ε). */
    RMSPROP(1);

    /** How many numbers it keeps for each parameter. */
    final int moments;

    Rule(int moments) {
      this.moments = moments;
    }
  }

  /** Plain gradient descent. */
  public static final Update PLAIN = new Update(Rule.DESCENT, 0, 0, 0, 0, 0, 0, 0, 0);

  /** What PyTorch adds to the norm before it divides by it. */
  private static final double CLIP_EPSILON = 1e-6;

  /** Whether w ← w − η g is all there is, so that it can be joined to the product. */
  boolean isPlain() {
    return equals(PLAIN);
  }

  /** Returns how many numbers it keeps for each parameter, 0 to 2. */
  public int moments() {
    return rule.moments;
  }

  /** Returns what to multiply a gradient of this norm with. */
  float scale(double norm) {
    return clip > 0 && norm > clip ? (float) (clip / (norm + CLIP_EPSILON)) : 1;
  }

  /**
   * Moves all parameters of all layers by the gradients that lie beside them.
   *
   * @param layers of which frozen ones stay as they are
   * @param rate η
   * @param step t, from 1
   * @return the norm of the whole gradient, before it is clipped
   */
  public double apply(List<TrainedLayer> layers, float rate, long step) {
    double norm = Math.sqrt(SquaredNorm.of(layers));
    for (TrainedLayer layer : layers) {
      if (!layer.isFrozen()) {
        weights(layer, 0, layer.parameters.w.length, scale(norm), rate, step);
        biases(layer, 0, layer.parameters.b.length, scale(norm), rate, step);
      }
    }
    return norm;
  }

  /**
   * Moves some parameters of a layer.
   *
   * @param layer the layer and what goes with it
   * @param from the first weight's index in the layout of the layer
   * @param to the index past the last
   * @param scale what to multiply the gradient with
   * @param rate η
   * @param step t, from 1
   */
  void weights(TrainedLayer layer, int from, int to, float scale, float rate, long step) {
    float[] w = layer.parameters.w;
    float[] g = layer.gradient.w;
    scale(g, from, to, scale);
    if (l2 > 0) {
      float lambda = (float) l2;
      for (int i = from; i < to; i++) {
        g[i] = Math.fma(lambda, w[i], g[i]);
      }
    }
    if (l1 > 0) {
      float lambda = (float) l1;
      for (int i = from; i < to; i++) {
        g[i] = Math.fma(lambda, Math.signum(w[i]), g[i]);
      }
    }
    if (decay > 0) {
      float keep = (float) (1 - rate * decay);
      for (int i = from; i < to; i++) {
        w[i] *= keep;
      }
    }
    move(w, g, layer.first.w, layer.second.w, from, to, rate, step);
    average(layer.average.w, w, from, to, step);
  }

  /** As {@link #weights}, for biases: they are not regularized. */
  void biases(TrainedLayer layer, int from, int to, float scale, float rate, long step) {
    float[] b = layer.parameters.b;
    float[] g = layer.gradient.b;
    scale(g, from, to, scale);
    move(b, g, layer.first.b, layer.second.b, from, to, rate, step);
    average(layer.average.b, b, from, to, step);
  }

  private static void scale(float[] g, int from, int to, float scale) {
    if (scale != 1) {
      for (int i = from; i < to; i++) {
        g[i] *= scale;
      }
    }
  }

  private void move(
      float[] w, float[] g, float[] m, float[] v, int from, int to, float rate, long step) {
    float mu = (float) first;
    switch (rule) {
      case DESCENT -> {
        for (int i = from; i < to; i++) {
          w[i] = Math.fma(-rate, g[i], w[i]);
        }
      }
      case MOMENTUM -> {
        for (int i = from; i < to; i++) {
          m[i] = Math.fma(mu, m[i], g[i]);
          w[i] = Math.fma(-rate, m[i], w[i]);
        }
      }
      case NESTEROV -> {
        for (int i = from; i < to; i++) {
          m[i] = Math.fma(mu, m[i], g[i]);
          w[i] = Math.fma(-rate, Math.fma(mu, m[i], g[i]), w[i]);
        }
      }
      case ADAM -> adam(w, g, m, v, from, to, rate, step);
      case RMSPROP -> {
        float rest = (float) (1 - first);
        float eps = (float) epsilon;
        for (int i = from; i < to; i++) {
          m[i] = Math.fma(mu, m[i], rest * g[i] * g[i]);
          w[i] = Math.fma(-rate, g[i] / ((float) Math.sqrt(m[i]) + eps), w[i]);
        }
      }
    }
  }

  private void adam(
      float[] w, float[] g, float[] m, float[] v, int from, int to, float rate, long step) {
    float beta1 = (float) first;
    float beta2 = (float) second;
    float rest1 = (float) (1 - first);
    float rest2 = (float) (1 - second);
    float eps = (float) epsilon;
    float size = (float) (rate / (1 - StrictMath.pow(first, (double) step)));
    float root = (float) StrictMath.sqrt(1 - StrictMath.pow(second, (double) step));
    for (int i = from; i < to; i++) {
      m[i] = Math.fma(beta1, m[i], rest1 * g[i]);
      v[i] = Math.fma(beta2, v[i], rest2 * g[i] * g[i]);
      w[i] = Math.fma(-size, m[i] / ((float) Math.sqrt(v[i]) / root + eps), w[i]);
    }
  }

  private void average(float[] e, float[] w, int from, int to, long step) {
    if (averaging > 0) {
      float share = (float) (1 - Math.min(averaging, (1.0 + step) / (10.0 + step)));
      for (int i = from; i < to; i++) {
        e[i] = Math.fma(share, w[i] - e[i], e[i]);
      }
    }
  }
}
