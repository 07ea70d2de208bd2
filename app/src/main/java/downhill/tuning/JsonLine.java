package downhill.tuning;

import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * An object in one line of JSON whose values are text, numbers, lists of numbers, or objects of
 * text.
 */
final class JsonLine {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final String where;
  private final Map<String, Object> fields;

  private JsonLine(String where, Map<String, Object> fields) {
    this.where = where;
    this.fields = fields;
  }

  /** Returns the fields as JSON, in their order. */
  static String write(Map<String, ?> fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(json, fields);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Map<?, ?> fields) {
    json.writeStartObject();
    fields.forEach((name, value) -> {
      json.writeName(name.toString());
      switch (value) {
        case Double number -> json.writeNumber(number);
        case Integer number -> json.writeNumber(number);
        case Long number -> json.writeNumber(number);
        case double[] numbers -> json.writeArray(numbers, 0, numbers.length);
        case Map<?, ?> object -> write(json, object);
        default -> json.writeString(value.toString());
      }
    });
    json.writeEndObject();
  }

  /**
   * Reads a line.
   *
   * @param where the file and the line, for messages
   * @throws IOException if it is no such object
   */
  static JsonLine read(String text, String where) throws IOException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(where + ": expected a JSON object");
      }
      Map<String, Object> fields = object(json, where);
      if (json.nextToken() != null) {
        throw new IOException(where + ": expected one JSON object, found more after it");
      }
      return new JsonLine(where, fields);
    } catch (JacksonException malformed) {
      throw new IOException(
          "%s: expected JSON, and it is malformed at column %d"
              .formatted(where, malformed.getLocation().getColumnNr()),
          malformed);
    }
  }

  private static Map<String, Object> object(JsonParser json, String where) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, value(json, where));
    }
    return fields;
  }

  private static Object value(JsonParser json, String where) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(json, where));
        }
        yield values;
      }
      case START_OBJECT -> object(json, where);
      default -> throw new IOException(where + ": expected text, numbers, lists and objects alone");
    };
  }

  /** Returns whether there is such a field. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Returns a field that is text. */
  String text(String name) throws IOException {
    return field(name, String.class, "text");
  }

  /** Returns a field that is a whole number. */
  long count(String name) throws IOException {
    return field(name, Long.class, "a whole number");
  }

  /** Returns a field that is a number. */
  double number(String name) throws IOException {
    return field(name, Number.class, "a number").doubleValue();
  }

  /** Returns a field that is a list of numbers. */
  List<Double> numbers(String name) throws IOException {
    List<Double> numbers = new ArrayList<>();
    for (Object value : field(name, List.class, "a list of numbers")) {
      if (!(value instanceof Number number)) {
        throw new IOException("%s: expected numbers in '%s'".formatted(where, name));
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  /** Returns a field that is an object of text. */
  Map<String, String> texts(String name) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<?, ?> object = field(name, Map.class, "an object");
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String value)) {
        throw new IOException("%s: expected text in '%s'".formatted(where, name));
      }
      texts.put(key, value);
    }
    return texts;
  }

  private <T> T field(String name, Class<T> type, String expected) throws IOException {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new IOException(
          "%s: expected %s for '%s', found %s"
              .formatted(where, expected, name, value == null ? "nothing" : "something else"));
    }
    return type.cast(value);
  }
}
