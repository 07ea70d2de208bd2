package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import downhill.modelfile.ModelFileException;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the one value that runs through a graph, from its input to its output, and takes the
 * network from the nodes that it meets. Whatever the network's family has not is refused. Belongs
 * to one thread.
 */
final class NetworkReader {
  private static final String SUPPORTED =
      "; supported are Gemm, or MatMul and Add, with Relu between them and perhaps a Softmax at the"
          + " end, behind Cast, Flatten, Reshape and a scaling of the inputs";

  /** What the value was made by last, of what makes a network. */
  private enum Last {
    INPUT,
    LINEAR,
    RELU,
    SOFTMAX
  }

  private final Graph graph;
  private final long opset;
  private final Value value;
  private final InputStage stage = new InputStage();
  private final List<Integer> widths = new ArrayList<>();
  private final List<float[]> weights = new ArrayList<>();
  private final List<float[]> biases = new ArrayList<>();
  private Last last = Last.INPUT;

  /** Whether the last layer is a MatMul, whose biases an Add may bring. */
  private boolean awaitsBias;

  NetworkReader(Graph graph, long opset) throws ModelFileException {
    this.graph = graph;
    this.opset = opset;
    this.value = new Value(graph, graph.input());
  }

  /** What was done to the inputs. */
  InputStage stage() {
    return stage;
  }

  /** The value that runs through the graph. */
  Value value() {
    return value;
  }

  /** Reads the network. */
  Network read() throws IOException {
    List<Node> readers = readers();
    for (; !readers.isEmpty(); readers = readers()) {
      Node node = readers.getFirst();
      if (readers.size() > 1) {
        throw node.wrong(
            "%s goes to %s too; expected a network without branches"
                .formatted(quoted(value.name), readers.get(1).title()));
      }
      if (node.isUsed()) {
        throw node.wrong("its value comes back to it; expected a network without loops");
      }
      node.use();
      take(node);
      value.rename(node.output());
    }
    checkEnd();
    try {
      Architecture architecture =
          Architecture.of(widths.stream().mapToInt(Integer::intValue).toArray());
      return Network.of(
          architecture, weights.toArray(float[][]::new), biases.toArray(float[][]::new));
    } catch (IllegalArgumentException noNetwork) {
      throw graph.wrong(String.valueOf(noNetwork.getMessage()));
    }
  }

  // Whoever asks for the shape alone does not read the value.
  private List<Node> readers() {
    return graph.readers(value.name).stream()
        .filter(node -> !node.operator().equals("Shape"))
        .toList();
  }

  private void checkEnd() throws ModelFileException {
    Node unused = graph.unused();
    if (unused != null) {
      throw unused.wrong("is no part of the network between input and output" + SUPPORTED);
    }
    if (!graph.isOutput(value.name)) {
      throw graph.wrong(
          "the network ends in %s, which is no output of the graph; is the file whole?"
              .formatted(quoted(value.name)));
    }
    if (last != Last.LINEAR && last != Last.SOFTMAX) {
      throw graph.wrong(
          "expected a linear layer at the end, with or without a Softmax, found "
              + (last == Last.RELU ? "a Relu" : "none at all"));
    }
  }

  private void take(Node node) throws IOException {
    switch (node.operator()) {
      case "Identity" -> alone(node).allow(1);
      case "Dropout" -> dropout(alone(node));
      case "Cast" -> value.cast(alone(node));
      case "Flatten" -> value.flatten(alone(node));
      case "Reshape" -> reshape(alone(node));
      case "Transpose" -> value.transpose(alone(node));
      case "Gemm" -> gemm(node);
      case "MatMul" -> matMul(node);
      case "Add", "Sub", "Mul", "Div" -> arithmetic(node);
      case "Relu" -> relu(alone(node));
      case "Softmax", "LogSoftmax" -> softmax(alone(node));
      default -> throw node.wrong("an operator that no such network has" + SUPPORTED);
    }
  }

  /** Checks that the value is the first input of a node, and no other. */
  private Node alone(Node node) throws ModelFileException {
    if (node.inputs().lastIndexOf(value.name) != 0) {
      throw node.wrong("expected %s as its first input alone".formatted(quoted(value.name)));
    }
    return node;
  }

  private void reshape(Node node) throws IOException {
    value.reshape(node, new ShapeReader(graph, value).read(node, 1));
  }

  private void dropout(Node node) throws IOException {
    node.allow(3, "ratio", "seed");
    // Whether it trains is a constant of booleans; those of whom it is true are rare enough.
    if (!node.input(2).isEmpty() && !graph.isFalse(node.input(2))) {
      throw node.wrong("expected Dropout as it is after training, found training_mode");
    }
  }

  /** z = α A B + β C, where A or B is the value, and each may be transposed first. */
  private void gemm(Node node) throws IOException {
    node.allow(3, "alpha", "beta", "transA", "transB");
    boolean left = isFirst(node);
    boolean transA = node.flag("transA");
    boolean transB = node.flag("transB");
    // [batch, n] W, or W [n, batch].
    value.check(node, left ? value.isTransposed() == transA : value.isTransposed() != transB);
    Tensor matrix = graph.floats(node, left ? 1 : 0);
    addLayer(node, matrix, left ? transB : !transA, node.number("alpha", 1));
    value.setTransposed(!left);
    if (!node.input(2).isEmpty()) {
      setBias(node, graph.floats(node, 2), node.number("beta", 1));
    }
  }

