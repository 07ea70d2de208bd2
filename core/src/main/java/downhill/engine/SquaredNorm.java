package downhill.engine;

import java.util.List;

/**
 * The square of the norm of a gradient, in double. It is a sum of parts, each of up to 64 inputs
 * and 64 units of a layer, that are added in one order: neither who computed a part nor the width
 * of the panels changes a bit of it. Members of a team may note different parts at the same time.
 */
final class SquaredNorm {
  /** The most inputs and the most units of a part; panels are a multiple of it. */
  private static final int SIDE = Products.INPUTS;

  private final double[] parts;

  /** For each layer its first part's index, and behind the last layer how many parts there are. */
  private final int[] firsts;

  /** Makes room for the parts, all of which are 0 at first; those of frozen layers stay so. */
  SquaredNorm(List<TrainedLayer> layers) {
    firsts = new int[layers.size() + 1];
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l).parameters;
      int count = layers.get(l).isFrozen() ? 0 : Math.ceilDiv(layer.outP, SIDE) * chunks(layer);
      firsts[l + 1] = firsts[l] + count;
    }
    parts = new double[firsts[layers.size()]];
  }

  private static int chunks(Layer layer) {
    return Math.ceilDiv(layer.in, SIDE);
  }

  /** Returns the square of the norm of all gradients that lie beside these layers. */
  static double of(List<TrainedLayer> layers) {
    SquaredNorm norm = new SquaredNorm(layers);
    for (int l = 0; l < layers.size(); l++) {
      Layer gradient = layers.get(l).gradient;
      for (int unit = 0; unit < gradient.outP; unit += Block.WIDTH) {
        for (int chunk = 0; chunk < chunks(gradient); chunk++) {
          norm.note(l, gradient, unit, chunk);
        }
      }
    }
    return norm.sum();
  }

  /**
   * Notes the parts of a panel that {@value Products#INPUTS} inputs have in it.
   *
   * @param l the layer, from 0
   * @param gradient its gradient
   * @param unit the first unit of the panel
   * @param chunk which inputs; the biases count with the first
   */
  void note(int l, Layer gradient, int unit, int chunk) {
    int past = unit + gradient.width(unit);
    for (int u = unit; u < past; u += SIDE) {
      parts[firsts[l] + u / SIDE * chunks(gradient) + chunk] = part(gradient, u, chunk);
    }
  }

  /** Returns Σ v² of a part: four sums side by side, then one. Rows are a multiple of 16 wide. */
  private static double part(Layer gradient, int unit, int chunk) {
    int width = Math.min(SIDE, gradient.outP - unit);
    int past = Math.min(gradient.in, (chunk + 1) * SIDE);
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int input = chunk == 0 ? -1 : chunk * SIDE; input < past; input++) {
      float[] v = input < 0 ? gradient.b : gradient.w;
      int at = input < 0 ? unit : gradient.at(input, unit);
      for (int i = at; i < at + width; i += 4) {
        s0 = Math.fma((double) v[i], v[i], s0);
        s1 = Math.fma((double) v[i + 1], v[i + 1], s1);
        s2 = Math.fma((double) v[i + 2], v[i + 2], s2);
        s3 = Math.fma((double) v[i + 3], v[i + 3], s3);
      }
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** Returns the square of the norm of the whole gradient. */
  double sum() {
    return sum(0, parts.length);
  }

  /** Returns the part of {@link #sum()} that is layer {@code l}'s, from 0; 0 of a frozen one. */
  double sum(int l) {
    return sum(firsts[l], firsts[l + 1]);
  }

  private double sum(int from, int to) {
    double sum = 0;
    for (int p = from; p < to; p++) {
      sum += parts[p];
    }
    return sum;
  }
}
