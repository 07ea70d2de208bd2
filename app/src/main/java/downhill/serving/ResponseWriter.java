package downhill.serving;

import downhill.serving.InferenceRequest.Wanted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the protocol's answers: a JSON object, and perhaps the bytes of tensors behind it. */
final class ResponseWriter {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  /** Writes the fields of an object. */
  interface Fields {
    void write(JsonGenerator json);
  }

  private ResponseWriter() {}

  /** Returns a JSON object. */
  static Reply object(int status, Fields fields) {
    return Reply.json(status, bytes(fields));
  }

  /** Returns the protocol's error object. */
  static byte[] error(String message) {
    return bytes(json -> json.writeStringProperty("error", message));
  }

  private static byte[] bytes(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json =
        FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /**
   * Writes what the metadata says of a tensor, as one object.
   *
   * @param shape −1 stands for any length
   */
  static void tensor(JsonGenerator json, String name, String dataType, int... shape) {
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeStringProperty("datatype", dataType);
    json.writeName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeEndObject();
  }

  /**
   * Returns the answer to an inference request.
   *
   * @param probabilities [count, n_L]
   * @param classes [count]
   */
  static Reply inference(
      ServedModel model, InferenceRequest request, float[] probabilities, int[] classes) {
    List<byte[]> tensors = new ArrayList<>();
    byte[] head =
        bytes(json -> {
          json.writeStringProperty("model_name", model.name());
          json.writeStringProperty("model_version", model.version());
          if (request.id() != null) {
            json.writeStringProperty("id", request.id());
          }
          json.writeArrayPropertyStart("outputs");
          for (Wanted wanted : request.wanted()) {
            json.writeStartObject();
            json.writeStringProperty("name", wanted.output().tensor());
            json.writeStringProperty("datatype", wanted.output().dataType());
            json.writeName("shape");
            int[] shape = shape(wanted.output(), request.count(), model.classNames().size());
            json.writeArray(shape, 0, shape.length);
            if (wanted.binary()) {
              byte[] tensor = tensor(wanted.output(), model, probabilities, classes);
              tensors.add(tensor);
              json.writeObjectPropertyStart("parameters");
              json.writeNumberProperty("binary_data_size", tensor.length);
              json.writeEndObject();
            } else {
              json.writeArrayPropertyStart("data");
              data(json, wanted.output(), model, probabilities, classes);
              json.writeEndArray();
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
    return tensors.isEmpty() ? Reply.json(200, head) : Reply.binary(head, tensors);
  }

  private static int[] shape(Output output, int count, int classes) {
    return output == Output.PROBABILITIES ? new int[] {count, classes} : new int[] {count};
  }

  private static void data(
      JsonGenerator json, Output output, ServedModel model, float[] probabilities, int[] classes) {
    switch (output) {
      case PROBABILITIES -> {
        for (float p : probabilities) {
          json.writeNumber(p);
        }
      }
      case CLASS -> {
        for (int k : classes) {
          json.writeNumber(k);
        }
      }
      case LABEL -> {
        for (int k : classes) {
          json.writeString(model.classNames().get(k));
        }
      }
    }
  }

  private static byte[] tensor(
      Output output, ServedModel model, float[] probabilities, int[] classes) {
    return switch (output) {
      case PROBABILITIES -> {
        byte[] bytes = new byte[probabilities.length * Float.BYTES];
        littleEndian(bytes).asFloatBuffer().put(probabilities);
        yield bytes;
      }
      case CLASS -> {
        byte[] bytes = new byte[classes.length * Long.BYTES];
        ByteBuffer numbers = littleEndian(bytes);
        for (int k : classes) {
          numbers.putLong(k);
        }
        yield bytes;
      }
      case LABEL -> labels(model, classes);
    };
  }

  // Each is its length in four bytes, and then its UTF-8.
  private static byte[] labels(ServedModel model, int[] classes) {
    List<byte[]> names =
        model.classNames().stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
    int size = 0;
    for (int k : classes) {
      size += Integer.BYTES + names.get(k).length;
    }
    byte[] bytes = new byte[size];
    ByteBuffer texts = littleEndian(bytes);
    for (int k : classes) {
      texts.putInt(names.get(k).length).put(names.get(k));
    }
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
