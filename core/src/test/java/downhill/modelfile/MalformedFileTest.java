package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are cut, flipped, oversized or made up: refused in one line, never anything else. */
class MalformedFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "golden-3-4-2.safetensors",
    "flatten-3-4-2.safetensors",
    "golden-table-4-3-2.safetensors"
  })
  void refusesEveryCut(String name) {
    byte[] whole = Samples.resource(name);
    for (int length = 0; length < whole.length; length++) {
      assertThat(isRefused(Arrays.copyOf(whole, length), "cut"))
          .as("cut to %d bytes", length)
          .isTrue();
    }
  }

  @Test
  void refusesBytesAfterTheEnd() throws IOException {
    byte[] whole = Samples.resource("golden-3-4-2.safetensors");
    assertRefused(
        Arrays.copyOf(whole, whole.length + 5),
        "byte " + whole.length + ": expected the end of the file, found 5 more bytes");
  }

  @Test
  void aFlippedBitIsRefusedOrHarmless() {
    byte[] whole = Samples.resource("golden-3-4-2.safetensors");
    int bits = 8 * (int) (8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    int refused = 0;
    for (int bit = 0; bit < bits; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused += isRefused(flipped, "bit " + bit) ? 1 : 0;
    }
    // What loads has one letter changed in a name, a class or a value: under half of the header.
    assertThat(refused).isBetween(bits / 2, bits);
  }

  @Test
  void severalFlippedBytesAreRefusedOrHarmless() {
    byte[] whole = Samples.resource("flatten-3-4-2.safetensors");
    int header = (int) (8 + ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    String alphabet = "{}[]\":,0123456789-.eEF\\u \0\n\u007f";
    for (long seed = 0; seed < 4000; seed++) {
      Random random = new Random(seed);
      byte[] flipped = whole.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        flipped[8 + random.nextInt(header - 8)] =
            random.nextBoolean()
                ? (byte) alphabet.charAt(random.nextInt(alphabet.length()))
                : (byte) random.nextInt();
      }
      isRefused(flipped, "seed " + seed);
    }
  }

  static Stream<Arguments> headers() {
    String tiny = Samples.TINY;
    String weight = "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}";
    String bias = "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}";
    return Stream.of(
        // the JSON
        Arguments.of("", 24, "byte 8: expected '{'"),
        Arguments.of(" " + tiny, 24, "byte 8: expected '{'"),
        Arguments.of("[]", 24, "byte 8: expected '{'"),
        Arguments.of("{", 24, "not valid JSON"),
        Arguments.of("{}", 24, "expected the end of the file, found 24 more bytes"),
        Arguments.of("{}", 0, "found no tensors"),
        Arguments.of("{\0}\0", 24, "not valid JSON"),
        Arguments.of("{\0\"\0a\0\"\0:\0{\0}\0}\0", 24, "not valid JSON"),
        Arguments.of(tiny.replace("F32", "F\n2"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("}}", "},}"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("[2]", "[2,]"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("[2]", "[02]"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("[2]", "[NaN]"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("[2]", "/**/[2]"), 24, "not valid JSON"),
        Arguments.of(tiny + "\n", 24, "nothing but spaces after the header's JSON, found 0x0a"),
        Arguments.of(tiny + " {}", 24, "nothing but spaces after the header's JSON, found 0x7b"),
        Arguments.of(tiny.replace("0.bias", "0.b\\ud800s"), 24, "urrogate"),
        Arguments.of(tiny.replace("F32", "\\udc00"), 24, "urrogate"),
        Arguments.of(tiny.replace("F32", "\\ud800"), 24, "urrogate"),
        Arguments.of(tiny.replace("F32", "\\ud800\\u0041"), 24, "urrogate"),
        Arguments.of(
            tiny.replace("[2]", "[".repeat(5000)),
            24,
            "shape: expected a whole number, found an array"),
        Arguments.of("{\"a\":".repeat(5000), 24, "expected dtype, shape and data_offsets alone"),
        Arguments.of(tiny.replace("[2]", "[" + "9".repeat(5000) + "]"), 24, "not valid JSON"),
        Arguments.of(tiny.replace("[2]", "[2" + ",1".repeat(40) + "]"), 24, "at most 32 numbers"),
        Arguments.of("{\"" + "a".repeat(70_000) + "\":{}}", 0, "not valid JSON"),
        // keys
        Arguments.of("{" + weight + "," + bias + "," + bias + "}", 24, "'0.bias' appears twice"),
        Arguments.of(
            "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}," + tiny.substring(1),
            24,
            "metadata key 'a' appears twice"),
        Arguments.of(
            "{\"__metadata__\":{},\"__metadata__\":{}," + tiny.substring(1),
            24,
            "'__metadata__' appears twice"),
        Arguments.of("{\"__metadata__\":null," + tiny.substring(1), 24, "found null"),
        Arguments.of("{\"__metadata__\":{\"a\":1}," + tiny.substring(1), 24, "expected a string"),
        Arguments.of(tiny.replace("\"dtype\"", "\"type\""), 24, "found field 'type'"),
        Arguments.of(
            tiny.replace("\"dtype\"", "\"dtype\":\"F32\",\"dtype\""), 24, "'dtype' appears twice"),
        Arguments.of(tiny.replace("\"dtype\":\"F32\",", ""), 24, "found no dtype"),
        Arguments.of(tiny.replace("\"shape\":[2],", ""), 24, "found no shape"),
        Arguments.of(tiny.replace(",\"data_offsets\":[16,24]", ""), 24, "found no data_offsets"),
        Arguments.of("{\"0.weight\":[]}", 24, "expected an object {…}, found an array […]"),
        // types and shapes
        Arguments.of(tiny.replace("F32", "F31"), 24, "found 'F31'"),
        Arguments.of(tiny.replace("\"F32\"", "32"), 24, "dtype: expected a string"),
        Arguments.of(tiny.replace("[2]", "2"), 24, "shape: expected an array"),
        Arguments.of(tiny.replace("[2]", "[2.0]"), 24, "expected a whole number, found a fraction"),
        Arguments.of(tiny.replace("[2]", "[2e0]"), 24, "expected a whole number, found a fraction"),
        Arguments.of(tiny.replace("[2]", "[\"2\"]"), 24, "expected a whole number"),
        Arguments.of(tiny.replace("[2]", "[-2]"), 24, "expected no negative number"),
        Arguments.of(tiny.replace("[2]", "[-0]"), 24, "expected no negative number"),
        Arguments.of(tiny.replace("[2]", "[9223372036854775808]"), 24, "numbers below 2^63"),
        Arguments.of(
            tiny.replace("[2]", "[4294967296,4294967296]"), 24, "no whole number of bytes"),
        Arguments.of(tiny.replace("[2]", "[1152921504606846975]"), 24, "no whole number of bytes"),
        Arguments.of(tiny.replace("[2]", "[3]"), 24, "expected 12 bytes for [3] of F32"),
        Arguments.of(tiny.replace("[2]", "[]"), 24, "expected 4 bytes for [] of F32"),
        Arguments.of(tiny.replace("F32", "F4"), 24, "expected 2 bytes for [2, 2] of F4"),
        Arguments.of(tiny.replace("[2,2]", "[3]").replace("F32", "F4"), 24, "no whole number"),
        // offsets
        Arguments.of(tiny.replace("[16,24]", "[24,16]"), 24, "[begin, end], found [24, 16]"),
        Arguments.of(tiny.replace("[16,24]", "[16]"), 24, "[begin, end], found [16]"),
        Arguments.of(tiny.replace("[16,24]", "[16,24,32]"), 24, "at most 2 numbers"),
        Arguments.of(tiny.replace("[0,16]", "[-16,0]"), 24, "expected no negative number"),
        Arguments.of(
            tiny.replace("[16,24]", "[8,16]"), 24, "tensor '0.bias' overlaps tensor '0.weight'"),
        Arguments.of(tiny.replace("[16,24]", "[20,28]"), 28, "4 bytes before tensor '0.bias'"),
        Arguments.of(tiny.replace("[0,16]", "[8,24]").replace("[16,24]", "[24,32]"), 32, "8 bytes"),
        Arguments.of(tiny, 23, "within the 23 bytes after the header, found [16, 24]"),
        Arguments.of(
            tiny.replace("[16,24]", "[9223372036854775799,9223372036854775807]"), 24, "no tensor"),
        Arguments.of(tiny, 32, "expected the end of the file, found 8 more bytes"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void refusesHeader(String header, int buffer, String messages) throws IOException {
    assertRefused(Samples.file(header, buffer), messages);
  }

  @Test
  void acceptsTheHeaderThatTheOthersSpoil() throws IOException {
    Path file = Files.write(folder.resolve("tiny"), Samples.file(Samples.TINY, 24));
    assertThat(ModelFile.load(file).network().architecture().toString()).isEqualTo("2-2");
    Files.write(file, Samples.file(Samples.TINY + "   ", 24));
    assertThat(ModelFile.load(file).network().architecture().toString()).isEqualTo("2-2");
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    for (String bytes : new String[] {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00e4"}) {
      String header = Samples.TINY.replace("0.bias", bytes);
      assertRefused(
          Samples.file(header.getBytes(StandardCharsets.ISO_8859_1), 24), "expected UTF-8 text");
    }
    // cut in the middle of a character, at the very end
    byte[] cut = (Samples.TINY + "ä").getBytes(StandardCharsets.UTF_8);
    assertRefused(Samples.file(Arrays.copyOf(cut, cut.length - 1), 24), "expected UTF-8 text");
  }

  @ParameterizedTest
  @CsvSource({
    "100000001, at most 100000000 bytes, found 100000001",
    "100000000, expected a header of 100000000 bytes, found 157 to the end",
    "-1, found 18446744073709551615",
    "-9223372036854775808, found 9223372036854775808",
    "9223372036854775807, found 9223372036854775807"
  })
  void refusesHugeHeaders(long length, String message) throws IOException {
    byte[] file = Samples.file(Samples.TINY, 24);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertRefused(file, message.replace("157", "" + (file.length - 8)));
  }

  @Test
  void boundsTheNumberOfTensors() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i <= HeaderParser.MAX_ENTRIES; i++) {
      header.append(i == 0 ? "" : ",").append('"').append(i);
      header.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    assertRefused(Samples.file(header + "}", 0), "expected at most 65536 tensors, found more");
  }

  @Test
  void boundsTheNumberOfMetadataKeys() throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i <= HeaderParser.MAX_ENTRIES; i++) {
      header.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    assertRefused(Samples.file(header + "}}", 0), "expected at most 65536 metadata keys");
  }

  @Test
  void namesTheByteOfTheFault() throws IOException {
    String header = Samples.TINY.replace("[16,24]", "[16,-4]");
    assertRefused(
        Samples.file(header, 24), "byte " + (8 + header.indexOf("-4")) + ": tensor '0.bias'");
  }

  @Test
  void cutsLongNamesInMessages() throws IOException {
    String header = Samples.TINY.replace("0.bias", "x".repeat(10_000));
    String message = message(Samples.file(header, 24));
    assertThat(message).contains("x".repeat(60) + "…").hasSizeLessThan(500);
  }

  @Test
  void refusesWhatIsNoFile() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectories(run.resolve(ModelFile.NAME));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(run))
        .withMessageContaining("expected a file, found a folder");
  }

  private void assertRefused(byte[] bytes, String expected) throws IOException {
    assertThat(message(bytes))
        .startsWith(folder + "/bad.safetensors: ")
        .contains(expected)
        .doesNotContain("\n");
  }

  private boolean isRefused(byte[] bytes, String which) {
    try {
      return !message(bytes).isEmpty();
    } catch (IOException | RuntimeException | Error unexpected) {
      return fail(which, unexpected);
    }
  }

  /** Returns the message of the refusal; empty if the file loads as a valid model. */
  private String message(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("bad.safetensors"), bytes);
    try {
      Model model = ModelFile.load(file);
      assertThat(ModelFile.bytes(model)).isNotEmpty();
      return "";
    } catch (ModelFileException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
