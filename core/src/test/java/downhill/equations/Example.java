package downhill.equations;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A network with an example, all from one seed; biases are not 0, so that none goes unnoticed. */
final class Example {
  private final long seed;
  private final ReferenceNetwork network;
  private final double[] x;
  private final int label;

  private Example(long seed, ReferenceNetwork network, double[] x, int label) {
    this.seed = seed;
    this.network = network;
    this.x = x;
    this.label = label;
  }

  static Example seeded(long seed, int... widths) {
    SplittableRandom random = new SplittableRandom(seed);
    ReferenceNetwork he = ReferenceNetwork.random(random, widths);
    double[][][] weights = new double[he.depth()][][];
    double[][] biases = new double[he.depth()][];
    for (int l = 1; l <= he.depth(); l++) {
      weights[l - 1] = he.weights(l);
      biases[l - 1] = random.doubles(widths[l], -0.3, 0.3).toArray();
    }
    double[] x = random.doubles(widths[0]).toArray();
    int label = random.nextInt(widths[widths.length - 1]);
    return new Example(seed, new ReferenceNetwork(weights, biases), x, label);
  }

  /** Widths of a network with {@code depth} layers, all hidden ones of the same width. */
  static int[] widths(int in, int hidden, int depth, int out) {
    int[] widths = new int[depth + 1];
    Arrays.fill(widths, hidden);
    widths[0] = in;
    widths[depth] = out;
    return widths;
  }

  ReferenceNetwork network() {
    return network;
  }

  double[] x() {
    return x.clone();
  }

  int label() {
    return label;
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }
}
