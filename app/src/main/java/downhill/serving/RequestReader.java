package downhill.serving;

import downhill.serving.InferenceRequest.Wanted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;

/**
 * Reads the body of an inference request: a JSON object, and perhaps the bytes of a tensor behind
 * it. What is not known is refused, since a client that sends it relies on it. Used once.
 */
final class RequestReader {
  private final ServedModel model;
  private final int mostExamples;
  private final byte[] body;
  private final int length;
  private final int jsonLength;

  private @Nullable String id;
  private boolean binaryOutputs;
  private int inputs;
  private @Nullable List<Requested> outputs;

  // Of the input.
  private @Nullable String name;
  private @Nullable String dataType;
  private long @Nullable [] shape;
  private long binarySize = -1;
  private @Nullable RawTensor data;

  /** An output as it was asked for; {@code binary} is null where nothing was said. */
  private record Requested(Output output, @Nullable Boolean binary) {}

  private RequestReader(
      ServedModel model, int mostExamples, byte[] body, int length, int jsonLength) {
    this.model = model;
    this.mostExamples = mostExamples;
    this.body = body;
    this.length = length;
    this.jsonLength = jsonLength;
  }

  /**
   * Reads a request.
   *
   * @param body its bytes
   * @param length how many of them
   * @param jsonLength how many of those are JSON; the rest is binary tensors
   * @throws RefusedException if anything in it is wrong; the message says what
   */
  static InferenceRequest read(
      ServedModel model, int mostExamples, byte[] body, int length, int jsonLength)
      throws RefusedException {
    return new RequestReader(model, mostExamples, body, length, jsonLength).read();
  }

  private InferenceRequest read() throws RefusedException {
    try (JsonParser json = Json.parser(body, jsonLength)) {
      json.nextToken();
      Json.object(json, "request", field -> request(json, field));
      if (json.nextToken() != null) {
        throw RefusedException.bad("request: expected one JSON object, found more behind it");
      }
    } catch (JacksonException malformed) {
      @Nullable TokenStreamLocation place = malformed.getLocation(); // limits have none
      throw RefusedException.bad(
          "request%s: expected JSON: %s"
              .formatted(
                  place == null || place.getByteOffset() < 0
                      ? ""
                      : ", byte " + place.getByteOffset(),
                  Json.oneLine(malformed.getOriginalMessage())));
    }
    return checked();
  }

  private void request(JsonParser json, String field) throws RefusedException {
    switch (field) {
      case "id" -> id = Json.text(json, "id");
      case "model_name" -> Json.same(json, field, model.name());
      case "model_version" -> Json.same(json, field, model.version());
      case "parameters" ->
          Json.object(
              json,
              field,
              parameter -> {
                Json.expect(
                    parameter.equals("binary_data_output"), field, "binary_data_output", parameter);
                binaryOutputs = Json.truth(json, parameter);
              });
      case "inputs" ->
          Json.elements(
              json,
              field,
              () -> {
                if (++inputs > 1) {
                  throw RefusedException.bad(
                      "inputs: expected one, '%s', found more".formatted(RawInputs.NAME));
                }
                Json.object(json, field, part -> input(json, part));
              });
      case "outputs" -> {
        List<Requested> asked = new ArrayList<>();
        Json.elements(json, field, () -> asked.add(output(json)));
        outputs = asked;
      }
      default -> Json.expect(false, "request", "id, parameters, inputs, outputs", field);
    }
  }

  private void input(JsonParser json, String field) throws RefusedException {
    switch (field) {
      case "name" -> name = Json.text(json, field);
      case "datatype" -> dataType = Json.text(json, field);
      case "shape" -> shape = shape(json);
      case "parameters" ->
          Json.object(
              json,
              field,
              parameter -> {
                Json.expect(
                    parameter.equals("binary_data_size"), field, "binary_data_size", parameter);
                binarySize = Json.whole(json, parameter);
              });
      case "data" -> {
        long most = (long) mostExamples * model.rawInputs().features();
        data = new RawTensor((int) Math.min(most, Integer.MAX_VALUE - 8));
        data.read(json);
      }
      default -> Json.expect(false, "input", "name, shape, datatype, parameters, data", field);
    }
  }

