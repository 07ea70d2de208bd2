package downhill.explanation;

import downhill.equations.ReferenceNetwork;
import downhill.network.Architecture;
import downhill.network.Network;

/** The engine's networks and examples as the equations take them: the same numbers, as doubles. */
public final class Reference {
  private Reference() {}

  /** Returns the network of the equations that has the same parameters. */
  public static ReferenceNetwork of(Network network) {
    Architecture architecture = network.architecture();
    int layers = architecture.layers();
    double[][][] weights = new double[layers][][];
    double[][] biases = new double[layers][];
    for (int l = 1; l <= layers; l++) {
      int in = architecture.width(l - 1);
      int out = architecture.width(l);
      float[] w = network.weights(l);
      weights[l - 1] = new double[out][in];
      for (int i = 0; i < out; i++) {
        for (int j = 0; j < in; j++) {
          weights[l - 1][i][j] = w[i * in + j];
        }
      }
      biases[l - 1] = doubles(network.biases(l));
    }
    return new ReferenceNetwork(weights, biases);
  }

  /** Returns the same numbers as doubles. */
  public static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
