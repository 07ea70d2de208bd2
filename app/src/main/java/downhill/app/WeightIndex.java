package downhill.app;

import downhill.equations.Gradients;
import downhill.network.Architecture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One weight of a network.
 *
 * @param layer l, from 1 to L
 * @param unit i, the row, from 0
 * @param input j, the column, from 0
 */
record WeightIndex(int layer, int unit, int input) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}),(\\d{1,9}),(\\d{1,9})");

  /** Reads {@code L,I,J} and refuses what the network doesn't have. */
  static WeightIndex parse(String text, Architecture architecture) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw CommandException.refused(
          "--weight '" + text + "': expected L,I,J, as in 1,0,0",
          "L is the layer from 1, I its unit from 0, J the unit before or the pixel, from 0");
    }
    int l = Integer.parseInt(form.group(1));
    int i = Integer.parseInt(form.group(2));
    int j = Integer.parseInt(form.group(3));
    check(text, "layer", l, 1, architecture.layers(), architecture);
    check(text, "unit", i, 0, architecture.width(l) - 1, architecture);
    check(text, "input", j, 0, architecture.width(l - 1) - 1, architecture);
    return new WeightIndex(l, i, j);
  }

  private static void check(
      String text, String what, int found, int from, int to, Architecture architecture) {
    if (found < from || found > to) {
      throw CommandException.refused(
          "--weight %s: expected %s %d to %d, found %d".formatted(text, what, from, to, found),
          "the model is " + architecture);
    }
  }

  /** Returns the weight of layer 1 that the loss depends on most. */
  static WeightIndex mostTelling(Gradients gradients) {
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
