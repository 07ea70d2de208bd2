package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The forward pass alone, for predictions. Members of the team take some examples at a time through
 * all layers, each with buffers of its own, so nobody waits for anybody. Not safe to share between
 * threads.
 */
public final class ForwardPass {
  /** The most examples a member takes at a time: enough to make copying the weights cheap. */
  private static final int CHUNK = 128;

  /**
   * Values of a level that a member holds at a time, and e^z of as many logits; fewer examples
   * where one has very many.
   */
  private static final int VALUES = 1 << 22;

  /** Examples below which a member does them one by one, on the weights where they lie. */
  private static final int FEW = 8;

  private static final byte[] NO_BYTES = {};
  private static final float[] NO_FLOATS = {};

  /** The working memory of one member. */
  private static final class Workspace {
    final Signals[] levels;
    final Products products;
    final double[] exponentials;

    Workspace(List<Layer> layers, int examples, Kernels kernels) {
      levels = new Signals[layers.size() + 1];
      levels[0] = Signals.input(layers.getFirst().in, examples);
      for (int l = 0; l < layers.size(); l++) {
        int units = layers.get(l).out;
        levels[l + 1] =
            l + 1 < layers.size()
                ? Signals.hidden(units, examples, l + 1, false)
                : Signals.logits(units, examples, l + 1, false);
      }
      products = new Products(kernels);
      exponentials = new double[examples * layers.getLast().out];
    }
  }

  private final List<Layer> layers;
  private final Kernels kernels;
  private final ThreadTeam team;
  private final Workspace[] workspaces;
  private final Phase work = this::work;
  private final AtomicInteger next = new AtomicInteger();
  private final int inputs;
  private final int classes;
  private final int most;

  private byte[] bytes = NO_BYTES;
  private float[] floats = NO_FLOATS;
  private boolean scale;
  private int from;
  private int count;
  private int chunk;
  private float[] logits = NO_FLOATS;
  private float[] probabilities = NO_FLOATS;

  /** Makes the buffers. */
  public ForwardPass(List<Layer> layers, Kernels kernels, ThreadTeam team) {
    this.layers = List.copyOf(layers);
    this.kernels = kernels;
    this.team = team;
    this.inputs = layers.getFirst().in;
    this.classes = layers.getLast().out;
    this.workspaces = new Workspace[team.members()];
    int widest = layers.stream().mapToInt(layer -> Math.max(layer.in, layer.out)).max().orElse(1);
    this.most = Math.clamp(VALUES / widest, FEW, CHUNK);
    Arrays.setAll(workspaces, member -> new Workspace(layers, most, kernels));
  }

  /**
   * Computes logits and probabilities from bytes, scaled to v/255.
   *
   * @param source [n, n_0], row-major
   * @param from the first example
   * @param count how many
   * @param logits [count, n_L], row-major, written
   * @param probabilities [count, n_L], row-major, written
   */
  public void run(byte[] source, int from, int count, float[] logits, float[] probabilities) {
    bytes = source;
    scale = true;
    run(from, count, logits, probabilities);
  }

  /** Computes logits and probabilities from floats as they are; otherwise like the other. */
  public void run(float[] source, int from, int count, float[] logits, float[] probabilities) {
    floats = source;
    scale = false;
    run(from, count, logits, probabilities);
  }

  private void run(int from, int count, float[] logits, float[] probabilities) {
    this.from = from;
    this.count = count;
    this.logits = logits;
    this.probabilities = probabilities;
    chunk = Math.clamp(Math.ceilDiv(count, team.members()), 1, most);
    next.set(0);
    long flops = 0;
    for (int l = 0; l < layers.size(); l++) {
      flops += layers.get(l).flops();
    }
    try {
      team.run(work, count * flops);
    } finally { // they belong to the caller
      bytes = NO_BYTES;
      floats = NO_FLOATS;
      this.logits = NO_FLOATS;
      this.probabilities = NO_FLOATS;
    }
  }

  private void work(int member, int members) {
    Workspace workspace = workspaces[member];
    for (int i = next.getAndAdd(chunk); i < count; i = next.getAndAdd(chunk)) {
      int examples = Math.min(chunk, count - i);
      if (examples < FEW) {
        for (int b = i; b < i + examples; b++) {
          float[] x = new float[inputs];
          load(from + b, x);
          System.arraycopy(logits(layers, kernels, x), 0, logits, b * classes, classes);
        }
      } else {
        many(workspace, i, examples);
      }
      Softmax.probabilities(
          logits, i * classes, examples, classes, probabilities, workspace.exponentials, kernels);
    }
  }

  private void load(int example, float[] x) {
    if (scale) {
      kernels.scale(bytes, example * inputs, inputs, x, 0);
    } else {
      System.arraycopy(floats, example * inputs, x, 0, inputs);
    }
  }

  private void many(Workspace workspace, int first, int examples) {
    int at = (from + first) * inputs;
    if (scale) {
      workspace.levels[0].load(0, examples, bytes, at, kernels);
    } else {
      workspace.levels[0].load(0, examples, floats, at, kernels);
    }
    for (int l = 0; l < layers.size(); l++) {
      boolean relu = l < layers.size() - 1;
      workspace.products.forwardShare(
          layers.get(l), workspace.levels[l], workspace.levels[l + 1], examples, relu, 0, 1);
    }
    Signals last = workspace.levels[layers.size()];
    for (int b = 0; b < examples; b++) {
      System.arraycopy(last.a, last.at(b, 0), logits, (first + b) * classes, classes);
    }
  }

  /**
   * Returns the logits of one example, on the weights where they lie and with no other memory than
   * that of the activations. Safe to call from many threads.
   *
   * @param x [n_0]
   * @return [n_L], padded to a multiple of 16
   */
  public static float[] logits(List<Layer> layers, Kernels kernels, float[] x) {
    float[] a = Arrays.copyOf(x, Rows.pad(x.length));
    long[] masks = new long[Masks.words(a.length)];
    kernels.mask(a, 0, a.length, masks, 0);
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      float[] z = layer.b.clone();
      for (int unit = 0; unit < layer.outP; unit += Block.WIDTH) {
        kernels.accumulate(layer.w, layer.at(0, unit), layer.width(unit), a, masks, z, unit);
      }
      if (l < layers.size() - 1) {
        masks = new long[Masks.words(layer.outP)];
        kernels.relu(z, 0, layer.outP, masks, 0);
        Masks.trim(masks, 0, layer.out);
      }
      a = z;
    }
    return a;
  }
}
