package downhill.studio;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** How JSON is written here; a number that is not finite has no place in it and becomes null. */
final class Json {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private Json() {}

  /** Returns an object as UTF-8. */
  static byte[] object(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** Writes an object as a field. */
  static void object(JsonGenerator json, String name, Consumer<JsonGenerator> content) {
    json.writeObjectPropertyStart(name);
    content.accept(json);
    json.writeEndObject();
  }

  /** Writes a number as a field. */
  static void number(JsonGenerator json, String name, double value) {
    json.writeName(name);
    number(json, value);
  }

  /** Writes a number. */
  static void number(JsonGenerator json, double value) {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }

  /** Writes an array of numbers as a field. */
  static void numbers(JsonGenerator json, String name, double[] values) {
    numbers(json, name, values.length, i -> values[i]);
  }

  /** Writes an array of numbers as a field. */
  static void numbers(JsonGenerator json, String name, int length, IntToDoubleFunction values) {
    json.writeArrayPropertyStart(name);
    for (int i = 0; i < length; i++) {
      number(json, values.applyAsDouble(i));
    }
    json.writeEndArray();
  }

  /** Writes an array of strings as a field. */
  static void strings(JsonGenerator json, String name, Iterable<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  /** Writes bytes as a field, in base 64. */
  static void bytes(JsonGenerator json, String name, byte[] bytes) {
    json.writeStringProperty(name, Base64.getEncoder().encodeToString(bytes));
  }
}
