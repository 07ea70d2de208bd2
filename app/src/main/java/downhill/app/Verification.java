package downhill.app;

import downhill.data.Dataset;
import downhill.equations.EquationCheck;
import downhill.equations.ForwardPass;
import downhill.equations.ReferenceNetwork;
import downhill.explanation.Reference;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.network.Predictions;
import downhill.network.Predictor;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Checks, on this machine, the equations against central differences, the engine against the
 * equations, and the engine's answers on other kernels and threads against one another.
 */
final class Verification {
  /** What an equation may differ from its central difference by. */
  static final double LARGEST_EQUATION_ERROR = 1e-7;

  private static final int SAMPLES_PER_LAYER = 100;
  private static final int FORWARD_EXAMPLES = 32;
  private static final int STEP_EXAMPLES = 8;
  static final double STEP_RATE = 0.1;
  // Three full batches and a smaller one.
  private static final int BITS_EXAMPLES = 100;
  private static final int BITS_BATCH = 32;

  private final Architecture architecture;
  private final long seed;
  private final Network network;
  private final ReferenceNetwork reference;
  private final Dataset batch;

  /** Prepares a network with weights of that seed. */
  Verification(Architecture architecture, long seed) {
    this.architecture = architecture;
    this.seed = seed;
    this.network = withBiases(Network.initial(architecture, seed), seed);
    this.reference = Reference.of(network);
    this.batch = dataset(STEP_EXAMPLES, new SplittableRandom(seed + 4));
  }

  /**
   * The engine against the equations.
   *
   * @param what what was compared
   * @param values how many values
   * @param error the difference, where it comes nearest to what rounding allows
   * @param allowed what rounding allows there
   */
  record EngineResult(String what, long values, double error, double allowed) {
    boolean passed() {
      return error <= allowed; // not so if it is NaN
    }
  }

  /** How a comparison of bits came out. */
  enum Bits {
    EQUAL,
    DIFFERENT,
    /** This Java was started without the vector kernels. */
    UNAVAILABLE
  }

  /**
   * One training against another.
   *
   * @param what what was compared
   * @param outcome how it came out
   */
  record BitsResult(String what, Bits outcome) {}

  /** Checks every equation. */
  List<EquationCheck.Result> equations() {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = Reference.doubles(dataset(1, random).example(0));
    int label = random.nextInt(architecture.classes());
    return EquationCheck.run(reference, x, label, seed, SAMPLES_PER_LAYER);
  }

  /** Checks the engine's forward pass and one of its training steps. */
  List<EngineResult> engine() {
    Dataset examples = dataset(FORWARD_EXAMPLES, new SplittableRandom(seed + 1));
    return List.of(logits(examples), parameters(afterOneStep(STEP_RATE)));
  }

  private EngineResult logits(Dataset data) {
    RoundingSpread spread = new RoundingSpread(reference);
    Worst worst = new Worst();
    float[] xs = new float[data.size() * data.features()];
    for (int e = 0; e < data.size(); e++) {
      System.arraycopy(data.example(e), 0, xs, e * data.features(), data.features());
    }
    try (Predictor predictor = new Predictor(network, executionOfLargeWork())) {
      Predictions predictions = predictor.predict(xs, 0, data.size());
      for (int e = 0; e < data.size(); e++) {
        ForwardPass pass = reference.forward(Reference.doubles(data.example(e)));
        double[] z = pass.logits(pass.depth());
        double[] variance = spread.logits(pass)[pass.depth()];
        for (int k = 0; k < z.length; k++) {
          worst.compare(predictions.logit(e, k), z[k], variance[k]);
        }
      }
    }
    return worst.result("logits of " + Text.count(data.size(), "example"));
  }

  /** Returns what the equations make of the network in one step on the batch, at some rate. */
  ReferenceNetwork afterOneStep(double rate) {
    return reference.descend(reference.meanGradients(inputs(), labels()), rate);
  }

  private double[][] inputs() {
    return IntStream.range(0, batch.size())
        .mapToObj(e -> Reference.doubles(batch.example(e)))
        .toArray(double[][]::new);
  }

  private int[] labels() {
    return IntStream.range(0, batch.size()).map(batch::label).toArray();
  }

