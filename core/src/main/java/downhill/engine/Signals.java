package downhill.engine;

/**
 * What flows through one level of the network for a batch: activations forward, δ back. Level 0 is
 * the input. Both lie in panels of up to {@link Block#WIDTH} units, as the weights do, each
 * [capacity, units of a panel], row-major, {@link #stride} floats from row to row: what one product
 * reads of a level lies together, and members who compute neighbouring panels share no cache line
 * but the one at the border. The last level is one panel, however many classes there are: an
 * example's logits lie side by side.
 *
 * <p>Beside each lies a mask of what is not zero, in panels too: half of an image is background,
 * and half of what leaves a ReLU is nothing, and zeros take no part in any sum.
 */
final class Signals {
  /**
   * The longest rows that need no gap, 256 bytes: 64 of them are one piece of 16 KB, which the
   * first-level cache holds wherever it lies. Of longer ones a product reads a part each, and
   * without a gap these parts would fall on half of the cache.
   */
  private static final int SHORT = 64;

  /**
   * Floats from one example to the next within a panel, however few units it has: a constant,
   * because the gradient's loops are shorter with one. The last level has a distance of its own.
   */
  static final int STRIDE = stride(Block.WIDTH);

  private static final float[] NONE = {};
  private static final long[] NO_MASKS = {};

  final int units;

  /** l. */
  final int level;

  /**
   * Units with the padding. What lies in the padding is zero, unless something below overflowed,
   * and its mask always.
   */
  final int unitsP;

  /** Units of a panel; fewer are in use in the last one. */
  final int panel;

  /**
   * Floats from one example to the next within a panel: {@link #STRIDE}, but in the last level what
   * its rows need, since no gradient has its activations as factors.
   */
  final int stride;

  /** Words of a mask from one example to the next within a panel. */
  final int words;

  private final int capacity;

  /** a; for the last level, the logits z. */
  final float[] a;

  /** Which a are not zero, in each panel [capacity, words]. */
  final long[] aMasks;

  /** δ = ∂Loss/∂z. */
  final float[] delta;

  /** Which δ are not zero, in each panel [capacity, words]. */
  final long[] deltaMasks;

  private Signals(int units, int panel, int stride, int capacity, int level, boolean delta) {
    this.units = units;
    this.level = level;
    this.unitsP = Rows.pad(units);
    this.panel = panel;
    this.stride = stride;
    this.words = Masks.words(panel);
    this.capacity = capacity;
    int panels = Math.ceilDiv(unitsP, panel);
    this.a = new float[Math.multiplyExact(panels * stride, capacity)];
    this.aMasks = new long[panels * words * capacity];
    this.delta = delta ? new float[a.length] : NONE;
    this.deltaMasks = delta ? new long[aMasks.length] : NO_MASKS;
  }

  /** Returns buffers for the input. */
  static Signals input(int units, int batchSize) {
    return hidden(units, batchSize, 0, false);
  }

  /**
   * Returns buffers for hidden level {@code level}.
   *
   * @param delta whether there is a way back that reaches it
   */
  static Signals hidden(int units, int batchSize, int level, boolean delta) {
    int panel = Math.min(Block.WIDTH, Rows.pad(units));
    return new Signals(units, panel, STRIDE, batchSize, level, delta);
  }

  /** Returns buffers for the last level, where an example's logits lie side by side. */
  static Signals logits(int units, int batchSize, int level, boolean delta) {
    int panel = Rows.pad(units);
    return new Signals(units, panel, stride(panel), batchSize, level, delta);
  }

  private static int stride(int panel) {
    return panel <= SHORT ? panel : Rows.stride(panel);
  }

  /** Returns where the activation, or the δ, of a unit lies for example {@code b}. */
  int at(int b, int unit) {
    return (unit / panel * capacity + b) * stride + unit % panel;
  }

  /** Returns which word of a mask has the bit of a unit for example {@code b}. */
  int maskAt(int b, int unit) {
    return (unit / panel * capacity + b) * words + unit % panel / Long.SIZE;
  }

  /** Returns how many units the panel that begins with {@code unit} has, with the padding. */
  int width(int unit) {
    return Math.min(panel, unitsP - unit);
  }

  /**
   * Sets examples from {@code first} to before {@code past} to bytes, 0..255, scaled to 0..1.
   *
   * @param source [past − first, units] from {@code offset} on, row-major
   */
  void load(int first, int past, byte[] source, int offset, Kernels kernels) {
    for (int unit = 0; unit < units; unit += panel) {
      kernels.load(this, unit, first, past, source, offset);
    }
  }

  /** Sets examples to floats as they are; otherwise like the other. */
  void load(int first, int past, float[] source, int offset, Kernels kernels) {
    for (int unit = 0; unit < units; unit += panel) {
      int n = Math.min(panel, units - unit);
      int from = offset + unit;
      int at = at(first, unit);
      int maskAt = maskAt(first, unit);
      for (int b = first; b < past; b++, from += units, at += stride, maskAt += words) {
        System.arraycopy(source, from, a, at, n);
        kernels.mask(a, at, width(unit), aMasks, maskAt);
      }
    }
  }

  /**
   * Mixes example {@code b} with another: a ← share · a + (1 − share) · other.
   *
   * @param other bytes, scaled in the same way
   * @param row room for one example, padded
   */
  void mix(int b, float share, byte[] other, int offset, Kernels kernels, float[] row) {
    kernels.scale(other, offset, units, row, 0);
    mix(b, share, row, 0, kernels);
  }

  /** Mixes example {@code b} with another, of floats as they are; otherwise like the other. */
  void mix(int b, float share, float[] other, int offset, Kernels kernels) {
    for (int unit = 0; unit < units; unit += panel) {
      int at = at(b, unit);
      int from = offset + unit;
      int n = Math.min(panel, units - unit);
      for (int c = 0; c < n; c++) {
        a[at + c] = Math.fma(share, a[at + c], (1 - share) * other[from + c]);
      }
      kernels.mask(a, at, width(unit), aMasks, maskAt(b, unit));
    }
  }
}
