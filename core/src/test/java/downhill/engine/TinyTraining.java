package downhill.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** A few steps of training on random data, as a function of a seed; every bit of the outcome. */
final class TinyTraining {
  /**
   * Hashes of every bit.
   *
   * @param training of the losses and all parameters
   * @param inference of what the trained layers answer
   */
  record Outcome(long training, long inference) {}

  final int[] widths;
  final int batchSize;
  final List<Layer> layers = new ArrayList<>();
  private final List<byte[]> batches = new ArrayList<>();
  private final List<int[]> labels = new ArrayList<>();

  /** Awkward sizes: around the vectors, the words of a mask and the panels. */
  private static final int[] SIZES = {
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 65, 100, 127, 128, 129, 144, 200, 255,
    257, 300
  };

  /** How many examples are classified each by itself. */
  private static final int ALONE = 9;

  /**
   * How many are classified at once: one, which is done by itself; 15, of which a team of two does
   * eight in a block and seven by themselves; and so many that both have a block.
   */
  private static final int[] COUNTS = {1, 15, 131};

  TinyTraining(long seed) {
    this(seed, widths(new SplittableRandom(~seed)));
  }

  TinyTraining(long seed, int... widths) {
    this(seed, widths, random -> SIZES[random.nextInt(SIZES.length)]);
  }

