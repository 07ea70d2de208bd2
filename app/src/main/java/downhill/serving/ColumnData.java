package downhill.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Values of a table's columns in JSON: numbers, texts, and null where one is missing; flat, or in
 * an array for each row.
 */
final class ColumnData implements TensorData {
  /** What is claimed for each value: a number or a text as an object, and where it is kept. */
  static final int MEMORY_PER_VALUE = 80;

  private static final int MANY = 1024;

  private final int most;
  private final MemoryBudget.Claim claim;
  private final List<@Nullable Object> values = new ArrayList<>();
  private int width = -1; // of the arrays for the rows, once there is one
  private boolean flat; // whether there was a value outside of such an array

  /**
   * Makes an empty one.
   *
   * @param most the most values it may get
   */
  ColumnData(int most, MemoryBudget.Claim claim) {
    this.most = most;
    this.claim = claim;
  }

  @Override
  public void read(JsonParser json) throws RefusedException {
    Json.elements(
        json,
        "data",
        () -> {
          if (json.currentToken() == JsonToken.START_ARRAY) {
            row(json);
          } else {
            flat = true;
            add(json);
          }
        });
    if (flat && width >= 0) {
      throw RefusedException.bad("data: expected values, or arrays of values, found both");
    }
  }

  private void row(JsonParser json) throws RefusedException {
    int before = values.size();
    Json.elements(json, "data", () -> add(json));
    int length = values.size() - before;
    if (width >= 0 && width != length) {
      throw RefusedException.bad(
          "data: expected arrays of equal length, found %d and %d values".formatted(width, length));
    }
    width = length;
  }

  private void add(JsonParser json) throws RefusedException {
    if (values.size() == most) {
      throw new RefusedException(
          413,
          "data: expected at most %d values, found more; send several requests".formatted(most));
    }
    if (values.size() % MANY == 0) {
      claim.take((long) Math.min(MANY, most) * MEMORY_PER_VALUE);
    }
    switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> values.add(json.getDoubleValue());
      case VALUE_STRING -> values.add(Json.text(json, "data"));
      case VALUE_NULL -> values.add(null);
      default ->
          throw RefusedException.bad(
              "data: expected numbers, strings or null, found " + Json.word(json));
    }
  }

  /**
   * Returns the values, checked against a shape: as many, and nested like it or not at all.
   *
   * @param called what the tensor is called
   */
  @Nullable Object[] values(String called, long[] shape) throws RefusedException {
    long product = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    boolean fits = width < 0 || (shape.length > 1 && width == product / shape[0]);
    if (values.size() != product || !fits) {
      throw RefusedException.bad(
          "input '%s': expected %d values for the shape %s, found %d%s"
              .formatted(
                  called,
                  product,
                  Arrays.toString(shape),
                  values.size(),
                  width < 0 ? "" : " in arrays of " + width));
    }
    return values.toArray();
  }
}
