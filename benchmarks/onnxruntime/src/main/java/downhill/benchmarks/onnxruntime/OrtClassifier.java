package downhill.benchmarks.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import downhill.benchmarks.harness.Classifier;
import downhill.benchmarks.harness.InferenceWorker;
import downhill.modelfile.ModelFile;
import downhill.network.Network;
import downhill.onnx.InputScaling;
import downhill.onnx.OnnxFile;
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
          Map.of("input", OnnxTensor.createTensor(environment, x, new long[] {n, inputs})),
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
    session =
        environment.createSession(OnnxFile.bytes(network, InputScaling.none(inputs)), options);
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

  public static void main(String[] arguments) {
    InferenceWorker.serve(arguments, OrtClassifier::new);
  }
}
