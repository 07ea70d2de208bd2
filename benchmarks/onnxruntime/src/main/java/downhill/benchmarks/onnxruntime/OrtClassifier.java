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

/**
 * ONNX Runtime on the same weights: Gemm, Relu, …, Softmax, with a free batch size. Inputs and
 * answers lie in memory outside the heap that is made once, which spares it two copies and an
 * allocation a call.
 */
final class OrtClassifier implements Classifier {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;

  /** Examples and their probabilities where ONNX Runtime reads and writes them. */
  private record Place(
      FloatBuffer x,
      FloatBuffer probabilities,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs) {
    static Place of(OrtEnvironment environment, int n, int inputs, int classes)
        throws OrtException {
      FloatBuffer x = direct(n * inputs);
      FloatBuffer probabilities = direct(n * classes);
      return new Place(
          x,
          probabilities,
          Map.of("x", OnnxTensor.createTensor(environment, x, new long[] {n, inputs})),
          Map.of(
              "probabilities",
              OnnxTensor.createTensor(environment, probabilities, new long[] {n, classes})));
    }

    private static FloatBuffer direct(int n) {
      return ByteBuffer.allocateDirect(n * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }
  }

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int inputs;
  private final int classes;
  private final Place single;
  private Place all;
  private int count;

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
    single = Place.of(environment, 1, inputs, classes);
    all = single;
    count = 1;
  }

  @Override
  public String version() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public float[] one(float[] x) throws OrtException {
    single.x.put(0, x);
    return run(single, 0);
  }

  @Override
  public void take(float[] x, int n) throws OrtException {
    all = Place.of(environment, n, inputs, classes);
    all.x.put(0, x);
    count = n;
  }

  @Override
  public float[] many() throws OrtException {
    return run(all, count - 1);
  }

  /** Returns the probabilities of one of the examples, [classes]. */
  private float[] run(Place place, int example) throws OrtException {
    try (OrtSession.Result _ = session.run(place.inputs, place.outputs)) {
      float[] probabilities = new float[classes];
      place.probabilities.get(example * classes, probabilities);
      return probabilities;
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
