package downhill.explanation;

import downhill.equations.Gradients;
import downhill.network.Architecture;

/**
 * One weight of a network.
 *
 * @param layer l, from 1 to L
 * @param unit i, the row, from 0
 * @param input j, the column, from 0
 */
public record WeightIndex(int layer, int unit, int input) {
  /**
   * Checks that a network has this weight.
   *
   * @return this weight
   * @throws IllegalArgumentException if it has not; says what it has
   */
  public WeightIndex in(Architecture architecture) {
    check("layer", layer, 1, architecture.layers());
    check("unit", unit, 0, architecture.width(layer) - 1);
    check("input", input, 0, architecture.width(layer - 1) - 1);
    return this;
  }

  private static void check(String what, int found, int from, int to) {
    if (found < from || found > to) {
      throw new IllegalArgumentException(
          "expected %s %d to %d, found %d".formatted(what, from, to, found));
    }
  }

  /** Returns the weight of layer 1 that the loss depends on most. */
  public static WeightIndex mostTelling(Gradients gradients) {
    double[][] W = gradients.weights(1);
    WeightIndex most = new WeightIndex(1, 0, 0);
    for (int i = 0; i < W.length; i++) {
      for (int j = 0; j < W[i].length; j++) {
        if (Math.abs(W[i][j]) > Math.abs(W[most.unit][most.input])) {
          most = new WeightIndex(1, i, j);
        }
      }
    }
    return most;
  }
}
