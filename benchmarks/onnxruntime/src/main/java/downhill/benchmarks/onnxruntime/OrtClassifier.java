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
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import downhill.benchmarks.harness.Classifier;
import downhill.benchmarks.harness.InferenceWorker;
import downhill.modelfile.ModelFile;
import downhill.network.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** ONNX Runtime on the same weights: Gemm, Relu, …, Softmax, with a free batch size. */
final class OrtClassifier implements Classifier {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int inputs;
  private final int classes;

  /** One image outside the heap: the tensor is a view of it. */
  private final FloatBuffer image;

  private final OnnxTensor imageTensor;

  private OrtClassifier(Path model, int threads) throws IOException, OrtException {
    Network network = ModelFile.load(model).network();
    inputs = network.architecture().inputs();
    classes = network.architecture().classes();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    session = environment.createSession(graph(network).toByteArray(), options);
    image = direct(inputs);
    imageTensor = OnnxTensor.createTensor(environment, image, new long[] {1, inputs});
  }

  private static FloatBuffer direct(int n) {
    return ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public String version() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public float[] one(float[] x) throws OrtException {
    image.clear().put(x).flip();
    try (OrtSession.Result result = session.run(Map.of("x", imageTensor))) {
      float[] probabilities = new float[classes];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(probabilities);
      return probabilities;
    }
  }

  @Override
  public float many(float[] x, int n) throws OrtException {
    FloatBuffer images = direct(x.length).put(x).flip();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, images, new long[] {n, inputs});
        OrtSession.Result result = session.run(Map.of("x", tensor))) {
      float[] probabilities = new float[n * classes];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(probabilities);
      return probabilities[(n - 1) * classes];
    }
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

  public static void main(String[] arguments) {
    InferenceWorker.serve(arguments, OrtClassifier::new);
  }
}
