package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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

  /**
   * The most members who each load the whole batch for themselves: that takes 5 µs for 64 images,
   * and less time than reading what the others have loaded from their caches.
   */
  private static final int OWN_INPUTS = 4;

  /**
   * A phase, and about how much work it is for one example; {@link Long#MAX_VALUE} if all members
   * must take part.
   */
  private record Work(Phase phase, long flops) {}

  /** A part of a layer's weights: 64 inputs of one panel of units. */
  private record Piece(int layer, int unit, int chunk) {}

  private final List<Layer> layers;
  private final Signals[] levels;

  /** Level 0, for each member: the same for all, or one each. */
  private final Signals[] inputLevels;

  private final Signals last;
  private final Kernels kernels;
  private final Products[] products;
  private final ThreadTeam team;
  private final List<Work> gradients;
  private final Phase descend = this::descend;
  private final int inputs;

  /** The pieces of {@link #descend}, for each member those that it begins with. */
  private final Piece[][] pieces;

  /** How many of a member's pieces are taken. */
  private final AtomicInteger[] taken;

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
    for (int l = 0; l < L; l++) {
      levels[l + 1] = Signals.withDelta(layers.get(l).out, batchSize);
    }
    this.inputLevels = new Signals[team.members()];
    Arrays.setAll(
        inputLevels,
        member ->
            member == 0 || ownInputs() ? Signals.withoutDelta(inputs, batchSize) : inputLevels[0]);
    this.pieces = new Piece[team.members()][];
    Arrays.setAll(pieces, member -> pieces(member, team.members()));
    this.taken = new AtomicInteger[team.members()];
    Arrays.setAll(taken, member -> new AtomicInteger());
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

  /** Returns the pieces that lie where a member's share of the forward pass does. */
  private Piece[] pieces(int member, int members) {
    List<Piece> mine = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      int chunks = Math.ceilDiv(layer.in, Products.INPUTS);
      int count = Math.ceilDiv(layer.outP, Block.WIDTH) * chunks;
      int past = ThreadTeam.share(count, member + 1, members);
      for (int p = ThreadTeam.share(count, member, members); p < past; p++) {
        mine.add(new Piece(l, p / chunks * Block.WIDTH, p % chunks));
      }
    }
    return mine.toArray(new Piece[0]);
  }

  /** A phase, and whether it needs of each example nothing but what the same member did before. */
  private record Step(Work work, boolean byExamples) {}

  /** Returns all that comes before the descent: everything else needs only its own example. */
  private List<Step> phases() {
    int L = layers.size();
    List<Step> steps = new ArrayList<>();
    long loadFlops = ownInputs() ? Long.MAX_VALUE : inputs * LOAD_FLOPS;
    steps.add(new Step(new Work(this::load, loadFlops), true));
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
  private List<Work> merged(List<Step> steps) {
    List<Work> merged = new ArrayList<>();
    for (int s = 0; s < steps.size(); s++) {
      Work work = steps.get(s).work;
      boolean loaded = s == 1 && ownInputs();
      if (s > 0 && steps.get(s - 1).byExamples && (steps.get(s).byExamples || loaded)) {
        Work before = merged.removeLast();
        Phase first = before.phase;
        Phase second = work.phase;
        work =
            new Work(
                (member, members) -> {
                  first.run(member, members);
                  second.run(member, members);
                },
                loaded ? Long.MAX_VALUE : before.flops + work.flops);
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
      if (work.flops == Long.MAX_VALUE) {
        team.run(work.phase);
      } else {
        team.run(work.phase, examples * work.flops);
      }
    }
    for (AtomicInteger count : taken) {
      count.set(0);
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

  /** Returns whether each member loads the whole batch, and not only its share. */
  private boolean ownInputs() {
    return team.members() <= OWN_INPUTS && !Products.divideExamples(levels[1]);
  }

  private void load(int member, int members) {
    int first = ownInputs() ? 0 : ThreadTeam.share(examples, member, members);
    int end = ownInputs() ? examples : ThreadTeam.share(examples, member + 1, members);
    for (int b = first; b < end; b++) {
      inputLevels[member].load(b, batch, b * inputs, kernels);
    }
  }

  /** Returns a level as a member reads it. */
  private Signals level(int l, int member) {
    return l == 0 ? inputLevels[member] : levels[l];
  }

  private void forward(int l, int member, int members) {
    boolean relu = l < layers.size() - 1;
    products[member].forwardShare(
        layers.get(l), level(l, member), levels[l + 1], examples, relu, member, members);
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

  /**
   * Takes pieces until there are none left, its own first: these weights are in its core's cache,
   * and the next forward pass wants them there. Pieces differ in work by how many zeros they have,
   * so who is done helps the others.
   */
  private void descend(int member, int members) {
    @Nullable Piece before = null;
    for (int m = 0; m < members; m++) {
      int owner = (member + m) % members;
      Piece[] some = pieces[owner];
      for (int p = taken[owner].getAndIncrement();
          p < some.length;
          p = taken[owner].getAndIncrement()) {
        Piece piece = some[p];
        boolean again = before != null && piece.layer == before.layer && piece.unit == before.unit;
        int l = piece.layer;
        products[member].descend(
            layers.get(l),
            level(l, member),
            levels[l + 1],
            piece.unit,
            piece.chunk,
            examples,
            rate,
            again);
        before = piece;
      }
    }
  }
}