  private TinyTraining(long seed, int[] widths, ToIntFunction<SplittableRandom> size) {
    SplittableRandom random = new SplittableRandom(seed);
    this.widths = widths.clone();
    batchSize = size.applyAsInt(random);
    for (int l = 1; l < widths.length; l++) {
      float[] biases = new float[widths[l]];
      for (int i = 0; i < biases.length; i++) {
        biases[i] = (float) (0.1 * (random.nextDouble() - 0.5));
      }
      float[] W = Philox.heWeights(seed, l, widths[l], widths[l - 1]);
      layers.add(Layer.of(widths[l - 1], widths[l], W, biases));
    }
    for (int step = 0; step < 4; step++) {
      // Smaller batches in between: what an earlier one left in the buffers must not matter.
      int examples = step % 2 == 0 ? batchSize : 1 + random.nextInt(batchSize);
      byte[] batch = new byte[examples * widths[0]];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
      }
      batches.add(batch);
      labels.add(random.ints(examples, 0, widths[widths.length - 1]).toArray());
    }
  }

  /** As the constructors, with a batch size that is given. */
  static TinyTraining of(long seed, int batchSize, int... widths) {
    return new TinyTraining(seed, widths, random -> batchSize);
  }

  private static int[] widths(SplittableRandom random) {
    int[] widths = new int[2 + random.nextInt(4)];
    Arrays.setAll(widths, l -> SIZES[random.nextInt(SIZES.length)]);
    widths[widths.length - 1] = Math.max(2, widths[widths.length - 1]);
    return widths;
  }

  int steps() {
    return batches.size();
  }

  byte[] batch(int step) {
    return batches.get(step);
  }

  int[] labels(int step) {
    return labels.get(step);
  }

  /** Trains a copy of the layers and returns it; {@code losses} gets the loss of each step. */
  List<Layer> train(Kernels kernels, int threads, double[] losses) {
    return train(kernels, threads, Addition.PLAIN, losses).stream()
        .map(TrainedLayer::parameters)
        .toList();
  }

  /** As {@link #train(Kernels, int, double[])}, with more than plain descent. */
  List<TrainedLayer> train(Kernels kernels, int threads, Addition added, double[] losses) {
    return train(kernels, threads, added, 0, losses, step -> {});
  }

  /**
   * As the others, with some layers frozen.
   *
   * @param frozen a bit for each layer, the lowest for the first
   * @param afterwards what to do after each step
   */
  List<TrainedLayer> train(
      Kernels kernels, int threads, Addition added, int frozen, Consumer<TrainingStep> afterwards) {
    return train(kernels, threads, added, frozen, new double[steps()], afterwards);
  }

  private List<TrainedLayer> train(
      Kernels kernels,
      int threads,
      Addition added,
      int frozen,
      double[] losses,
      Consumer<TrainingStep> afterwards) {
    Update update = added.settings().update();
    List<TrainedLayer> trained = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l).copy();
      trained.add(
          (frozen >> l & 1) == 1
              ? TrainedLayer.frozen(layer, update)
              : TrainedLayer.of(layer, update));
    }
    run(kernels, threads, added, trained, losses, afterwards);
    return trained;
  }

  /** Trains some layers. */
  void run(
      Kernels kernels,
      int threads,
      Addition added,
      List<TrainedLayer> trained,
      Consumer<TrainingStep> afterwards) {
    run(kernels, threads, added, trained, new double[steps()], afterwards);
  }

  private void run(
      Kernels kernels,
      int threads,
      Addition added,
      List<TrainedLayer> trained,
      double[] losses,
      Consumer<TrainingStep> afterwards) {
    try (ThreadTeam team = new ThreadTeam(threads, 0)) {
      TrainingStep step = new TrainingStep(trained, batchSize, kernels, team, added.settings());
      for (int s = 0; s < steps(); s++) {
        fetch(step, s, added);
        losses[s] = step.run(labels(s).length, added.rate(), s + 1, added.measured());
        afterwards.accept(step);
      }
    }
  }

  /** Fetches the batch of a step. */
  void fetch(TrainingStep step, int s, Addition added) {
    step.fetch(labels(s).length, source(s), false);
    setTargets(step, s, added);
  }

  /** Returns where the batch of a step comes from. */
  TrainingStep.Source source(int s) {
    byte[] examples = batch(s);
    int inputs = widths[0];
    return (member, first, past, to) ->
        System.arraycopy(examples, first * inputs, to, first * inputs, (past - first) * inputs);
  }

  /** Sets what the batch of a step should be taken for. */
  void setTargets(TrainingStep step, int s, Addition added) {
    int count = labels(s).length;
    Targets targets = step.targets();
    System.arraycopy(labels(s), 0, targets.labels, 0, count);
    for (int b = 0; b < count; b++) {
      targets.shares[b] = added.share(b);
      targets.weights[b] = added.weight(b);
    }
  }

  /** Trains plainly, classifies with the result, and returns what both come to. */
  Outcome outcome(Kernels kernels, int threads) {
    double[] losses = new double[steps()];
    List<Layer> trained = train(kernels, threads, losses);
    return new Outcome(hash(trained, losses), hashOfAnswers(trained, kernels, threads));
  }

  /** A hash of every bit of plain training: the losses and all parameters. */
  long hash(Kernels kernels, int threads) {
    double[] losses = new double[steps()];
    return hash(train(kernels, threads, losses), losses);
  }

  /** A hash of every bit of training: the losses, all parameters and what is kept beside them. */
  long hash(Kernels kernels, int threads, Addition added) {
    return hash(kernels, threads, added, 0);
  }

  /** As {@link #hash(Kernels, int, Addition)}, with some layers frozen, a bit for each. */
  long hash(Kernels kernels, int threads, Addition added, int frozen) {
    double[] losses = new double[steps()];
    List<Layer> all = new ArrayList<>();
    for (TrainedLayer layer : train(kernels, threads, added, frozen, losses, step -> {})) {
      all.addAll(List.of(layer.parameters, layer.first, layer.second, layer.average));
    }
    return hash(all, losses);
  }

  /** A hash of every bit of the gradient's norm after each step, of all layers and of each. */
  long hashOfNorms(Kernels kernels, int threads, Addition added) {
    long[] hash = {17};
    train(
        kernels,
        threads,
        added,
        0,
        step -> {
          hash[0] = hash[0] * 31 + Double.doubleToRawLongBits(step.gradientNorm());
          for (int l = 1; l <= layers.size(); l++) {
            hash[0] = hash[0] * 31 + Double.doubleToRawLongBits(step.gradientNorm(l));
          }
        });
    return hash[0];
  }

  /** A hash of every bit of the answers: alone and among many, from bytes and from floats. */
  private static long hashOfAnswers(List<Layer> layers, Kernels kernels, int threads) {
    int inputs = layers.getFirst().in;
    int classes = layers.getLast().out;
    int most = COUNTS[COUNTS.length - 1];
    SplittableRandom random = new SplittableRandom(inputs);
    byte[] bytes = new byte[most * inputs];
    float[] floats = new float[most * inputs];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
      floats[i] = random.nextInt(5) == 0 ? 0 : (float) (2 * random.nextDouble() - 1);
    }
    long hash = 17;
    for (int b = 0; b < ALONE; b++) {
      float[] x = Arrays.copyOfRange(floats, b * inputs, (b + 1) * inputs);
      hash = hash(hash, Arrays.copyOf(ForwardPass.logits(layers, kernels, x), classes));
    }
    try (ThreadTeam team = new ThreadTeam(threads, 0)) {
      ForwardPass forward = new ForwardPass(layers, kernels, team);
      for (int count : COUNTS) {
        float[] logits = new float[count * classes];
        float[] probabilities = new float[count * classes];
        forward.run(bytes, most - count, count, logits, probabilities);
        hash = hash(hash(hash, logits), probabilities);
        forward.run(floats, most - count, count, logits, probabilities);
        hash = hash(hash(hash, logits), probabilities);
      }
    }
    return hash;
  }

  /** A hash of every bit of these. */
  static long hash(List<Layer> layers, double[] losses) {
    long hash = 17;
    for (Layer layer : layers) {
      hash = hash(hash(hash, layer.weights()), layer.biases());
    }
    for (double loss : losses) {
      hash = hash * 31 + Double.doubleToRawLongBits(loss);
    }
    return hash;
  }

  /** Goes on with a hash. */
  private static long hash(long before, float[] values) {
    long hash = before;
    for (float v : values) {
      hash = hash * 31 + Float.floatToRawIntBits(v);
    }
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(widths) + ", batch " + batchSize;
  }
}
