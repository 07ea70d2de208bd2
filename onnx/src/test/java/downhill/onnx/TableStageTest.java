package downhill.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.modelfile.ModelFileException;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models of tables as ONNX files. */
class TableStageTest {
  @TempDir private Path folder = Path.of("");

  static Model model(Missing missing) {
    TableSchema schema =
        new TableSchema(
            List.of(
                new Column.Numeric("year", 2013.372, 0.173),
                new Column.Categorical("home", List.of("air", "sea"), List.of(0.3, 0.7)),
                new Column.Numeric("alike", 5, 0)),
            "kind",
            missing);
    Network network = Network.initial(Architecture.of(4, 5, 2), 3);
    return new Model(
        network, List.of("bird", "fish"), new TreeMap<>(Map.of("test_fraction", "0.2")), schema);
  }

  private Model load(byte[] bytes) throws IOException {
    return OnnxFile.load(Files.write(folder.resolve("t.onnx"), bytes));
  }

  @ParameterizedTest
  @EnumSource
  void comesBackBitForBit(Missing missing) throws IOException {
    Model model = model(missing);
    byte[] bytes = OnnxFile.bytes(model);
    Model read = load(bytes);
    assertThat(read.schema()).isEqualTo(model.schema());
    assertThat(ModelFile.bytes(read)).isEqualTo(ModelFile.bytes(model));
    assertThat(OnnxFile.bytes(read)).isEqualTo(bytes);
  }

  // Golden: a change of these bytes changes what others find in our files.
  @Test
  void writesAndReadsTheGoldenFileByteForByte() throws IOException {
    Path core = Path.of("..", "core", "src", "test", "resources", "downhill", "modelfile");
    Path model = core.resolve("golden-table-4-3-2.safetensors");
    byte[] golden = Samples.resource("golden-table-4-3-2.onnx");
    assertThat(OnnxFile.bytes(ModelFile.load(model))).isEqualTo(golden);
    assertThat(ModelFile.bytes(load(golden))).isEqualTo(Files.readAllBytes(model));
  }

  @ParameterizedTest
  @EnumSource
  void theGraphIsWhatThePageSays(Missing missing) throws IOException {
    ModelProto proto = ModelProto.parseFrom(OnnxFile.bytes(model(missing)));
    List<String> operators =
        proto.getGraph().getNodeList().stream().map(node -> node.getOpType()).toList();
    if (missing == Missing.ERROR) {
      assertThat(operators)
          .containsExactly("Sub", "Mul", "Cast", "Gemm", "Relu", "Gemm", "Softmax");
    } else {
      assertThat(operators)
          .containsExactly(
              "IsNaN", "Where", "Sub", "Mul", "Cast", "Gemm", "Relu", "Gemm", "Softmax");
    }
    assertThat(proto.getGraph().getInput(0).getType().getTensorType().getElemType())
        .isEqualTo(TensorProto.DataType.DOUBLE.getNumber());
  }

  @Test
  void aStageOfAnotherSchemaIsRefused() throws IOException {
    ModelProto proto = ModelProto.parseFrom(OnnxFile.bytes(model(Missing.MEAN)));
    for (int changed = 0; changed < 3; changed++) {
      ModelProto.Builder other = proto.toBuilder();
      TensorProto.Builder constant = other.getGraphBuilder().getInitializerBuilder(changed);
      assertThat(constant.getName()).startsWith("input.");
      byte[] values = constant.getRawData().toByteArray();
      values[6] ^= 1;
      constant.setRawData(ByteString.copyFrom(values));
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> load(other.build().toByteArray()))
          .withMessageContaining("expected the graph to begin with what its schema asks for");
    }
    ModelProto.Builder without = proto.toBuilder();
    without.getGraphBuilder().removeNode(0);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(without.build().toByteArray()))
        .withMessageContaining("expected the graph to begin with");
    ModelProto.Builder noSchema = proto.toBuilder().clearMetadataProps();
    proto.getMetadataPropsList().stream()
        .filter(entry -> !entry.getKey().equals("downhill.schema"))
        .forEach(noSchema::addMetadataProps);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> load(noSchema.build().toByteArray()));
  }
}
