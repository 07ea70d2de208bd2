package downhill.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts ONNX files together as other programs might. */
final class Proto {
  final GraphProto.Builder graph = GraphProto.newBuilder().setName("elsewhere");
  long opset = 17;

  /** A graph with an input of these extents; below 1 for one that is free. */
  static Proto graph(long... extents) {
    return of(value("x", DataType.FLOAT, extents));
  }

  /** A graph with this input. */
  static Proto of(ValueInfoProto input) {
    Proto proto = new Proto();
    proto.graph.addInput(input);
    return proto;
  }

  static ValueInfoProto value(String name, DataType type, long... extents) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long extent : extents) {
      shape.addDim(
          extent < 1
              ? Dimension.newBuilder().setDimParam("n")
              : Dimension.newBuilder().setDimValue(extent));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** Adds a node, named after its output. */
  Proto node(String operator, String output, String inputs, AttributeProto... attributes) {
    graph.addNode(nodeProto(operator, output, inputs, attributes));
    return this;
  }

  static NodeProto nodeProto(
      String operator, String output, String inputs, AttributeProto... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(operator).setName("n_" + output).addOutput(output);
    for (String input : inputs.split(" ", -1)) {
      if (!inputs.isEmpty()) {
        node.addInput(input.equals("-") ? "" : input);
      }
    }
    for (AttributeProto attribute : attributes) {
      node.addAttribute(attribute);
    }
    return node.build();
  }

  Proto tensor(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  Proto tensor(String name, float[] values, long... shape) {
    return tensor(raw(name, values, shape));
  }

  /** Returns a tensor whose values are bytes. */
  static TensorProto raw(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return shaped(name, DataType.FLOAT, shape).setRawData(ByteString.copyFrom(bytes)).build();
  }

  /** Returns a tensor whose values are a list of numbers. */
  static TensorProto listed(String name, float[] values, long... shape) {
    TensorProto.Builder tensor = shaped(name, DataType.FLOAT, shape);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  static TensorProto integers(String name, long... values) {
    TensorProto.Builder tensor = shaped(name, DataType.INT64, values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  /** Returns one whole number without a dimension. */
  static TensorProto integer(long value) {
    return shaped("", DataType.INT64).addInt64Data(value).build();
  }

  static TensorProto.Builder shaped(String name, DataType type, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (long extent : shape) {
      tensor.addDims(extent);
    }
    return tensor;
  }

  static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto attribute(String name, TensorProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  static AttributeProto list(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** Names the output, and returns the model. */
  ModelProto model(String output) {
    graph.addOutput(value(output, DataType.FLOAT, 0, 2));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("another program")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build();
  }

  byte[] bytes(String output) {
    return model(output).toByteArray();
  }
}
