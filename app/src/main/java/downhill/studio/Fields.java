package downhill.studio;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * The fields of a JSON object that a page has sent, each once. Whatever is not as expected is
 * refused.
 */
final class Fields {
  private static final int MOST_VALUES = 10_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(64).build())
          .build();

  private final Map<String, Object> values;

  private Fields(Map<String, Object> values) {
    this.values = values;
  }

  /** Reads UTF-8. */
  static Fields parse(byte[] utf8) {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.bad("body: expected a JSON object, found something else");
      }
      Fields fields = new Fields(object(json, new int[1]));
      if (json.nextToken() != null) {
        throw RefusedException.bad("body: expected one JSON object, found more behind it");
      }
      return fields;
    } catch (JacksonException e) {
      TokenStreamLocation at = Objects.requireNonNullElse(e.getLocation(), TokenStreamLocation.NA);
      throw RefusedException.bad(
          "body: expected JSON, found something else at line %d, column %d"
              .formatted(at.getLineNr(), at.getColumnNr()));
    }
  }

  private static Map<String, Object> object(JsonParser json, int[] count) {
    Map<String, Object> object = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      @Nullable Object value = value(json, count);
      if (value != null) {
        object.put(name, value);
      }
    }
    return object;
  }

  private static @Nullable Object value(JsonParser json, int[] count) {
    if (++count[0] > MOST_VALUES) {
      throw RefusedException.bad("body: expected at most " + MOST_VALUES + " values, found more");
    }
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.valueOf(json.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_OBJECT -> new Fields(object(json, count));
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          @Nullable Object element = value(json, count);
          if (element != null) {
            list.add(element);
          }
        }
        yield list;
      }
      case null, default -> null;
    };
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    if (values.get(name) instanceof String text) {
      return text;
    }
    throw expected(name, "a string");
  }

  String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  double number(String name) {
    if (values.get(name) instanceof Double number && Double.isFinite(number)) {
      return number;
    }
    throw expected(name, "a number");
  }

  int whole(String name, int from, int to) {
    if (values.get(name) instanceof Double number
        && number == Math.rint(number)
        && number >= from
        && number <= to) {
      return number.intValue();
    }
    throw expected(name, "a whole number from %d to %d".formatted(from, to));
  }

  Fields object(String name) {
    if (values.get(name) instanceof Fields fields) {
      return fields;
    }
    throw expected(name, "an object");
  }

  /** Returns all fields as strings by name; refuses others. */
  Map<String, String> strings() {
    Map<String, String> strings = new LinkedHashMap<>();
    values.keySet().forEach(name -> strings.put(name, text(name)));
    return strings;
  }

  private RefusedException expected(String name, String what) {
    return RefusedException.bad(
        "%s: expected %s, found %s"
            .formatted(name, what, has(name) ? "something else" : "nothing"));
  }
}
