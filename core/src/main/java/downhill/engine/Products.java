package downhill.engine;

import java.util.Arrays;

/**
 * The three products of a layer and what follows each, for one thread and with its working memory.
 * All three are sums of multiples of rows, and all three leave out the zeros:
 *
 * <ul>
 *   <li>forward: an example's logits add a row of weights for each input that is not 0;
 *   <li>backward: an example's δ adds a column of weights for each unit above whose δ is not 0;
 *   <li>descend: an input's gradient adds an example's δ for each example where the input is not 0.
 * </ul>
 *
 * <p>Leaving out 0·w changes nothing in a sum of finite numbers, but for the sign of a zero; since
 * every kernel leaves out the same ones, all have the same bits. Belongs to one thread.
 */
final class Products {
  /** Inputs whose gradients one thread works on at a time: as many as a word of a mask has. */
  static final int INPUTS = Long.SIZE;

  /** What a bias multiplies, a column of a level: it is the weight of an input that is always 1. */
  private static final float[] ONES = new float[Block.ROWS * Signals.STRIDE];

  static {
    Arrays.fill(ONES, 1);
  }

  /** Units of a level up to which members divide its examples on the way back. */
  private static final int FEW = 128;

  /** The most pages of δ that a thread keeps for the pieces of a panel: 64 or 128 KB. */
  private static final int PAGES = 4;

  /** Examples of a batch up to which δ, and the masks of whole levels, stay for the next piece. */
  static final int KEPT = PAGES * Block.ROWS;

  private final Kernels kernels;
  private final Dropout dropout;
  private final Block block;
  private final Factor factor = new Factor();
  private final Columns byInput;
  private final long[] all = new long[1];

  private long step;

  /** Makes the working memory for predictions. */
  Products(Kernels kernels) {
    this(kernels, new Signals[0], 0, new Dropout(0, 0));
  }

  /**
   * Makes the working memory for a training.
   *
   * @param levels the input's and those above whose activations are factors of a gradient
   * @param batchSize the most examples
   * @param dropout what hidden activations lose
   */
  Products(Kernels kernels, Signals[] levels, int batchSize, Dropout dropout) {
    this.kernels = kernels;
    this.dropout = dropout;
    this.block = kernels.block(Math.clamp(Masks.words(batchSize), 1, PAGES));
    this.byInput = new Columns(levels, batchSize);
  }

  /**
   * Begins another batch.
   *
   * @param step the step, from 1
   */
  void begin(long step) {
    this.step = step;
    byInput.begin();
  }

  /**
   * Returns whether members divide the examples of a level, each doing all units of its own, and
   * not the units: where there is but one panel of these.
   */
  static boolean divideExamples(Signals to) {
    return to.unitsP <= Block.WIDTH;
  }

  /**
   * Returns the same for the way back, where each member makes a transposed copy of what it needs
   * of the weights: where they are so few that all of them take less time than waiting does.
   */
  static boolean divideExamplesBack(Signals to) {
    return to.unitsP <= FEW;
  }

  /**
   * Computes a member's share of the activations a_to = ReLU(W a_from + b); without the ReLU for
   * the last layer. Members divide units and, where they must, examples.
   */
  void forwardShare(
      Layer layer, Signals from, Signals to, int rows, boolean relu, int member, int members) {
    int lines = layer.outP / Rows.LINE;
    for (int unit = 0; unit < layer.outP; unit += Block.WIDTH) {
      int first = firstRow(lines, unit, rows, member, members);
      int last = firstRow(lines, unit, rows, member + 1, members);
      if (first < last) {
        forward(layer, from, to, unit, first, last, relu);
      }
    }
  }

  /**
   * Returns the first row that belongs to {@code member} in the columns from {@code unit} on, when
   * {@code rows} × {@code lines} pieces of equal work are divided, block after block and in each
   * row after row.
   */
  private static int firstRow(int lines, int unit, int rows, int member, int members) {
    int before = unit / Rows.LINE;
    int width = Math.min(Block.WIDTH / Rows.LINE, lines - before);
    long pieces = (long) rows * lines * member / members - (long) rows * before;
    return Math.clamp(pieces / width, 0, rows);
  }

  /** Computes the activations of one panel of units, for all examples. */
  void forwardPanel(Layer layer, Signals from, Signals to, int rows, boolean relu, int panel) {
    forward(layer, from, to, panel * Block.WIDTH, 0, rows, relu);
  }

