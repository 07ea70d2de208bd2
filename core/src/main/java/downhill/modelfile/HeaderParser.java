package downhill.modelfile;

import static downhill.modelfile.ModelFileException.quoted;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the JSON of a header: its form and the form of each entry. Whether the entries fit the
 * buffer is for {@link Header} to say. Every count is bounded before anything is collected, so a
 * hostile header costs no more memory than a small multiple of its own length.
 */
final class HeaderParser {
  static final int MAX_ENTRIES = 1 << 16;
  static final int MAX_DIMENSIONS = 32;

  private final String file;
  private final JsonParser parser;
  private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
  private @Nullable Map<String, String> metadata;

  private HeaderParser(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Parses a header. */
  static HeaderParser parse(String file, byte[] json) throws ModelFileException {
    if (json.length == 0 || json[0] != '{') {
      throw new ModelFileException(
          file,
          Long.BYTES,
          "expected '{' at the start of the header; this is not a safetensors file");
    }
    checkUtf8(file, json);
    try (JsonParser parser = Json.parser(json)) {
      HeaderParser header = new HeaderParser(file, parser);
      header.readRoot();
      header.checkPadding(json);
      return header;
    }
  }

  Collection<TensorEntry> tensors() {
    return tensors.values();
  }

  Map<String, String> metadata() {
    return metadata == null ? Map.of() : metadata;
  }

  private void readRoot() throws ModelFileException {
    expect(next(), JsonToken.START_OBJECT, "the header");
    while (next() != JsonToken.END_OBJECT) {
      String name = name();
      if (name.equals(Header.METADATA)) {
        if (metadata != null) {
          throw at("key '__metadata__' appears twice");
        }
        metadata = readMetadata();
      } else {
        if (tensors.containsKey(name)) {
          throw at("tensor " + quoted(name) + " appears twice");
        }
        bound(tensors.size(), "tensors");
        tensors.put(name, readEntry(name));
      }
    }
  }

  private Map<String, String> readMetadata() throws ModelFileException {
    Map<String, String> read = new LinkedHashMap<>();
    expect(next(), JsonToken.START_OBJECT, "__metadata__");
    while (next() != JsonToken.END_OBJECT) {
      String key = name();
      bound(read.size(), "metadata keys");
      expect(next(), JsonToken.VALUE_STRING, "metadata key " + quoted(key));
      if (read.put(key, string()) != null) {
        throw at("metadata key " + quoted(key) + " appears twice");
      }
    }
    return read;
  }

  private TensorEntry readEntry(String name) throws ModelFileException {
    String title = "tensor " + quoted(name);
    TensorType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    expect(next(), JsonToken.START_OBJECT, title);
    while (next() != JsonToken.END_OBJECT) {
      String field = name();
      boolean again =
          switch (field) {
            case "dtype" -> type != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default ->
                throw at(
                    "%s: expected dtype, shape and data_offsets alone, found field %s"
                        .formatted(title, quoted(field)));
          };
      if (again) {
        throw at(title + ": field " + quoted(field) + " appears twice");
      }
      switch (field) {
        case "dtype" -> type = readType(title);
        case "shape" -> shape = readIntegers(title + ": shape", MAX_DIMENSIONS);
        default -> offsets = readIntegers(title + ": data_offsets", 2);
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw at(
          "%s: expected dtype, shape and data_offsets, found no %s"
              .formatted(title, type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw at("%s: expected data_offsets [begin, end], found %s".formatted(title, offsets));
    }
    return new TensorEntry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private TensorType readType(String title) throws ModelFileException {
    expect(next(), JsonToken.VALUE_STRING, title + ": dtype");
    String name = string();
    TensorType type = TensorType.named(name);
    if (type == null) {
      throw at(
          "%s: expected a dtype of safetensors, such as F32, found %s"
              .formatted(title, quoted(name)));
    }
    return type;
  }

  private List<Long> readIntegers(String title, int most) throws ModelFileException {
    List<Long> integers = new ArrayList<>();
    expect(next(), JsonToken.START_ARRAY, title);
    while (next() != JsonToken.END_ARRAY) {
      if (integers.size() == most) {
        throw at("%s: expected at most %d numbers, found more".formatted(title, most));
      }
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, title);
      String digits = string();
      try {
        integers.add(Long.parseLong(digits));
      } catch (NumberFormatException tooLarge) {
        throw at("%s: expected numbers below 2^63, found %s".formatted(title, quoted(digits)));
      }
      if (digits.startsWith("-")) {
        throw at("%s: expected no negative number, found %s".formatted(title, quoted(digits)));
      }
    }
    return integers;
  }

  private @Nullable JsonToken next() throws ModelFileException {
    try {
      return parser.nextToken();
    } catch (JacksonException malformed) {
      throw malformed(malformed);
    }
  }

  private String string() throws ModelFileException {
    try {
      return wellFormed(parser.getString());
    } catch (JacksonException malformed) { // strings and numbers are read only when asked for
      throw malformed(malformed);
    }
  }

  private ModelFileException malformed(JacksonException malformed) {
    long offset = Math.max(0, parser.currentLocation().getByteOffset());
    return new ModelFileException(
        file,
        "byte %d: the header is not valid JSON: %s"
            .formatted(Long.BYTES + offset, malformed.getOriginalMessage()),
        malformed);
  }

  private String name() throws ModelFileException {
    return wellFormed(parser.currentName());
  }

  private String wellFormed(@Nullable String text) throws ModelFileException {
    if (text == null || !Json.isWellFormed(text)) {
      throw at("expected text, found half a surrogate pair; the file is damaged");
    }
    return text;
  }

  private void bound(int count, String what) throws ModelFileException {
    if (count == MAX_ENTRIES) {
      throw at("expected at most %d %s, found more".formatted(MAX_ENTRIES, what));
    }
  }

  private void expect(@Nullable JsonToken found, JsonToken expected, String title)
      throws ModelFileException {
    if (found != expected) {
      throw at(
          "%s: expected %s, found %s".formatted(title, description(expected), description(found)));
    }
  }

  private ModelFileException at(String problem) {
    long offset = Math.max(0, parser.currentTokenLocation().getByteOffset());
    return new ModelFileException(file, Long.BYTES + offset, problem);
  }

  private static String description(@Nullable JsonToken token) {
    return switch (token) {
      case null -> "the end";
      case START_OBJECT, END_OBJECT -> "an object {…}";
      case START_ARRAY, END_ARRAY -> "an array […]";
      case VALUE_STRING, PROPERTY_NAME -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
    };
  }

  // The parser stands on the brace that closes the header; the format lets only spaces follow it.
  private void checkPadding(byte[] json) throws ModelFileException {
    for (int i = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
        i < json.length;
        i++) {
      if (json[i] != ' ') {
        throw new ModelFileException(
            file,
            Long.BYTES + i,
            "expected nothing but spaces after the header's JSON, found 0x%02x".formatted(json[i]));
      }
    }
  }

  private static void checkUtf8(String file, byte[] json) throws ModelFileException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(json);
    CharBuffer out = CharBuffer.allocate(1 << 13);
    CoderResult result;
    do {
      result = decoder.decode(in, out.clear(), true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw new ModelFileException(
          file,
          Long.BYTES + in.position(),
          "expected UTF-8 text in the header, found 0x%02x; the file is damaged"
              .formatted(json[in.position()]));
    }
  }
}
