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
  public float many(float[] x, int n) {
    return predictor.predict(x, 0, n).probability(n - 1, 0);
  }

  @Override
  public void close() {
    predictor.close();
  }

  public static void main(String[] arguments) {
    InferenceWorker.serve(arguments, OwnClassifier::new);
  }
}
