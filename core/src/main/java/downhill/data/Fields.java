package downhill.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** What the fields of a table say, read from their bytes without making a text of each. */
final class Fields {
  /** The longest part of a field that a message quotes. */
  private static final int LONGEST_EXCERPT = 40;

  /** The greatest whole number up to which a double holds all of them. */
  private static final long EXACT = 1L << 53;

  /**
   * From here on digits are no longer added up; it is above EXACT, and ten times it fits a long.
   */
  private static final long FULL = 100_000_000_000_000_000L;

  /** The powers of ten that a double holds exactly. */
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** A number as some languages write it, with its thousands set off, in percent or in money. */
  private static final Pattern WITH_MARKS = marks("\\d++(,\\d++)*+(\\.\\d++)?|,\\d++", ".");

  /** The same beside numbers with a decimal comma; dates such as 24.12.2026 are none. */
  private static final Pattern WITH_MARKS_AND_COMMA = marks("\\d++([.,]\\d++)?|[.,]\\d++", ".,");

  private static Pattern marks(String number, String thousands) {
    return Pattern.compile(
        "[+-]?[$€£¥]? ?((%s)([eE][+-]?\\d++)?|\\d{1,3}([%s '’\\u00a0\\u202f]\\d{3})++([.,]\\d+)?) ?[%%€$£¥]?"
            .formatted(number, thousands));
  }

  private static final byte[][] MISSING = {
    ascii("?"), ascii("NA"), ascii("N/A"), ascii("NaN"), ascii("nan"), ascii("null"), ascii("NULL")
  };

  private Fields() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns whether a field says that there is no value. */
  static boolean isMissing(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return true;
    }
    byte first = bytes[from];
    if (length > 4 || (first != '?' && first != 'N' && first != 'n')) {
      return false;
    }
    for (byte[] word : MISSING) {
      if (Arrays.equals(word, 0, word.length, bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the number that a field holds, rounded as {@link Double#parseDouble} does; NaN where it
   * is no number, infinity where it is too large for a double.
   *
   * @param decimal what stands before its decimals
   */
  static double number(byte[] bytes, int from, int to, char decimal) {
    int p = from;
    boolean negative = p < to && bytes[p] == '-';
    if (negative || (p < to && bytes[p] == '+')) {
      p++;
    }
    long digits = 0;
    int count = 0;
    int point = 0; // digits behind the point
    boolean behind = false;
    for (; p < to; p++) {
      int digit = bytes[p] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits < FULL ? digits * 10 + digit : digits;
        count++;
        point += behind ? 1 : 0;
      } else if (bytes[p] == decimal && !behind) {
        behind = true;
      } else {
        break;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    int exponent = 0;
    if (p < to) {
      exponent = exponent(bytes, p, to);
      if (exponent == Integer.MIN_VALUE) {
        return Double.NaN;
      }
    }
    int tens = exponent - point;
    if (digits <= EXACT && tens > -TENS.length && tens < TENS.length) {
      // Both are exact, so the one rounding is that of the exact result (Clinger, 1990).
      double value = tens < 0 ? digits / TENS[-tens] : digits * TENS[tens];
      return negative ? -value : value;
    }
    // Too many digits, or too far from 1: seldom enough to make a text of it.
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    return Double.parseDouble(text.replace(decimal, '.'));
  }

  /** Returns whether a text, which is no number, is one with other marks than before decimals. */
  static boolean hasMarks(String text, char decimal) {
    return (decimal == ',' ? WITH_MARKS_AND_COMMA : WITH_MARKS).matcher(text).matches();
  }

  /** Returns what follows the digits, from the e on; the least int where that is no exponent. */
  private static int exponent(byte[] bytes, int from, int to) {
    int p = from + 1;
    if (bytes[from] != 'e' && bytes[from] != 'E') {
      return Integer.MIN_VALUE;
    }
    boolean negative = p < to && bytes[p] == '-';
    if (negative || (p < to && bytes[p] == '+')) {
      p++;
    }
    int first = p;
    int exponent = 0;
    for (; p < to; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      exponent = Math.min(exponent * 10 + digit, 100_000);
    }
    if (p == first) {
      return Integer.MIN_VALUE;
    }
    return negative ? -exponent : exponent;
  }

  /** Returns a text without the spaces around it, which no field keeps. */
  static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == ' ') {
      from++;
    }
    while (from < to && text.charAt(to - 1) == ' ') {
      to--;
    }
    return text.substring(from, to);
  }

  /** Returns a text as a message can bear it: cut where it is long. */
  static String excerpt(String text) {
    return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "…";
  }
}
