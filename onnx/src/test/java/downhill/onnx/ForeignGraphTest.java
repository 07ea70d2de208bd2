package downhill.onnx;

import static downhill.onnx.Proto.attribute;
import static downhill.onnx.Proto.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFileException;
import downhill.network.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The many ways in which other programs write the same network, 4-3-2. */
class ForeignGraphTest {
  private static final Network NETWORK = Samples.random(3, 4, 3, 2).network();
  private static final float[] W1 = NETWORK.weights(1);
  private static final float[] B1 = NETWORK.biases(1);
  private static final float[] W2 = NETWORK.weights(2);
  private static final float[] B2 = NETWORK.biases(2);
  private static final float[] W1T = Tensor.transpose(W1, 3, 4);
  private static final float[] W2T = Tensor.transpose(W2, 2, 3);

  @TempDir private Path folder = Path.of("");

  /** The weights as PyTorch has them. */
  private static Proto weights(Proto proto) {
    return proto
        .tensor("W1", W1, 3, 4)
        .tensor("b1", B1, 3)
        .tensor("W2", W2, 2, 3)
        .tensor("b2", B2, 2);
  }

  /** The weights as TensorFlow has them. */
  private static Proto transposed(Proto proto) {
    return proto
        .tensor("W1", W1T, 4, 3)
        .tensor("b1", B1, 3)
        .tensor("W2", W2T, 3, 2)
        .tensor("b2", B2, 2);
  }

  /** Two layers by Gemm, from one value to another. */
  private static Proto gemms(Proto proto, String from, String to) {
    return weights(proto)
        .node("Gemm", "z1", from + " W1 b1", attribute("transB", 1))
        .node("Relu", "a1", "z1")
        .node("Gemm", to, "a1 W2 b2", attribute("transB", 1));
  }

  private static Proto tail(Proto proto) {
    return proto.node("Relu", "a1", "z1").node("Gemm", "y", "a1 W2 b2", attribute("transB", 1));
  }

  private static Arguments graph(String name, Proto proto) {
    return Arguments.of(Named.of(name, proto));
  }

