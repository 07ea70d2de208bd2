package downhill.app;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How numbers, names and sentences are written for people: the same in every locale. */
final class Text {
  private static final char NO_BREAK = '\u00a0';

  private Text() {}

  /** Returns a count with its thousands apart: {@code 60,000}. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Returns a count and its noun: {@code 1 image}, {@code 2 images}. */
  static String count(long n, String noun) {
    return count(n) + " " + (n == 1 ? noun : noun.endsWith("s") ? noun + "es" : noun + "s");
  }

  /** Returns a share of 0..1 in percent: {@code 89.42 %}; a dash where it is not defined. */
  static String percent(double share, int digits) {
    return Double.isNaN(share) ? "–" : fixed(100 * share, digits) + " %";
  }

  /** Returns a number with a fixed count of digits after the point. */
  static String fixed(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Returns a number to some significant digits, with an exponent where it is tiny or huge. */
  static String significant(double value, int digits) {
    if (value == 0 || !Double.isFinite(value)) {
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

  /** Returns a time as a clock shows it: {@code 0:24}, {@code 1:02:03}. */
  static String clock(double seconds) {
    long s = Math.round(Math.max(0, seconds));
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /**
   * Returns text fit to be shown in one line: whatever could move a terminal's cursor or change its
   * colours, and what comes from a file or an argument may hold that, becomes a space.
   */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString().strip();
  }

  /** Returns a word that a shell takes as it is, in quotes where it needs them. */
  static String quoted(String word) {
    String clean = clean(word);
    return clean.matches("[\\w./:@%+=,~-]+") ? clean : "'" + clean.replace("'", "'\\''") + "'";
  }

  /** Returns the number of terminal columns that text takes. */
  static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  private static int width(int c) {
    if (c < 0x1100) {
      return Character.getType(c) == Character.NON_SPACING_MARK ? 0 : 1;
    }
    return switch (UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
      default -> 1;
    };
  }

  /** Returns text cut to some columns, with an ellipsis where something is missing. */
  static String clip(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int used = 1;
    for (int c : text.codePoints().toArray()) {
      used += width(c);
      if (used > columns) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return cut.append('…').toString();
  }

  /** Returns text with spaces after it, up to some columns. */
  static String left(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  /** Returns text with spaces before it, up to some columns. */
  static String right(String text, int columns) {
    return " ".repeat(Math.max(0, columns - width(text))) + text;
  }

  /** Returns text that {@link #wrap} does not break. */
  static String whole(String text) {
    return text.replace(' ', NO_BREAK);
  }

  /** Returns a sentence in lines of at most some columns, broken at spaces. */
  static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && width(line.toString()) + 1 + width(word) > columns) {
        lines.add(line.toString().replace(NO_BREAK, ' '));
        line.setLength(0);
      }
      if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString().replace(NO_BREAK, ' '));
    return lines;
  }
}
