package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first half of a step: the batch forward through all layers, softmax and loss, and δ back. A
 * sequence of phases; in each the team divides independent outputs, so it does not matter to any
 * bit how many members there are.
 */
final class Propagation {
  /** What loading one input and one output's softmax cost, in the flops that take as long. */
  private static final long LOAD_FLOPS = 64;

  private static final long SOFTMAX_FLOPS = 1000;

  /**
   * The most members who each load the whole batch for themselves: that takes 6 to 22 µs for 64
   * images, and less time than reading what the others have loaded from their caches.
   */
  private static final int OWN_INPUTS = 4;

  /**
   * From how many panels for each member on they take them as they come, and not in fixed shares.
   */
  private static final int MANY = 4;

  /** The part of a phase, 1/16, that may be lost where the last round of panels is not full. */
  private static final int LOSS = 16;

  /** What a member does with one panel of a level's units. */
  @FunctionalInterface
  private interface PanelWork {
    void run(int member, int panel);
  }

  /**
   * A phase, about how much work it is for one example, whether all must take part, and whether the
   * batch that follows is copied in it.
   */
  private record Work(Phase phase, long flops, boolean everybody, boolean copies) {}

  private final List<TrainedLayer> layers;

  /** The lowest layer that is not frozen, from 0: no δ is needed below the level it makes. */
  private final int lowest;

  /** The levels as each member reads them: level 0 the same for all, or one each. */
  final Signals[][] views;

  final Signals[] levels;

  /** The products of each member. */
  final Products[] products;

  private final Signals last;
  private final Kernels kernels;
  private final Dropout[] inputDropout;
  private final float[][] partners;
  private final ThreadTeam team;
  private final Targets targets;
  private final Batch batch;
  private final List<Work> works;
  private final List<Pieces> dealt = new ArrayList<>();
  private final int inputs;

  private final double[] exponentials;
  private final double[] losses;
  private final int[] best;
  private final boolean[] right;

  private int examples;
  private long step;

  /**
   * Makes the buffers.
   *
   * @param layers the layers, of which at least one is not frozen
   * @param batchSize the most examples of a batch
   * @param batch where the examples come from
   */
  Propagation(
      List<TrainedLayer> layers,
      int batchSize,
      Kernels kernels,
      ThreadTeam team,
      TrainingStep.Settings settings,
      Targets targets,
      Batch batch) {
    int L = layers.size();
    this.layers = layers;
    this.lowest = lowestToLearn(layers);
    this.kernels = kernels;
    this.team = team;
    this.targets = targets;
    this.batch = batch;
    this.inputs = layers.getFirst().parameters.in;
    this.levels = new Signals[L + 1];
    levels[0] = Signals.input(inputs, batchSize);
    for (int l = 1; l <= L; l++) {
      int units = layers.get(l - 1).parameters.out;
      levels[l] =
          l < L
              ? Signals.hidden(units, batchSize, l, l > lowest)
              : Signals.logits(units, batchSize, l, true);
    }
    this.last = levels[L];
    this.views = new Signals[team.members()][];
    Signals[] factors = Arrays.copyOf(levels, L); // the last level is nobody's input
    this.products = new Products[team.members()];
    this.inputDropout = new Dropout[team.members()];
    this.partners = new float[team.members()][settings.mixed() ? levels[0].unitsP : 0];
    for (int member = 0; member < team.members(); member++) {
      views[member] = levels.clone();
      if (member > 0 && ownInputs()) {
        views[member][0] = Signals.input(inputs, batchSize);
      }
      products[member] =
          new Products(
              kernels, factors, batchSize, new Dropout(settings.seed(), settings.dropout()));
      inputDropout[member] = new Dropout(settings.seed(), settings.inputDropout());
    }
    this.exponentials = new double[Math.multiplyExact(batchSize, last.units)];
    this.losses = new double[batchSize];
    this.best = new int[batchSize];
    this.right = new boolean[batchSize];
    this.works = phases();
  }

  private static int lowestToLearn(List<TrainedLayer> layers) {
    for (int l = 0; l < layers.size(); l++) {
      if (!layers.get(l).isFrozen()) {
        return l;
      }
    }
    throw new IllegalArgumentException("layers: expected one that is not frozen, found none");
  }

  /** Returns all that comes before the descent. */
  private List<Work> phases() {
    int L = layers.size();
    List<Work> works = new ArrayList<>();
    List<Boolean> byExamples = new ArrayList<>();
    works.add(new Work(this::load, inputs * LOAD_FLOPS, ownInputs(), false));
    // By examples, or everybody loads all of them: the next phase has nothing to wait for.
    byExamples.add(true);
    for (int l = 0; l < L; l++) {
      works.add(new Work(forward(l), layers.get(l).parameters.flops(), false, l == 0));
      byExamples.add(Products.divideExamples(levels[l + 1]));
    }
    works.add(new Work(this::softmax, last.units * SOFTMAX_FLOPS, false, false));
    byExamples.add(true);
    // All gradients before all updates: every δ is taken with the weights as they are.
    for (int l = L - 1; l > lowest; l--) {
      works.add(new Work(backward(l), layers.get(l).parameters.flops(), false, false));
      byExamples.add(Products.divideExamplesBack(levels[l]));
    }
    return copying(merged(works, byExamples));
  }

