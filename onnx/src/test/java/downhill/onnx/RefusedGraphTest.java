package downhill.onnx;

import static downhill.onnx.Proto.attribute;
import static downhill.onnx.Proto.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs that hold something else: refused by the names of node and operator, in one line. */
class RefusedGraphTest {
  @TempDir private Path folder = Path.of("");

  /** A layer of 4 inputs and 2 units, to begin with. */
  private static Proto layer(Proto proto) {
    return proto
        .tensor("W", new float[8], 2, 4)
        .tensor("b", new float[2], 2)
        .node("Gemm", "z", "x W b", attribute("transB", 1));
  }

  private static Proto four() {
    return Proto.graph(0, 4);
  }

  private static Arguments refused(Proto proto, String message) {
    return Arguments.of(proto, message);
  }

  static Stream<Arguments> operators() {
    return Stream.of(
        refused(layer(four()).node("Tanh", "y", "z"), "node 'n_y' (Tanh): an operator that no"),
        refused(layer(four()).node("Sigmoid", "y", "z"), "(Sigmoid): an operator that no"),
        refused(
            four().tensor("K", new float[4], 1, 1, 2, 2).node("Conv", "y", "x K"),
            "node 'n_y' (Conv): an operator that no such network has; supported are Gemm, or"),
        refused(
            domain(layer(four()).node("Relu", "y", "z"), "com.example"),
            "node 'n_y' (com.example.Relu): an operator"),
        refused(layer(four()).node("Relu", "y", "z"), "at the end, with or without a Softmax"),
        refused(four().node("Identity", "y", "x"), "found none at all"),
        refused(four().node("Relu", "y", "x"), "(Relu): expected it after a linear layer"),
        refused(
            layer(four()).node("Softmax", "s", "z").node("Softmax", "y", "s"),
            "node 'n_y' (Softmax): expected it after a linear layer"),
        refused(
            layer(four()).node("Softmax", "y", "z", attribute("axis", 0)),
            "(Softmax): expected axis 1, the classes, found 0"),
        refused(
            layer(four()).tensor("V", new float[4], 2, 2).node("Gemm", "y", "z V"),
            "node 'n_y' (Gemm): expected a Relu between two linear layers"),
        refused(
            layer(four())
                .tensor("V", new float[4], 2, 2)
                .node("Softmax", "s", "z")
                .node("MatMul", "y", "s V"),
            "(MatMul): expected nothing after the Softmax"),
        refused(
            layer(four())
                .tensor("V", new float[6], 3, 2)
                .node("Relu", "a", "z")
                .node("Gemm", "y", "a V"),
            "(Gemm): expected weights for 2 inputs, found 3 in tensor 'V'"),
        refused(
            four().tensor("W", new float[10], 5, 2).node("MatMul", "y", "x W"),
            "(MatMul): expected weights for 4 inputs, found 5"),
        refused(
            four().tensor("W", new float[8], 4, 2, 1).node("MatMul", "y", "x W"),
            "(MatMul): expected weights of two dimensions, found [4, 2, 1]"),
        refused(
            four()
                .tensor("W", new float[8], 4, 2)
                .tensor("b", new float[4], 4)
                .node("Gemm", "y", "x W b"),
            "(Gemm): expected biases for 2 units, found [4] in tensor 'b'"),
        refused(
            layer(four()).tensor("c", new float[2], 2).node("Add", "y", "z c"),
            "node 'n_y' (Add): expected none but one Add after each MatMul"),
        refused(
            layer(four()).tensor("c", new float[] {2}).node("Mul", "y", "z c"),
            "node 'n_y' (Mul): expected none but one Add"),
        refused(
            four()
                .tensor("W", new float[8], 4, 2)
                .tensor("c", new float[2], 2)
                .node("MatMul", "m", "x W")
                .node("Relu", "a", "m")
                .node("Add", "y", "a c"),
            "(Add): expected none but one Add"),
        refused(
            layer(four()).node("Add", "y", "z z"),
            "(Add): expected one operand that is a constant"),
        refused(
            layer(four()).node("Relu", "a", "z").node("Add", "y", "z a"),
            "node 'n_a' (Relu): 'z' goes to node 'n_y' (Add) too; expected a network without"),
        refused(
            layer(four()).node("ArgMax", "label", "w"),
            "node 'n_label' (ArgMax): is no part of the network"),
        refused(
            layer(four()).node("Dropout", "y", "z - t").tensor(bool("t", 1)),
            "(Dropout): expected Dropout as it is after training"),
        refused(
            layer(four()).node("Dropout", "y", "z", attribute("is_test", 1)),
            "(Dropout): the attribute 'is_test' is not one that Downhill knows"),
        refused(
            four().node("Cast", "y", "x", attribute("to", DataType.DOUBLE.getNumber())),
            "(Cast): expected a Cast to FLOAT, found DOUBLE"),
        refused(
            layer(Proto.of(Proto.value("x", DataType.DOUBLE, 0, 4))),
            "(Gemm): expected FLOAT inputs, or a Cast before, found DOUBLE"),
        refused(
            layer(Proto.graph(0, 1, 2, 2)),
            "(Gemm): expected inputs of two dimensions, or a Flatten"),
        refused(layer(Proto.graph(4, 0)), "(Gemm): would mix the examples of a batch"),
        refused(
            four().node("Flatten", "y", "x", attribute("axis", 0)),
            "(Flatten): expected axis 1, which keeps examples apart, found 0"),
        refused(
            Proto.graph(0, 1, 2, 2).tensor(Proto.integers("s", -1, 2)).node("Reshape", "y", "x s"),
            "(Reshape): expected a shape that gives each example its row, as [-1, 4], found [-1, 2]"),
        refused(
            Proto.graph(0, 3, 2, 2).node("Transpose", "y", "x", list("perm", 0, 2, 3, 1)),
            "(Transpose): expected the transpose of a matrix, found perm [0, 2, 3, 1]"),
        refused(
            four().node("Shape", "s", "w").node("Reshape", "y", "x s"),
            "node 'n_s' (Shape): expected the shape of 'x', found that of 'w'"),
        refused(
            four().node("Size", "s", "w").node("Reshape", "y", "x s"),
            "(Reshape): expected a constant shape, or one made of the input's own, found 's'"),
        refused(
            Proto.graph(0, 3, 2, 2)
                .tensor(Proto.integers("two", 2))
                .tensor(Proto.integers("rest", -1))
                .node("Shape", "all", "x")
                .node("Gather", "some", "all two")
                .node("Concat", "s", "some rest", attribute("axis", 0))
                .node("Reshape", "y", "x s"),
            "(Reshape): expected a shape that gives each example its row, as [-1, 12], found [2, -1]"),
        refused(
            four()
                .node("Shape", "first", "x", attribute("end", 1))
                .node("Concat", "s", "first first", attribute("axis", 0))
                .node("Reshape", "y", "x s"),
            "(Reshape): expected a shape that gives each example its row, as [-1, 4], found [the batch, the batch]"),
        refused(
            four()
                .tensor(Proto.integers("s", 0, 4))
                .node("Reshape", "y", "x s", attribute("allowzero", 1)),
            "(Reshape): expected a shape that gives each example its row, as [-1, 4], found [0, 4]"),
        refused(
            four().tensor(Proto.integers("s", Long.MIN_VALUE + 1, -1)).node("Reshape", "y", "x s"),
            "(Reshape): expected numbers that an extent or an index can be, found [-9223372036854775807, -1]"),
        refused(
            four()
                .tensor(Proto.integers("two", 2))
                .node("Shape", "all", "x")
                .node("Gather", "s", "all two")
                .node("Reshape", "y", "x s"),
            "node 'n_s' (Gather): expected one of 2 extents, found 2"),
        refused(
            four().node("Gemm", "y", "x missing"),
            "(Gemm): expected a constant, found 'missing', which is none"),
        refused(four().node("Gemm", "y", "x"), "(Gemm): expected a constant, found nothing"),
        refused(
            four()
                .tensor("m", new float[] {0.1307f})
                .tensor("W", new float[8], 4, 2)
                .node("Sub", "s", "x m")
                .node("MatMul", "y", "s W"),
            "node 'n_s' (Sub): the inputs are scaled by (x − 0.1307) / 1.0; expected x / 255.0"),
        refused(
            four().tensor("m", new float[] {1}).node("Sub", "y", "m x"),
            "(Sub): expected the constant as the second operand"),
        refused(
            four().tensor("m", new float[] {0}).node("Div", "y", "x m"),
            "(Div): would make the inputs 0 or infinite"),
        refused(
            layer(four()).node("Gemm", "z", "x W"),
            "node 'n_z' (Gemm): writes 'z', which is there"),
        refused(
            four().tensor("W", new float[8], 4, 2).node("Gemm", "y", "x W", attribute("transB", 2)),
            "attribute 'transB': expected 0 or 1, found 2"),
        refused(
            four()
                .tensor("W", new float[8], 4, 2)
                .node("Gemm", "y", "x W", attribute("alpha", Float.NaN)),
            "attribute 'alpha': expected a finite number, found NaN"),
        refused(
            four().tensor("W", new float[8], 4, 2).node("Gemm", "y", "x W", attribute("alpha", 2L)),
            "attribute 'alpha': expected type FLOAT, found INT"),
        refused(
            four()
                .tensor("W", new float[] {Float.MAX_VALUE, 0, 0, 0, 0, 0, 0, 0}, 4, 2)
                .node("Gemm", "y", "x W", attribute("alpha", 2f)),
            "(Gemm): a weight times 2.0 is no longer finite"),
        refused(
            four()
                .tensor("W", new float[16], 4, 4)
                .node("Gemm", "z", "x W")
                .node("Relu", "a", "z")
                .node("Identity", "V", "W")
                .node("Gemm", "y", "a V"),
            "tensor 'W': is there for two layers; expected each to have its own"),
        refused(layer(new Proto()), "expected a graph with 1 input, found 0"),
        refused(layer(two()), "expected a graph with 1 input, found 2, 'x', 'second'"),
        refused(
            Proto.graph(0, 4).tensor("W", new float[4], 4, 1).node("MatMul", "y", "x W"),
            "expected at least 2 classes at the end, found 1"),
        refused(Proto.graph(0, 1 << 20, 1 << 20), "input 'x': expected at most 1048576 values"),
        refused(four().node("", "y", "x"), "node 'n_y' (without operator): an operator"));
  }

