package downhill.spark;

import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.PartialMean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Networks as arrays, which travel between machines, and the means of those. */
final class Vectors {
  private Vectors() {}

  /** Packs networks of one architecture one after the other. */
  static PartialMean pack(
      List<Network> networks, double weight, double loss, long right, long examples) {
    List<float[]> weights = new ArrayList<>();
    List<float[]> biases = new ArrayList<>();
    for (Network network : networks) {
      for (int l = 1; l <= network.architecture().layers(); l++) {
        weights.add(network.weights(l));
        biases.add(network.biases(l));
      }
    }
    return new PartialMean(
        weights.toArray(new float[0][]),
        biases.toArray(new float[0][]),
        weight,
        loss,
        right,
        examples);
  }

  /**
   * Undoes {@link #pack}.
   *
   * @throws IllegalArgumentException if a number is not finite
   */
  static List<Network> unpack(Architecture architecture, PartialMean packed) {
    int L = architecture.layers();
    List<Network> networks = new ArrayList<>();
    for (int at = 0; at < packed.weights().length; at += L) {
      networks.add(
          Network.of(
              architecture,
              Arrays.copyOfRange(packed.weights(), at, at + L),
              Arrays.copyOfRange(packed.biases(), at, at + L)));
    }
    return networks;
  }

  /**
   * Takes the outer step of local descent with Nesterov's momentum: Δ = mean − before, v ← μ v + Δ,
   * after = before + Δ + μ v. With μ = 0, after is the mean to the bit.
   *
   * @param velocity v, changed
   */
  static Network outerStep(Network before, Network mean, Network[] velocity, double momentum) {
    if (momentum == 0) {
      return mean;
    }
    Architecture widths = before.architecture();
    int L = widths.layers();
    float[][][] after = new float[2][L][];
    float[][][] speeds = new float[2][L][];
    for (int l = 1; l <= L; l++) {
      for (int part = 0; part < 2; part++) {
        float[] old = part(before, l, part);
        float[] now = part(mean, l, part);
        float[] v = part(velocity[0], l, part);
        for (int i = 0; i < old.length; i++) {
          float step = now[i] - old[i];
          v[i] = Math.fma((float) momentum, v[i], step);
          now[i] = old[i] + Math.fma((float) momentum, v[i], step);
        }
        after[part][l - 1] = now;
        speeds[part][l - 1] = v;
      }
    }
    velocity[0] = Network.of(widths, speeds[0], speeds[1]);
    return Network.of(widths, after[0], after[1]);
  }

  private static float[] part(Network network, int l, int part) {
    return part == 0 ? network.weights(l) : network.biases(l);
  }

  /** Returns a network of zeros. */
  static Network zeros(Architecture widths) {
    int L = widths.layers();
    float[][] weights = new float[L][];
    float[][] biases = new float[L][];
    for (int l = 1; l <= L; l++) {
      weights[l - 1] = new float[widths.width(l) * widths.width(l - 1)];
      biases[l - 1] = new float[widths.width(l)];
    }
    return Network.of(widths, weights, biases);
  }
}
