package downhill.benchmarks.own;

import downhill.benchmarks.harness.Classifier;
import downhill.benchmarks.harness.InferenceWorker;
import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.network.Predictor;
import java.io.IOException;
import java.nio.file.Path;

/** Ourselves in inference. */
final class OwnClassifier implements Classifier {
  private final Network network;
  private final Predictor predictor;
  private float[] examples = {};
  private int count;

  private OwnClassifier(Path model, int threads) throws IOException {
    network = ModelFile.load(model).network();
    predictor = new Predictor(network, new Execution(threads, Kernel.AUTO));
  }

  @Override
  public String version() {
    return "Downhill";
  }

  @Override
  public float[] one(float[] x) {
    return network.probabilities(x);
  }

  @Override
  public void take(float[] x, int n) {
    examples = x;
    count = n;
  }

  @Override
  public float[] many() {
    return predictor.predict(examples, 0, count).probabilities(count - 1);
  }

  @Override
  public void close() {
    predictor.close();
  }

  public static void main(String[] arguments) {
    InferenceWorker.serve(arguments, OwnClassifier::new);
  }
}
