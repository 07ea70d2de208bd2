package downhill.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A text of HTML or SVG as it grows, well-formed as XML too: every element is closed, and whatever
 * text goes in is escaped.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values, in turn
   */
  Markup open(String tag, String... attributes) {
    begin(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element opened last. */
  Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** Adds text. */
  Markup text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** Adds an element that holds nothing but text. */
  Markup leaf(String tag, String text, String... attributes) {
    begin(tag, attributes);
    out.append('>').append(escaped(text)).append("</").append(tag).append('>');
    return this;
  }

  /** Adds an element that can't hold anything, as {@code img} or SVG's {@code circle}. */
  Markup empty(String tag, String... attributes) {
    begin(tag, attributes);
    out.append("/>");
    return this;
  }

  /** Adds a paragraph of text. */
  Markup paragraph(String text, String... attributes) {
    leaf("p", text, attributes);
    out.append('\n');
    return this;
  }

  /** Adds text of our own that must not be escaped: a style sheet. */
  Markup verbatim(String text) {
    out.append(text);
    return this;
  }

  private void begin(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException(tag + ": an attribute without a value");
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escaped(attributes[i + 1])).append('"');
    }
  }

  // What XML has no place for becomes U+FFFD, and so do the marks that turn text around, which
  // would reach beyond the name that holds them.
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> escaped.append("&amp;");
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '"' -> escaped.append("&quot;");
            case '\'' -> escaped.append("&#39;");
            default -> escaped.appendCodePoint(isShown(c) ? c : 0xfffd);
          }
        });
    return escaped.toString();
  }

  private static boolean isShown(int c) {
    boolean turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    return !Character.isISOControl(c) && !turns && !surrogate && (c & 0xfffe) != 0xfffe;
  }

  /** Returns all of it; every element must be closed. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }
}
