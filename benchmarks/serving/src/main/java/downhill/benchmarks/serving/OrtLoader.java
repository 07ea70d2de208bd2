package downhill.benchmarks.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.onnx.InputScaling;
import downhill.onnx.OnnxFile;
import downhill.serving.Classifier;
import downhill.serving.ModelLoader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** Loads our files for ONNX Runtime. */
final class OrtLoader implements ModelLoader {
  private final int threads;

  OrtLoader(int threads) {
    this.threads = threads;
  }

  @Override
  public Loaded load(Path file) throws IOException {
    Model model = ModelFile.load(file);
    Architecture architecture = model.network().architecture();
    try {
      return new Loaded(
          architecture.toString(),
          architecture.inputs(),
          model.classNames(),
          null,
          "onnxruntime",
          new Ort(
              OnnxFile.bytes(model.network(), InputScaling.none(architecture.inputs())),
              architecture,
              threads));
    } catch (OrtException e) {
      throw new IOException(file + ": ONNX Runtime does not take it: " + e.getMessage(), e);
    }
  }

  /**
   * ONNX Runtime with inputs and answers in memory outside the heap, which it reads and writes in
   * place.
   */
  private static final class Ort implements Classifier {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final int inputs;
    private final int classes;
    private FloatBuffer x = direct(1);
    private FloatBuffer y = direct(1);

    Ort(byte[] graph, Architecture architecture, int threads) throws OrtException {
      inputs = architecture.inputs();
      classes = architecture.classes();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(graph, options);
    }

    private static FloatBuffer direct(int n) {
      return ByteBuffer.allocateDirect(n * Float.BYTES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }

    @Override
    public void classify(float[] examples, int from, int count, float[] probabilities, int[] found)
        throws OrtException {
      if (x.capacity() < count * inputs) {
        x = direct(count * inputs);
        y = direct(count * classes);
      }
      x.clear().put(examples, from * inputs, count * inputs).flip();
      y.clear().limit(count * classes);
      try (OnnxTensor in = OnnxTensor.createTensor(environment, x, new long[] {count, inputs});
          OnnxTensor out = OnnxTensor.createTensor(environment, y, new long[] {count, classes});
          OrtSession.Result _ = session.run(Map.of("input", in), Map.of("probabilities", out))) {
        y.get(0, probabilities, 0, count * classes);
      }
      for (int i = 0; i < count; i++) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
          best = probabilities[i * classes + k] > probabilities[i * classes + best] ? k : best;
        }
        found[i] = best;
      }
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
