package downhill.app;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a resumed run has to know of a line of the history.
 *
 * @param name the event; empty for what is none
 * @param step its step; −1 where it has none
 * @param seconds its time; 0 where it has none
 */
record HistoryLine(String name, long step, double seconds) {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  static HistoryLine parse(String line) {
    String name = "";
    long step = -1;
    double seconds = 0;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new HistoryLine("", -1, 0);
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        boolean number =
            value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT;
        if ("event".equals(field) && value == JsonToken.VALUE_STRING) {
          name = parser.getString();
        } else if ("step".equals(field) && number) {
          step = parser.getLongValue();
        } else if ("seconds".equals(field) && number) {
          seconds = parser.getDoubleValue();
        } else {
          parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      return new HistoryLine("", -1, 0); // of somebody else; it stays as it is
    }
    return new HistoryLine(name, step, seconds);
  }
}