  private Requested output(JsonParser json) throws RefusedException {
    String[] wanted = new String[1];
    Boolean[] binary = new Boolean[1];
    Json.object(
        json,
        "outputs",
        field -> {
          switch (field) {
            case "name" -> wanted[0] = Json.text(json, field);
            case "parameters" ->
                Json.object(
                    json,
                    field,
                    parameter -> {
                      Json.expect(parameter.equals("binary_data"), field, "binary_data", parameter);
                      binary[0] = Json.truth(json, parameter);
                    });
            default -> Json.expect(false, "output", "name, parameters", field);
          }
        });
    @Nullable String found = wanted[0];
    Output output =
        Output.named(String.valueOf(found))
            .orElseThrow(() ->
                RefusedException.bad(
                    "output: expected one of %s, found %s"
                        .formatted(Output.names(), Json.quoted(found))));
    return new Requested(output, binary[0]);
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

  // What was read is now seen as a whole.

  private InferenceRequest checked() throws RefusedException {
    if (inputs == 0) {
      throw RefusedException.bad(
          "inputs: expected one, '%s', found none".formatted(RawInputs.NAME));
    }
    if (name == null || !name.equalsIgnoreCase(RawInputs.NAME)) {
      throw RefusedException.bad(
          "input: expected the name '%s', found %s".formatted(RawInputs.NAME, Json.quoted(name)));
    }
    String type = String.valueOf(dataType);
    DataType known =
        DataType.named(type)
            .orElseThrow(() ->
                RefusedException.bad(
                    "input '%s': expected a datatype out of %s, found %s"
                        .formatted(RawInputs.NAME, DataType.names(), Json.quoted(dataType))));
    if (shape == null) {
      throw RefusedException.bad(
          "input '%s': expected a shape, found none".formatted(RawInputs.NAME));
    }
    int count = model.rawInputs().examples(shape, mostExamples);
    float[] x = binarySize < 0 ? fromJson(known, shape) : fromBytes(known, count);
    model.rawInputs().scale(x, count * model.rawInputs().features());
    return new InferenceRequest(id, x, count, wanted());
  }

  private float[] fromJson(DataType type, long[] dimensions) throws RefusedException {
    if (length != jsonLength) {
      throw RefusedException.bad(
          "body: expected nothing behind the JSON, since no tensor has a binary_data_size, found %d bytes"
              .formatted(length - jsonLength));
    }
    if (data == null) {
      throw RefusedException.bad(
          "input '%s': expected data, or the parameter binary_data_size, found neither"
              .formatted(RawInputs.NAME));
    }
    data.checkShape(dimensions);
    if (type.whole() && data.firstFraction() >= 0) {
      throw RefusedException.bad(
          "input '%s', value %d: expected whole numbers for %s, found %s"
              .formatted(
                  RawInputs.NAME, data.firstFraction(), type, data.values()[data.firstFraction()]));
    }
    // The predictor wants whole examples, so the room behind them must go.
    return data.values().length == data.count()
        ? data.values()
        : Arrays.copyOf(data.values(), data.count());
  }

  private float[] fromBytes(DataType type, int count) throws RefusedException {
    if (data != null) {
      throw RefusedException.bad(
          "input '%s': expected data or the parameter binary_data_size, found both"
              .formatted(RawInputs.NAME));
    }
    int values = Math.multiplyExact(count, model.rawInputs().features());
    long expected = (long) values * type.size();
    if (binarySize != expected) {
      throw RefusedException.bad(
          "input '%s': expected a binary_data_size of %d for %s %s, found %d"
              .formatted(RawInputs.NAME, expected, type, Arrays.toString(shape), binarySize));
    }
    if (length - jsonLength != expected) {
      throw RefusedException.bad(
          "body: expected %d bytes behind the JSON, as binary_data_size says, found %d"
              .formatted(expected, length - jsonLength));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(body, jsonLength, (int) expected).slice().order(ByteOrder.LITTLE_ENDIAN);
    float[] x = new float[values];
    for (int i = 0; i < values; i++) {
      x[i] = type.read(bytes, i * type.size());
    }
    return x;
  }

  private List<Wanted> wanted() throws RefusedException {
    List<Wanted> wanted = new ArrayList<>();
    if (outputs == null || outputs.isEmpty()) {
      for (Output output : Output.values()) {
        wanted.add(new Wanted(output, binaryOutputs));
      }
      return wanted;
    }
    Set<Output> seen = new HashSet<>();
    for (Requested requested : outputs) {
      if (!seen.add(requested.output)) {
        throw RefusedException.bad(
            "outputs: expected each once, found '%s' twice".formatted(requested.output.tensor()));
      }
      boolean binary = requested.binary == null ? binaryOutputs : requested.binary;
      wanted.add(new Wanted(requested.output, binary));
    }
    return wanted;
  }
}