  /**
   * Adds the copying of the batch that follows to the end of the phase that has the first product:
   * where the first layer is the largest, members wait longest there. Who is done early copies.
   */
  private List<Work> copying(List<Work> works) {
    List<Work> all = new ArrayList<>();
    for (Work work : works) {
      Phase phase = work.phase;
      all.add(
          work.copies
              ? new Work(
                  (member, members) -> {
                    phase.run(member, members);
                    batch.copyNext(member);
                  },
                  work.flops,
                  work.everybody,
                  true)
              : work);
    }
    return all;
  }

  /**
   * Makes one phase of neighbours of which each needs of an example nothing but what the same
   * member did before: nobody waits between them.
   */
  private List<Work> merged(List<Work> works, List<Boolean> byExamples) {
    List<Work> merged = new ArrayList<>();
    for (int w = 0; w < works.size(); w++) {
      Work work = works.get(w);
      boolean loaded = w == 1 && ownInputs();
      if (w > 0 && byExamples.get(w - 1) && (byExamples.get(w) || loaded)) {
        Work before = merged.removeLast();
        Phase first = before.phase;
        Phase second = work.phase;
        work =
            new Work(
                (member, members) -> {
                  first.run(member, members);
                  second.run(member, members);
                },
                before.flops + work.flops,
                before.everybody,
                before.copies || work.copies);
      }
      merged.add(work);
    }
    return merged;
  }

  /**
   * Propagates the batch that was fetched; all δ are there afterwards.
   *
   * @param count B
   * @param step the number of the step, from 1
   */
  void run(int count, long step) {
    examples = count;
    this.step = step;
    targets.begin(count);
    batch.begin();
    for (int p = 0; p < dealt.size(); p++) {
      dealt.get(p).begin();
    }
    for (Products some : products) {
      some.begin(step);
    }
    for (int w = 0; w < works.size(); w++) {
      Work work = works.get(w);
      if (work.everybody || (work.copies && batch.needsAll())) {
        team.run(work.phase);
      } else {
        team.run(work.phase, examples * work.flops);
      }
    }
  }

  /** Returns the sum of the losses of the last batch, each times its weight, in nats. */
  double loss() {
    double sum = 0;
    for (int b = 0; b < examples; b++) {
      sum += losses[b];
    }
    return sum;
  }

  /** Returns how many examples of the last batch were classified right. */
  int right() {
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
    Signals to = views[member][0];
    Dropout dropout = inputDropout[member];
    batch.load(to, first, end, kernels);
    for (int b = first; b < end; b++) {
      if (targets.mixed) {
        batch.mix(to, b, targets.partner(b), targets.share(b), kernels, partners[member]);
      }
      if (dropout.isOn()) {
        for (int unit = 0; unit < to.unitsP; unit += to.panel) {
          dropout.apply(to.a, to.at(b, unit), to.width(unit), step, 0, b, unit);
          kernels.mask(to.a, to.at(b, unit), to.width(unit), to.aMasks, to.maskAt(b, unit));
        }
      }
    }
  }

  private Phase forward(int l) {
    Layer layer = layers.get(l).parameters;
    boolean relu = l < layers.size() - 1;
    Signals to = levels[l + 1];
    return byPanels(
        to,
        (member, panel) ->
            products[member].forwardPanel(layer, views[member][l], to, examples, relu, panel),
        (member, members) ->
            products[member].forwardShare(
                layer, views[member][l], to, examples, relu, member, members));
  }

  /**
   * Returns a phase in which members take the panels of a level as they come; where these are few,
   * or the last of them would be waited for too long, the one that has fixed shares.
   */
  private Phase byPanels(Signals to, PanelWork work, Phase shares) {
    int panels = Math.ceilDiv(to.unitsP, Block.WIDTH);
    int rounds = Math.ceilDiv(panels, team.members());
    int idle = rounds * team.members() - panels;
    if (rounds < MANY || idle * LOSS > panels) {
      return shares;
    }
    Pieces pieces = Pieces.evenly(panels, team.members());
    dealt.add(pieces);
    return (member, members) -> {
      for (int panel = pieces.take(member); panel >= 0; panel = pieces.take(member)) {
        work.run(member, panel);
      }
    };
  }

  private void softmax(int member, int members) {
    int first = ThreadTeam.share(examples, member, members);
    int past = ThreadTeam.share(examples, member + 1, members);
    Softmax.exponentials(last, first, past, best, exponentials, kernels);
    for (int b = first; b < past; b++) {
      losses[b] = targets.delta(last, b, best[b], exponentials);
      kernels.mask(last.delta, last.at(b, 0), last.unitsP, last.deltaMasks, last.maskAt(b, 0));
      right[b] = best[b] == targets.answer(b);
    }
  }

  private Phase backward(int l) {
    Layer layer = layers.get(l).parameters;
    Signals from = levels[l + 1];
    Signals to = levels[l];
    return byPanels(
        to,
        (member, panel) -> products[member].backwardPanel(layer, from, to, examples, panel),
        (member, members) ->
            products[member].backwardShare(layer, from, to, examples, member, members));
  }
}