  /** Compares the engine's parameters after one step on the batch with those expected. */
  EngineResult parameters(ReferenceNetwork after) {
    TrainingConfiguration one =
        TrainingConfiguration.descent(1, batch.size(), STEP_RATE, seed).withShuffle(false);
    Network trained = new Trainer(one, executionOfLargeWork()).train(network, batch);
    RoundingSpread.Step spread = new RoundingSpread(reference).step(inputs(), labels(), STEP_RATE);
    Worst worst = new Worst();
    for (int l = 1; l <= after.depth(); l++) {
      float[] w = trained.weights(l);
      float[] b = trained.biases(l);
      double[][] expected = after.weights(l);
      double[] expectedBiases = after.biases(l);
      int in = architecture.width(l - 1);
      for (int i = 0; i < expected.length; i++) {
        for (int j = 0; j < in; j++) {
          worst.compare(w[i * in + j], expected[i][j], spread.weight(l, i, j));
        }
        worst.compare(b[i], expectedBiases[i], spread.bias(l, i));
      }
    }
    return worst.result("parameters after one step on " + Text.count(batch.size(), "example"));
  }

  /** Trains the same several times, and compares the bits. */
  List<BitsResult> bits() {
    Dataset data = dataset(BITS_EXAMPLES, new SplittableRandom(seed + 2));
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    Network one = train(data, new Execution(1, Kernel.SCALAR));
    List<BitsResult> results = new ArrayList<>();
    results.add(
        new BitsResult(
            "1 thread and %d threads, scalar kernels".formatted(threads),
            bits(one, train(data, new Execution(threads, Kernel.SCALAR)))));
    for (int n : new int[] {1, threads}) {
      String what = "scalar kernels and vector kernels, " + Text.count(n, "thread");
      results.add(
          new BitsResult(
              what,
              vectorKernels()
                  ? bits(one, train(data, new Execution(n, Kernel.VECTOR)))
                  : Bits.UNAVAILABLE));
    }
    return results;
  }

  private Network train(Dataset data, Execution execution) {
    TrainingConfiguration two = TrainingConfiguration.descent(2, BITS_BATCH, STEP_RATE, seed);
    return new Trainer(two, execution).train(network, data);
  }

  /** What is checked shall be what does large work. */
  private Execution executionOfLargeWork() {
    return new Execution(
        Execution.defaults().threads(), vectorKernels() ? Kernel.VECTOR : Kernel.SCALAR);
  }

  private boolean vectorKernels() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static Bits bits(Network one, Network other) {
    for (int l = 1; l <= one.architecture().layers(); l++) {
      // Arrays.equals tells floats apart by their bits.
      if (!Arrays.equals(one.weights(l), other.weights(l))
          || !Arrays.equals(one.biases(l), other.biases(l))) {
        return Bits.DIFFERENT;
      }
    }
    return Bits.EQUAL;
  }

  // As real images are: half of the values are 0.
  private Dataset dataset(int size, SplittableRandom random) {
    byte[] values = new byte[size * architecture.inputs()];
    for (int v = 0; v < values.length; v++) {
      values[v] = (byte) Math.max(0, random.nextInt(-255, 256));
    }
    int[] labels = random.ints(size, 0, architecture.classes()).toArray();
    List<String> names =
        IntStream.range(0, architecture.classes()).mapToObj(Integer::toString).toList();
    return Dataset.of(values, 1, architecture.inputs(), labels, names);
  }

  // Biases begin at 0, where a mistake with them would not show.
  private static Network withBiases(Network network, long seed) {
    SplittableRandom random = new SplittableRandom(seed + 3);
    Architecture architecture = network.architecture();
    float[][] weights = new float[architecture.layers()][];
    float[][] biases = new float[architecture.layers()][];
    for (int l = 1; l <= architecture.layers(); l++) {
      weights[l - 1] = network.weights(l);
      biases[l - 1] = new float[architecture.width(l)];
      for (int i = 0; i < biases[l - 1].length; i++) {
        biases[l - 1][i] = random.nextFloat(-0.1f, 0.1f);
      }
    }
    return Network.of(architecture, weights, biases);
  }

  private static final class Worst {
    private long values;
    private double share = -1;
    private double error;
    private double allowed;

    void compare(double found, double expected, double variance) {
      values++;
      double allowed = RoundingSpread.allowed(variance);
      double error = Math.abs(found - expected);
      double share = error / allowed;
      if (Double.isNaN(share) || share > this.share) {
        this.share = share; // a NaN stays: nothing is larger
        this.error = error;
        this.allowed = allowed;
      }
    }

    EngineResult result(String what) {
      return new EngineResult(what, values, error, allowed);
    }
  }
}