  private static Proto domain(Proto proto, String domain) {
    int last = proto.graph.getNodeCount() - 1;
    proto.graph.getNodeBuilder(last).setDomain(domain);
    return proto;
  }

  private static Proto two() {
    Proto proto = four();
    proto.graph.addInput(Proto.value("second", DataType.FLOAT, 0, 4));
    return proto;
  }

  private static TensorProto bool(String name, int value) {
    return Proto.shaped(name, DataType.BOOL).addInt32Data(value).build();
  }

  @ParameterizedTest
  @MethodSource("operators")
  void refusesByNodeAndOperator(Proto proto, String message) throws IOException {
    assertRefused(proto.model(proto.graph.getNodeCount() == 0 ? "x" : last(proto)), message);
  }

  private static String last(Proto proto) {
    return proto.graph.getNode(proto.graph.getNodeCount() - 1).getOutput(0);
  }

  static Stream<Arguments> tensors() {
    float[] eight = new float[8];
    float[] infinite = {0, 0, 0, Float.POSITIVE_INFINITY, 0, 0, 0, 0};
    TensorProto good = Proto.raw("W", eight, 2, 4);
    return Stream.of(
        Arguments.of(
            good.toBuilder().setRawData(ByteString.copyFrom(new byte[31])).build(),
            "tensor 'W': expected 32 bytes for [2, 4], found 31 bytes"),
        Arguments.of(
            Proto.listed("W", new float[7], 2, 4), "expected 32 bytes for [2, 4], found 7 numbers"),
        Arguments.of(
            good.toBuilder().addFloatData(0).build(), "both as bytes and as a list of numbers"),
        Arguments.of(
            good.toBuilder().setSegment(TensorProto.Segment.newBuilder().setBegin(0)).build(),
            "is stored in segments"),
        Arguments.of(
            good.toBuilder().setDataType(DataType.FLOAT16.getNumber()).build(),
            "tensor 'W': expected FLOAT, found FLOAT16; convert the model to 32-bit floats"),
        Arguments.of(good.toBuilder().setDataType(99).build(), "found type 99"),
        Arguments.of(good.toBuilder().setDims(0, -2).build(), "extents from 1 to 2^31 − 1"),
        Arguments.of(good.toBuilder().setDims(0, 0).build(), "extents from 1 to 2^31 − 1"),
        Arguments.of(
            good.toBuilder().setDims(0, Integer.MAX_VALUE).setDims(1, Integer.MAX_VALUE).build(),
            "expected at most 1073741824 values, found [2147483647, 2147483647]"),
        Arguments.of(
            good.toBuilder().setDims(0, 1 << 15).setDims(1, 1 << 15).build(),
            "expected 4294967296 bytes for [32768, 32768], found 32 bytes"),
        Arguments.of(
            good.toBuilder().addAllDims(Collections.nCopies(40, 1L)).build(),
            "expected at most 8 dimensions, found 42"),
        Arguments.of(
            Proto.raw("W", infinite, 2, 4),
            "tensor 'W': expected finite values, found Infinity at index 3"));
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void refusesTensors(TensorProto tensor, String message) throws IOException {
    Proto proto =
        four()
            .tensor(tensor)
            .tensor("b", new float[2], 2)
            .node("Gemm", "y", "x W b", attribute("transB", 1));
    assertRefused(proto.model("y"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ../secret          | 0                   | 48  | expected its values in a file in the folder
          /etc/hostname      | 0                   | 48  | expected its values in a file in the folder
          link               | 0                   | 48  | expected its values in a file in the folder
          .                  | 0                   | 48  | expected its values in a file in the folder
          ''                 | 0                   | 48  | expected its values in a file in the folder
          none.bin           | 0                   | 48  | lie in 'none.bin', which cannot be read: no such
          w.bin              | 0                   | 44  | expected 48 bytes of values, found 44
          w.bin              | 4                   | 48  | expected 48 bytes from byte 4 of 'w.bin', which has 48
          w.bin              | 999999999999999999  | 48  | from byte 999999999999999999
          w.bin              | -4                  | 48  | offset: expected a whole number, found '-4'
          w.bin              | 0                   | x   | length: expected a whole number, found 'x'
          """)
  void refusesOtherFiles(String location, String offset, String length, String message)
      throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.write(folder.resolve("secret"), new byte[48]);
    Files.write(model.resolve("w.bin"), new byte[48]);
    Files.createSymbolicLink(model.resolve("link"), folder.resolve("secret"));
    Proto proto =
        four()
            .tensor(ForeignGraphTest.external(location, offset, length))
            .node("Gemm", "y", "x W1", attribute("transB", 1));
    Path file = Files.write(model.resolve("bad.onnx"), proto.bytes("y"));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageStartingWith(file + ": tensor 'W1': ")
        .withMessageContaining(message);
  }

  @Test
  void refusesOldAndMissingOperatorSets() throws IOException {
    Proto old = layer(four());
    old.opset = 6;
    assertRefused(old.model("z"), "expected operators of version 7 or later, found 6");
    assertRefused(
        layer(four()).model("z").toBuilder().clearOpsetImport().build(),
        "expected the version of ONNX's operators, found none");
  }

  @Test
  void theOldSoftmaxMeansTheFirstAxisUnlessItSaysAnother() throws IOException {
    Proto old = layer(four()).node("Softmax", "y", "z");
    old.opset = 11;
    Path file = Files.write(folder.resolve("old.onnx"), old.bytes("y"));
    assertThat(OnnxFile.load(file).network().architecture()).hasToString("4-2");
  }

  /** From its axis on it took everything together: with examples as columns all of them. */
  @Test
  void theOldSoftmaxMixesExamplesThatAreColumns() throws IOException {
    for (long axis : new long[] {0, -2}) {
      assertRefused(
          columns(12, axis),
          "node 'n_y' (Softmax): would mix the examples of a batch, which are columns here");
      Path file = Files.write(folder.resolve("new.onnx"), columns(13, axis).toByteArray());
      assertThat(OnnxFile.load(file).network().architecture()).hasToString("4-2");
    }
  }

  private static ModelProto columns(long opset, long axis) {
    Proto proto =
        Proto.graph(4, 0)
            .tensor("W", new float[8], 2, 4)
            .node("Gemm", "z", "W x")
            .node("Softmax", "y", "z", attribute("axis", axis));
    proto.opset = opset;
    return proto.model("y");
  }

  @Test
  void refusesAnOutputThatIsNone() throws IOException {
    assertRefused(
        layer(four()).model("elsewhere"),
        "the network ends in 'z', which is no output of the graph");
  }

  @Test
  void aNodeWithoutNameIsCalledByItsPlace() throws IOException {
    Proto proto = layer(four()).node("Tanh", "y", "z");
    proto.graph.getNodeBuilder(1).clearName();
    assertRefused(proto.model("y"), "node 1 (Tanh): ");
  }

  @Test
  void namesOfAStrangerDoNotReachTheTerminal() throws IOException {
    Proto proto = layer(four()).node("T\u001b[2J\nh", "y", "z");
    proto.graph.getNodeBuilder(1).setName("n".repeat(5000) + "\r");
    assertRefused(proto.model("y"), "n".repeat(60) + "…' (T?[2J?h): an operator");
  }

  @Test
  void anAttributeStandsOnce() throws IOException {
    AttributeProto flag = attribute("transB", 1);
    Proto proto = four().tensor("W", new float[8], 2, 4).node("Gemm", "y", "x W", flag, flag);
    assertRefused(proto.model("y"), "attribute 'transB' appears twice");
    AttributeProto none =
        AttributeProto.newBuilder().setName("value").setType(AttributeType.INT).build();
    assertRefused(
        four().node("Constant", "W", "", none).node("Gemm", "y", "x W").model("y"),
        "node 'n_W' (Constant): expected an attribute 'value' that is a tensor");
  }

  private void assertRefused(ModelProto model, String message) throws IOException {
    Path file = Files.write(folder.resolve("bad.onnx"), model.toByteArray());
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message)
        .withMessageNotContainingAny("\n", "\r", "\u001b");
  }
}
