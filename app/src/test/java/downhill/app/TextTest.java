package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.app.Terminal.Style;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers, names, tables and pictures for people. */
class TextTest {
  private static final Terminal PLAIN = terminal(false);
  private static final Terminal COLOURED = terminal(true);

  private static Terminal terminal(boolean colours) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nowhere, nowhere, colours, colours, () -> 0);
  }

  @Test
  void numbers() {
    assertThat(Text.count(60_000)).isEqualTo("60,000");
    assertThat(Text.count(1, "class")).isEqualTo("1 class");
    assertThat(Text.count(2, "class")).isEqualTo("2 classes");
    assertThat(Text.count(2, "image")).isEqualTo("2 images");
    assertThat(Text.percent(0.89423, 2)).isEqualTo("89.42 %");
    assertThat(Text.percent(Double.NaN, 2)).isEqualTo("–");
    assertThat(Text.significant(0, 3)).isEqualTo("0");
    assertThat(Text.significant(1234.5678, 6)).isEqualTo("1234.57");
    assertThat(Text.significant(-0.0012345, 3)).isEqualTo("-0.00123");
    assertThat(Text.significant(1.5e-9, 2)).isEqualTo("1.5e-09");
    assertThat(Text.setting(5)).isEqualTo("5");
    assertThat(Text.setting(1e10)).isEqualTo("1E10");
    assertThat(Text.setting(0.1)).isEqualTo("0.1");
    assertThat(Text.clock(24.4)).isEqualTo("0:24");
    assertThat(Text.clock(3723)).isEqualTo("1:02:03");
  }

  @Test
  void widthsAreThoseOnTheScreen() {
    assertThat(Text.width("boot")).isEqualTo(4);
    assertThat(Text.width("おき")).isEqualTo(4);
    assertThat(Text.clip("Ankle boot", 6)).isEqualTo("Ankle…");
    assertThat(Text.clip("おきす", 4)).isEqualTo("お…");
    assertThat(Text.wrap("one two three", 7)).containsExactly("one two", "three");
    assertThat(Text.wrap(Text.whole("one two") + " three", 7)).containsExactly("one two", "three");
    assertThat(Text.wrap("two " + Text.whole("one two"), 7)).containsExactly("two", "one two");
  }

  @Test
  void nothingFromOutsideControlsTheTerminal() {
    assertThat(Text.clean("a\033[31mb\r\nc\u202ed")).isEqualTo("a [31mb  c d");
  }

  @Test
  void narrowTablesLeaveOutWhatMattersLeast() {
    Table table = new Table().text("class", 9).number("precision", 1).number("recall", 5);
    table.row("T-shirt/top", "81.0 %", "7.5 %");
    assertThat(table.lines(PLAIN, 80))
        .containsExactly("class        precision  recall", "T-shirt/top     81.0 %   7.5 %");
    assertThat(table.lines(PLAIN, 25))
        .containsExactly("class        recall", "T-shirt/top   7.5 %");
    assertThat(table.lines(PLAIN, 17)).containsExactly("class      recall", "T-shirt/…   7.5 %");
    assertThat(table.row(Style.RED, "x", "", "").lines(COLOURED, 80).getLast())
        .isEqualTo("\033[31mx\033[0m");
  }

  @Test
  void pictures() {
    float[] values = {1, 0, 1, 0, 0, 0.5f};
    Picture picture = new Picture(values, 3, 2);
    assertThat(picture.lines(PLAIN, 80)).containsExactly("█ ", " ░");
    assertThat(picture.lines(PLAIN, 1)).hasSize(1);
    List<String> coloured = picture.lines(COLOURED, 80);
    assertThat(coloured).hasSize(2);
    assertThat(coloured.getFirst())
        .isEqualTo("\033[38;5;255;48;5;255m▀\033[38;5;232;48;5;232m▀\033[0m");
  }

  @Test
  void picturesInColour() {
    // Red, white; then three channels: red 1 1, green 0 1, blue 0 1.
    Picture picture = new Picture(new float[] {1, 1, 0, 1, 0, 1}, 3, 1, 2);
    assertThat(picture.lines(COLOURED, 80))
        .containsExactly("\033[38;5;196;48;5;16m▀\033[38;5;231;48;5;16m▀\033[0m");
    assertThat(picture.lines(PLAIN, 80)).containsExactly("░▒");
  }

  @Test
  void jsonHasNoNumbersThatAreNone() {
    String line =
        new JsonObject()
            .put("event", "é\n\"")
            .put("a", Double.NaN)
            .put("b", Double.POSITIVE_INFINITY)
            .put("c", 0.1)
            .put("d", new float[] {0.5f, Float.NaN})
            .line();
    assertThat(line)
        .isEqualTo(
            "{\"event\":\"\\u00E9\\n\\\"\",\"a\":null,\"b\":null,\"c\":0.1,\"d\":[0.5,null]}");
  }
}
