package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
  @TempDir Path folder;

  @Test
  void savesTheGoldenFileByteForByte() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(Samples.GOLDEN, file);
    byte[] golden = Samples.resource("golden-3-4-2.safetensors");
    assertThat(Files.readAllBytes(file)).isEqualTo(golden);
    assertThat(ModelFile.bytes(Samples.GOLDEN)).isEqualTo(golden);
  }

  /** What can be written can be read: levels of a table may be long texts. */
  @Test
  void longTextsComeBack() throws IOException {
    Path file = folder.resolve("long.safetensors");
    Model golden = Samples.GOLDEN;
    String text = "x".repeat((1 << 24) + 1);
    ModelFile.save(
        new Model(golden.network(), golden.classNames(), new TreeMap<>(Map.of("note", text))),
        file);
    assertThat(ModelFile.load(file).provenance().get("note")).isEqualTo(text);
  }

  @Test
  void loadsTheGoldenFile() throws IOException {
    Model model = load(Samples.resource("golden-3-4-2.safetensors"));
    assertSameWeights(model.network(), Samples.GOLDEN.network());
    assertThat(model.classNames()).containsExactly("Ankle boot", "a \"naïve\" \\ 犬");
    assertThat(model.provenance())
        .containsExactly(
            Map.entry("batch_size", "64"),
            Map.entry("data_sha256", "00ff"),
            Map.entry("seed", "-42"));
  }

  @Test
  void aTablesGoldenFileIsSavedAndLoadedByteForByte() throws IOException {
    byte[] golden = Samples.resource("golden-table-4-3-2.safetensors");
    assertThat(ModelFile.bytes(Samples.GOLDEN_TABLE)).isEqualTo(golden);
    Model model = load(golden);
    assertSameWeights(model.network(), Samples.GOLDEN_TABLE.network());
    assertThat(model.schema()).isNotNull().isEqualTo(Samples.GOLDEN_TABLE.schema());
    assertThat(model.classNames()).isEqualTo(Samples.GOLDEN_TABLE.classNames());
    assertThat(model.provenance()).isEqualTo(Samples.GOLDEN_TABLE.provenance());
  }

  @Test
  void loadsWhatPyTorchWrites() throws IOException {
    Model model = load(Samples.resource("flatten-3-4-2.safetensors"));
    assertSameWeights(model.network(), Samples.GOLDEN.network());
    assertThat(model.classNames()).containsExactly("0", "1");
    assertThat(model.provenance()).isEmpty();
  }

  @Test
  void keepsEveryBitOfRandomModels() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int[] widths = random.ints(2 + random.nextInt(14), 2, 40).toArray();
      Model model = Samples.random(seed, widths);
      byte[] bytes = ModelFile.bytes(model);
      assertThat((bytes.length - 4 * model.network().architecture().parameters()) % 8)
          .as("seed %d: alignment of the buffer", seed)
          .isZero();
      Model read = load(bytes);
      assertSameWeights(read.network(), model.network());
      assertThat(read.classNames()).as("seed %d", seed).isEqualTo(model.classNames());
      assertThat(ModelFile.bytes(read)).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  @Test
  void ordersLayersByNumberAndNotByText() throws IOException {
    Model model = Samples.random(1, 2, 3, 4, 5, 6, 7, 8, 2);
    String text = new String(ModelFile.bytes(model), StandardCharsets.ISO_8859_1);
    int[] positions =
        IntStream.range(0, 7)
            .flatMap(l ->
                IntStream.of(
                    text.indexOf("\"" + 2 * l + ".weight\""),
                    text.indexOf("\"" + 2 * l + ".bias\"")))
            .toArray();
    assertThat(positions).doesNotContain(-1).isSorted();
    assertSameWeights(load(ModelFile.bytes(model)).network(), model.network());
  }

  @Test
  void readsTensorsLargerThanOneChunk() throws IOException {
    Model model = Samples.random(5, 700, 301, 2);
    Path file = folder.resolve("large.safetensors");
    ModelFile.save(model, file);
    assertSameWeights(ModelFile.load(file).network(), model.network());
  }

  @Test
  void hashIsThatOfTheBytes() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(Samples.resource("golden-3-4-2.safetensors"));
    assertThat(ModelFile.sha256(Samples.GOLDEN)).isEqualTo(HexFormat.of().formatHex(digest));
  }

  @Test
  void provenanceOrderDoesNotChangeTheBytes() {
    TreeMap<String, String> reversed = new TreeMap<>(Comparator.reverseOrder());
    reversed.putAll(Samples.GOLDEN.provenance());
    Model model = new Model(Samples.GOLDEN.network(), Samples.GOLDEN.classNames(), reversed);
    assertThat(model.provenance().firstKey()).isEqualTo("batch_size");
    assertThat(ModelFile.bytes(model)).isEqualTo(ModelFile.bytes(Samples.GOLDEN));
  }

  @Test
  void takesARunFolder() throws IOException {
    ModelFile.save(Samples.GOLDEN, folder.resolve(ModelFile.NAME));
    assertSameWeights(ModelFile.load(folder).network(), Samples.GOLDEN.network());
  }

  @Test
  void saysWhatAFolderWithoutModelLacks() {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(folder))
        .withMessage(
            folder
                + ": expected a model file, or a run folder that holds model.safetensors,"
                + " found a folder without it");
  }

  @Test
  void saysThatItWasInterrupted() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(Samples.GOLDEN, file);
    try (Safetensors opened = Safetensors.open(file)) {
      Thread.currentThread().interrupt();
      for (ThrowingCallable reading :
          List.<ThrowingCallable>of(
              () -> ModelFile.load(file), () -> opened.floats(opened.tensors().getFirst()))) {
        assertThatExceptionOfType(InterruptedIOException.class)
            .isThrownBy(reading)
            .withMessage("interrupted while reading " + file);
      }
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
  }

  @Test
  void saysThatAFileIsMissing() {
    Path file = folder.resolve("none.safetensors");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageStartingWith(file + ": no such file");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          "downhill.version":"1"      | "downhill.version":"2"      | update Downhill
          "downhill.version":"1"      | "downhill.version":"x"      | expected a whole number from 1
          "downhill.version":"1"      | "downhill.version":"0"      | expected a whole number from 1
          "downhill.version":"1"      | "downhill.wersion":"1"      | key 'downhill.version' is missing
          "3-4-2"                     | "3-5-2"                     | expected 3-4-2, as the tensors have it, found '3-5-2'
          "x/255"                     | "x/256"                     | expected x/255 or schema, found 'x/256'
          "[\\"Ankle boot\\"          | "(\\"Ankle boot\\"          | expected a JSON array of strings
          \\"Ankle boot\\"            | \\"Ankle\\",\\"boot\\"      | expected 2, one for each class of 3-4-2, found 3
          \\"Ankle boot\\"            | \\"  \\"                    | expected text in one line
          \\"Ankle boot\\"            | \\"Ankle\\\\nboot\\"        | expected text in one line
          \\"Ankle boot\\"            | 17                          | expected a JSON array of strings
          "downhill.seed"             | "downhill.sEEd"             | expected names of
          "downhill.seed":"-42"       | "downhill.seed":"\\u001b[2J" | expected text in one line
          """)
  void refusesMetadataThatContradictsOrIsUnknown(String from, String to, String message) {
    byte[] golden = Samples.resource("golden-3-4-2.safetensors");
    int start = 8 + (int) ByteBuffer.wrap(golden).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    String header = new String(golden, 8, start - 8, StandardCharsets.UTF_8);
    assertThat(header).contains(from);
    byte[] changed = Samples.file(header.replace(from, to), golden.length - start);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(changed))
        .withMessageContaining(message)
        .withMessageNotContainingAny("\n", "\u001b");
  }

  @Test
  void ignoresMetadataOfOthers() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"tf\",\"note\":\"\\n\"}," + Samples.TINY.substring(1);
    Model model = load(Samples.file(header, Samples.TINY_BUFFER));
    assertThat(model.network().architecture()).isEqualTo(Architecture.of(2, 2));
    assertThat(model.classNames()).isEqualTo(List.of("0", "1"));
  }

  private Model load(byte[] bytes) throws IOException {
    return ModelFile.load(Files.write(folder.resolve("read.safetensors"), bytes));
  }

  private static void assertSameWeights(Network actual, Network expected) {
    Architecture architecture = expected.architecture();
    assertThat(actual.architecture()).isEqualTo(architecture);
    for (int l = 1; l <= architecture.layers(); l++) {
      assertThat(bits(actual.weights(l))).as("W^%d", l).isEqualTo(bits(expected.weights(l)));
      assertThat(bits(actual.biases(l))).as("b^%d", l).isEqualTo(bits(expected.biases(l)));
    }
  }

  // Bits, because 0 equals −0.
  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }
}
