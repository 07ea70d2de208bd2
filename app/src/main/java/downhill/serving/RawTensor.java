package downhill.serving;

import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The numbers of a tensor in JSON, flat or nested, as they are read: what shape and type they
 * should have may stand behind them.
 */
final class RawTensor implements TensorData {
  /** The most dimensions. */
  static final int MOST_DIMENSIONS = 8;

  private static final int FIRST_CAPACITY = 1024;

  private final int most;
  private final long[] lengths =
      new long[MOST_DIMENSIONS]; // of the arrays at each depth; −1: unknown
  private float[] values = new float[FIRST_CAPACITY];
  private int count;
  private int depth; // of the arrays that hold the numbers; 0 while unknown
  private int firstFraction = -1;

  /**
   * Makes an empty one.
   *
   * @param most the most numbers it may get
   */
  RawTensor(int most) {
    this.most = most;
    Arrays.fill(lengths, -1);
  }

  /** Returns the numbers; there may be room behind them. Owned by whoever asks. */
  float[] values() {
    return values;
  }

  int count() {
    return count;
  }

  /** Returns where the first number is that is not whole, or −1. */
  int firstFraction() {
    return firstFraction;
  }

  /** Reads an array of numbers, or of arrays, whose first token is the current one. */
  @Override
  public void read(JsonParser json) throws RefusedException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw refused("expected an array of numbers, found " + Json.word(json));
    }
    read(json, 1);
  }

  // Goes down at most eight levels, however deep a client nests.
  private void read(JsonParser json, int level) throws RefusedException {
    if (level > MOST_DIMENSIONS) {
      throw refused("expected at most %d levels of arrays, found more".formatted(MOST_DIMENSIONS));
    }
    long length = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      length++;
      switch (token) {
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json, token, level);
        case START_ARRAY -> {
          if (depth != 0 && level >= depth) {
            throw refused("expected numbers at level %d, found an array".formatted(level));
          }
          read(json, level + 1);
        }
        default -> throw refused("expected numbers, found " + Json.word(json));
      }
    }
    if (depth == 0) {
      depth = level; // it was empty
    }
    if (lengths[level - 1] < 0) {
      lengths[level - 1] = length;
    } else if (lengths[level - 1] != length) {
      throw refused(
          "expected arrays of equal length at level %d, found %d and %d values"
              .formatted(level, lengths[level - 1], length));
    }
  }

  private void number(JsonParser json, JsonToken token, int level) throws RefusedException {
    if (depth == 0) {
      depth = level;
    } else if (depth != level) {
      throw refused("expected arrays at level %d, found a number".formatted(level));
    }
    if (count == most) {
      throw new RefusedException(
          413,
          "input '%s', data: expected at most %d numbers, found more; send several requests"
              .formatted(PixelInputs.NAME, most));
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, (int) Math.min(most, 2L * count));
    }
    if (token == JsonToken.VALUE_NUMBER_FLOAT && firstFraction < 0) {
      double value = json.getDoubleValue();
      firstFraction = value == Math.rint(value) ? -1 : count; // 5.0 is a whole number
    }
    values[count++] = json.getFloatValue();
  }

  /**
   * Checks that the numbers have this shape: as many, and nested like it or not at all.
   *
   * @throws RefusedException if they have another
   */
  void checkShape(long[] shape) throws RefusedException {
    long product = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (count != product) {
      throw refused(
          "expected %d numbers for the shape %s, found %d"
              .formatted(product, Arrays.toString(shape), count));
    }
    long[] nested = Arrays.copyOf(lengths, depth);
    if (depth > 1 && !Arrays.equals(nested, shape)) {
      throw refused(
          "expected arrays nested as %s, or one flat array, found %s"
              .formatted(Arrays.toString(shape), Arrays.toString(nested)));
    }
  }

  private static RefusedException refused(String problem) {
    return RefusedException.bad("input '%s', data: %s".formatted(PixelInputs.NAME, problem));
  }
}
