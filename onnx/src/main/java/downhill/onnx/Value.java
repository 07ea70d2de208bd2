package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import downhill.modelfile.ModelFileException;
import downhill.network.Architecture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The value that runs through a network, on its way: its name, and what is known of its shape,
 * which is to become [batch, width] before the first layer. Belongs to one thread.
 */
final class Value {
  private static final int FREE = 0;

  /** Stands for an extent that is neither known nor that of the batch. */
  private static final long UNKNOWN = Long.MIN_VALUE;

  /** Stands for the extent of a batch that is free; 0 would mean another one to some Reshapes. */
  static final long BATCH = UNKNOWN + 1;

  /** What the value is called now. */
  String name;

  /** The extents under each name that the value has had. */
  private final Map<String, List<Long>> shapes = new HashMap<>();

  private final String inputName;
  private final String inputType;
  private final long batch;
  private int rank;
  private long width;
  private List<Long> extents;
  private boolean transposed;
  private boolean floats;

  /** Begins with the input of a graph. */
  Value(Graph graph, ValueInfoProto input) throws ModelFileException {
    name = input.getName();
    inputName = name;
    if (!input.getType().hasTensorType()) {
      throw graph.wrong("input " + quoted(name) + ": expected a tensor, found something else");
    }
    TypeProto.Tensor type = input.getType().getTensorType();
    DataType element = DataType.forNumber(type.getElemType());
    inputType = element == null ? "type " + type.getElemType() : element.name();
    floats = element == DataType.FLOAT;
    extents = type.getShape().getDimList().stream().map(Value::extent).toList();
    rank = type.hasShape() ? extents.size() : 2;
    // Columns are examples only where the file leaves no doubt.
    transposed = extents.size() == 2 && extents.get(0) > 1 && extents.get(1) <= 1;
    batch = extents.isEmpty() ? FREE : extents.get(transposed ? 1 : 0);
    width = extents.isEmpty() ? FREE : 1;
    for (int d = 0; d < extents.size(); d++) {
      if (d != (transposed ? 1 : 0)) {
        width = Math.multiplyHigh(width, extents.get(d)) == 0 ? width * extents.get(d) : -1;
        if (width < 0 || width > Architecture.MAX_WIDTH) {
          throw graph.wrong(
              "input %s: expected at most %d values, found %s"
                  .formatted(quoted(name), Architecture.MAX_WIDTH, extents));
        }
      }
    }
    rename(name);
  }

  /** Takes the name of what a node made of the value. */
  void rename(String name) {
    this.name = name;
    shapes.put(name, known());
  }

  private static long extent(Dimension dimension) {
    return dimension.hasDimValue() && dimension.getDimValue() > 0 ? dimension.getDimValue() : FREE;
  }

  /** Returns whether examples are columns: [width, batch]. */
  boolean isTransposed() {
    return transposed;
  }

  void setTransposed(boolean transposed) {
    this.transposed = transposed;
  }

  /** Returns the width; 0 where it is not known yet. */
  long width() {
    return width;
  }

  void setWidth(int width) {
    this.width = width;
    becomeMatrix();
  }

  private void becomeMatrix() {
    rank = 2;
    extents = List.of(batch, width);
  }

  /**
   * Returns the extents that the value had when it was called so, in numbers for {@link #reshape};
   * null if it never was.
   */
  @Nullable List<Long> extents(String name) {
    return shapes.get(name);
  }

  private List<Long> known() {
    List<Long> known = new ArrayList<>();
    for (int d = 0; d < extents.size(); d++) {
      long free = d == 0 ? BATCH : UNKNOWN;
      known.add(extents.get(d) == FREE ? free : extents.get(d));
    }
    return transposed ? List.of() : List.copyOf(known);
  }

  /**
   * Checks that the graph's input can be 0…1, as a network takes it: whole numbers, such as bytes,
   * go into the graph as they are.
   */
  void checkFractions(Graph graph) throws ModelFileException {
    boolean fractions =
        inputType.contains("FLOAT")
            || inputType.equals(DataType.DOUBLE.name())
            || inputType.equals(DataType.BOOL.name()); // 0 and 1
    if (!fractions) {
      throw graph.wrong(
          "input %s: expected inputs of %s to be divided by 255 in the graph, found no scaling; put a Div by 255 behind the Cast, and let the first layer have its weights times 255"
              .formatted(quoted(inputName), inputType));
    }
  }

  boolean hasWidth(int expected) {
    return width == FREE || width == expected;
  }

  /**
   * Checks that a node can multiply the value by a matrix.
   *
   * @param fits whether the examples lie as it needs them
   */
  void check(Node node, boolean fits) throws ModelFileException {
    checkFloat(node);
    if (rank != 2) {
      throw node.wrong(
          "expected inputs of two dimensions, or a Flatten before, found %d dimensions"
              .formatted(rank));
    }
    if (!fits) {
      throw node.wrong(
          "would mix the examples of a batch, which are %s here"
              .formatted(transposed ? "columns" : "rows"));
    }
  }

  void checkFloat(Node node) throws ModelFileException {
    if (!floats) {
      throw node.wrong("expected FLOAT inputs, or a Cast before, found " + inputType);
    }
  }

  void cast(Node node) throws ModelFileException {
    node.allow(1, "to", "saturate");
    long to = node.integer("to", 0);
    if (to != DataType.FLOAT.getNumber()) {
      DataType type = DataType.forNumber((int) to);
      throw node.wrong(
          "expected a Cast to FLOAT, found " + (type == null ? "type " + to : type.name()));
    }
    floats = true;
  }

  void flatten(Node node) throws ModelFileException {
    node.allow(1, "axis");
    long axis = node.integer("axis", 1);
    if (transposed || (axis != 1 && axis + rank != 1)) {
      throw node.wrong("expected axis 1, which keeps examples apart, found " + axis);
    }
    becomeMatrix();
  }

  void reshape(Node node, List<Long> shape) throws ModelFileException {
    node.allow(2, "allowzero");
    long rows = shape.size() == 2 ? shape.get(0) : -2;
    long columns = shape.size() == 2 ? shape.get(1) : -2;
    boolean zeroKeeps = !node.flag("allowzero");
    boolean keepsRows = rows == BATCH || (rows == 0 && zeroKeeps) || (rows > 0 && rows == batch);
    boolean keepsColumns = columns == 0 && zeroKeeps && rank == 2;
    boolean hasColumns = columns > 0 && columns <= Architecture.MAX_WIDTH;
    boolean fits =
        (keepsRows && (columns == -1 || hasColumns || keepsColumns))
            || (rows == -1 && (hasColumns || keepsColumns));
    if (transposed || !fits || (hasColumns && !hasWidth((int) columns))) {
      throw node.wrong(
          "expected a shape that gives each example its row%s, found %s"
              .formatted(width == FREE ? "" : ", as [-1, " + width + "]", words(shape)));
    }
    if (hasColumns) {
      width = columns;
    }
    becomeMatrix();
  }

  private static String words(List<Long> shape) {
    return shape.stream()
        .map(n -> n == BATCH ? "the batch" : n == UNKNOWN ? "?" : Long.toString(n))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  void transpose(Node node) throws ModelFileException {
    node.allow(1, "perm");
    List<Long> perm = node.integers("perm", List.of(1L, 0L));
    if (rank != 2 || !perm.equals(List.of(1L, 0L))) {
      throw node.wrong(
          "expected the transpose of a matrix, found perm %s of %d dimensions"
              .formatted(perm, rank));
    }
    transposed = !transposed;
    becomeMatrix();
  }
}
