package downhill.onnx;

import downhill.modelfile.ModelFileException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a graph does to its inputs before the first layer, as (x − offset) / scale, collected from
 * Sub, Add, Mul and Div. In double, so that it does not matter in how many steps it is done.
 * Belongs to one thread.
 */
final class InputStage {
  /** How far a scaling may be from another, relatively: 1/255 as a float has an error of 6e-8. */
  private static final double TOLERANCE = 1e-6;

  private double[] offset = {0};
  private double[] scale = {1};
  private @Nullable Node last;

  /**
   * Takes part of one node more.
   *
   * @param constant the other operand, one number or one for each input
   * @param first whether the constant stands first
   */
  void apply(Node node, Tensor constant, boolean first) throws ModelFileException {
    last = node;
    float[] c = constant.values();
    int rank = constant.shape().size();
    if (c.length > 1 && (rank > 2 || constant.shape().getLast() != c.length)) {
      throw node.wrong(
          "expected one number, or one for each input, found a constant of " + constant.shape());
    }
    int n = Math.max(c.length, offset.length);
    if ((c.length != 1 && c.length != n) || (offset.length != 1 && offset.length != n)) {
      throw node.wrong("expected %d numbers, found %d".formatted(offset.length, c.length));
    }
    double[] o = new double[n];
    double[] s = new double[n];
    for (int j = 0; j < n; j++) {
      o[j] = offset[offset.length == 1 ? 0 : j];
      s[j] = scale[scale.length == 1 ? 0 : j];
      double v = c[c.length == 1 ? 0 : j];
      switch (node.operator()) {
        case "Sub" -> o[j] += v * s[j];
        case "Add" -> o[j] -= v * s[j];
        case "Div" -> s[j] *= v;
        default -> s[j] /= v; // Mul
      }
      if (s[j] == 0 || !Double.isFinite(s[j]) || !Double.isFinite(o[j])) {
        throw node.wrong("would make the inputs 0 or infinite");
      }
    }
    boolean commutes = node.operator().equals("Add") || node.operator().equals("Mul");
    if (first && !commutes) {
      throw node.wrong("expected the constant as the second operand");
    }
    offset = o;
    scale = s;
  }

  /** Returns whether inputs are taken as they are. */
  boolean isNothing() {
    return Arrays.stream(offset).allMatch(o -> o == 0)
        && Arrays.stream(scale).allMatch(s -> s == 1);
  }

  /** Returns whether this is the same as a model's scaling, as well as floats can tell. */
  boolean is(InputScaling scaling) {
    int n = scaling.inputs();
    if (offset.length != 1 && offset.length != n) {
      return false;
    }
    for (int j = 0; j < n; j++) {
      double o = offset[offset.length == 1 ? 0 : j];
      double s = scale[scale.length == 1 ? 0 : j];
      double farthest = TOLERANCE * Math.abs(scaling.scale(j));
      if (!(Math.abs(s - scaling.scale(j)) <= farthest)
          || !(Math.abs(o - scaling.offset(j))
              <= TOLERANCE * Math.abs(scaling.offset(j)) + farthest)) {
        return false;
      }
    }
    return true;
  }

  /** Returns that a model can't hold this. */
  ModelFileException refusal(Graph graph, InputScaling expected) {
    String problem =
        "the inputs are scaled by (x − %s) / %s%s; expected %s"
            .formatted(
                (float) offset[0],
                (float) scale[0],
                offset.length > 1 ? " for the first of them" : "",
                expected);
    return last == null ? graph.wrong(problem) : last.wrong(problem);
  }
}
