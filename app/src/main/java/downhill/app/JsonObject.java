package downhill.app;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * One JSON object in one line, written field by field. It is plain ASCII, so no character set can
 * spoil it; a number that is not finite has no place in JSON and becomes {@code null}.
 */
final class JsonObject {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final StringWriter text = new StringWriter();
  private final JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text);

  JsonObject() {
    json.writeStartObject();
  }

  JsonObject put(String name, String value) {
    json.writeStringProperty(name, value);
    return this;
  }

  JsonObject put(String name, long value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  JsonObject put(String name, boolean value) {
    json.writeBooleanProperty(name, value);
    return this;
  }

  JsonObject put(String name, double value) {
    json.writeName(name);
    number(value);
    return this;
  }

  JsonObject put(String name, float[] values) {
    json.writeArrayPropertyStart(name);
    for (float value : values) {
      if (Float.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
    return this;
  }

  JsonObject put(String name, double[] values) {
    json.writeArrayPropertyStart(name);
    for (double value : values) {
      number(value);
    }
    json.writeEndArray();
    return this;
  }

  JsonObject put(String name, int[] values) {
    json.writeName(name);
    json.writeArray(values, 0, values.length);
    return this;
  }

  JsonObject put(String name, int[][] rows) {
    json.writeArrayPropertyStart(name);
    for (int[] row : rows) {
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
    return this;
  }

  JsonObject put(String name, Iterable<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
    return this;
  }

  JsonObject putNull(String name) {
    json.writeNullProperty(name);
    return this;
  }

  /** Begins an array of objects; each is begun by {@link #item} and ended by {@link #end}. */
  JsonObject array(String name) {
    json.writeArrayPropertyStart(name);
    return this;
  }

  /** Begins an object in an array. */
  JsonObject item() {
    json.writeStartObject();
    return this;
  }

  /** Begins an object in this one. */
  JsonObject object(String name) {
    json.writeObjectPropertyStart(name);
    return this;
  }

  /** Ends the object begun last. */
  JsonObject end() {
    json.writeEndObject();
    return this;
  }

  /** Ends the array begun last. */
  JsonObject endArray() {
    json.writeEndArray();
    return this;
  }

  /** Ends this object and returns it. */
  String line() {
    json.writeEndObject();
    json.close();
    return text.toString();
  }

  private void number(double value) {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
