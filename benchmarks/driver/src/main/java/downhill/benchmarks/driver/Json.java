package downhill.benchmarks.driver;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Results as JSON: objects are maps, arrays are lists, the rest text, numbers and truth values. */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  static void write(Path file, Map<String, Object> value) throws IOException {
    StringBuilder text = new StringBuilder();
    write(text, value, "\n");
    // An hour's results: what was there stays until what takes its place is whole.
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, text.append('\n'));
    Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Writes objects a member a line, so that a change of a result is a change of few lines; numbers
   * of a list share one, since they come from one measurement.
   */
  private static void write(StringBuilder text, Object value, String newLine) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        String inner = newLine + "  ";
        String before = "{" + inner;
        for (Map.Entry<?, ?> member : map.entrySet()) {
          text.append(before).append(leaf(String.valueOf(member.getKey()))).append(": ");
          write(text, member.getValue(), inner);
          before = "," + inner;
        }
        text.append(map.isEmpty() ? "{}" : newLine + "}");
      }
      case List<?> list
          when !list.isEmpty() && list.stream().allMatch(Number.class::isInstance) -> {
        StringJoiner numbers = new StringJoiner(", ", "[", "]");
        for (Object number : list) {
          numbers.add(leaf(number));
        }
        text.append(numbers);
      }
      case List<?> list -> {
        String inner = newLine + "  ";
        String before = "[" + inner;
        for (Object element : list) {
          text.append(before);
          write(text, element, inner);
          before = "," + inner;
        }
        text.append(list.isEmpty() ? "[]" : newLine + "]");
      }
      default -> text.append(leaf(value));
    }
  }

  private static String leaf(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      switch (value) {
        case Double number -> json.writeNumber(number);
        case Number number -> json.writeNumber(number.longValue());
        case Boolean truth -> json.writeBoolean(truth);
        default -> json.writeString(value.toString());
      }
    }
    return text.toString();
  }

  @SuppressWarnings("unchecked") // a results file is an object
  static Map<String, Object> read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      return (Map<String, Object>) value(json);
    }
  }

  private static Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          map.put(name, value(json));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> json.getString();
    };
  }
}
