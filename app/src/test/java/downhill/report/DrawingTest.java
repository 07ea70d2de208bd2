package downhill.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures, axes, numbers and markup. */
class DrawingTest {
  private static BufferedImage decoded(String uri) throws Exception {
    String prefix = "data:image/png;base64,";
    assertThat(uri).startsWith(prefix);
    byte[] bytes = Base64.getDecoder().decode(uri.substring(prefix.length()));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
    assertThat(image).isNotNull();
    return image;
  }

  @Test
  void greyPicturesKeepTheirPixels() throws Exception {
    byte[] pixels = {0, 1, (byte) 128, (byte) 255, 7, 90};
    BufferedImage image = decoded(Png.grey(pixels, 2, 3));
    assertThat(image.getWidth()).isEqualTo(3);
    assertThat(image.getHeight()).isEqualTo(2);
    for (int i = 0; i < pixels.length; i++) {
      assertThat((byte) image.getRaster().getSample(i % 3, i / 3, 0)).isEqualTo(pixels[i]);
    }
  }

  @Test
  void coloursKeepTheirTransparency() throws Exception {
    BufferedImage image =
        decoded(Png.indexed(new byte[] {1, 0}, 1, 2, new int[] {0x80ff0000, 0xff0000ff}));
    assertThat(image.getRGB(0, 0)).isEqualTo(0xff0000ff);
    assertThat(image.getRGB(1, 0)).isEqualTo(0x80ff0000);
  }

  @Test
  void axesHaveRoundTicksAndHoldTheirValues() {
    Axis axis = Axis.around(DoubleStream.of(0.82, 0.93, Double.NaN), 5, 100, 0);
    assertThat(axis.ticks()).hasSizeBetween(3, 8);
    assertThat(axis.low()).isCloseTo(0.8, within(1e-12));
    assertThat(axis.high()).isBetween(0.93, 0.96);
    assertThat(axis.place(axis.low())).isEqualTo(100);
    assertThat(axis.place(axis.high())).isCloseTo(0, within(1e-12));
    assertThat(Axis.around(DoubleStream.of(0.1, 2), 5, 0, 1).low()).isZero();
    assertThat(Axis.around(DoubleStream.of(0.015, 0.015), 5, 0, 1).ticks()).hasSizeBetween(3, 8);
    assertThat(Axis.around(DoubleStream.of(0.015, 0.015), 5, 0, 1).low()).isZero();
    assertThat(Axis.around(DoubleStream.of(-3), 5, 0, 1).high()).isZero();
    assertThat(Axis.around(DoubleStream.of(0, 0), 5, 0, 1).high()).isEqualTo(1);
    assertThat(Axis.around(DoubleStream.empty(), 5, 0, 1).ticks()).isNotEmpty();
    assertThat(Axis.around(DoubleStream.of(-1e-9, 1e-9), 5, 0, 1).ticks()).hasSizeBetween(3, 8);
  }

  @Test
  void axesOfEpochsAreWhole() {
    assertThat(Axis.whole(1, 3, 8, 0, 1).ticks()).containsExactly(1, 2, 3);
    assertThat(Axis.whole(1, 15, 8, 0, 1).ticks()).containsExactly(2, 4, 6, 8, 10, 12, 14);
    Axis single = Axis.whole(4, 4, 8, 0, 10);
    assertThat(single.place(4)).isEqualTo(5);
  }

  @Test
  void numbers() {
    assertThat(Numbers.percent(0.88914, 2)).isEqualTo("88.91\u00a0%");
    assertThat(Numbers.percent(Double.NaN, 2)).isEqualTo("–");
    assertThat(Numbers.count(60_000, "image")).isEqualTo("60,000\u00a0images");
    assertThat(Numbers.count(1, "class")).isEqualTo("1\u00a0class");
    assertThat(Numbers.significant(0.000012345, 3)).isEqualTo("1.23e-05");
    assertThat(Numbers.significant(123.456, 4)).isEqualTo("123.5");
    assertThat(Numbers.time(24.06)).isEqualTo("24.1\u00a0s");
    assertThat(Numbers.time(303.2)).isEqualTo("5\u00a0min 3\u00a0s");
    assertThat(Numbers.time(7380)).isEqualTo("2\u00a0h 3\u00a0min");
    assertThat(Numbers.coordinate(12.3456)).isEqualTo("12.35");
    assertThat(Numbers.coordinate(-0.001)).isEqualTo("0");
    assertThat(Numbers.coordinate(5)).isEqualTo("5");
  }

  @Test
  void markupIsClosedAndEscaped() {
    Markup markup = new Markup().open("p", "title", "<\"'>");
    assertThatThrownBy(markup::toString).isInstanceOf(IllegalStateException.class);
    markup.text("a & b\u0000\ud800\uffff").close();
    assertThat(markup)
        .hasToString("<p title=\"&lt;&quot;&#39;&gt;\">a &amp; b\ufffd\ufffd\ufffd</p>\n");
    assertThatThrownBy(() -> new Markup().empty("img", "alt"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
