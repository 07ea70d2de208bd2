package downhill.serving;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as clients send it, read step by step, strictly and within bounds. Before each step the
 * current token is the first of a value, and after it the last.
 */
final class Json {
  private static final int MOST_TEXT = 1024;
  private static final int MOST_DIGITS = 64;
  private static final int MOST_LEVELS = 16;
  private static final Pattern NO_NUMBER = Pattern.compile("Non-standard token ('[^']{1,20}').*");

  // Where the library begins to say which of its settings would let a text pass.
  private static final List<String> ADVICE =
      List.of(
          ": enable `", ": hexadecimal number literals require", ": maybe a (non-standard)", "`");

  // Detection is off because it would take '{' followed by a zero byte for UTF-16.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_LEVELS)
                  .maxNumberLength(MOST_DIGITS)
                  .maxNameLength(MOST_TEXT)
                  .maxStringLength(MOST_TEXT)
                  .build())
          .build();

  private Json() {}

  /** Reads the value of one field of an object. */
  interface Field {
    void read(String name) throws RefusedException;
  }

  /** Returns a parser of UTF-8. It throws {@code JacksonException}, which is unchecked. */
  static JsonParser parser(byte[] utf8, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), utf8, 0, length);
  }

  /** Reads an object, whose fields may come in any order, each once. */
  static void object(JsonParser json, String what, Field field) throws RefusedException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw RefusedException.bad("%s: expected an object, found %s".formatted(what, word(json)));
    }
    Set<String> seen = new HashSet<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (!seen.add(name)) {
        throw RefusedException.bad(
            "%s: expected each field once, found %s twice".formatted(what, quoted(name)));
      }
      json.nextToken();
      field.read(name);
    }
  }

  /** Reads one element of an array, whose first token is the current one. */
  interface Element {
    void read() throws RefusedException;
  }

  /** Reads an array. */
  static void elements(JsonParser json, String what, Element element) throws RefusedException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw RefusedException.bad("%s: expected an array, found %s".formatted(what, word(json)));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      element.read();
    }
  }

  static String text(JsonParser json, String what) throws RefusedException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw RefusedException.bad("%s: expected a string, found %s".formatted(what, word(json)));
    }
    String text = json.getString();
    // Half of a surrogate pair is no character, and could not be sent back.
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw RefusedException.bad(
          "%s: expected JSON whose text is of whole characters, found half of one".formatted(what));
    }
    return text;
  }

  static boolean truth(JsonParser json, String what) throws RefusedException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default ->
          throw RefusedException.bad(
              "%s: expected true or false, found %s".formatted(what, word(json)));
    };
  }

  static long whole(JsonParser json, String what) throws RefusedException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && json.getLongValue() >= 0) {
      return json.getLongValue();
    }
    throw RefusedException.bad(
        "%s: expected a whole number from 0, found %s".formatted(what, word(json)));
  }

  /** Reads a string that may have one value only, or none. */
  static void same(JsonParser json, String field, String expected) throws RefusedException {
    String found = text(json, field);
    expect(found.isEmpty() || found.equals(expected), field, expected, found);
  }

  /** Refuses what does not hold. */
  static void expect(boolean holds, String where, String expected, String found)
      throws RefusedException {
    if (!holds) {
      throw RefusedException.bad(
          "%s: expected %s, found %s".formatted(where, expected, quoted(found)));
    }
  }

  /** Returns what stands at the current token, in a word. */
  static String word(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + quoted(json.getString());
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }

  /**
   * Returns what is wrong with a text that is no JSON, or is beyond the bounds. The library's own
   * words are for programmers: of them only those that speak of the text are passed on.
   */
  static String fault(JacksonException malformed) {
    String text = oneLine(malformed.getOriginalMessage());
    if (malformed instanceof StreamConstraintsException) {
      return switch (text.split(" ", 2)[0]) {
        case "Number" ->
            "expected numbers of at most %d characters, found more".formatted(MOST_DIGITS);
        case "String", "Name" ->
            "expected texts of at most %d bytes, found more".formatted(MOST_TEXT);
        case "Document" -> "expected at most %d levels, found more".formatted(MOST_LEVELS);
        default -> "expected less in one piece, found more than the server takes";
      };
    }
    if (text.startsWith("Unexpected end-of-input")) {
      return "expected JSON, found its end too early; it is cut short";
    }
    Matcher number = NO_NUMBER.matcher(text);
    if (number.matches()) {
      return "expected JSON, found %s, which JSON does not have".formatted(number.group(1));
    }
    for (String advice : ADVICE) {
      int at = text.indexOf(advice);
      text = at < 0 ? text : text.substring(0, at);
    }
    return "expected JSON: " + text;
  }

  /** Returns text of a client in quotes, in a form that an error can bear. */
  static String quoted(@Nullable String text) {
    return text == null ? "nothing" : "'" + oneLine(text) + "'";
  }

  /** Returns text of a client or a library, in one short line. */
  static String oneLine(@Nullable String text) {
    String found = String.valueOf(text);
    String line = found.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }
}
