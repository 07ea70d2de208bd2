package downhill.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import downhill.data.TableSchema;
import downhill.modelfile.ModelFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a graph does to the raw row of a table: in double, as the engine does it, so that a year or
 * a timestamp loses nothing; then a Cast. Where missing values have something to stand for, NaN is
 * replaced by it first.
 */
final class TableStage {
  /** What the network gets. */
  static final String STANDARDISED = "standardised";

  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();

  private TableStage(TableScaling scaling) {
    String x = GraphWriter.INPUT;
    if (scaling.fillsMissing()) {
      add("IsNaN", "find_missing", "missing", x);
      add("Where", "fill_missing", "filled", "missing", constant("missing", scaling.fillers()), x);
      x = "filled";
    }
    add("Sub", "subtract", "centred", x, constant("offset", scaling.offsets()));
    add("Mul", "multiply", "scaled", "centred", constant("scale", scaling.scales()));
    AttributeProto.Builder to =
        AttributeProto.newBuilder()
            .setName("to")
            .setType(AttributeProto.AttributeType.INT)
            .setI(TensorProto.DataType.FLOAT.getNumber());
    nodes.add(GraphWriter.node("Cast", "round", STANDARDISED, "scaled").addAttribute(to).build());
  }

  private void add(String type, String name, String to, String... from) {
    nodes.add(GraphWriter.node(type, name, to, from).build());
  }

  private String constant(String of, double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    constants.add(
        TensorProto.newBuilder()
            .setName("input." + of)
            .setDataType(TensorProto.DataType.DOUBLE.getNumber())
            .addDims(values.length)
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes))
            .build());
    return "input." + of;
  }

  /** Adds the stage for a schema to a graph, and returns what its value is called. */
  static String addTo(GraphProto.Builder graph, TableSchema schema) {
    TableStage stage = new TableStage(TableScaling.of(schema));
    graph.addInput(
        GraphWriter.matrix(GraphWriter.INPUT, schema.inputs(), TensorProto.DataType.DOUBLE));
    stage.nodes.forEach(graph::addNode);
    stage.constants.forEach(graph::addInitializer);
    return STANDARDISED;
  }

  /**
   * Returns a graph without the stage that it begins with.
   *
   * @throws ModelFileException if it does not begin with the very stage that its schema asks for
   */
  static GraphProto without(String file, GraphProto graph, TableSchema schema)
      throws ModelFileException {
    TableStage stage = new TableStage(TableScaling.of(schema));
    int nodes = stage.nodes.size();
    if (graph.getInputCount() != 1
        || !graph
            .getInput(0)
            .equals(
                GraphWriter.matrix(GraphWriter.INPUT, schema.inputs(), TensorProto.DataType.DOUBLE))
        || graph.getNodeCount() < nodes
        || !graph.getNodeList().subList(0, nodes).equals(stage.nodes)
        || !graph.getInitializerList().containsAll(stage.constants)) {
      throw new ModelFileException(
          file, "expected the graph to begin with what its schema asks for, found something else");
    }
    GraphProto.Builder rest = graph.toBuilder().clearNode().clearInput().clearInitializer();
    rest.addAllNode(graph.getNodeList().subList(nodes, graph.getNodeCount()));
    graph.getInitializerList().stream()
        .filter(tensor -> !stage.constants.contains(tensor))
        .forEach(rest::addInitializer);
    return rest.addInput(
            GraphWriter.matrix(STANDARDISED, schema.inputs(), TensorProto.DataType.FLOAT))
        .build();
  }
}
