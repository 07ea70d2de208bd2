package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One step of mini-batch gradient descent, fused: forward, softmax and loss, backward, and the
 * update at the moment a piece of the gradient is there. Nothing is allocated in a step. A step is
 * a sequence of phases; in each the team divides independent outputs, so it does not matter to any
 * bit how many members there are. Not safe to share between threads.
 */
public final class TrainingStep {
  /** What loading one input and one output's softmax cost, in the flops that take as long. */
  private static final long LOAD_FLOPS = 64;

  private static final long SOFTMAX_FLOPS = 1000;

  /** A phase, and about how much work it is for one example. */
  private record Work(Phase phase, long flops) {}

  private final List<Layer> layers;
  private final Signals[] levels;
  private final Signals last;
  private final Kernels kernels;
  private final Products[] products;
  private final ThreadTeam team;
  private final List<Work> gradients;
  private final Phase descend = this::descend;
  private final int inputs;

  /** Pieces of {@link #descend}: those of layer l are pieces[l] … pieces[l + 1] − 1. */
  private final int[] pieces;

  private final AtomicInteger nextPiece = new AtomicInteger();
  private final double[] exponentials;
  private final double[] losses;
  private final boolean[] right;

  private final byte[] batch;
  private final int[] labels;
  private int examples;
  private float rate;

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
    this.levels[0] = Signals.withoutDelta(inputs, batchSize);
    this.pieces = new int[L + 1];
    for (int l = 0; l < L; l++) {
      Layer layer = layers.get(l);
      levels[l + 1] = Signals.withDelta(layer.out, batchSize);
      pieces[l + 1] =
          pieces[l]
              + Math.ceilDiv(layer.outP, Block.WIDTH) * Math.ceilDiv(layer.in, Products.INPUTS);
    }
    this.last = levels[L];
    this.products = new Products[team.members()];
    Arrays.setAll(products, member -> new Products(kernels, batchSize));
    this.exponentials = new double[Math.multiplyExact(batchSize, last.units)];
    this.losses = new double[batchSize];
    this.right = new boolean[batchSize];
    this.batch = new byte[Math.multiplyExact(batchSize, inputs)];
    this.labels = new int[batchSize];
    this.gradients = merged(phases());
  }

  /** A phase, and whether it needs of each example nothing but what the same member did before. */
  private record Step(Work work, boolean byExamples) {}

  /** Returns all that comes before the descent: everything else needs only its own example. */
  private List<Step> phases() {
    int L = layers.size();
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(new Work(this::load, inputs * LOAD_FLOPS), true));
    for (int l = 0; l < L; l++) {
      int layer = l;
      Phase forward = (member, members) -> forward(layer, member, members);
      steps.add(
          new Step(
              new Work(forward, layers.get(l).flops()), Products.divideExamples(levels[l + 1])));
    }
    steps.add(new Step(new Work(this::softmax, last.units * SOFTMAX_FLOPS), true));
    // All gradients before all updates: every δ is taken with the weights as they are.
    for (int l = L - 1; l > 0; l--) {
      int layer = l;
      Phase backward = (member, members) -> backward(layer, member, members);
      steps.add(
          new Step(new Work(backward, layers.get(l).flops()), Products.divideExamples(levels[l])));
    }
    return steps;
  }

  /** Makes one phase of neighbours that divide by examples: nobody waits between them. */
  private static List<Work> merged(List<Step> steps) {
    List<Work> merged = new ArrayList<>();
    for (int s = 0; s < steps.size(); s++) {
      Work work = steps.get(s).work;
      if (s > 0 && steps.get(s).byExamples && steps.get(s - 1).byExamples) {
        Work before = merged.removeLast();
        Phase first = before.phase;
        Phase second = work.phase;
        work =
            new Work(
                (member, members) -> {
                  first.run(member, members);
                  second.run(member, members);
                },
                before.flops + work.flops);
      }
      merged.add(work);
    }
    return merged;
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
    for (int w = 0; w < gradients.size(); w++) {
      Work work = gradients.get(w);
      team.run(work.phase, examples * work.flops);
    }
    nextPiece.set(0);
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
  }

  private void backward(int l, int member, int members) {
    products[member].backwardShare(
        layers.get(l), levels[l + 1], levels[l], examples, member, members);
  }

  /** Takes pieces until there are none left: they differ in work by how many zeros they have. */
  private void descend(int member, int members) {
    int l = 0;
    int unitBefore = -1;
    int past = pieces[layers.size()];
    for (int p = nextPiece.getAndIncrement(); p < past; p = nextPiece.getAndIncrement()) {
      while (p >= pieces[l + 1]) {
        l++;
        unitBefore = -1;
      }
      int chunks = Math.ceilDiv(layers.get(l).in, Products.INPUTS);
      int unit = (p - pieces[l]) / chunks * Block.WIDTH;
      int chunk = (p - pieces[l]) % chunks;
      boolean again = unit == unitBefore;
      products[member].descend(
          layers.get(l), levels[l], levels[l + 1], unit, chunk, examples, rate, again);
      unitBefore = unit;
    }
  }
}
