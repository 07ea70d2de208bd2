package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One step of mini-batch gradient descent, fused: forward, softmax and loss, backward, and the
 * update at the moment a tile of the gradient is there. Nothing is allocated in a step. A step is a
 * sequence of phases; in each the team divides independent outputs, so it does not matter to any
 * bit how many members there are. Not safe to share between threads.
 */
public final class TrainingStep {
  /** What loading one input and one output's softmax cost, in the flops that take as long. */
  private static final long LOAD_FLOPS = 64;

  private static final long SOFTMAX_FLOPS = 1000;

  private final List<Layer> layers;
  private final Signals[] levels;
  private final Signals last;
  private final Kernels kernels;
  private final Products[] products;
  private final ThreadTeam team;
  private final int inputs;
  private final long[][] squares;

  /** Pieces of {@link #descend}: those of layer l are chunks[l] … chunks[l + 1] − 1. */
  private final int[] chunks;

  private final AtomicInteger nextChunk = new AtomicInteger();
  private final double[] exponentials;
  private final double[] losses;
  private final boolean[] right;

  private final byte[] batch;
  private final int[] labels;
  private int examples;
  private float rate;

  private final Phase load = this::load;
  private final Phase softmax = this::softmax;
  private final Phase descend = this::descend;
  private final Phase[] forward;
  private final Phase[] backward;

  /**
   * Makes the buffers.
   *
   * @param layers the parameters, changed by every step
   * @param batchSize the most examples of a batch
   */
  public TrainingStep(List<Layer> layers, int batchSize, Kernels kernels, ThreadTeam team) {
    int L = layers.size();
    this.layers = List.copyOf(layers);
    this.team = team;
    this.inputs = layers.getFirst().in;
    this.levels = new Signals[L + 1];
    this.levels[0] = Signals.forInput(inputs, batchSize);
    for (int l = 1; l <= L; l++) {
      levels[l] = Signals.forTraining(layers.get(l - 1).out, batchSize);
    }
    this.last = levels[L];
    this.exponentials = new double[Math.multiplyExact(batchSize, last.units)];
    this.losses = new double[batchSize];
    this.right = new boolean[batchSize];
    this.batch = new byte[Math.multiplyExact(batchSize, inputs)];
    this.labels = new int[batchSize];
    this.kernels = kernels;
    this.products = new Products[team.members()];
    Arrays.setAll(products, member -> Products.forTraining(kernels));
    this.squares = new long[team.members()][Long.SIZE];
    this.chunks = new int[L + 1];
    for (int l = 0; l < L; l++) {
      Layer layer = layers.get(l);
      chunks[l + 1] =
          chunks[l]
              + Math.ceilDiv(layer.outP, Block.WIDTH) * Math.ceilDiv(layer.in, Products.INPUTS);
    }
    this.forward = new Phase[L];
    this.backward = new Phase[L];
    for (int l = 0; l < L; l++) {
      int layer = l;
      forward[l] = (member, members) -> forward(layer, member, members);
      backward[l] = (member, members) -> backward(layer, member, members);
    }
  }

  /** Returns where to put the examples of the next batch: [batchSize, n_0] bytes, row-major. */
  public byte[] batch() {
    return batch;
  }

  /** Returns where to put the labels of the next batch: [batchSize]. */
  public int[] labels() {
    return labels;
  }

  /**
   * Trains on the examples in {@link #batch}.
   *
   * @param examples B, how many there are
   * @param rate η
   * @return the sum of their losses before the update, in nats; not finite where training diverged
   */
  public double run(int examples, float rate) {
    this.examples = examples;
    this.rate = rate;
    team.run(load, (long) examples * inputs * LOAD_FLOPS);
    for (int l = 0; l < forward.length; l++) {
      team.run(forward[l], layers.get(l).flops(examples));
    }
    team.run(softmax, (long) examples * last.units * SOFTMAX_FLOPS);
    // All gradients before all updates: every δ is taken with the weights as they are.
    for (int l = layers.size() - 1; l > 0; l--) {
      team.run(backward[l], layers.get(l).flops(examples));
    }
    nextChunk.set(0);
    team.run(descend);
    double sum = 0;
    for (int b = 0; b < examples; b++) {
      sum += losses[b];
    }
    return sum;
  }

  /** Returns how many examples of the last batch were classified right, before the update. */
  public int right() {
    int count = 0;
    for (int b = 0; b < examples; b++) {
      count += right[b] ? 1 : 0;
    }
    return count;
  }

  private void load(int member, int members) {
    int end = ThreadTeam.share(examples, member + 1, members);
    for (int b = ThreadTeam.share(examples, member, members); b < end; b++) {
      levels[0].load(b, batch, b * inputs, kernels);
    }
  }

  private void forward(int l, int member, int members) {
    boolean relu = l < layers.size() - 1;
    products[member].forwardShare(
        layers.get(l), levels[l], levels[l + 1], examples, relu, member, members);
  }

  private void softmax(int member, int members) {
    double scale = 1.0 / examples;
    int end = ThreadTeam.share(examples, member + 1, members);
    for (int b = ThreadTeam.share(examples, member, members); b < end; b++) {
      losses[b] = Softmax.delta(last, b, labels[b], scale, exponentials);
      kernels.mask(last.delta, b * last.stride, last.unitsP, last.deltaMasks, b * last.words);
      right[b] = Softmax.argmax(last.a, b * last.stride, last.units) == labels[b];
    }
    // The masks of all activations are there by now; the descent needs them the other way round.
    for (int l = 0; l < layers.size(); l++) {
      int pastWord = ThreadTeam.share(levels[l].words, member + 1, members);
      for (int w = ThreadTeam.share(levels[l].words, member, members); w < pastWord; w++) {
        levels[l].transposeMasks(w, examples, squares[member]);
      }
    }
  }

  private void backward(int l, int member, int members) {
    products[member].backwardShare(
        layers.get(l), levels[l + 1], levels[l], examples, member, members);
  }

  /** Takes pieces until there are none left: they differ in work by how many zeros they have. */
  private void descend(int member, int members) {
    int l = 0;
    int past = chunks[layers.size()];
    for (int c = nextChunk.getAndIncrement(); c < past; c = nextChunk.getAndIncrement()) {
      while (c >= chunks[l + 1]) {
        l++;
      }
      Layer layer = layers.get(l);
      int perUnits = Math.ceilDiv(layer.in, Products.INPUTS);
      int piece = c - chunks[l];
      products[member].descend(
          layer,
          levels[l],
          levels[l + 1],
          piece / perUnits * Block.WIDTH,
          piece % perUnits,
          examples,
          rate);
    }
  }
}