  static Stream<Arguments> graphs() {
    return Stream.of(
        graph("as ours, without a softmax", gemms(Proto.graph(0, 4), "x", "y")),
        graph("a batch of one", gemms(Proto.graph(1, 4), "x", "y")),
        graph("a softmax", gemms(Proto.graph(0, 4), "x", "z").node("Softmax", "y", "z")),
        graph(
            "a softmax along the last axis",
            gemms(Proto.graph(0, 4), "x", "z").node("Softmax", "y", "z", attribute("axis", -1))),
        graph(
            "logarithms of the probabilities",
            gemms(Proto.graph(0, 4), "x", "z").node("LogSoftmax", "y", "z", attribute("axis", 1))),
        graph(
            "Gemm on the transpose",
            transposed(Proto.graph(0, 4))
                .node("Gemm", "z1", "x W1 b1")
                .node("Relu", "a1", "z1")
                .node("Gemm", "y", "a1 W2 b2", attribute("transA", 0), attribute("transB", 0))),
        graph(
            "MatMul and Add",
            transposed(Proto.graph(0, 4))
                .node("MatMul", "m1", "x W1")
                .node("Add", "z1", "m1 b1")
                .node("Relu", "a1", "z1")
                .node("MatMul", "m2", "a1 W2")
                .node("Add", "z", "b2 m2")
                .node("Softmax", "y", "z")),
        graph(
            "constants that are transposed by a node",
            weights(Proto.graph(0, 4))
                .node("Transpose", "T1", "W1", list("perm", 1, 0))
                .node("MatMul", "m1", "x T1")
                .node("Add", "z1", "m1 b1")
                .node("Relu", "a1", "z1")
                .node("Transpose", "T2", "W2")
                .node("Gemm", "y", "a1 T2 b2")),
        graph(
            "constants that are nodes",
            Proto.graph(0, 4)
                .node("Constant", "W1", "", attribute("value", Proto.raw("", W1, 3, 4)))
                .node("Constant", "b1", "", attribute("value", Proto.listed("", B1, 3)))
                .node("Gemm", "z1", "x W1 b1", attribute("transB", 1))
                .node("Relu", "a1", "z1")
                .node("Constant", "c2", "", attribute("value", Proto.raw("", W2, 2, 3)))
                .node("Identity", "W2", "c2")
                .tensor("b2", B2, 1, 2)
                .node("Gemm", "y", "a1 W2 b2", attribute("transB", 1))),
        graph(
            "values as lists of numbers",
            Proto.graph(0, 4)
                .tensor(Proto.listed("W1", W1, 3, 4))
                .tensor(Proto.listed("b1", B1, 3))
                .tensor(Proto.listed("W2", W2, 2, 3))
                .tensor(Proto.listed("b2", B2, 2))
                .node("Gemm", "z1", "x W1 b1", attribute("transB", 1))
                .node("Relu", "a1", "z1")
                .node("Gemm", "y", "a1 W2 b2", attribute("transB", 1))),
        graph(
            "initializers among the inputs, as before 2019",
            listed(gemms(Proto.graph(0, 4), "x", "y"))),
        graph(
            "columns are examples",
            weights(Proto.graph(4, 0))
                .tensor("c1", B1, 3, 1)
                .tensor("c2", B2, 2, 1)
                .node("Gemm", "z1", "W1 x c1")
                .node("Relu", "a1", "z1")
                .node("MatMul", "m2", "W2 a1")
                .node("Add", "z", "m2 c2")
                .node("Softmax", "y", "z", attribute("axis", 0))),
        graph(
            "transA of the value, and of the weights",
            tail(
                Proto.graph(0, 4)
                    .tensor("W1", W1T, 4, 3)
                    .tensor("c1", B1, 3, 1)
                    .tensor("W2", W2, 2, 3)
                    .tensor("b2", B2, 2)
                    .node("Gemm", "t1", "W1 x c1", attribute("transA", 1), attribute("transB", 1))
                    .node("Transpose", "z1", "t1"))),
        graph(
            "transA of the input",
            tail(
                weights(Proto.graph(4, 0))
                    .node(
                        "Gemm", "z1", "x W1 b1", attribute("transA", 1), attribute("transB", 1)))),
        graph(
            "alpha and beta",
            weights(Proto.graph(0, 4))
                .tensor("half", times(W1, 0.5f), 3, 4)
                .tensor("fourth", times(B1, 4), 3)
                .node(
                    "Gemm",
                    "z1",
                    "x half fourth",
                    attribute("alpha", 2f),
                    attribute("beta", 0.25f),
                    attribute("transB", 1))
                .node("Relu", "a1", "z1")
                .node("Gemm", "y", "a1 W2 b2", attribute("transB", 1))),
        graph(
            "Flatten of pictures",
            gemms(Proto.graph(0, 1, 2, 2).node("Flatten", "f", "x"), "f", "y")),
        graph(
            "Reshape of pictures",
            gemms(
                Proto.graph(0, 1, 2, 2)
                    .tensor(Proto.integers("shape", -1, 4))
                    .node("Reshape", "f", "x shape"),
                "f",
                "y")),
        graph(
            "Reshape of a batch of one",
            gemms(
                Proto.graph(1, 2, 2)
                    .node("Constant", "shape", "", list("value_ints", 1, -1))
                    .node("Reshape", "f", "x shape"),
                "f",
                "y")),
        graph(
            "Reshape by the shape of the value, as PyTorch does it",
            gemms(
                Proto.graph(0, 1, 2, 2)
                    .node("Shape", "all", "x")
                    .node("Constant", "zero", "", attribute("value", Proto.integer(0)))
                    .node("Gather", "n", "all zero", attribute("axis", 0))
                    .tensor(Proto.integers("axes", 0))
                    .node("Unsqueeze", "first", "n axes")
                    .node("Constant", "rest", "", list("value_ints", -1))
                    .node("Concat", "shape", "first rest", attribute("axis", 0))
                    .node("Reshape", "f", "x shape"),
                "f",
                "y")),
        graph(
            "the same where 0 is no copy",
            gemms(
                firstOf(Proto.graph(0, 1, 2, 2).node("Shape", "all", "x"))
                    .node("Reshape", "f", "x shape", attribute("allowzero", 1)),
                "f",
                "y")),
        graph(
            "Reshape by a part of the shape",
            gemms(
                Proto.graph(0, 1, 2, 2)
                    .node("Shape", "first", "x", attribute("start", -9), attribute("end", -3))
                    .tensor(Proto.integers("rest", 4))
                    .node("Concat", "shape", "first rest", attribute("axis", 0))
                    .node("Reshape", "f", "x shape"),
                "f",
                "y")),
        graph(
            "Reshape by the rest of the shape",
            gemms(
                Proto.graph(0, 4)
                    .node("Shape", "width", "x", attribute("start", 1))
                    .tensor(Proto.integers("any", -1))
                    .node("Concat", "shape", "any width", attribute("axis", 0))
                    .node("Reshape", "f", "x shape"),
                "f",
                "y")),
        graph(
            "Reshape by the shape that the value had before",
            gemms(
                firstOf(
                        Proto.of(Proto.value("x", DataType.UINT8, 0, 2, 2))
                            .node("Shape", "all", "x"))
                    .tensor("c", new float[] {255})
                    .node("Cast", "g", "x", attribute("to", DataType.FLOAT.getNumber()))
                    .node("Div", "s", "g c")
                    .node("Identity", "i", "s")
                    .node("Reshape", "f", "i shape"),
                "f",
                "y")),
        graph(
            "Reshape by the shape of the transpose",
            gemms(
                firstOf(Proto.graph(4, 0).node("Transpose", "t", "x").node("Shape", "all", "t"))
                    .node("Reshape", "f", "t shape"),
                "f",
                "y")),
        graph(
            "Dropout and Identity, after training",
            weights(Proto.graph(0, 4))
                .tensor("ratio", new float[] {0.5f})
                .tensor(Proto.shaped("train", DataType.BOOL).addInt32Data(0).build())
                .node("Gemm", "z1", "x W1 b1", attribute("transB", 1))
                .node("Relu", "r1", "z1")
                .node("Dropout", "d1", "r1 ratio train")
                .node("Identity", "a1", "d1")
                .node("Gemm", "z", "a1 W2 b2", attribute("transB", 1))
                .node("Identity", "y", "z")),
        graph(
            "inputs divided by 255",
            gemms(
                Proto.graph(0, 4).tensor("c", new float[] {255}).node("Div", "s", "x c"),
                "s",
                "y")),
        graph(
            "inputs multiplied by 1/255, as Keras does it",
            gemms(
                Proto.graph(0, 2, 2)
                    .tensor("c", new float[] {1 / 255f}, 1)
                    .tensor("zero", new float[] {0})
                    .node("Mul", "m", "c x")
                    .node("Add", "s", "m zero")
                    .node("Flatten", "f", "s"),
                "f",
                "y")),
        graph(
            "bytes in",
            gemms(
                cast(DataType.UINT8)
                    .node("Constant", "c", "", attribute("value_float", 255f))
                    .node("Div", "s", "f c"),
                "s",
                "y")),
        graph("doubles in, which may be 0…1", gemms(cast(DataType.DOUBLE), "f", "y")),
        graph("half floats in", gemms(cast(DataType.FLOAT16), "f", "y")));
  }

