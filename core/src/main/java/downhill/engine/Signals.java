package downhill.engine;

import java.util.Arrays;

/**
 * What flows through one level of the network for a batch: activations forward, δ back. Level 0 is
 * the input. A batch of up to {@code capacity} examples is held in three layouts, because the three
 * products read them along different axes:
 *
 * <ul>
 *   <li>rows, [capacity][pad(units)], which the forward pass reads along the units;
 *   <li>panels, [pad(units) / 16][capacity][16], which the gradient reads along the examples;
 *   <li>lanes, [capacity / 16][pad(units)][16], which the backward pass reads along the units, 16
 *       examples at a time.
 * </ul>
 */
final class Signals {
  /** v/255 for each byte: the input scaling. */
  private static final float[] SCALED = new float[256];

  static {
    for (int v = 0; v < 256; v++) {
      SCALED[v] = v / 255f;
    }
  }

  private static final float[] NONE = {};

  final int units;
  final int unitsP;
  final int capacity;

  /** a, as rows; for the last level, the logits z. */
  final float[] aRows;

  /** a, as panels. */
  final float[] aPanels;

  /** δ = ∂Loss/∂z, as panels. */
  final float[] deltaPanels;

  /** δ, as lanes. */
  final float[] deltaLanes;

  private Signals(int units, int capacity, boolean aPanels, boolean delta) {
    this.units = units;
    this.unitsP = Panels.pad(units);
    this.capacity = capacity;
    int size = Math.multiplyExact(unitsP, capacity);
    this.aRows = new float[size];
    this.aPanels = aPanels ? new float[size] : NONE;
    this.deltaPanels = delta ? new float[size] : NONE;
    this.deltaLanes = delta ? new float[size] : NONE;
  }

  /** Returns buffers for the forward pass alone: rows. */
  static Signals forPrediction(int units, int batchSize) {
    return new Signals(units, Panels.pad(batchSize), false, false);
  }

  /**
   * Returns buffers for training.
   *
   * @param input whether this is level 0, which has no δ
   */
  static Signals forTraining(int units, int batchSize, boolean input) {
    return new Signals(units, Panels.pad(batchSize), true, !input);
  }

  /** Sets row {@code b} to n bytes, 0..255, scaled to 0..1. */
  void loadRow(int b, byte[] source, int offset) {
    int row = b * unitsP;
    for (int u = 0; u < units; u++) {
      aRows[row + u] = SCALED[source[offset + u] & 0xFF];
    }
  }

  /** Sets row {@code b} to n floats as they are. */
  void loadRow(int b, float[] source, int offset) {
    System.arraycopy(source, offset, aRows, b * unitsP, units);
  }

  /** Copies row {@code b} into the panels. */
  void rowToPanels(int b) {
    int row = b * unitsP;
    for (int p = 0; p < unitsP; p += Panels.WIDTH) {
      int at = (p / Panels.WIDTH * capacity + b) * Panels.WIDTH;
      for (int c = 0; c < Panels.WIDTH; c++) {
        aPanels[at + c] = aRows[row + p + c];
      }
    }
  }

  /** Zeroes row {@code b}. */
  void clearRow(int b) {
    Arrays.fill(aRows, b * unitsP, (b + 1) * unitsP, 0f);
  }
}
