package downhill.onnx;

import static downhill.modelfile.ModelFileException.quoted;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import downhill.modelfile.ModelFileException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One node of a graph, and what was made of it. Belongs to one thread. */
final class Node {
  private final String file;
  private final int index;
  private final NodeProto proto;
  private boolean used;

  /**
   * Makes a node.
   *
   * @param file the file's name, for messages
   * @param index where it stands in the graph, from 0
   */
  Node(String file, int index, NodeProto proto) {
    this.file = file;
    this.index = index;
    this.proto = proto;
  }

  /** Returns the operator, with its domain where that is not ONNX's own. */
  String operator() {
    String domain = proto.getDomain();
    return domain.isEmpty() || domain.equals("ai.onnx")
        ? proto.getOpType()
        : domain + "." + proto.getOpType();
  }

  /** Returns the name of an input; empty where it has none. */
  String input(int i) {
    return i < proto.getInputCount() ? proto.getInput(i) : "";
  }

  List<String> inputs() {
    return proto.getInputList();
  }

  List<String> outputs() {
    return proto.getOutputList();
  }

  /** Returns the name of the first output. */
  String output() throws ModelFileException {
    if (proto.getOutputCount() == 0 || proto.getOutput(0).isEmpty()) {
      throw wrong("expected an output, found none");
    }
    return proto.getOutput(0);
  }

  boolean isUsed() {
    return used;
  }

  void use() {
    used = true;
  }

  /** Returns "node 'fc1' (Gemm)", as messages begin. */
  String title() {
    String name = proto.getName().isEmpty() ? "node " + index : "node " + quoted(proto.getName());
    String operator = operator();
    return name + " (" + (operator.isEmpty() ? "without operator" : quotedIfLong(operator)) + ")";
  }

  private static String quotedIfLong(String operator) {
    return operator.length() <= 60 ? operator : quoted(operator);
  }

  /** Returns that something about this node is not as it should be. */
  ModelFileException wrong(String problem) {
    return new ModelFileException(file, title() + ": " + problem);
  }

  /** Refuses a node with more inputs than this, or with other attributes. */
  void allow(int inputs, String... attributes) throws ModelFileException {
    if (proto.getInputCount() > inputs) {
      throw wrong("expected at most %d inputs, found %d".formatted(inputs, proto.getInputCount()));
    }
    Set<String> known = Set.of(attributes);
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (!known.contains(attribute.getName())) {
        throw wrong(
            "the attribute %s is not one that Downhill knows of this operator"
                .formatted(quoted(attribute.getName())));
      }
    }
  }

  @Nullable AttributeProto attribute(String name) throws ModelFileException {
    AttributeProto found = null;
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        if (found != null) {
          throw wrong("attribute " + quoted(name) + " appears twice");
        }
        found = attribute;
      }
    }
    return found;
  }

  private @Nullable AttributeProto attribute(String name, AttributeType type)
      throws ModelFileException {
    AttributeProto attribute = attribute(name);
    if (attribute != null && attribute.getType() != type) {
      throw wrong(
          "attribute %s: expected type %s, found %s"
              .formatted(quoted(name), type, attribute.getType()));
    }
    return attribute;
  }

  long integer(String name, long byDefault) throws ModelFileException {
    AttributeProto attribute = attribute(name, AttributeType.INT);
    return attribute == null ? byDefault : attribute.getI();
  }

  /** Returns whether an attribute that is 0 or 1 is 1. */
  boolean flag(String name) throws ModelFileException {
    long value = integer(name, 0);
    if (value != 0 && value != 1) {
      throw wrong("attribute %s: expected 0 or 1, found %d".formatted(quoted(name), value));
    }
    return value == 1;
  }

  float number(String name, float byDefault) throws ModelFileException {
    AttributeProto attribute = attribute(name, AttributeType.FLOAT);
    if (attribute == null) {
      return byDefault;
    }
    if (!Float.isFinite(attribute.getF())) {
      throw wrong(
          "attribute %s: expected a finite number, found %s"
              .formatted(quoted(name), attribute.getF()));
    }
    return attribute.getF();
  }

  List<Long> integers(String name, List<Long> byDefault) throws ModelFileException {
    AttributeProto attribute = attribute(name, AttributeType.INTS);
    return attribute == null ? byDefault : attribute.getIntsList();
  }
}
