package downhill.benchmarks.onnxruntime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import downhill.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A network as ONNX Runtime takes it: Gemm, Relu, …, Softmax, from {@code x} to {@code
 * probabilities}, with a free batch size.
 */
public final class OnnxGraph {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private OnnxGraph() {}

  /** Returns the bytes of the model. */
  public static byte[] of(Network network) {
    return graph(network).toByteArray();
  }

  private static ModelProto graph(Network network) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
    int layers = network.architecture().layers();
    graph.addInput(value("x", network.architecture().inputs()));
    graph.addOutput(value("probabilities", network.architecture().classes()));
    String from = "x";
    for (int l = 1; l <= layers; l++) {
      int in = network.architecture().width(l - 1);
      int out = network.architecture().width(l);
      graph.addInitializer(tensor("W" + l, network.weights(l), out, in));
      graph.addInitializer(tensor("b" + l, network.biases(l), out));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Gemm")
              .addInput(from)
              .addInput("W" + l)
              .addInput("b" + l)
              .addOutput("z" + l)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("transB")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(1)));
      boolean last = l == layers;
      from = last ? "probabilities" : "a" + l;
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType(last ? "Softmax" : "Relu")
              .addInput("z" + l)
              .addOutput(from));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private static ValueInfoProto value(String name, int width) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(width))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  private static TensorProto tensor(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long n : shape) {
      tensor.addDims(n);
    }
    return tensor.build();
  }
}
