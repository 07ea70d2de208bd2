package downhill.report;

import java.util.Locale;

/** How a report writes numbers: the same in every locale, never broken from their unit. */
final class Numbers {
  /** What stands where a number is not defined. */
  static final String NONE = "–";

  /** What keeps a number and its unit together. */
  static final char NO_BREAK = '\u00a0';

  private Numbers() {}

  /** Returns a count with its thousands apart: {@code 60,000}. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Returns a count and its noun: {@code 1 image}, {@code 2 images}. */
  static String count(long n, String noun) {
    String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
    return count(n) + NO_BREAK + (n == 1 ? noun : plural);
  }

  /** Returns a number with a fixed count of digits after the point; a dash for {@code NaN}. */
  static String fixed(double value, int digits) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Returns a share of 0..1 in percent: {@code 89.42 %}; a dash for {@code NaN}. */
  static String percent(double share, int digits) {
    return Double.isNaN(share) ? NONE : fixed(100 * share, digits) + NO_BREAK + "%";
  }

  /** Returns a number to some significant digits, with an exponent where it is tiny or huge. */
  static String significant(double value, int digits) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    if (value == 0 || Double.isInfinite(value)) {
      return value == 0 ? "0" : Double.toString(value);
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
    return exponent < -4 || exponent >= 7
        ? String.format(Locale.ROOT, "%." + (digits - 1) + "e", value)
        : fixed(value, Math.max(0, digits - 1 - exponent));
  }

  /** Returns the shortest decimal form of a setting: {@code 0.1}, {@code 1E-5}, {@code 5}. */
  static String setting(double value) {
    String text = Double.toString(value).replace(".0E", "E");
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** Returns a time in the unit that suits it: {@code 24.1 s}, {@code 5 min 3 s}. */
  static String time(double seconds) {
    if (seconds < 100) {
      return fixed(seconds, 1) + NO_BREAK + "s";
    }
    long s = Math.round(seconds);
    return s < 3600
        ? s / 60 + "" + NO_BREAK + "min " + s % 60 + NO_BREAK + "s"
        : s / 3600 + "" + NO_BREAK + "h " + s / 60 % 60 + NO_BREAK + "min";
  }

  /** Returns a coordinate for SVG, to a hundredth, without zeros at its end. */
  static String coordinate(double value) {
    String text = setting(Math.rint(value * 100) / 100);
    return text.equals("-0") ? "0" : text;
  }
}
