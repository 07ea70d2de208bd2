package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tensors make a network, and what is said of those that do not. */
class SequentialLayersTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.weight 2,3; 0.bias 2                                   | 3-2
          0.bias 2; 0.weight 2,3                                   | 3-2
          1.weight 2,3; 1.bias 2                                   | 3-2
          0.weight 4,3; 0.bias 4; 2.weight 2,4; 2.bias 2           | 3-4-2
          3.weight 2,4; 3.bias 2; 1.bias 4; 1.weight 4,3           | 3-4-2
          stack.0.weight 2,3; stack.0.bias 2                       | 3-2
          _orig_mod.1.bias 2; _orig_mod.1.weight 2,3               | 3-2
          a.b.2.weight 2,4; a.b.2.bias 2; a.b.0.bias 4; a.b.0.weight 4,3 | 3-4-2
          1.0.weight 2,3; 1.0.bias 2                               | 3-2
          """)
  void takesSequentialNetworks(String tensors, String architecture) throws IOException {
    assertThat(ModelFile.load(write(tensors)).network().architecture().toString())
        .isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.weight 2,3                                             | tensor '0.bias' is missing; supported are
          0.bias 2                                                 | tensor '0.weight' is missing; supported are
          0.weight 4,3; 0.bias 4; 2.bias 2                         | tensor '2.weight' is missing
          fc1.weight 2,3; fc1.bias 2                               | tensor 'fc1.weight': expected names such as
          0.weight 2,3; 0.bias 2; 1.running_mean 2                 | tensor '1.running_mean': expected names
          a.0.weight 2,3; b.0.bias 2                               | tensor 'b.0.bias': expected names such as 'a.0.weight' and 'a.0.bias'; supported are
          a.0.weight 2,3; 0.bias 2                                 | in front of them, the same in all
          a.0.weight 2,3; .0.bias 2                                | tensor '.0.bias': expected names
          a.0.weight 2,3                                           | tensor 'a.0.bias' is missing
          a.0.weight 4,3; a.0.bias 4; a.3.weight 2,4; a.3.bias 2   | tensor 'a.3.weight': expected 'a.2.weight' here
          00.weight 2,3; 00.bias 2                                 | tensor '00.weight': expected names
          -2.weight 2,3; -2.bias 2                                 | tensor '-2.weight': expected names
          0.weight 2,3; 0.bias 2; 0.weight_orig 2                  | tensor '0.weight_orig': expected names
          0.weight 4,3; 0.bias 4; 3.weight 2,4; 3.bias 2           | tensor '3.weight': expected '2.weight' here; supported are
          0.weight 4,3; 0.bias 4; 1.weight 2,4; 1.bias 2           | tensor '1.weight': expected '2.weight' here; supported are
          2.weight 2,3; 2.bias 2                                   | tensor '2.weight': expected '0.weight' here
          0.weight 2,3; 0.bias 2; 4.bias 2                         | tensor '4.bias': expected '2.weight' here
          0.weight 4,3; 0.bias 4; 2.weight 2,5; 2.bias 2           | tensor '2.weight': expected shape [2, 4], as the layer before has 4 units, found [2, 5]
          0.weight 2,3; 0.bias 3                                   | tensor '0.bias': expected shape [2], as '0.weight' has 2 rows, found [3]
          0.weight 2,3; 0.bias 2,1                                 | tensor '0.bias': expected shape [2], as '0.weight' has 2 rows, found [2, 1]
          0.weight 2,3,1; 0.bias 2                                 | tensor '0.weight': expected a shape [out, in], found [2, 3, 1]
          0.weight 2; 0.bias 2                                     | tensor '0.weight': expected a shape [out, in], found [2]
          0.weight 2,0; 0.bias 2                                   | tensor '0.weight': expected widths from 1 to 1048576, found shape [2, 0]
          0.weight 0,1048577; 0.bias 0                             | tensor '0.weight': expected widths from 1 to 1048576
          0.weight 1,3; 0.bias 1                                   | expected at least 2 classes at the end, found 1
          """)
  void refusesOtherTensors(String tensors, String message) throws IOException {
    Path file = write(tensors);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"F16,2", "BF16,2", "F64,8", "I32,4", "U8,1", "BOOL,1", "F8_E4M3,1", "C64,8"})
  void refusesOtherTypesThanF32(String type, int size) throws IOException {
    String header = header("0.weight 2,2; 0.bias 2", type, size);
    Path file = Files.write(folder.resolve("typed"), Samples.file(header, 6 * size));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageContaining("tensor '0.weight': expected F32, found " + type);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          0 | NaN       | '0.weight': expected finite values, found NaN at [0, 0]
          4 | Infinity  | '0.weight': expected finite values, found Infinity at [1, 1]
          7 | -Infinity | '0.bias': expected finite values, found -Infinity at [1]
          """)
  void refusesValuesThatAreNotFinite(int index, float value, String message) throws IOException {
    String header = header("0.weight 2,3; 0.bias 2", "F32", 4);
    byte[] bytes = Samples.file(header, 32);
    int position = bytes.length - 32 + 4 * index;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(position, value);
    Path file = Files.write(folder.resolve("bad"), bytes);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageContaining("byte " + position + ": tensor " + message);
  }

  @Test
  void refusesAFileWithoutTensors() throws IOException {
    Path file = Files.write(folder.resolve("empty"), Samples.file("{\"__metadata__\":{}}", 0));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageContaining("found no tensors");
  }

  private Path write(String tensors) throws IOException {
    int elements =
        Arrays.stream(tensors.split("; ", -1)).mapToInt(SequentialLayersTest::elements).sum();
    return Files.write(
        folder.resolve("model"), Samples.file(header(tensors, "F32", 4), 4 * elements));
  }

  /** Returns the header for tensors written as {@code NAME EXTENT,EXTENT; NAME EXTENT}. */
  private static String header(String tensors, String type, int size) {
    int[] end = {0};
    return Arrays.stream(tensors.split("; ", -1))
        .map(tensor -> {
          String[] parts = tensor.split(" ", -1);
          int begin = end[0];
          end[0] += size * elements(tensor);
          return "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
              .formatted(parts[0], type, parts[1], begin, end[0]);
        })
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static int elements(String tensor) {
    return Arrays.stream(tensor.split(" ", -1)[1].split(",", -1))
        .mapToInt(Integer::parseInt)
        .reduce(1, (a, b) -> a * b);
  }
}
