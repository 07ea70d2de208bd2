package downhill.modelfile;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Models and files that several tests use. */
final class Samples {
  /** The model of {@code make_golden_model.py}. */
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
          new TreeMap<>(Map.of("seed", "-42", "batch_size", "64", "data_sha256", "00ff")));

  /** The model of a table there. */
  static final Model GOLDEN_TABLE =
      new Model(
          Network.of(
              Architecture.of(4, 3, 2),
              new float[][] {
                {
                  -0f, -0.5f, -0.375f, -0.25f, -0.125f, 0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f,
                  0.75f
                },
                {1, -2, 3, 0.1f, 0.2f, 0.3f}
              },
              new float[][] {{Float.MIN_VALUE, -1.5f, 2.5f}, {-1e-8f, 0.5f}}),
          List.of("bird", "fish"),
          new TreeMap<>(
              Map.of(
                  "seed", "-42", "data_sha256", "00ff", "header", "false", "test_fraction", "0.2")),
          new TableSchema(
              List.of(
                  new Column.Numeric("length \"cm\"", -1.5e-7, 0.1),
                  new Column.Categorical("home", List.of("air", "犬"), List.of(0.25, 0.75)),
                  new Column.Numeric("year", 2013.372, 0)),
              "kind",
              Missing.MEAN));

  /** A header and the size of its buffer, for a network 2-2. */
  static final String TINY =
      """
      {"0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
      "0.bias":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}}\
      """;

  static final int TINY_BUFFER = 24;

  private Samples() {}

  static byte[] resource(String name) {
    try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file with this header, not padded, and a buffer of zeros. */
  static byte[] file(String header, int buffer) {
    return file(header.getBytes(StandardCharsets.UTF_8), buffer);
  }

  static byte[] file(byte[] header, int buffer) {
    return ByteBuffer.allocate(Long.BYTES + header.length + buffer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /** Returns a model of normal weights, without provenance. */
  static Model random(long seed, int... widths) {
    Random random = new Random(seed);
    Architecture architecture = Architecture.of(widths);
    float[][] weights = new float[architecture.layers()][];
    float[][] biases = new float[architecture.layers()][];
    for (int l = 1; l <= architecture.layers(); l++) {
      weights[l - 1] = normal(random, architecture.width(l) * architecture.width(l - 1));
      biases[l - 1] = normal(random, architecture.width(l));
    }
    List<String> names =
        IntStream.range(0, architecture.classes()).mapToObj(Integer::toString).toList();
    return new Model(
        Network.of(architecture, weights, biases), names, Collections.emptySortedMap());
  }

  private static float[] normal(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
