package downhill.modelfile;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Schemas of tables as JSON, as model files and checkpoints hold them: always the same bytes for
 * the same schema, and read back to the same bits.
 */
public final class SchemaJson {
  private static final String LABEL = "label";
  private static final String MISSING = "missing";
  private static final String COLUMNS = "columns";
  private static final String NAME = "name";
  private static final String MEAN = "mean";
  private static final String SCALE = "scale";
  private static final String LEVELS = "levels";
  private static final String SHARES = "shares";

  private SchemaJson() {}

  /** Returns a schema as one line of JSON, without spaces. */
  public static String write(TableSchema schema) {
    StringBuilder json = new StringBuilder();
    key(json.append('{'), LABEL);
    Json.append(json, schema.label());
    key(json.append(','), MISSING);
    Json.append(json, schema.missing().word());
    key(json.append(','), COLUMNS);
    json.append('[');
    for (int c = 0; c < schema.columns().size(); c++) {
      json.append(c == 0 ? "" : ",");
      column(json, schema.columns().get(c));
    }
    return json.append("]}").toString();
  }

  private static void column(StringBuilder json, Column column) {
    key(json.append('{'), NAME);
    Json.append(json, column.name());
    switch (column) {
      case Column.Numeric numeric -> {
        // Double.toString gives back the same bits when it is parsed.
        key(json.append(','), MEAN);
        json.append(numeric.mean());
        key(json.append(','), SCALE);
        json.append(numeric.scale());
      }
      case Column.Categorical categorical -> {
        key(json.append(','), LEVELS);
        json.append(Json.writeStrings(categorical.levels()));
        key(json.append(','), SHARES);
        json.append('[');
        for (int k = 0; k < categorical.shares().size(); k++) {
          json.append(k == 0 ? "" : ",").append(categorical.shares().get(k).doubleValue());
        }
        json.append(']');
      }
    }
    json.append('}');
  }

  private static void key(StringBuilder json, String name) {
    Json.append(json, name);
    json.append(':');
  }

  static boolean isWellFormed(TableSchema schema) {
    return Stream.concat(
            Stream.of(schema.label()),
            schema.columns().stream()
                .flatMap(column ->
                    column instanceof Column.Categorical categorical
                        ? Stream.concat(Stream.of(column.name()), categorical.levels().stream())
                        : Stream.of(column.name())))
        .allMatch(Json::isWellFormed);
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static TableSchema read(String text) {
    try (JsonParser parser = Json.parser(text.getBytes(StandardCharsets.UTF_8))) {
      expect(parser.nextToken(), JsonToken.START_OBJECT);
      TableSchema schema = new Reader(parser).schema();
      if (parser.nextToken() != null) {
        throw malformed("more than one object");
      }
      return schema;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the columns of a table are not JSON", e);
    }
  }

  private static void expect(@Nullable JsonToken found, JsonToken wanted) {
    if (found != wanted) {
      throw malformed("not " + wanted);
    }
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException("the columns of a table: " + what);
  }

  /** Reads strictly: every key once, and no other. */
  private static final class Reader {
    private final JsonParser parser;

    Reader(JsonParser parser) {
      this.parser = parser;
    }

    // The parser stands on the brace that opens the object.
    TableSchema schema() {
      String label = null;
      String missing = null;
      List<Column> columns = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals(LABEL) && label == null) {
          label = string(value);
        } else if (key.equals(MISSING) && missing == null) {
          missing = string(value);
        } else if (key.equals(COLUMNS) && columns == null) {
          columns = columns(value);
        } else {
          throw malformed("the key '" + key + "' is unknown, or stands there twice");
        }
      }
      if (label == null || missing == null || columns == null) {
        throw malformed("label, missing or columns is not there");
      }
      return new TableSchema(columns, label, missing(missing));
    }

    private static Missing missing(String word) {
      for (Missing missing : Missing.values()) {
        if (missing.word().equals(word)) {
          return missing;
        }
      }
      throw malformed("missing is " + word);
    }

    private List<Column> columns(JsonToken first) {
      expect(first, JsonToken.START_ARRAY);
      List<Column> columns = new ArrayList<>();
      JsonToken token = parser.nextToken();
      for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        expect(token, JsonToken.START_OBJECT);
        columns.add(column());
      }
      return columns;
    }

    private Column column() {
      String name = null;
      Double mean = null;
      Double scale = null;
      List<String> levels = null;
      List<Double> shares = null;
      Set<String> seen = new HashSet<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        if (!seen.add(key)) {
          throw malformed("the key '" + key + "' stands there twice");
        }
        JsonToken value = parser.nextToken();
        switch (key) {
          case NAME -> name = string(value);
          case MEAN -> mean = number(value);
          case SCALE -> scale = number(value);
          case LEVELS -> levels = strings(value);
          case SHARES -> shares = numbers(value);
          default -> throw malformed("the key '" + key + "' is unknown");
        }
      }
      if (name != null && mean != null && scale != null && levels == null && shares == null) {
        return new Column.Numeric(name, mean, scale);
      }
      if (name != null && levels != null && shares != null && mean == null && scale == null) {
        return new Column.Categorical(name, levels, shares);
      }
      throw malformed("a column has neither name, mean and scale nor name, levels and shares");
    }

    private String string(JsonToken token) {
      expect(token, JsonToken.VALUE_STRING);
      return parser.getString();
    }

    private double number(@Nullable JsonToken token) {
      if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
        throw malformed("not a number");
      }
      return Double.parseDouble(parser.getString());
    }

    private List<String> strings(JsonToken first) {
      expect(first, JsonToken.START_ARRAY);
      List<String> strings = new ArrayList<>();
      JsonToken token = parser.nextToken();
      for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        expect(token, JsonToken.VALUE_STRING);
        strings.add(parser.getString());
      }
      return strings;
    }

    private List<Double> numbers(JsonToken first) {
      expect(first, JsonToken.START_ARRAY);
      List<Double> numbers = new ArrayList<>();
      JsonToken token = parser.nextToken();
      for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
        numbers.add(number(token));
      }
      return numbers;
    }
  }
}