  /** The shape [n, -1], where n is the first extent of all. */
  private static Proto firstOf(Proto proto) {
    return proto
        .tensor(Proto.integers("zero", 0))
        .tensor(Proto.integers("rest", -1))
        .node("Gather", "first", "all zero", attribute("axis", 0))
        .node("Concat", "shape", "first rest", attribute("axis", 0));
  }

  /** A graph that takes another type, and makes it floats. */
  private static Proto cast(DataType type) {
    return Proto.of(Proto.value("x", type, 0, 4))
        .node("Cast", "f", "x", attribute("to", DataType.FLOAT.getNumber()));
  }

  private static Proto listed(Proto proto) {
    proto
        .graph
        .getInitializerList()
        .forEach(tensor ->
            proto.graph.addInput(
                Proto.value(
                    tensor.getName(),
                    DataType.FLOAT,
                    tensor.getDimsList().stream().mapToLong(Long::longValue).toArray())));
    return proto;
  }

  private static float[] times(float[] values, float factor) {
    float[] product = values.clone();
    for (int i = 0; i < product.length; i++) {
      product[i] *= factor;
    }
    return product;
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void isTheSameNetwork(Proto proto) throws IOException {
    Path file = Files.write(folder.resolve("foreign.onnx"), proto.bytes("y"));
    Model model = OnnxFile.load(file);
    assertThat(Samples.bits(model.network())).isEqualTo(Samples.bits(NETWORK));
    assertThat(model.classNames()).containsExactly("0", "1");
    assertThat(model.provenance()).isEmpty();
  }

  /**
   * They go into such a graph as 0…255, while Downhill divides them: its answers would be wrong.
   */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "UINT32", "UINT64"})
  void wholeNumbersHaveToBeScaledByTheGraph(DataType type) throws IOException {
    Path file = Files.write(folder.resolve("bytes.onnx"), gemms(cast(type), "f", "y").bytes("y"));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageStartingWith(file + ": input 'x': expected inputs of " + type)
        .withMessageContainingAll("found no scaling", "Div by 255 behind the Cast");
    Proto multiplied = cast(type).tensor("one", new float[] {1}).node("Mul", "s", "f one");
    Files.write(file, gemms(multiplied, "s", "y").bytes("y"));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageContaining("found no scaling");
  }

  @Test
  void aLayerMayHaveNoBiasesOrOneForAll() throws IOException {
    Proto proto =
        transposed(Proto.graph(0, 4))
            .tensor("one", new float[] {0.5f})
            .node("MatMul", "m1", "x W1")
            .node("Relu", "a1", "m1")
            .node("Gemm", "y", "a1 W2 one");
    Network network =
        OnnxFile.load(Files.write(folder.resolve("foreign.onnx"), proto.bytes("y"))).network();
    assertThat(network.weights(1)).isEqualTo(W1);
    assertThat(network.biases(1)).containsExactly(0, 0, 0);
    assertThat(network.weights(2)).isEqualTo(W2);
    assertThat(network.biases(2)).containsExactly(0.5f, 0.5f);
  }

  @Test
  void valuesMayLieInAnotherFile() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(8 + 4 * 12).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
    for (float w : W1) {
      data.putFloat(w);
    }
    Files.createDirectories(folder.resolve("data"));
    Files.write(folder.resolve("data").resolve("w.bin"), data.array());
    Proto proto = gemms(Proto.graph(0, 4), "x", "y");
    proto.graph.setInitializer(0, external("data/w.bin", "8", "48"));
    Path file = Files.write(folder.resolve("foreign.onnx"), proto.bytes("y"));
    assertThat(Samples.bits(OnnxFile.load(file).network())).isEqualTo(Samples.bits(NETWORK));
    assertThat(OnnxFile.external(file)).containsExactly(folder.resolve("data/w.bin"));
    TensorProto.Builder summed = external("data/w.bin", "8", "48").toBuilder();
    proto.graph.setInitializer(0, summed.addExternalData(entry("checksum", "0a4d55a8d778e502")));
    Files.write(file, proto.bytes("y"));
    assertThat(Samples.bits(OnnxFile.load(file).network()))
        .as("a checksum may be there, and is not compared")
        .isEqualTo(Samples.bits(NETWORK));
    proto.graph.setInitializer(0, summed.addExternalData(entry("key", "1")));
    Files.write(file, proto.bytes("y"));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> OnnxFile.load(file))
        .withMessageContaining("length and checksum of its values, each once, found 'key'");
    Files.delete(folder.resolve("data").resolve("w.bin"));
    assertThat(OnnxFile.external(file)).containsExactly(folder.resolve("data/w.bin"));
    proto.graph.setInitializer(0, external("../w.bin", "8", "48"));
    Files.write(file, proto.bytes("y"));
    assertThat(OnnxFile.external(file)).as("it would not be read either").isEmpty();
  }

  /** W1 in another file. */
  static TensorProto external(String location, String offset, String length) {
    return Proto.shaped("W1", DataType.FLOAT, 3, 4)
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
