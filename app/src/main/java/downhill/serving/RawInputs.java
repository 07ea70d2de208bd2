package downhill.serving;

import java.util.Arrays;

/**
 * The one place where raw values, as clients have them, become what a network takes. A model's
 * input is one tensor of pixels, 0 to 255, which the network takes as v/255, whatever their type:
 * an example has the same bits as bytes, as floats and in JSON. Immutable; safe to share.
 */
final class RawInputs {
  /** What the input tensor is called. */
  static final String NAME = "input";

  /** The type its values have at the source; others are taken as well. */
  static final String DATA_TYPE = "UINT8";

  private static final float LARGEST = 255f;

  private final int features;

  /**
   * Makes one.
   *
   * @param features the values of one example, n_0
   */
  RawInputs(int features) {
    this.features = features;
  }

  int features() {
    return features;
  }

  /**
   * Turns raw values into inputs, in place.
   *
   * @param values raw, 0 to 255
   * @param count how many
   * @throws RefusedException if one of them is outside, or no number
   */
  void scale(float[] values, int count) throws RefusedException {
    for (int i = 0; i < count; i++) {
      float raw = values[i];
      if (!(raw >= 0 && raw <= LARGEST)) {
        throw RefusedException.bad(
            "input '%s', value %d (example %d, feature %d): expected a raw value from 0 to 255, found %s"
                .formatted(NAME, i, i / features, i % features, raw));
      }
      values[i] = raw / LARGEST;
    }
  }

  /**
   * Returns the number of examples of a tensor's shape.
   *
   * @param shape [n, n_0], or [n, …] whose further dimensions make n_0, as in [n, 28, 28]
   * @param most the most examples a request may have
   * @throws RefusedException if it is anything else
   */
  int examples(long[] shape, int most) throws RefusedException {
    long product = 1;
    for (int d = 1; d < shape.length && product <= features; d++) {
      product = shape[d] > features ? Long.MAX_VALUE : product * shape[d];
    }
    if (shape.length < 2 || product != features || shape[0] < 1) {
      throw RefusedException.bad(
          "input '%s': expected the shape [n, %d] with n from 1, found %s"
              .formatted(NAME, features, Arrays.toString(shape)));
    }
    if (shape[0] > most || shape[0] * features > Integer.MAX_VALUE - 8) {
      throw new RefusedException(
          413,
          "input '%s': expected at most %d examples in one request, found %d; send several requests"
              .formatted(NAME, most, shape[0]));
    }
    return (int) shape[0];
  }
}
