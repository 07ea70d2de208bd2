package downhill.engine;

import downhill.engine.ThreadTeam.Phase;
import java.util.Arrays;
import java.util.List;

/**
 * The forward pass alone, for predictions: up to {@code capacity} examples at a time through
 * buffers that are made once. Not safe to share between threads.
 */
public final class ForwardPass {
  private final List<Layer> layers;
  private final Signals[] levels;
  private final Kernels kernels;
  private final Products[] products;
  private final ThreadTeam team;
  private final int capacity;
  private final Phase[] phases;
  private int rows;

  /** Makes the buffers for up to {@code capacity} examples at a time. */
  public ForwardPass(List<Layer> layers, int capacity, Kernels kernels, ThreadTeam team) {
    this.layers = List.copyOf(layers);
    this.kernels = kernels;
    this.products = new Products[team.members()];
    Arrays.setAll(products, member -> new Products(kernels, 0));
    this.team = team;
    this.capacity = capacity;
    this.levels = new Signals[layers.size() + 1];
    this.levels[0] = Signals.withoutDelta(layers.getFirst().in, capacity);
    this.phases = new Phase[layers.size()];
    for (int l = 0; l < phases.length; l++) {
      levels[l + 1] = Signals.withoutDelta(layers.get(l).out, capacity);
      int layer = l;
      phases[l] = (member, members) -> forward(layer, member, members);
    }
  }

  /** Returns how many examples fit at a time. */
  public int capacity() {
    return capacity;
  }

  /**
   * Computes logits from bytes, scaled to v/255.
   *
   * @param source [n, n_0], row-major
   * @param from the first example
   * @param count how many, at most {@link #capacity}
   * @param logits [.., n_L], row-major; row {@code at} and following are written
   */
  public void run(byte[] source, int from, int count, float[] logits, int at) {
    for (int b = 0; b < count; b++) {
      levels[0].load(b, source, (from + b) * levels[0].units, kernels);
    }
    run(count, logits, at);
  }

  /** Computes logits from floats as they are; otherwise like the other. */
  public void run(float[] source, int from, int count, float[] logits, int at) {
    for (int b = 0; b < count; b++) {
      levels[0].load(b, source, (from + b) * levels[0].units, kernels);
    }
    run(count, logits, at);
  }

  private void run(int count, float[] logits, int at) {
    rows = count;
    for (int l = 0; l < phases.length; l++) {
      team.run(phases[l], rows * layers.get(l).flops());
    }
    Signals last = levels[phases.length];
    for (int b = 0; b < count; b++) {
      System.arraycopy(last.a, b * last.stride, logits, (at + b) * last.units, last.units);
    }
  }

  private void forward(int l, int member, int members) {
    boolean relu = l < layers.size() - 1;
    products[member].forwardShare(
        layers.get(l), levels[l], levels[l + 1], rows, relu, member, members);
  }
}
