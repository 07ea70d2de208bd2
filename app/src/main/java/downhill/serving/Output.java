package downhill.serving;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a model can say of each example. */
enum Output {
  /** The probability of each class, [n, n_L]. */
  PROBABILITIES("probabilities", "FP32"),

  /** The number of the most probable class, [n]. */
  CLASS("class", "INT64"),

  /** The name of the most probable class, [n]. */
  LABEL("label", "BYTES");

  private final String tensor;
  private final String dataType;

  Output(String tensor, String dataType) {
    this.tensor = tensor;
    this.dataType = dataType;
  }

  /** Returns the name of its tensor. */
  String tensor() {
    return tensor;
  }

  /** Returns the protocol's name for the type of its elements. */
  String dataType() {
    return dataType;
  }

  /**
   * Returns the output of this name; also in other case, since clients exist that write all names
   * of tensors in capitals.
   */
  static Optional<Output> named(String name) {
    return Arrays.stream(values()).filter(o -> o.tensor.equalsIgnoreCase(name)).findAny();
  }

  /** Returns all names, for messages. */
  static String names() {
    return Arrays.stream(values()).map(Output::tensor).collect(Collectors.joining(", "));
  }
}
