package downhill.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** An input tensor of a request, as it was sent: read field by field. Belongs to one request. */
final class SentTensor {
  private @Nullable String name;
  private @Nullable String dataType;
  private long @Nullable [] shape;
  private long binarySize = -1;
  private @Nullable TensorData data;

  /**
   * Reads one.
   *
   * @param model whose input it is
   */
  static SentTensor read(
      JsonParser json, RawInputs model, int mostExamples, MemoryBudget.Claim claim)
      throws RefusedException {
    SentTensor tensor = new SentTensor();
    Json.object(json, "inputs", field -> tensor.field(json, field, model, mostExamples, claim));
    return tensor;
  }

  private void field(
      JsonParser json, String field, RawInputs model, int mostExamples, MemoryBudget.Claim claim)
      throws RefusedException {
    switch (field) {
      case "name" -> name = Json.text(json, field);
      case "datatype" -> dataType = Json.text(json, field);
      case "shape" -> shape = shape(json);
      case "parameters" ->
          Json.object(
              json,
              field,
              parameter -> {
                switch (parameter) {
                  case "binary_data_size" -> binarySize = Json.whole(json, parameter);
                  case ContentType.KEY -> ContentType.check(json);
                  default -> Json.expect(false, field, "binary_data_size, content_type", parameter);
                }
              });
      case "data" -> {
        data = model.data(mostExamples, claim);
        data.read(json);
      }
      default -> Json.expect(false, "input", "name, shape, datatype, parameters, data", field);
    }
  }

  private static long[] shape(JsonParser json) throws RefusedException {
    List<Long> dimensions = new ArrayList<>();
    Json.elements(
        json,
        "shape",
        () -> {
          dimensions.add(Json.whole(json, "shape"));
          if (dimensions.size() > RawTensor.MOST_DIMENSIONS) {
            throw RefusedException.bad(
                "shape: expected at most %d dimensions, found more"
                    .formatted(RawTensor.MOST_DIMENSIONS));
          }
        });
    return dimensions.stream().mapToLong(n -> n).toArray();
  }

  /** Returns what the client called it; null where it did not. */
  @Nullable String name() {
    return name;
  }

  /** Returns the type's name as it was sent; null where there was none. */
  @Nullable String dataType() {
    return dataType;
  }

  /** Returns the type of its numbers. */
  DataType numberType(String called, String others) throws RefusedException {
    DataType type =
        DataType.named(String.valueOf(dataType))
            .orElseThrow(() ->
                RefusedException.bad(
                    "input '%s': expected a datatype out of %s%s, found %s"
                        .formatted(called, others, DataType.names(), Json.quoted(dataType))));
    if (type == DataType.FP16 && data != null) {
      throw RefusedException.bad(
          "input '%s': expected FP16 as bytes behind the JSON, with a binary_data_size, found data; send FP32"
              .formatted(called));
    }
    return type;
  }

  long[] shape(String called) throws RefusedException {
    if (shape == null) {
      throw RefusedException.bad("input '%s': expected a shape, found none".formatted(called));
    }
    return shape;
  }

  boolean isBinary() {
    return binarySize >= 0;
  }

  long binarySize() {
    return binarySize;
  }

  /** Returns the data that stood in the JSON; null where it stands behind it. */
  @Nullable TensorData json(String called) throws RefusedException {
    if (data == null && binarySize < 0) {
      throw RefusedException.bad(
          "input '%s': expected data, or the parameter binary_data_size, found neither"
              .formatted(called));
    }
    if (data != null && binarySize >= 0) {
      throw RefusedException.bad(
          "input '%s': expected data or the parameter binary_data_size, found both"
              .formatted(called));
    }
    return data;
  }

  /** Checks that what stands behind the JSON is what all tensors together announce. */
  static void checkBinary(List<SentTensor> tensors, ByteBuffer binary) throws RefusedException {
    boolean any = false;
    long announced = 0;
    for (SentTensor tensor : tensors) {
      any |= tensor.isBinary();
      announced += Math.min(Math.max(0, tensor.binarySize), Integer.MAX_VALUE);
    }
    if (!any && binary.hasRemaining()) {
      throw RefusedException.bad(
          "body: expected nothing behind the JSON, since no tensor has a binary_data_size, found %d bytes"
              .formatted(binary.remaining()));
    }
    if (announced != binary.remaining()) {
      throw RefusedException.bad(
          "body: expected %d bytes behind the JSON, as binary_data_size says, found %d"
              .formatted(announced, binary.remaining()));
    }
  }

  /** Takes the next bytes behind the JSON. */
  ByteBuffer take(ByteBuffer binary) {
    ByteBuffer bytes =
        binary.slice(binary.position(), (int) binarySize).order(ByteOrder.LITTLE_ENDIAN);
    binary.position(binary.position() + (int) binarySize);
    return bytes;
  }
}
