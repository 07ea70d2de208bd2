package downhill.serving;

import downhill.serving.InferenceRequest.Wanted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
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
    write(bytes, fields);
    return bytes.toByteArray();
  }

  private static void write(OutputStream out, Fields fields) {
    try (JsonGenerator json =
        FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
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
   * @param claim where the memory of the answer comes from
   * @throws RefusedException with status 503 if there is not enough, and 413 if the answer is too
   *     long for one, or for all the memory there is
   */
  static Reply inference(
      ServedModel model,
      InferenceRequest request,
      float[] probabilities,
      int[] classes,
      MemoryBudget.Claim claim)
      throws RefusedException {
    ReplyBytes bytes = new ReplyBytes(claim);
    Bytes tensors = new Bytes(model, probabilities, classes);
    try {
      write(
          bytes,
          json -> {
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
                json.writeObjectPropertyStart("parameters");
                json.writeNumberProperty("binary_data_size", tensors.size(wanted.output()));
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
      int jsonLength = bytes.length();
      boolean binary = false;
      for (Wanted wanted : request.wanted()) {
        if (wanted.binary()) {
          binary = true;
          tensors.write(wanted.output(), bytes);
        }
      }
      return Reply.inference(bytes, binary ? jsonLength : -1);
    } catch (IOException | JacksonException failure) {
      for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof RefusedException refused) {
          throw refused;
        }
      }
      throw new IllegalStateException("memory takes all that is written to it", failure);
    }
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

  /** The outputs as bytes, little-endian, written piece by piece. */
  private static final class Bytes {
    private final List<byte[]> names;
    private final float[] probabilities;
    private final int[] classes;

    Bytes(ServedModel model, float[] probabilities, int[] classes) {
      this.names =
          model.classNames().stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
      this.probabilities = probabilities;
      this.classes = classes;
    }

    long size(Output output) {
      return switch (output) {
        case PROBABILITIES -> (long) probabilities.length * Float.BYTES;
        case CLASS -> (long) classes.length * Long.BYTES;
        case LABEL -> {
          long size = 0;
          for (int k : classes) {
            size += Integer.BYTES + names.get(k).length;
          }
          yield size;
        }
      };
    }

    // A label is its length in four bytes, and then its UTF-8.
    void write(Output output, OutputStream out) throws IOException {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      switch (output) {
        case PROBABILITIES -> {
          for (float p : probabilities) {
            out.write(number.putFloat(0, p).array(), 0, Float.BYTES);
          }
        }
        case CLASS -> {
          for (int k : classes) {
            out.write(number.putLong(0, k).array(), 0, Long.BYTES);
          }
        }
        case LABEL -> {
          for (int k : classes) {
            out.write(number.putInt(0, names.get(k).length).array(), 0, Integer.BYTES);
            out.write(names.get(k));
          }
        }
      }
    }
  }
}
