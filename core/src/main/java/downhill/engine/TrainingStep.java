package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.List;

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
  private final ThreadTeam team;
  private final int inputs;
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
    this.kernels = kernels;
    this.team = team;
    this.inputs = layers.getFirst().in;
    this.levels = new Signals[L + 1];
    this.levels[0] = Signals.forTraining(inputs, batchSize, true);
    for (int l = 1; l <= L; l++) {
      levels[l] = Signals.forTraining(layers.get(l - 1).out, batchSize, false);
    }
    this.last = levels[L];
    this.exponentials = new double[Math.multiplyExact(batchSize, last.units)];
    this.losses = new double[batchSize];
    this.right = new boolean[batchSize];
    this.batch = new byte[Math.multiplyExact(batchSize, inputs)];
    this.labels = new int[batchSize];
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
      team.run(forward[l], layers.get(l).flops(rows()));
    }
    team.run(softmax, (long) examples * last.units * SOFTMAX_FLOPS);
    // All gradients before all updates: every δ is taken with the weights as they are.
    for (int l = layers.size() - 1; l > 0; l--) {
      team.run(backward[l], layers.get(l).flops(rows()));
    }
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

  /** Rows in use, padded to whole lanes; the padding computes values that nobody reads. */
  private int rows() {
    return Panels.pad(examples);
  }

  private void load(int member, int members) {
    Signals input = levels[0];
    int end = ThreadTeam.share(rows(), member + 1, members);
    for (int b = ThreadTeam.share(rows(), member, members); b < end; b++) {
      if (b < examples) {
        input.loadRow(b, batch, b * inputs);
        input.rowToPanels(b);
      } else {
        input.clearRow(b);
      }
    }
  }

  private void forward(int l, int member, int members) {
    boolean relu = l < layers.size() - 1;
    ForwardPass.share(
        kernels, layers.get(l), levels[l], levels[l + 1], rows(), relu, member, members);
  }

  private void softmax(int member, int members) {
    double scale = 1.0 / examples;
    int end = ThreadTeam.share(examples, member + 1, members);
    for (int b = ThreadTeam.share(examples, member, members); b < end; b++) {
      losses[b] = Softmax.delta(last, b, labels[b], scale, exponentials);
      right[b] = Softmax.argmax(last.aRows, b * last.unitsP, last.units) == labels[b];
    }
  }

  private void backward(int l, int member, int members) {
    Signals to = levels[l];
    int lanes = rows() / Panels.WIDTH;
    int tiles = to.unitsP / Panels.WIDTH * lanes;
    int tile = ThreadTeam.share(tiles, member, members);
    int end = ThreadTeam.share(tiles, member + 1, members);
    while (tile < end) {
      int first = tile % lanes;
      int past = Math.min(lanes, first + end - tile);
      kernels.backward(layers.get(l), levels[l + 1], to, tile / lanes, first, past);
      tile += past - first;
    }
  }

  private void descend(int member, int members) {
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      int inPanels = layer.inP / Panels.WIDTH;
      int tiles = Panels.pairs(layer.outP) * inPanels;
      int end = ThreadTeam.share(tiles, member + 1, members);
      for (int tile = ThreadTeam.share(tiles, member, members); tile < end; tile++) {
        kernels.descend(
            layer, levels[l], levels[l + 1], tile / inPanels, tile % inPanels, examples, rate);
      }
      int panels = layer.outP / Panels.WIDTH;
      int lastPanel = ThreadTeam.share(panels, member + 1, members);
      for (int p = ThreadTeam.share(panels, member, members); p < lastPanel; p++) {
        kernels.descendBiases(layer, levels[l + 1], p, examples, rate);
      }
    }
  }
}
