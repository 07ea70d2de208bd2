package downhill.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that {@code torch.onnx.export} wrote, and what PyTorch said of some inputs. */
class PyTorchExportTest {
  /**
   * One line of {@code torch-expected.txt}.
   *
   * @param x what the first layer gets, [n_0]
   * @param probabilities what PyTorch gave, [n_L]
   */
  record Expected(String file, String network, float[] x, float[] probabilities) {
    static Expected parse(String line) {
      String[] fields = line.split(" \\| ", -1);
      return new Expected(fields[0], fields[1], floats(fields[2]), floats(fields[3]));
    }

    private static float[] floats(String text) {
      List<Float> values = Arrays.stream(text.split(" ", -1)).map(Float::valueOf).toList();
      float[] floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = values.get(i);
      }
      return floats;
    }
  }

  @TempDir private Path folder = Path.of("");

  static Stream<Expected> lines() {
    return new String(Samples.resource("torch-expected.txt"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(Expected::parse);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void givesTheProbabilitiesOfPyTorch(Expected expected) throws IOException {
    Model model = load(expected.file);
    assertThat(model.network().architecture()).hasToString(expected.network);
    float[] found = model.network().probabilities(expected.x);
    for (int k = 0; k < found.length; k++) {
      assertThat(found[k]).isCloseTo(expected.probabilities[k], within(3e-7f));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          torch-refused-conv.onnx  | (Conv): an operator that no such network has
          torch-refused-norm.onnx  | (BatchNormalization): an operator that no such network has
          torch-refused-tanh.onnx  | (Tanh): an operator that no such network has
          torch-refused-skip.onnx  | expected a network without branches
          """)
  void refusesWhatIsNoSuchNetwork(String file, String message) {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(file))
        .withMessageContaining(message);
  }

  private Model load(String resource) throws IOException {
    return OnnxFile.load(Files.write(folder.resolve("torch.onnx"), Samples.resource(resource)));
  }
}
