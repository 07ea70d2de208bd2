package downhill.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The numbers that PyTorch computed in double precision; see make_ten_steps.py. */
final class TenSteps {
  static final int STEPS = 10;

  private final Map<String, double[]> numbers = new HashMap<>();
  final int[] widths;
  final int batch;
  final double rate;
  final byte[] pixels;
  final int[] labels;

  TenSteps() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(TenSteps.class.getResourceAsStream("ten-steps.txt")),
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
    widths = ints("widths");
    batch = ints("batch")[0];
    rate = get("rate")[0];
    labels = ints("labels");
    int[] values = ints("pixels");
    pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
  }

  /** Returns the number of layers. */
  int depth() {
    return widths.length - 1;
  }

  double[] get(String name) {
    return Objects.requireNonNull(numbers.get(name), name);
  }

  /** Returns W^l, [out, in], row-major, under PyTorch's name for it. */
  double[] weights(String prefix, int l) {
    return get(prefix + 2 * (l - 1) + ".weight");
  }

  double[] biases(String prefix, int l) {
    return get(prefix + 2 * (l - 1) + ".bias");
  }

  /** Returns the first example of step {@code s} (from 0) and one past its last. */
  int[] range(int s) {
    int steps = Math.ceilDiv(labels.length, batch);
    int from = s % steps * batch;
    return new int[] {from, Math.min(from + batch, labels.length)};
  }

  double[] input(int example) {
    double[] x = new double[widths[0]];
    for (int j = 0; j < x.length; j++) {
      x[j] = (pixels[example * x.length + j] & 0xFF) / 255.0;
    }
    return x;
  }

  private int[] ints(String name) {
    return Arrays.stream(get(name)).mapToInt(v -> (int) v).toArray();
  }
}
