package downhill.benchmarks.smile;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Pixels;
import downhill.benchmarks.harness.Task;
import downhill.benchmarks.harness.Worker;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;
import java.util.Arrays;
import java.util.List;
import smile.classification.MLP;
import smile.math.MathEx;
import smile.model.mlp.Layer;
import smile.model.mlp.LayerBuilder;
import smile.model.mlp.OutputFunction;
import smile.util.function.TimeFunction;

/** Smile's multilayer perceptron, in double, as it is; its own initial weights. */
final class SmileContestant implements Contestant {
  private final int batch;
  private final MLP network;
  private final double[][] x;
  private final int[] labels;
  private final double[][] testX;
  private final int[] testLabels;

  private SmileContestant(Task task) {
    Datasets data = FashionMnist.load();
    batch = task.batch();
    List<Integer> widths = task.widths();
    int last = widths.size() - 1;
    LayerBuilder[] layers = new LayerBuilder[widths.size()];
    layers[0] = Layer.input(widths.getFirst());
    for (int l = 1; l < last; l++) {
      layers[l] = Layer.rectifier(widths.get(l));
    }
    layers[last] = Layer.mle(widths.get(last), OutputFunction.SOFTMAX);
    MathEx.setSeed(task.seed());
    network = new MLP(layers);
    network.setLearningRate(TimeFunction.constant(task.rate()));
    x = images(data.train());
    labels = Pixels.labels(data.train());
    testX = images(data.test());
    testLabels = Pixels.labels(data.test());
  }

  private static double[][] images(Dataset data) {
    double[][] x = new double[data.size()][data.features()];
    for (int i = 0; i < x.length; i++) {
      float[] example = data.example(i);
      for (int j = 0; j < example.length; j++) {
        x[i][j] = example[j];
      }
    }
    return x;
  }

  @Override
  public String version() {
    return "Smile 6.3.0 (double precision)";
  }

  @Override
  public void epoch() {
    for (int from = 0; from < x.length; from += batch) {
      int to = Math.min(from + batch, x.length);
      network.update(Arrays.copyOfRange(x, from, to), Arrays.copyOfRange(labels, from, to));
    }
  }

  @Override
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < testX.length; i++) {
      right += network.predict(testX[i]) == testLabels[i] ? 1 : 0;
    }
    return (double) right / testX.length;
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, task -> new SmileContestant(task.atConstantRate()));
  }
}