  private void forward(
      Layer layer, Signals from, Signals to, int unit, int first, int last, boolean relu) {
    int rows = last - first;
    int width = layer.width(unit);
    int at = to.at(first, unit);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(layer.b, unit, to.a, at + r * to.stride, width);
    }
    block.page = 0;
    for (int k = 0; k < layer.in; k += Block.ROWS) {
      factor.rows(from.a, from.at(first, k), from.stride);
      factor.masked(from.aMasks, from.maskAt(first, k), from.words);
      block.load(layer.w, layer.at(k, unit), width, Math.min(Block.ROWS, layer.in - k), width);
      block.accumulate(factor, to.a, at, to.stride, rows);
    }
    if (relu) {
      int maskAt = to.maskAt(first, unit);
      for (int b = first; b < last; b++, at += to.stride, maskAt += to.words) {
        kernels.relu(to.a, at, width, to.aMasks, maskAt);
        if (dropout.isOn()) {
          dropout.apply(to.a, at, width, step, to.level, b, unit);
          kernels.mask(to.a, at, width, to.aMasks, maskAt);
        }
        Masks.trim(to.aMasks, maskAt, Math.min(width, layer.out - unit));
      }
    }
  }

  /**
   * Computes a member's share of δ one level down: δ_to = ReLU′(z_to) ⊙ (Wᵀ δ_from).
   *
   * @param from the level above
   * @param to the level below
   */
  void backwardShare(Layer layer, Signals from, Signals to, int rows, int member, int members) {
    boolean byExamples = divideExamplesBack(to);
    int lines = to.unitsP / Rows.LINE;
    for (int unit = 0; unit < to.unitsP; unit += Block.WIDTH) {
      int first =
          byExamples
              ? ThreadTeam.share(rows, member, members)
              : firstRow(lines, unit, rows, member, members);
      int last =
          byExamples
              ? ThreadTeam.share(rows, member + 1, members)
              : firstRow(lines, unit, rows, member + 1, members);
      if (first < last) {
        backward(layer, from, to, unit, first, last);
      }
    }
  }

  /** Computes δ one level down for one panel of its units, for all examples. */
  void backwardPanel(Layer layer, Signals from, Signals to, int rows, int panel) {
    backward(layer, from, to, panel * Block.WIDTH, 0, rows);
  }

  private void backward(Layer layer, Signals from, Signals to, int unit, int first, int last) {
    int rows = last - first;
    int columns = Math.min(Block.WIDTH, layer.in - unit);
    int width = Rows.pad(columns);
    int at = to.at(first, unit);
    for (int r = 0; r < rows; r++) {
      Arrays.fill(to.delta, at + r * to.stride, at + r * to.stride + width, 0);
    }
    block.page = 0;
    for (int o = 0; o < layer.out; o += Block.ROWS) {
      factor.rows(from.delta, from.at(first, o), from.stride);
      factor.masked(from.deltaMasks, from.maskAt(first, o), from.words);
      block.loadTransposed(
          layer.w,
          layer.at(unit, o),
          layer.width(o / Block.WIDTH * Block.WIDTH),
          Math.min(Block.ROWS, layer.out - o),
          columns);
      block.accumulate(factor, to.delta, at, to.stride, rows);
    }
    int maskAt = to.maskAt(first, unit);
    for (int r = 0; r < rows; r++, at += to.stride, maskAt += to.words) {
      kernels.reluDerivative(to.a, to.delta, at, width, to.deltaMasks, maskAt);
      if (dropout.isOn()) {
        dropout.scaleDelta(to.delta, at, width);
      }
    }
  }

  /**
   * Descends: W ← W − η δ ⊗ a and, once for these units, b ← b − η δ, each summed over the batch.
   *
   * @param from the level below, whose activations count
   * @param to the level above, whose δ count
   * @param unit the first of the units, a multiple of {@link Block#WIDTH}
   * @param chunk which {@value #INPUTS} inputs
   * @param examples B
   * @param rate η; the 1/B is in δ
   * @param again whether the last call was for the same units of the same step, whose δ are still
   *     here
   */
  void descend(
      Layer layer,
      Signals from,
      Signals to,
      int unit,
      int chunk,
      int examples,
      float rate,
      boolean again) {
    sum(layer, from, to, unit, chunk, examples, rate, again, false);
  }

  /** As {@link #descend}, but writes the gradients δ ⊗ a and δ, summed, and changes nothing. */
  void gradient(
      Layer gradient, Signals from, Signals to, int unit, int chunk, int examples, boolean again) {
    sum(gradient, from, to, unit, chunk, examples, 0, again, true);
  }

  private void sum(
      Layer layer,
      Signals from,
      Signals to,
      int unit,
      int chunk,
      int examples,
      float rate,
      boolean again,
      boolean keep) {
    int width = layer.width(unit);
    int start = chunk * INPUTS;
    int past = Math.min(layer.in, start + INPUTS);
    long[] masks = byInput.of(from, chunk, examples);
    for (int b = 0; b < examples; b += Block.ROWS) {
      loadDeltas(to, unit, b, examples, width, again);
      factor.columns(from.a, from.at(b, start));
      factor.masked(masks, byInput.at(chunk) + b / Block.ROWS, byInput.words);
      boolean last = !keep && b + Block.ROWS >= examples;
      block.descend(
          factor, b == 0, last, layer.w, layer.at(start, unit), width, past - start, rate);
    }
    if (keep) {
      block.sums(layer.w, layer.at(start, unit), width, past - start);
    }
    if (chunk == 0) {
      sumBiases(layer, to, unit, examples, rate, keep);
    }
  }

  private void sumBiases(
      Layer layer, Signals to, int unit, int examples, float rate, boolean keep) {
    factor.columns(ONES, 0);
    factor.masked(all, 0, 0);
    for (int b = 0; b < examples; b += Block.ROWS) {
      loadDeltas(to, unit, b, examples, layer.width(unit), true);
      all[0] = Masks.lowest(Math.min(Block.ROWS, examples - b));
      boolean last = !keep && b + Block.ROWS >= examples;
      block.descend(factor, b == 0, last, layer.b, unit, 0, 1, rate);
    }
    if (keep) {
      block.sums(layer.b, unit, 0, 1);
    }
  }

  /**
   * Turns the block to the δ of the examples from {@code b} on.
   *
   * @param again whether they were loaded before, and are there if there was a page for each
   */
  private void loadDeltas(Signals to, int unit, int b, int examples, int width, boolean again) {
    boolean kept = examples <= KEPT;
    block.page = kept ? b / Block.ROWS : 0;
    if (!kept || !again) {
      int rows = Math.min(Block.ROWS, examples - b);
      block.load(to.delta, to.at(b, unit), to.stride, rows, width);
    }
  }
}
