package downhill.training;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.util.List;

/** The numbers that PyTorch computed in double precision; see make_twenty_steps.py. */
final class TwentySteps {
  static final int STEPS = 20;
  static final int EPOCHS = 5;

  private final Numbers numbers = new Numbers("twenty-steps.txt");
  final int batch = numbers.ints("batch")[0];
  final Network initial;
  final Dataset data;

  TwentySteps() throws IOException {
    int[] widths = numbers.ints("widths");
    initial =
        Network.of(
            Architecture.of(widths),
            new float[][] {numbers.floats("initial.0.weight"), numbers.floats("initial.2.weight")},
            new float[][] {numbers.floats("initial.0.bias"), numbers.floats("initial.2.bias")});
    data =
        Dataset.of(
            numbers.bytes("pixels"),
            1,
            widths[0],
            numbers.ints("labels"),
            List.of("a", "b", "c", "d", "e"));
  }

  double[] get(String name) {
    return numbers.get(name);
  }

  /** Returns all parameters in PyTorch's order: W^1, b^1, W^2, b^2. */
  static double[] parameters(Network network) {
    int n = 0;
    double[] all = new double[Math.toIntExact(network.architecture().parameters())];
    for (int l = 1; l <= network.architecture().layers(); l++) {
      for (float[] values : List.of(network.weights(l), network.biases(l))) {
        for (float v : values) {
          all[n++] = v;
        }
      }
    }
    return all;
  }

  /** Returns the sums in which a change of any parameter shows. */
  static double[] sums(double[] parameters) {
    double cosines = 0;
    double sines = 0;
    for (int i = 0; i < parameters.length; i++) {
      cosines += parameters[i] * Math.cos(i);
      sines += parameters[i] * Math.sin(i);
    }
    return new double[] {cosines, sines};
  }
}
