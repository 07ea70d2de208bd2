package downhill.app;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.TrainingConfiguration;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a training run was asked to do, checked.
 *
 * @param dataName what to call the data
 * @param dataAgain the {@code --data} option that names the data again, or nothing
 * @param train what to learn from
 * @param test what to judge by
 * @param initial where to start
 * @param origin where that comes from: {@code he}, or {@code sha256:…} of a model file
 * @param configuration how to train
 * @param execution where and how it runs
 */
record TrainingPlan(
    String dataName,
    String dataAgain,
    Dataset train,
    Dataset test,
    Network initial,
    String origin,
    TrainingConfiguration configuration,
    Execution execution) {

  static final String HE = "he";

  /**
   * Returns what the weights are a function of after some epochs, and nothing else: equal training
   * gives equal files.
   */
  SortedMap<String, String> provenance(int epochs) {
    return new TreeMap<>(
        Map.of(
            "batch_size", Integer.toString(configuration.batchSize()),
            "data_sha256", train.sha256(),
            "epochs", Integer.toString(epochs),
            "initial", origin,
            "learning_rate", Double.toString(configuration.learningRate()),
            "seed", Long.toString(configuration.seed()),
            "shuffle", Boolean.toString(configuration.shuffle()),
            "update", "gradient_descent"));
  }

  /**
   * An epoch, and what the network does on the test set after it.
   *
   * @param epoch the epoch, from 1
   * @param seconds time spent on training alone
   * @param examplesPerSecond training examples in a second of that time
   * @param gflops billions of floating-point operations in a second of that time
   * @param trainLoss mean loss over the epoch, in nats
   * @param trainAccuracy share classified right over the epoch, 0..1
   * @param testLoss mean loss on the test set, in nats
   * @param testAccuracy share of the test set classified right, 0..1
   */
  record EpochResult(
      int epoch,
      double seconds,
      double examplesPerSecond,
      double gflops,
      double trainLoss,
      double trainAccuracy,
      double testLoss,
      double testAccuracy) {}

  /**
   * What lies on the disk when a run is over.
   *
   * @param folder the run folder
   * @param epochs the epochs that the saved model has seen; 0 where none is saved
   * @param seconds time spent on training alone
   */
  record Saved(Path folder, int epochs, double seconds) {
    Path model() {
      return folder.resolve(RunFolder.MODEL);
    }
  }
}
