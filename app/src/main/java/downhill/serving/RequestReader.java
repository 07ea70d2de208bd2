package downhill.serving;

import downhill.serving.InferenceRequest.Wanted;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
  private final MemoryBudget.Claim claim;

  private @Nullable String id;
  private boolean binaryOutputs;
  private final List<SentTensor> inputs = new ArrayList<>();
  private @Nullable List<Requested> outputs;

  /** An output as it was asked for; {@code binary} is null where nothing was said. */
  private record Requested(Output output, @Nullable Boolean binary) {}

  private RequestReader(
      ServedModel model,
      int mostExamples,
      byte[] body,
      int length,
      int jsonLength,
      MemoryBudget.Claim claim) {
    this.model = model;
    this.mostExamples = mostExamples;
    this.body = body;
    this.length = length;
    this.jsonLength = jsonLength;
    this.claim = claim;
  }

  /**
   * Reads a request.
   *
   * @param body its bytes
   * @param length how many of them
   * @param jsonLength how many of those are JSON; the rest is binary tensors
   * @param claim where the memory comes from for what it becomes
   * @throws RefusedException if anything in it is wrong; the message says what
   */
  static InferenceRequest read(
      ServedModel model,
      int mostExamples,
      byte[] body,
      int length,
      int jsonLength,
      MemoryBudget.Claim claim)
      throws RefusedException {
    return new RequestReader(model, mostExamples, body, length, jsonLength, claim).read();
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
          "request%s: %s"
              .formatted(
                  place == null || place.getByteOffset() < 0
                      ? ""
                      : ", byte " + place.getByteOffset(),
                  Json.fault(malformed)));
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
                switch (parameter) {
                  case "binary_data_output" -> binaryOutputs = Json.truth(json, parameter);
                  case ContentType.KEY -> ContentType.check(json);
                  default ->
                      Json.expect(false, field, "binary_data_output, content_type", parameter);
                }
              });
      case "inputs" ->
          Json.elements(
              json,
              field,
              () -> {
                if (inputs.size() == model.rawInputs().mostTensors()) {
                  throw RefusedException.bad(
                      "inputs: expected at most %d, found more"
                          .formatted(model.rawInputs().mostTensors()));
                }
                inputs.add(SentTensor.read(json, model.rawInputs(), mostExamples, claim));
              });
      case "outputs" -> {
        List<Requested> asked = new ArrayList<>();
        Json.elements(json, field, () -> asked.add(output(json)));
        outputs = asked;
      }
      default -> Json.expect(false, "request", "id, parameters, inputs, outputs", field);
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
                      switch (parameter) {
                        case "binary_data" -> binary[0] = Json.truth(json, parameter);
                        case ContentType.KEY -> ContentType.check(json);
                        default ->
                            Json.expect(false, field, "binary_data, content_type", parameter);
                      }
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

  // What was read is now seen as a whole.
  private InferenceRequest checked() throws RefusedException {
    ByteBuffer binary = ByteBuffer.wrap(body, jsonLength, length - jsonLength);
    RawInputs.Inputs read = model.rawInputs().read(inputs, binary, mostExamples, claim);
    return new InferenceRequest(id, read.x(), read.count(), wanted());
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
