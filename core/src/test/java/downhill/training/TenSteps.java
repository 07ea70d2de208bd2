package downhill.training;

import java.io.IOException;

/** The numbers that PyTorch computed in double precision; see make_ten_steps.py. */
final class TenSteps {
  static final int STEPS = 10;

  private final Numbers numbers = new Numbers("ten-steps.txt");
  final int[] widths;
  final int batch;
  final double rate;
  final byte[] pixels;
  final int[] labels;

  TenSteps() throws IOException {
    widths = numbers.ints("widths");
    batch = numbers.ints("batch")[0];
    rate = get("rate")[0];
    labels = numbers.ints("labels");
    pixels = numbers.bytes("pixels");
  }

  /** Returns the number of layers. */
  int depth() {
    return widths.length - 1;
  }

  double[] get(String name) {
    return numbers.get(name);
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
}
