package downhill.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Numbers under names, as a script of ours stores them: one name a line. */
final class Numbers {
  private final Map<String, double[]> numbers = new HashMap<>();

  Numbers(String resource) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Numbers.class.getResourceAsStream(resource)),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .forEach(words ->
              numbers.put(
                  words[0],
                  Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
    }
  }

  double[] get(String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }

  int[] ints(String name) {
    return Arrays.stream(get(name)).mapToInt(v -> (int) v).toArray();
  }

  byte[] bytes(String name) {
    int[] values = ints(name);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  float[] floats(String name) {
    double[] values = get(name);
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
