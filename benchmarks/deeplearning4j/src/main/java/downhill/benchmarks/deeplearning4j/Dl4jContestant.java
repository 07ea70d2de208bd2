package downhill.benchmarks.deeplearning4j;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Pixels;
import downhill.benchmarks.harness.Task;
import downhill.benchmarks.harness.Worker;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Deeplearning4j: contiguous slices of one array, its workspaces as they are by default, He's
 * initial weights.
 */
final class Dl4jContestant implements Contestant {
  private final int batch;
  private final int examples;
  private final MultiLayerNetwork network;
  private final INDArray x;
  private final INDArray labels;
  private final INDArray testX;
  private final int[] testLabels;

  private Dl4jContestant(Task task) {
    Datasets data = FashionMnist.load();
    batch = task.batch();
    examples = data.train().size();
    List<Integer> widths = task.widths();
    int last = widths.size() - 1;
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(task.seed())
            .updater(new Sgd(task.rate()))
            .weightInit(WeightInit.RELU)
            .list();
    for (int l = 1; l < last; l++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(widths.get(l - 1))
              .nOut(widths.get(l))
              .activation(Activation.RELU)
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(widths.get(last - 1))
            .nOut(widths.get(last))
            .activation(Activation.SOFTMAX)
            .build());
    network = new MultiLayerNetwork(layers.build());
    network.init();
    x = images(data.train());
    labels = Nd4j.zeros(examples, widths.get(last));
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, data.train().label(i), 1);
    }
    testX = images(data.test());
    testLabels = Pixels.labels(data.test());
  }

  private static INDArray images(Dataset data) {
    return Nd4j.create(Pixels.scaled(data), new long[] {data.size(), data.features()});
  }

  @Override
  public String version() {
    return "Deeplearning4j 1.0.0-M2.1";
  }

  @Override
  public void epoch() {
    for (int from = 0; from < examples; from += batch) {
      int to = Math.min(from + batch, examples);
      network.fit(
          x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()),
          labels.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()));
    }
  }

  @Override
  public double accuracy() {
    int[] found = network.predict(testX);
    int right = 0;
    for (int i = 0; i < found.length; i++) {
      right += found[i] == testLabels[i] ? 1 : 0;
    }
    return (double) right / found.length;
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, task -> new Dl4jContestant(task.atConstantRate()));
  }
}
