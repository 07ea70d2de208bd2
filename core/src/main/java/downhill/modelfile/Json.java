package downhill.modelfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** JSON as model files use it: strict and bounded when read, always the same bytes when written. */
final class Json {
  /** The longest string, in characters: whatever a header has room for can be read again. */
  static final int MAX_STRING = Header.MAX_LENGTH;

  // Detection is off because it would take '{' followed by a zero byte for UTF-16.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNumberLength(64)
                  .maxNameLength(1 << 16)
                  .maxStringLength(MAX_STRING)
                  .build())
          .build();

  private Json() {}

  /** Returns a parser of UTF-8 bytes. It throws {@link JacksonException}, which is unchecked. */
  static JsonParser parser(byte[] utf8) {
    return FACTORY.createParser(ObjectReadContext.empty(), utf8);
  }

  /** Returns whether the text can be written as UTF-8: no surrogate without its partner. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))) {
        i++; // and its partner
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      } else if (Character.isLowSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Returns the strings of a JSON array of strings, or null if the text is anything else. */
  static @Nullable List<String> readStrings(String text) {
    List<String> strings = new ArrayList<>();
    try (JsonParser parser = parser(text.getBytes(StandardCharsets.UTF_8))) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      JsonToken token = parser.nextToken();
      for (; token == JsonToken.VALUE_STRING; token = parser.nextToken()) {
        strings.add(parser.getString());
      }
      return token == JsonToken.END_ARRAY && parser.nextToken() == null ? strings : null;
    } catch (JacksonException malformed) {
      return null;
    }
  }

  /** Returns a JSON array of strings, without spaces. */
  static String writeStrings(List<String> strings) {
    StringBuilder json = new StringBuilder("[");
    for (String string : strings) {
      append(json.length() == 1 ? json : json.append(','), string);
    }
    return json.append(']').toString();
  }

  /**
   * Appends a JSON string. Written out here because files must keep their bytes when a library
   * changes its mind about which characters to escape: only those that must be, letters beyond
   * ASCII as they are.
   */
  static void append(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
