package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph by the names of its values: which node writes one, which nodes read it, and which are
 * constants, whether as initializers or as nodes. Belongs to one thread.
 */
final class Graph {
  /** The most nodes that a constant may pass on its way. */
  private static final int MAX_DEPTH = 16;

  private final String file;
  private final GraphProto proto;
  private final TensorReader tensors;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, Node> writers = new HashMap<>();
  private final Map<String, List<Node>> readers = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private final Set<TensorProto> matrices = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Makes the index.
   *
   * @param file where it comes from; external values lie beside it
   * @throws ModelFileException if a name is given twice
   */
  Graph(Path file, GraphProto proto) throws ModelFileException {
    this.file = file.toString();
    this.proto = proto;
    this.tensors = new TensorReader(file);
    for (TensorProto tensor : proto.getInitializerList()) {
      if (initializers.put(tensor.getName(), tensor) != null) {
        throw wrong("two initializers are called " + quoted(tensor.getName()));
      }
    }
    for (ValueInfoProto output : proto.getOutputList()) {
      outputs.add(output.getName());
    }
    for (NodeProto node : proto.getNodeList()) {
      add(new Node(this.file, nodes.size(), node));
    }
  }

  private void add(Node node) throws ModelFileException {
    nodes.add(node);
    for (String output : node.outputs()) {
      if (output.isEmpty()) {
        continue; // an output that nobody wants
      }
      if (writers.put(output, node) != null || initializers.containsKey(output)) {
        throw node.wrong("writes " + quoted(output) + ", which is there already");
      }
    }
    for (String input : new HashSet<>(node.inputs())) {
      readers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node);
    }
  }

  /** Returns that something about the file is not as it should be. */
  ModelFileException wrong(String problem) {
    return new ModelFileException(file, problem);
  }

  /** Returns the one input that is no initializer. */
  ValueInfoProto input() throws ModelFileException {
    List<ValueInfoProto> inputs =
        proto.getInputList().stream()
            .filter(input -> !initializers.containsKey(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw wrong(
          "expected a graph with 1 input, found %d%s"
              .formatted(
                  inputs.size(),
                  inputs.isEmpty() ? "; is this an ONNX file?" : ", " + names(inputs)));
    }
    return inputs.getFirst();
  }

  private static String names(List<ValueInfoProto> values) {
    return String.join(
        ", ", values.stream().limit(3).map(value -> quoted(value.getName())).toList());
  }

  TensorReader tensors() {
    return tensors;
  }

  /** Returns the initializer of this name, or null. */
  @Nullable TensorProto initializer(String name) {
    return initializers.get(name);
  }

  /** Returns the node that writes a value, or null. */
  @Nullable Node writer(String name) {
    return writers.get(name);
  }

  boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /** Returns the nodes that read a value. */
  List<Node> readers(String value) {
    return List.copyOf(readers.getOrDefault(value, List.of()));
  }

  /** Returns the first node that nothing was made of, or null. Constants need not be used. */
  @Nullable Node unused() {
    for (Node node : nodes) {
      if (!node.isUsed() && !node.operator().equals("Constant")) {
        return node;
      }
    }
    return null;
  }

  /** Returns an input of a node that must be a constant of floats. */
  Tensor floats(Node reader, int input) throws IOException {
    return floats(reader, reader.input(input), MAX_DEPTH);
  }

  private Tensor floats(Node reader, String name, int depth) throws IOException {
    TensorProto initializer = initializers.get(name);
    if (initializer != null) {
      return read(initializer);
    }
    Node writer = constantWriter(reader, name, depth);
    return switch (writer.operator()) {
      case "Constant" -> constant(writer);
      case "Identity" -> floats(writer, writer.input(0), depth - 1);
      default -> transposed(writer, floats(writer, writer.input(0), depth - 1));
    };
  }

  private Tensor constant(Node writer) throws IOException {
    AttributeProto number = writer.attribute("value_float");
    if (number != null && number.getType() == AttributeType.FLOAT) {
      return new Tensor(writer.title(), List.of(), new float[] {finite(writer, number.getF())});
    }
    return read(value(writer));
  }

  private static Tensor transposed(Node writer, Tensor matrix) throws ModelFileException {
    List<Long> perm = writer.integers("perm", List.of(1L, 0L));
    if (matrix.shape().size() != 2 || !perm.equals(List.of(1L, 0L))) {
      throw writer.wrong(
          "expected the transpose of a matrix, found perm %s of %s"
              .formatted(perm, matrix.shape()));
    }
    return matrix.transposed();
  }

  // A small file that used one matrix for many layers would become a large network.
  private Tensor read(TensorProto proto) throws IOException {
    Tensor tensor = tensors.floats(proto);
    boolean matrix = tensor.shape().size() == 2 && !tensor.shape().contains(1);
    if (matrix && !matrices.add(proto)) {
      throw wrong(tensor.name() + ": is there for two layers; expected each to have its own");
    }
    return tensor;
  }

  private static float finite(Node node, float number) throws ModelFileException {
    if (!Float.isFinite(number)) {
      throw node.wrong("expected a finite number, found " + number);
    }
    return number;
  }

  /** Returns whether a value is the constant "false". */
  boolean isFalse(String name) throws ModelFileException {
    TensorProto tensor = initializers.get(name);
    Node writer = writers.get(name);
    if (tensor == null && writer != null && writer.operator().equals("Constant")) {
      tensor = value(writer);
    }
    return tensor != null && TensorReader.isFalse(tensor);
  }

  /** Returns the node that a constant comes from. */
  private Node constantWriter(Node reader, String name, int depth) throws ModelFileException {
    Node writer = writers.get(name);
    if (writer == null || depth == 0) {
      throw reader.wrong(
          "expected a constant, found "
              + (name.isEmpty() ? "nothing" : quoted(name) + ", which is none"));
    }
    if (!Set.of("Constant", "Identity", "Transpose").contains(writer.operator())) {
      throw reader.wrong(
          "expected a constant, found %s, which %s computes"
              .formatted(quoted(name), writer.title()));
    }
    writer.use();
    return writer;
  }

  /** Returns the tensor that a Constant node holds. */
  static TensorProto value(Node constant) throws ModelFileException {
    AttributeProto value = constant.attribute("value");
    if (value == null || value.getType() != AttributeType.TENSOR) {
      throw constant.wrong("expected an attribute 'value' that is a tensor");
    }
    return value.getT();
  }
}
