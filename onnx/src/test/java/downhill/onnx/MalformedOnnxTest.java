package downhill.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut, flipped, oversized or of another kind: refused in one line, never more. */
class MalformedOnnxTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "golden-3-4-2.onnx",
        "golden-table-4-3-2.onnx",
        "torch-linear.onnx",
        "torch-flatten.onnx"
      })
  void refusesEveryCut(String name) {
    byte[] whole = Samples.resource(name);
    assertThat(isRefused(whole, "whole")).isFalse();
    for (int length = 0; length < whole.length; length++) {
      assertThat(isRefused(Arrays.copyOf(whole, length), "cut"))
          .as("cut to %d bytes", length)
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden-3-4-2.onnx", "torch-flatten.onnx"})
  void aFlippedBitIsRefusedOrHarmless(String name) {
    byte[] whole = Samples.resource(name);
    int refused = 0;
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused += isRefused(flipped, "bit " + bit) ? 1 : 0;
    }
    // What loads has another weight, or one letter changed in what is not read.
    assertThat(refused).isBetween(whole.length, 8 * whole.length);
  }

  @Test
  void severalFlippedBytesAreRefusedOrHarmless() {
    byte[] whole = Samples.resource("golden-3-4-2.onnx");
    for (long seed = 0; seed < 4000; seed++) {
      Random random = new Random(seed);
      byte[] flipped = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        flipped[random.nextInt(flipped.length)] = (byte) random.nextInt();
      }
      isRefused(flipped, "seed " + seed);
    }
  }

  @Test
  void refusesOtherKindsOfFiles() throws IOException {
    assertThat(message(new byte[0])).contains("found no graph; is the file cut short, or another");
    assertThat(message(new byte[100])).contains("byte 1: expected an ONNX model");
    assertThat(message("an ordinary text\n".getBytes(StandardCharsets.UTF_8)))
        .contains("expected an ONNX model");
    assertThat(message(ModelFile.bytes(Samples.GOLDEN))).contains("expected an ONNX model");
    byte[] more = Arrays.copyOf(Samples.resource("golden-3-4-2.onnx"), 3000);
    assertThat(message(more)).contains("expected an ONNX model");
  }

  @Test
  void refusesDeepNesting() throws IOException {
    // A graph within a node within a graph, and so on: fields 7, 1, 5 and 6, each a message.
    byte[] nested = {};
    for (int depth = 0; depth < 5000; depth++) {
      int field = depth % 3 == 0 ? 5 : depth % 3 == 1 ? 1 : 6;
      nested = message(field, nested);
    }
    assertThat(message(message(7, nested))).contains("expected an ONNX model");
  }

  @Test
  void refusesMorePartsThanAnyNetworkHas() throws IOException {
    byte[] nodes = new byte[2 * (Outline.MAX_PARTS + 10)]; // each of two bytes, an empty message
    for (int at = 0; at < nodes.length; at += 2) {
      nodes[at] = (1 << 3) | 2;
    }
    byte[] graph = new byte[nodes.length + 5];
    System.arraycopy(message(7, new byte[0]), 0, graph, 0, 1);
    for (int i = 0; i < 4; i++) {
      graph[i + 1] = (byte) (((nodes.length >> (7 * i)) & 0x7f) | (i < 3 ? 0x80 : 0));
    }
    System.arraycopy(nodes, 0, graph, 5, nodes.length);
    assertThat(message(graph)).contains("expected at most 1048576 parts, found more");
  }

  /** ONNX has none, and the parser would make an object of hundreds of bytes of each. */
  @Test
  void refusesGroups() throws IOException {
    byte start = 13 << 3 | 3; // of a field that ONNX doesn't know
    byte end = 13 << 3 | 4;
    byte[] many = new byte[2 * 1_100_000 + 2]; // within one that begins and ends with the file
    for (int at = 0; at < many.length; at++) {
      many[at] = at == 0 || at % 2 == 1 ? start : end;
    }
    many[many.length - 1] = end;
    assertThat(message(many)).contains("expected an ONNX model, found what is none");
    byte[] deep = new byte[100_000];
    Arrays.fill(deep, start);
    assertThat(message(deep)).contains("expected an ONNX model, found what is none");
  }

  private static byte[] message(int field, byte[] content) {
    byte[] bytes = new byte[content.length + 4];
    bytes[0] = (byte) ((field << 3) | 2);
    bytes[1] = (byte) ((content.length & 0x7f) | 0x80);
    bytes[2] = (byte) (((content.length >> 7) & 0x7f) | 0x80);
    bytes[3] = (byte) ((content.length >> 14) & 0x7f);
    System.arraycopy(content, 0, bytes, 4, content.length);
    return bytes;
  }

  @Test
  void refusesFilesLargerThanTheFormat() throws IOException {
    Path file = folder.resolve("large.onnx");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(3L << 30); // takes no room on disk
    }
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageContaining("expected at most 2147483639 bytes, found 3221225472");
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
    Path file = Files.write(folder.resolve("bad.onnx"), bytes);
    try {
      Model model = OnnxFile.load(file);
      assertThat(OnnxFile.bytes(model)).isNotEmpty();
      return "";
    } catch (ModelFileException refused) {
      String message = String.valueOf(refused.getMessage());
      assertThat(message).startsWith(file + ": ").doesNotContain("\n", "\r", "\u001b");
      return message;
    }
  }
}
