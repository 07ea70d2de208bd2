package downhill.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a run's {@code history.jsonl} says. Lines that are cut or mean nothing to us are passed
 * over, and so is every field that is not there: a run may have been killed, or be older than this
 * class. Of an epoch told twice, as after a resumed run, the last telling counts; what a training
 * has taken back does not.
 */
final class RunHistory {
  private static final JsonFactory JSON = JsonFactory.builder().build();
  private static final int MOST_EPOCHS = 1_000_000_000;

  private final Map<String, Object> started = new LinkedHashMap<>();
  private final SortedMap<Integer, Map<String, Object>> epochs = new TreeMap<>();

  private RunHistory() {}

  /**
   * Reads a history; one that is not there is empty.
   *
   * @throws IOException if the file is there and can't be read
   */
  static RunHistory read(@Nullable Path file) throws IOException {
    RunHistory history = new RunHistory();
    if (file == null || Files.notExists(file)) {
      return history;
    }
    // This reader takes bytes that are no UTF-8 as well; Files' own would stop at them.
    try (InputStream in = Files.newInputStream(file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        history.add(line);
      }
    }
    return history;
  }

  private void add(String line) {
    Map<String, Object> event = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        Object value = value(parser, parser.nextToken());
        if (name != null && value != null) {
          event.put(name, value);
        }
      }
    } catch (JacksonException cut) {
      return;
    }
    Object name = event.get("event");
    if ("started".equals(name)) {
      started.putAll(event);
    } else if ("epoch".equals(name)
        && event.get("epoch") instanceof Double epoch
        && epoch == Math.rint(epoch)
        && epoch >= 1
        && epoch <= MOST_EPOCHS) {
      epochs.put(epoch.intValue(), event);
    } else if ("went_back".equals(name) && event.get("step") instanceof Double step) {
      // What came after the checkpoint was taken back, and is done anew.
      epochs.values().removeIf(told -> told.get("step") instanceof Double at && at > step);
    }
  }

  // A text, a number, a truth value or an array of numbers; null for anything else.
  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
    if (token == null) {
      return null;
    }
    return switch (token) {
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_ARRAY -> array(parser);
      case START_OBJECT -> {
        parser.skipChildren();
        yield null;
      }
      default -> null;
    };
  }

  private static @Nullable Object array(JsonParser parser) {
    List<Double> numbers = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      boolean number = t == JsonToken.VALUE_NUMBER_INT || t == JsonToken.VALUE_NUMBER_FLOAT;
      numbers.add(number ? number(parser) : Double.NaN);
      parser.skipChildren();
    }
    return numbers;
  }

  private static Double number(JsonParser parser) {
    double value = Double.parseDouble(parser.getString()); // any length, where Jackson may refuse
    return Double.isFinite(value) ? value : Double.NaN;
  }

  /** Returns the epochs that were finished, in order. */
  int[] epochs() {
    return epochs.keySet().stream().mapToInt(n -> n).toArray();
  }

  /** Returns a field over the epochs, {@code NaN} where it is missing. */
  double[] values(String field) {
    return epochs.values().stream()
        .mapToDouble(epoch -> epoch.get(field) instanceof Double value ? value : Double.NaN)
        .toArray();
  }

  /** Returns a field of arrays over the epochs, one array of values for each index. */
  List<double[]> arrays(String field) {
    Collection<Map<String, Object>> events = epochs.values();
    int longest =
        events.stream()
            .mapToInt(epoch -> epoch.get(field) instanceof List<?> list ? list.size() : 0)
            .max()
            .orElse(0);
    List<double[]> arrays = new ArrayList<>();
    for (int i = 0; i < longest; i++) {
      int index = i;
      arrays.add(
          events.stream()
              .mapToDouble(epoch ->
                  epoch.get(field) instanceof List<?> list
                          && index < list.size()
                          && list.get(index) instanceof Double value
                      ? value
                      : Double.NaN)
              .toArray());
    }
    return arrays;
  }

  /** Returns a field of the run's beginning as text; null where it is missing. */
  @Nullable String started(String field) {
    Object value = started.get(field);
    return switch (value) {
      case null -> null;
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          Numbers.count(number.longValue());
      case Double number -> Numbers.setting(number);
      default -> value.toString();
    };
  }
}
