package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import downhill.modelfile.ModelFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the shape that a Reshape asks for: a constant, or put together from the shape of the value
 * itself, as it is or was before, as PyTorch writes {@code x.view(x.size(0), -1)}. Belongs to one
 * thread.
 */
final class ShapeReader {
  private static final int MAX_LENGTH = 8;
  private static final int MAX_DEPTH = 32;

  private final Graph graph;
  private final Value value;
  private final Map<String, List<Long>> known = new HashMap<>();

  ShapeReader(Graph graph, Value value) {
    this.graph = graph;
    this.value = value;
  }

  /**
   * Returns an input of a node that is a list of whole numbers, as {@link Value#reshape} takes it.
   */
  List<Long> read(Node reader, int input) throws IOException {
    return read(reader, reader.input(input), MAX_DEPTH);
  }

  private List<Long> read(Node reader, String name, int depth) throws IOException {
    List<Long> numbers = known.get(name);
    if (numbers == null) {
      TensorProto initializer = graph.initializer(name);
      numbers =
          initializer == null
              ? compute(reader, name, depth)
              : plain(reader, graph.tensors().integers(initializer));
      known.put(name, numbers);
    }
    return numbers;
  }

  private List<Long> compute(Node reader, String name, int depth) throws IOException {
    Node writer = graph.writer(name);
    if (writer == null || depth == 0) {
      throw reader.wrong(
          "expected a shape, found "
              + (name.isEmpty() ? "nothing" : quoted(name) + ", which nothing computes"));
    }
    List<Long> numbers =
        switch (writer.operator()) {
          case "Constant" -> plain(writer, constant(writer));
          case "Identity", "Unsqueeze", "Squeeze" -> read(writer, writer.input(0), depth - 1);
          case "Cast" -> cast(writer, depth);
          case "Shape" -> shape(writer);
          case "Gather" -> gather(writer, depth);
          case "Concat" -> concat(writer, depth);
          default ->
              throw reader.wrong(
                  "expected a constant shape, or one made of the input's own, found %s, which %s"
                          .formatted(quoted(name), writer.title())
                      + " computes");
        };
    writer.use();
    return numbers;
  }

  // What a file says must not look like an extent that it leaves open.
  private static List<Long> plain(Node node, List<Long> numbers) throws ModelFileException {
    for (long number : numbers) {
      if (number <= Value.BATCH) {
        throw node.wrong("expected numbers that an extent or an index can be, found " + numbers);
      }
    }
    return numbers;
  }

  private List<Long> constant(Node constant) throws IOException {
    AttributeProto numbers = constant.attribute("value_ints");
    if (numbers != null && numbers.getType() == AttributeType.INTS) {
      return numbers.getIntsCount() <= MAX_LENGTH ? numbers.getIntsList() : tooLong(constant);
    }
    AttributeProto number = constant.attribute("value_int");
    return number != null && number.getType() == AttributeType.INT
        ? List.of(number.getI())
        : graph.tensors().integers(Graph.value(constant));
  }

  private List<Long> cast(Node cast, int depth) throws IOException {
    long to = cast.integer("to", 0);
    if (to != DataType.INT64.getNumber() && to != DataType.INT32.getNumber()) {
      throw cast.wrong("expected a Cast to INT64");
    }
    return read(cast, cast.input(0), depth - 1);
  }

  private List<Long> shape(Node shape) throws ModelFileException {
    shape.allow(1, "start", "end");
    List<Long> extents = value.extents(shape.input(0));
    if (extents == null) {
      throw shape.wrong(
          "expected the shape of %s, found that of %s"
              .formatted(quoted(value.name), quoted(shape.input(0))));
    }
    int start = bound(shape.integer("start", 0), extents.size());
    int end = bound(shape.integer("end", extents.size()), extents.size());
    return start < end ? extents.subList(start, end) : List.of();
  }

  // As the operator has it: what is negative counts from the end, and what is beyond it is the end.
  private static int bound(long axis, int rank) {
    return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
  }

  private List<Long> gather(Node gather, int depth) throws IOException {
    gather.allow(2, "axis");
    List<Long> from = read(gather, gather.input(0), depth - 1);
    List<Long> numbers = new ArrayList<>();
    for (long index : read(gather, gather.input(1), depth - 1)) {
      long at = index < 0 ? index + from.size() : index;
      if (at < 0 || at >= from.size() || gather.integer("axis", 0) != 0) {
        throw gather.wrong("expected one of %d extents, found %d".formatted(from.size(), index));
      }
      numbers.add(from.get((int) at));
    }
    return numbers;
  }

  private List<Long> concat(Node concat, int depth) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String part : concat.inputs()) {
      numbers.addAll(read(concat, part, depth - 1));
      if (numbers.size() > MAX_LENGTH) {
        return tooLong(concat);
      }
    }
    return numbers;
  }

  private static List<Long> tooLong(Node node) throws ModelFileException {
    throw node.wrong("expected a shape of at most %d extents".formatted(MAX_LENGTH));
  }
}
