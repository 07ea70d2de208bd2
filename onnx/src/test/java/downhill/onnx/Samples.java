package downhill.onnx;

import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Models that several tests use. */
final class Samples {
  /** With values that are easily spoilt, names that are easily broken, and provenance. */
  static final Model GOLDEN =
      new Model(
          Network.of(
              Architecture.of(3, 4, 2),
              new float[][] {
                {
                  -0f, -0.5f, -0.375f, -0.25f, -0.125f, 0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f,
                  0.75f
                },
                {1, -2, 3, -4, 0.1f, 0.2f, 0.3f, 0.4f}
              },
              new float[][] {{Float.MIN_VALUE, -1.5f, 2.5f, 1e-3f}, {-1e-8f, Float.MAX_VALUE}}),
          List.of("Ankle boot", "a \"naïve\" \\ 犬"),
          new TreeMap<>(Map.of("seed", "-42", "warmup_epochs", "1", "data_sha256", "00ff")));

  private Samples() {}

  static byte[] resource(String name) {
    try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a model of normal weights, without names and provenance. */
  static Model random(long seed, int... widths) {
    Random random = new Random(seed);
    Architecture architecture = Architecture.of(widths);
    float[][] weights = new float[architecture.layers()][];
    float[][] biases = new float[architecture.layers()][];
    for (int l = 1; l <= architecture.layers(); l++) {
      weights[l - 1] = normal(random, architecture.width(l) * architecture.width(l - 1));
      biases[l - 1] = normal(random, architecture.width(l));
    }
    return new Model(
        Network.of(architecture, weights, biases),
        IntStream.range(0, architecture.classes()).mapToObj(Integer::toString).toList(),
        Collections.emptySortedMap());
  }

  static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Returns all parameters by their bits, because 0 equals −0. */
  static List<List<Integer>> bits(Network network) {
    return IntStream.rangeClosed(1, network.architecture().layers())
        .boxed()
        .flatMap(l -> List.of(network.weights(l), network.biases(l)).stream())
        .map(Samples::bits)
        .toList();
  }

  private static List<Integer> bits(float[] values) {
    return Arrays.stream(
            IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray())
        .boxed()
        .toList();
  }
}
