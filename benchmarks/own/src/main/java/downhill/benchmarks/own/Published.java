package downhill.benchmarks.own;

import downhill.benchmarks.harness.Pixels;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.evaluation.Evaluation;
import downhill.fashionmnist.FashionMnist;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Optimizer;
import downhill.training.Regularization;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;

/**
 * Published recipes, followed with our trainer. Prints a line for each seed: {@code accuracy NAME
 * SEED ACCURACY SECONDS}.
 */
final class Published {
  /**
   * A recipe.
   *
   * @param standardised whether each pixel is standardised over the training examples
   * @param initial the network that a seed begins with
   */
  private record Recipe(
      String name,
      Architecture network,
      TrainingConfiguration configuration,
      int examples,
      boolean standardised,
      BiFunction<Architecture, Long, Network> initial) {}

  /**
   * Returns what draws initial networks.
   *
   * @param biases whether the biases are drawn as the weights are; 0 otherwise
   * @param weight draws a weight, given n_in and n_out
   */
  private static BiFunction<Architecture, Long, Network> drawn(
      boolean biases, ToDoubleBiFunction<int[], Random> weight) {
    return (network, seed) -> {
      Random random = new Random(seed);
      int layers = network.layers();
      float[][] W = new float[layers][];
      float[][] b = new float[layers][];
      for (int l = 1; l <= layers; l++) {
        int[] shape = {network.width(l - 1), network.width(l)};
        W[l - 1] = draw(shape[0] * shape[1], shape, weight, random);
        b[l - 1] = biases ? draw(shape[1], shape, weight, random) : new float[shape[1]];
      }
      return Network.of(network, W, b);
    };
  }

  private static float[] draw(
      int n, int[] shape, ToDoubleBiFunction<int[], Random> weight, Random random) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) weight.applyAsDouble(shape, random);
    }
    return values;
  }

  private static final List<Recipe> RECIPES =
      List.of(
          // The PyTorch quickstart: the batches as they come, PyTorch's default initial weights.
          new Recipe(
              "quickstart",
              Architecture.parse("784-512-512-10"),
              TrainingConfiguration.descent(5, 64, 1e-3, 1).withShuffle(false),
              60_000,
              false,
              drawn(true, Published::uniform)),
          // Géron, Hands-On Machine Learning, chapter 10: Glorot's uniform weights.
          new Recipe(
              "geron",
              Architecture.parse("784-300-100-10"),
              TrainingConfiguration.descent(30, 32, 0.01, 1),
              55_000,
              false,
              drawn(false, Published::glorot)),
          // Dive into Deep Learning, multilayer perceptron: normal(0, 0.01²).
          new Recipe(
              "d2l",
              Architecture.parse("784-256-10"),
              TrainingConfiguration.descent(10, 256, 0.1, 1),
              60_000,
              false,
              drawn(false, (shape, random) -> 0.01 * random.nextGaussian())),
          // TensorFlow's basic classification: Keras's Adam and Glorot's uniform weights.
          new Recipe(
              "tensorflow",
              Architecture.parse("784-128-10"),
              TrainingConfiguration.descent(10, 32, 1e-3, 1)
                  .withOptimizer(new Optimizer.Adam(0.9, 0.999, 1e-7)),
              60_000,
              false,
              drawn(false, Published::glorot)),
          // Zalando's table names widths, dropout and epochs; the rest is our choice, 0.2 and Adam.
          new Recipe(
              "zalando",
              Architecture.parse("784-256-128-100-10"),
              TrainingConfiguration.descent(100, 128, 1e-3, 1)
                  .withOptimizer(Optimizer.Adam.defaults())
                  .withRegularization(Regularization.NONE.withDropout(0.2)),
              60_000,
              false,
              drawn(false, Published::glorot)),
          // arXiv 1708.07747 by scikit-learn's MLPClassifier and its defaults, but that one stops
          // when the loss no longer falls.
          new Recipe(
              "standardised",
              Architecture.parse("784-100-10"),
              TrainingConfiguration.descent(50, 200, 1e-3, 1)
                  .withOptimizer(Optimizer.Adam.defaults())
                  .withRegularization(Regularization.NONE.withL2(1e-4 / 200)),
              60_000,
              true,
              drawn(true, Published::glorot)),
          // The document's network, as `downhill train` trains it.
          new Recipe(
              "default",
              Architecture.parse("784-512-128-64-10"),
              TrainingConfiguration.defaults(),
              60_000,
              false,
              Network::initial));

  private Published() {}

  private static double uniform(int[] shape, Random random) {
    return (2 * random.nextDouble() - 1) / Math.sqrt(shape[0]);
  }

  private static double glorot(int[] shape, Random random) {
    return (2 * random.nextDouble() - 1) * Math.sqrt(6.0 / (shape[0] + shape[1]));
  }

  /** Returns both sets with each pixel less its mean over the training set, over its deviation. */
  private static Datasets standardised(Datasets data) {
    Dataset train = data.train();
    int features = train.features();
    double[] mean = new double[features];
    double[] square = new double[features];
    for (int i = 0; i < train.size(); i++) {
      float[] x = train.example(i);
      for (int j = 0; j < features; j++) {
        mean[j] += x[j] / train.size();
        square[j] += (double) x[j] * x[j] / train.size();
      }
    }
    double[] deviation = new double[features];
    for (int j = 0; j < features; j++) {
      double variance = square[j] - mean[j] * mean[j];
      deviation[j] = variance > 0 ? Math.sqrt(variance) : 1;
    }
    return new Datasets(
        standardised(train, mean, deviation), standardised(data.test(), mean, deviation));
  }

  private static Dataset standardised(Dataset data, double[] mean, double[] deviation) {
    int features = data.features();
    float[] values = new float[Math.multiplyExact(data.size(), features)];
    for (int i = 0; i < data.size(); i++) {
      float[] x = data.example(i);
      for (int j = 0; j < features; j++) {
        values[i * features + j] = (float) ((x[j] - mean[j]) / deviation[j]);
      }
    }
    return Dataset.owningFloats(values, features, Pixels.labels(data), data.classNames());
  }

  /**
   * Trains.
   *
   * @param arguments the number of seeds, and the names of the recipes
   */
  public static void main(String[] arguments) {
    Datasets data = FashionMnist.load();
    List<String> wanted = List.of(arguments);
    for (Recipe recipe : RECIPES) {
      int seeds = wanted.contains(recipe.name) ? Integer.parseInt(arguments[0]) : 0;
      Datasets prepared = recipe.standardised && seeds > 0 ? standardised(data) : data;
      Dataset train = prepared.train().slice(0, recipe.examples);
      for (long seed = 1; seed <= seeds; seed++) {
        long start = System.nanoTime();
        Network network =
            new Trainer(recipe.configuration.withSeed(seed), Execution.defaults())
                .train(recipe.initial.apply(recipe.network, seed), train);
        double seconds = (System.nanoTime() - start) * 1e-9;
        double accuracy = Evaluation.of(network, prepared.test(), Execution.defaults()).accuracy();
        System.out.println("accuracy " + recipe.name + " " + seed + " " + accuracy + " " + seconds);
      }
    }
  }
}