  private void matMul(Node node) throws IOException {
    node.allow(2);
    boolean left = isFirst(node);
    value.check(node, value.isTransposed() != left);
    addLayer(node, graph.floats(node, left ? 1 : 0), !left, 1);
    awaitsBias = true;
  }

  /** Returns whether the value is the first operand, and a constant the second. */
  private boolean isFirst(Node node) throws ModelFileException {
    boolean first = node.input(0).equals(value.name);
    if (first == node.input(1).equals(value.name)) {
      throw node.wrong("expected one operand that is a constant");
    }
    return first;
  }

  /**
   * Adds a layer without biases.
   *
   * @param outputsFirst whether the matrix is [out, in], as ours are
   * @param factor what the weights are multiplied by
   */
  private void addLayer(Node node, Tensor matrix, boolean outputsFirst, float factor)
      throws ModelFileException {
    if (last == Last.LINEAR || last == Last.SOFTMAX) {
      throw node.wrong(
          last == Last.LINEAR
              ? "expected a Relu between two linear layers, found none"
              : "expected nothing after the Softmax");
    }
    List<Integer> shape = matrix.shape();
    if (shape.size() != 2) {
      throw node.wrong("expected weights of two dimensions, found " + shape);
    }
    int out = shape.get(outputsFirst ? 0 : 1);
    int in = shape.get(outputsFirst ? 1 : 0);
    if (!value.hasWidth(in)) {
      throw node.wrong(
          "expected weights for %d inputs, found %d in %s"
              .formatted(value.width(), in, matrix.name()));
    }
    float[] W = outputsFirst ? matrix.values() : Tensor.transpose(matrix.values(), in, out);
    scale(node, W, factor);
    if (widths.isEmpty()) {
      widths.add(in);
    }
    widths.add(out);
    weights.add(W);
    biases.add(new float[out]);
    value.setWidth(out);
    last = Last.LINEAR;
    awaitsBias = false;
  }

  /** Sets the biases of the last layer: one number for all, or one for each unit. */
  private void setBias(Node node, Tensor bias, float factor) throws ModelFileException {
    float[] b = biases.getLast();
    float[] values = bias.values();
    List<Integer> shape = bias.shape();
    boolean rows = shape.equals(List.of(b.length, 1));
    boolean columns = shape.equals(List.of(b.length)) || shape.equals(List.of(1, b.length));
    if (values.length == 1 && shape.size() <= 2) {
      Arrays.fill(b, values[0]);
    } else if (value.isTransposed() ? rows : columns) {
      System.arraycopy(values, 0, b, 0, b.length);
    } else {
      throw node.wrong(
          "expected biases for %d units, found %s in %s".formatted(b.length, shape, bias.name()));
    }
    scale(node, b, factor);
  }

  // What is not multiplied keeps its bits.
  private static void scale(Node node, float[] values, float factor) throws ModelFileException {
    for (int i = 0; factor != 1 && i < values.length; i++) {
      values[i] *= factor;
      if (!Float.isFinite(values[i])) {
        throw node.wrong("a weight times %s is no longer finite".formatted(factor));
      }
    }
  }

  private void arithmetic(Node node) throws IOException {
    node.allow(2);
    boolean first = isFirst(node);
    if (last == Last.INPUT) {
      value.checkFloat(node);
      stage.apply(node, graph.floats(node, first ? 1 : 0), !first);
    } else if (node.operator().equals("Add") && awaitsBias) {
      setBias(node, graph.floats(node, first ? 1 : 0), 1);
      awaitsBias = false;
    } else {
      throw node.wrong(
          "expected none but one Add after each MatMul, and at the inputs" + SUPPORTED);
    }
  }

  private void relu(Node node) throws ModelFileException {
    node.allow(1);
    if (last != Last.LINEAR) {
      throw node.wrong("expected it after a linear layer" + SUPPORTED);
    }
    last = Last.RELU;
    awaitsBias = false;
  }

  private void softmax(Node node) throws ModelFileException {
    node.allow(1, "axis");
    if (last != Last.LINEAR) {
      throw node.wrong("expected it after a linear layer" + SUPPORTED);
    }
    long axis = node.integer("axis", opset < GraphWriter.OPSET ? 1 : -1);
    long classes = value.isTransposed() ? 0 : 1;
    if (value.isTransposed() && opset < GraphWriter.OPSET) {
      throw node.wrong(
          "would mix the examples of a batch, which are columns here: before version %d of the operators it takes everything from its axis on together; put a Transpose before it, or convert the model"
              .formatted(GraphWriter.OPSET));
    }
    if (axis != classes && axis + 2 != classes) {
      throw node.wrong("expected axis %d, the classes, found %d".formatted(classes, axis));
    }
    last = Last.SOFTMAX;
    awaitsBias = false;
  }
}
