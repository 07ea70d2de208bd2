package downhill.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.modelfile.ModelFileException;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written, and that it comes back. */
class OnnxFileTest {
  @TempDir private Path folder = Path.of("");

  private Model load(byte[] bytes) throws IOException {
    return OnnxFile.load(Files.write(folder.resolve("read.onnx"), bytes));
  }

  @Test
  void keepsEveryBitOfRandomModels() throws IOException {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int[] widths = random.ints(2 + random.nextInt(10), 2, 40).toArray();
      Model model = Samples.random(seed, widths);
      byte[] bytes = OnnxFile.bytes(model);
      Model read = load(bytes);
      assertThat(Samples.bits(read.network()))
          .as("seed %d", seed)
          .isEqualTo(Samples.bits(model.network()));
      assertThat(OnnxFile.bytes(read)).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  @Test
  void readsTheNetworkThatIsWrittenWithoutMetadata() throws IOException {
    Network network = Samples.random(3, new int[] {5, 4, 3}).network();
    Model read = load(OnnxFile.bytes(network, InputScaling.none(5)));
    assertThat(Samples.bits(read.network())).isEqualTo(Samples.bits(network));
  }

  @Test
  void keepsNamesAndProvenance() throws IOException {
    Path file = folder.resolve("golden.ONNX");
    OnnxFile.save(Samples.GOLDEN, file);
    Model read = OnnxFile.load(file);
    assertThat(Samples.bits(read.network())).isEqualTo(Samples.bits(Samples.GOLDEN.network()));
    assertThat(read.classNames()).isEqualTo(Samples.GOLDEN.classNames());
    assertThat(read.provenance()).isEqualTo(Samples.GOLDEN.provenance());
    assertThat(ModelFile.bytes(read)).isEqualTo(ModelFile.bytes(Samples.GOLDEN));
  }

  // Golden: a change of these bytes changes what others find in our files.
  @Test
  void writesTheGoldenFileByteForByte() throws IOException {
    byte[] golden = Samples.resource("golden-3-4-2.onnx");
    assertThat(OnnxFile.bytes(Samples.GOLDEN)).isEqualTo(golden);
    assertThat(ModelFile.bytes(load(golden))).isEqualTo(ModelFile.bytes(Samples.GOLDEN));
  }

  @Test
  void theGraphIsWhatThePageSays() throws IOException {
    ModelProto proto = ModelProto.parseFrom(OnnxFile.bytes(Samples.GOLDEN));
    assertThat(proto.getIrVersion()).isEqualTo(7);
    assertThat(proto.getOpsetImportList()).singleElement().matches(set -> set.getVersion() == 13);
    assertThat(proto.getGraph().getNodeList().stream().map(node -> node.getOpType()))
        .containsExactly("Div", "Gemm", "Relu", "Gemm", "Softmax");
    assertThat(proto.getGraph().getInputList())
        .singleElement()
        .matches(input -> input.getName().equals("input"))
        .matches(
            input -> input.getType().getTensorType().getShape().getDim(0).hasDimParam(), "free")
        .matches(input -> input.getType().getTensorType().getShape().getDim(1).getDimValue() == 3);
    assertThat(proto.getGraph().getInitializerList().stream().map(tensor -> tensor.getName()))
        .containsExactly("input.scale", "0.weight", "0.bias", "2.weight", "2.bias");
    Map<String, String> metadata =
        proto.getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
    assertThat(metadata)
        .containsEntry("downhill.seed", "-42")
        .containsEntry("downhill.architecture", "3-4-2")
        .containsEntry("downhill.input_scaling", "x/255")
        .doesNotContainKey("format");
    assertThat(proto.getMetadataPropsList().getLast().getKey()).isEqualTo("downhill.version");
  }

  @ParameterizedTest
  @CsvSource({"0, 1, ''", "0, 255, Div", "3, 1, Sub", "3, 7, Sub Div"})
  void theScalingIsSubAndDivWhereItNeedsThem(float offset, float scale, String operators)
      throws IOException {
    Network network = Samples.GOLDEN.network();
    for (boolean same : new boolean[] {true, false}) {
      float[] offsets = new float[3];
      float[] scales = new float[3];
      Arrays.fill(offsets, offset);
      Arrays.fill(scales, scale);
      if (!same && offset != 0) {
        offsets[1]++;
      }
      if (!same && scale != 1) {
        scales[2]++;
      }
      InputScaling scaling = InputScaling.of(offsets, scales);
      ModelProto proto = ModelProto.parseFrom(OnnxFile.bytes(network, scaling));
      assertThat(
              proto.getGraph().getNodeList().stream()
                  .map(node -> node.getOpType())
                  .takeWhile(operator -> !operator.equals("Gemm"))
                  .collect(Collectors.joining(" ")))
          .isEqualTo(operators);
      NetworkReader reader =
          new NetworkReader(new Graph(folder.resolve("x.onnx"), proto.getGraph()), 13);
      assertThat(Samples.bits(reader.read())).isEqualTo(Samples.bits(network));
      assertThat(reader.stage().is(scaling)).as(scaling.toString()).isTrue();
      assertThat(reader.stage().isNothing()).isEqualTo(operators.isEmpty());
      offsets[0] += 1e-3f * scale;
      assertThat(reader.stage().is(InputScaling.of(offsets, scales))).isFalse();
    }
  }

  @Test
  void scalingsAreChecked() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> InputScaling.of(new float[2], new float[] {1, 0}))
        .withMessageContaining("other than 0, found (x − 0.0) / 0.0 for input 1");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> InputScaling.of(new float[2], new float[] {1}))
        .withMessageContaining("as many scales as offsets");
    assertThat(InputScaling.of(Samples.GOLDEN)).hasToString("x / 255.0");
    assertThat(InputScaling.of(new float[] {1, 2}, new float[] {3, 4}))
        .hasToString("(x − 1.0) / 3.0 for the first input, others differ")
        .isEqualTo(InputScaling.of(new float[] {1, 2}, new float[] {3, 4}))
        .isNotEqualTo(InputScaling.of(new float[] {1, 2}, new float[] {3, 5}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          downhill.version       | 2      | update Downhill
          downhill.architecture  | 3-5-2  | expected 3-4-2, as the tensors have it, found '3-5-2'
          downhill.input_scaling | x/256  | expected x/255 or schema, found 'x/256'
          downhill.class_names   | ["a"]  | class names: expected 2, one for each class of 3-4-2
          downhill.seed          | a\u001b[2J | expected text in one line
          """)
  void refusesMetadataThatContradicts(String key, String value, String message) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(OnnxFile.bytes(Samples.GOLDEN)).toBuilder();
    model
        .getMetadataPropsBuilderList()
        .forEach(entry -> entry.setValue(entry.getKey().equals(key) ? value : entry.getValue()));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(model.build().toByteArray()))
        .withMessageContaining(message)
        .withMessageNotContainingAny("\n", "\u001b");
  }

  @Test
  void refusesAGraphThatScalesOtherwiseThanItsMetadataSays() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(OnnxFile.bytes(Samples.GOLDEN)).toBuilder();
    model.getGraphBuilder().setInitializer(0, Proto.raw("input.scale", new float[] {254}));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(model.build().toByteArray()))
        .withMessageContaining("node 'divide' (Div): the inputs are scaled by (x − 0.0) / 254.0")
        .withMessageContaining("expected x / 255.0");
  }

  @Test
  void saysWhatIsMissing() {
    Path none = folder.resolve("none.onnx");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(none))
        .withMessage(none + ": no such file; expected an ONNX file");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(folder))
        .withMessageContaining("found a folder");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.save(Samples.GOLDEN, folder.resolve("no/such/folder.onnx")))
        .withMessageContaining("there is no folder");
  }
}
