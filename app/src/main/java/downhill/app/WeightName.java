package downhill.app;

import downhill.explanation.WeightIndex;
import downhill.network.Architecture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the option {@code --weight}: which one of a network's weights is meant. */
final class WeightName {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}),(\\d{1,9}),(\\d{1,9})");

  private WeightName() {}

  /** Reads {@code L,I,J} and refuses what the network doesn't have. */
  static WeightIndex parse(String text, Architecture architecture) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw CommandException.refused(
          "--weight '" + text + "': expected L,I,J, as in 1,0,0",
          "L is the layer from 1, I its unit from 0, J the unit before or the pixel, from 0");
    }
    WeightIndex weight =
        new WeightIndex(
            Integer.parseInt(form.group(1)),
            Integer.parseInt(form.group(2)),
            Integer.parseInt(form.group(3)));
    try {
      return weight.in(architecture);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          "--weight " + text + ": " + Failure.describe(e), "the model is " + architecture);
    }
  }
}
