package downhill.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads JSON values into plain collections, for tests. */
final class JsonValues {
  /** Stands for JSON's null. */
  static final Object NULL = new Object();

  private JsonValues() {}

  /** Reads the value whose first token is the current one. */
  static Object read(JsonParser parser) {
    @Nullable JsonToken token = parser.currentToken();
    if (token == null) {
      throw new AssertionError("no JSON value");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          if (object.put(name, read(parser)) != null) {
            throw new AssertionError("twice: " + name);
          }
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(read(parser));
        }
        yield array;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> NULL;
      default -> parser.getString();
    };
  }

  /** Returns a field, which has to be there. */
  static Object field(Map<String, Object> object, String name) {
    @Nullable Object value = object.get(name);
    if (value == null) {
      throw new AssertionError("no " + name + " in " + object);
    }
    return value;
  }

  /** Returns a field, which has to be a number. */
  static double number(Map<String, Object> object, String name) {
    return ((Number) field(object, name)).doubleValue();
  }

  /** Returns a field, which has to be an array. */
  static List<?> array(Map<String, Object> object, String name) {
    return (List<?>) field(object, name);
  }

  /** Reads an object, field by field. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> object(String text) {
    return (Map<String, Object>) CommandLineRun.json(text);
  }
}
