package downhill.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelMetadata;
import downhill.network.Architecture;
import downhill.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model as a graph: Sub and Div for the scaling, where it needs them, or what a table's
 * rows need; then Gemm, Relu, Gemm, …, Softmax.
 */
final class GraphWriter {
  /**
   * The first set of operators in which Softmax means ours, along one axis. Gemm, Relu, Sub and Div
   * have not changed for floats since, so nothing newer is asked of those who read.
   */
  static final int OPSET = 13;

  /** The version of the format that came with that set. */
  static final int IR_VERSION = 7;

  static final String PRODUCER = "downhill";
  static final String INPUT = "input";
  static final String OUTPUT = "probabilities";

  private static final String VERSION = "downhill.version";

  /** A message of Protocol Buffers ends below 2 GiB; the rest is for all but the weights. */
  private static final long MAX_WEIGHT_BYTES = Integer.MAX_VALUE - (1L << 24);

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");

  private GraphWriter() {}

  static byte[] bytes(Model model) {
    requireRoom(model.network().architecture());
    GraphWriter writer = new GraphWriter();
    @Nullable TableSchema schema = model.schema();
    writer.addNetwork(
        model.network(),
        schema == null
            ? writer.addScaling(InputScaling.of(model))
            : TableStage.addTo(writer.graph, schema));
    return model(writer.graph, ModelMetadata.write(model)).toByteArray();
  }

  /** Returns the bytes of a network whose inputs are scaled in this way, without metadata. */
  static byte[] bytes(Network network, InputScaling scaling) {
    Architecture architecture = network.architecture();
    requireRoom(architecture);
    if (scaling.inputs() != architecture.inputs()) {
      throw new IllegalArgumentException(
          "input scaling: expected one for the %d inputs of %s, found one for %d"
              .formatted(architecture.inputs(), architecture, scaling.inputs()));
    }
    GraphWriter writer = new GraphWriter();
    writer.addNetwork(network, writer.addScaling(scaling));
    return model(writer.graph, new TreeMap<>()).toByteArray();
  }

  private static void requireRoom(Architecture architecture) {
    if (Float.BYTES * architecture.parameters() > MAX_WEIGHT_BYTES) {
      throw new IllegalArgumentException(
          "network %s: its %d parameters take more than the 2 GiB that an ONNX file can hold"
              .formatted(architecture, architecture.parameters()));
    }
  }

  private static ModelProto model(GraphProto.Builder graph, SortedMap<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph);
    if (!metadata.isEmpty()) { // whoever reads our name expects our metadata, or the file was cut
      model.setProducerName(PRODUCER);
    }
    metadata.remove("format"); // whose names the tensors have: a matter of safetensors
    String version = metadata.remove(VERSION);
    metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
    if (version != null) {
      // At the very end: a file that was cut before it is no longer taken for a whole one.
      model.addMetadataProps(entry(VERSION, version));
    }
    return model.build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private void addNetwork(Network network, String input) {
    Architecture architecture = network.architecture();
    int layers = architecture.layers();
    graph.addOutput(matrix(OUTPUT, architecture.classes(), TensorProto.DataType.FLOAT));
    String a = input;
    for (int l = 1; l <= layers; l++) {
      int out = architecture.width(l);
      // The names that the same tensors have in our model files, and in PyTorch.
      String weight = 2 * (l - 1) + ".weight";
      String bias = 2 * (l - 1) + ".bias";
      addTensor(weight, network.weights(l), out, architecture.width(l - 1));
      addTensor(bias, network.biases(l), out);
      String z = l < layers ? "z" + l : "logits";
      AttributeProto.Builder transB =
          AttributeProto.newBuilder()
              .setName("transB")
              .setType(AttributeProto.AttributeType.INT)
              .setI(1);
      graph.addNode(node("Gemm", "linear" + l, z, a, weight, bias).addAttribute(transB));
      if (l < layers) {
        a = "a" + l;
        graph.addNode(node("Relu", "relu" + l, a, z));
      } else {
        AttributeProto.Builder axis =
            AttributeProto.newBuilder()
                .setName("axis")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1);
        graph.addNode(node("Softmax", "softmax", OUTPUT, z).addAttribute(axis));
      }
    }
  }

  // A division, not a product with the inverse, because the engine divides too: the same bits.
  private String addScaling(InputScaling scaling) {
    graph.addInput(matrix(INPUT, scaling.inputs(), TensorProto.DataType.FLOAT));
    String x = INPUT;
    float[] offset = scaling.offsets();
    if (!isAll(offset, 0)) {
      addShortest("input.offset", offset);
      graph.addNode(node("Sub", "subtract", "centred", x, "input.offset"));
      x = "centred";
    }
    float[] scale = scaling.scales();
    if (!isAll(scale, 1)) {
      addShortest("input.scale", scale);
      graph.addNode(node("Div", "divide", "scaled", x, "input.scale"));
      x = "scaled";
    }
    return x;
  }

  /** Adds one number where all are the same, all of them where they are not. */
  private void addShortest(String name, float[] values) {
    if (isAll(values, values[0])) {
      addTensor(name, new float[] {values[0]});
    } else {
      addTensor(name, values, values.length);
    }
  }

  private static boolean isAll(float[] values, float value) {
    for (float v : values) {
      if (v != value) {
        return false;
      }
    }
    return true;
  }

  static NodeProto.Builder node(String type, String name, String to, String... from) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).setName(name).addOutput(to);
    for (String input : from) {
      node.addInput(input);
    }
    return node;
  }

  /** Returns the description of a value of [batch, width]. */
  static ValueInfoProto matrix(String name, int width, TensorProto.DataType type) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width));
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private void addTensor(String name, float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes)); // nobody else has them
    for (int extent : shape) {
      tensor.addDims(extent);
    }
    graph.addInitializer(tensor);
  }
}
