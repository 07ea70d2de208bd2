package downhill.tuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that a setting is drawn from. Immutable; safe to share. */
public sealed interface Range {
  /** From this ratio of its bounds on, an interval is one of magnitudes. */
  double LOGARITHMIC = 10;

  /**
   * One of some values, each as likely as another.
   *
   * @param values at least one, no two alike
   */
  record Choice(List<String> values) implements Range {
    /** Copies the list. */
    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public String draw(double u) {
      return values.get((int) (u * values.size()));
    }

    @Override
    public String toString() {
      return String.join(",", values);
    }
  }

  /**
   * A number between two others: uniform, or uniform in its logarithm where the lower bound is
   * above 0 and the upper at least {@link #LOGARITHMIC} times as much.
   *
   * @param from the lower bound
   * @param to the upper bound
   * @param whole whether only whole numbers are drawn; others are rounded to three digits
   * @param least the least number above 0 that there is; what is drawn below it is 0
   */
  record Interval(double from, double to, boolean whole, double least) implements Range {
    private static final MathContext DIGITS = new MathContext(3);

    /** Returns whether magnitudes are uniform, and not the numbers themselves. */
    boolean isLogarithmic() {
      // Of the bounds as they are written: in doubles 0.7 / 0.07 is less than 10.
      BigDecimal far = BigDecimal.valueOf(from).multiply(BigDecimal.valueOf(LOGARITHMIC));
      return from > 0 && BigDecimal.valueOf(to).compareTo(far) >= 0;
    }

    @Override
    public String draw(double u) {
      double drawn;
      if (isLogarithmic()) {
        double low = StrictMath.log(from);
        drawn = StrictMath.exp(low + u * (StrictMath.log(to) - low));
      } else {
        drawn = from + u * (to - from);
      }
      double rounded =
          whole ? StrictMath.rint(drawn) : new BigDecimal(drawn).round(DIGITS).doubleValue();
      double inside = Math.clamp(rounded, from, to); // rounding may lead out of it
      return text(inside < least ? 0 : inside);
    }

    @Override
    public String toString() {
      return text(from) + ".." + text(to);
    }
  }

  /**
   * Returns a value.
   *
   * @param u at least 0 and less than 1
   */
  String draw(double u);

  /** Returns whether there is more than one value. */
  default boolean isSearched() {
    return !(this instanceof Choice(List<String> values) && values.size() == 1);
  }

  /**
   * Reads a range: {@code FROM..TO}, or values with commas between them.
   *
   * @throws IllegalArgumentException if it is neither, or has values that the setting may not have;
   *     the message names the option
   */
  static Range parse(Tunable setting, String text) {
    Matcher interval = Pattern.compile("(.*?)\\.\\.(.*)").matcher(text.strip());
    if (interval.matches()) {
      if (!setting.isNumber()) {
        throw new IllegalArgumentException(
            "--%s %s: expected one value or a list of them, as in A,B; found an interval"
                .formatted(setting.key(), text));
      }
      double from = setting.parse(interval.group(1).strip(), text);
      double to = setting.parse(interval.group(2).strip(), text);
      if (!(from < to)) {
        throw new IllegalArgumentException(
            "--%s %s: expected the lower bound before the upper one"
                .formatted(setting.key(), text));
      }
      return new Interval(from, to, setting.isCount(), setting.least());
    }
    Set<String> seen = new HashSet<>();
    List<String> values = List.of(text.split(",", -1)).stream().map(String::strip).toList();
    for (String value : values) {
      if (value.isEmpty()) {
        throw new IllegalArgumentException(
            "--%s '%s': expected values with commas between them, found an empty one"
                .formatted(setting.key(), text));
      }
      if (setting.isNumber()) {
        setting.parse(value, text);
      }
      if (!seen.add(value)) {
        throw new IllegalArgumentException(
            "--%s %s: expected each value once, found %s twice"
                .formatted(setting.key(), text, value));
      }
    }
    return new Choice(values);
  }

  /** Returns the shortest text of a number. */
  private static String text(double value) {
    String text = Double.toString(value).replace(".0E", "E");
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
