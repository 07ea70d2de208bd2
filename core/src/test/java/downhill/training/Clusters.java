package downhill.training;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Images of 4 × 5 bytes around one centre for each of four classes: easy to learn. */
final class Clusters {
  private Clusters() {}

  static Dataset of(int n) {
    SplittableRandom random = new SplittableRandom(8);
    byte[] values = new byte[n * 20];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(4);
      for (int j = 0; j < 20; j++) {
        int centre = j / 5 == labels[i] ? 180 : 60;
        values[i * 20 + j] =
            (byte) Math.clamp(centre + (long) (40 * random.nextGaussian()), 0, 255);
      }
    }
    return Dataset.of(values, 4, 5, labels, List.of("a", "b", "c", "d"));
  }

  /** Returns the same as floats, which a network takes as they are. */
  static Dataset floats(int n) {
    Dataset bytes = of(n);
    float[] values = new float[n * 20];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      bytes.copyTo(i, values, i * 20);
      labels[i] = bytes.label(i);
    }
    return Dataset.ofFloats(values, 20, labels, bytes.classNames());
  }

  /** Returns a network for them. No parameter is so near 0 that a rate of 1e-30 would move it. */
  static Network network() {
    Architecture widths = Architecture.of(20, 17, 4);
    Network he = Network.initial(widths, 1);
    float[][] biases = {new float[17], new float[4]};
    for (float[] b : biases) {
      Arrays.fill(b, 0.1f);
    }
    return Network.of(widths, new float[][] {he.weights(1), he.weights(2)}, biases);
  }

  /** Returns every parameter of a network, which are equal only if their bits are. */
  static List<Float> parameters(Network network) {
    List<Float> all = new ArrayList<>();
    for (int l = 1; l <= network.architecture().layers(); l++) {
      for (float[] values : Arrays.asList(network.weights(l), network.biases(l))) {
        for (float v : values) {
          all.add(v);
        }
      }
    }
    return all;
  }
}
