package downhill.tuning;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A picture in SVG, element by element. */
final class Svg {
  private final StringBuilder text = new StringBuilder();

  /** Begins a picture with a white ground. */
  Svg(int width, int height, String title) {
    text.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
          font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" role="img">
        <title>%3$s</title>
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        """
            .formatted(width, height, escaped(title)));
  }

  /** Adds an element without content: its name, and names and values of attributes. */
  Svg add(String name, Object... attributes) {
    open(name, attributes);
    text.append("/>\n");
    return this;
  }

  /** Adds an element with text in it. */
  Svg text(String content, Object... attributes) {
    open("text", attributes);
    text.append('>').append(escaped(content)).append("</text>\n");
    return this;
  }

  /** Adds an element that says more where the pointer rests on it. */
  Svg titled(String title, String name, Object... attributes) {
    open(name, attributes);
    text.append("><title>").append(escaped(title)).append("</title></");
    text.append(name).append(">\n");
    return this;
  }

  /** Begins an element that holds others. */
  Svg begin(String name, Object... attributes) {
    open(name, attributes);
    text.append(">\n");
    return this;
  }

  /** Ends such an element. */
  Svg end(String name) {
    text.append("</").append(name).append(">\n");
    return this;
  }

  /** Ends the picture and returns it. */
  String done() {
    return text + "</svg>\n";
  }

  /** Returns a length to two digits after the point. */
  static String length(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private void open(String name, Object... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      Object value = attributes[i + 1];
      text.append(' ').append(attributes[i]).append("=\"");
      text.append(value instanceof Double d ? length(d) : escaped(value.toString())).append('"');
    }
  }

  private static String escaped(String content) {
    StringBuilder safe = new StringBuilder();
    content
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '&' -> safe.append("&amp;");
            case '"' -> safe.append("&quot;");
            // XML has no place for these, not even escaped.
            default -> safe.appendCodePoint(c < ' ' || c == 0xFFFE || c == 0xFFFF ? ' ' : c);
          }
        });
    return safe.toString();
  }
}
