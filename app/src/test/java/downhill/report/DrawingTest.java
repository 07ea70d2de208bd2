package downhill.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
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
  void picturesInColourKeepTheirPixels() throws Exception {
    byte[] planes = {1, 2, 3, 4, 5, 6, 7, 8, (byte) 200, 10, 11, 12};
    BufferedImage image = decoded(Png.picture(planes, 3, 2, 2));
    assertThat(image.getRGB(0, 0)).isEqualTo(0xff0105c8);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xff02060a);
    assertThat(image.getRGB(1, 1)).isEqualTo(0xff04080c);
  }

  @Test
  void contactSheetsShowEachClassInARow() throws Exception {
    // Forty images of 1 × 1 in three classes: dark, middle, light; of the last only two.
    byte[] values = new byte[40];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      labels[i] = i < 2 ? 2 : i % 2;
      values[i] = (byte) (100 * labels[i] + i);
    }
    Dataset data = Dataset.of(values, 1, 1, labels, List.of("a", "b", "c"));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(ContactSheet.png(data)));
    // Digits of 3 × 5, a gap, pictures of 1 × 1 two apart; rows as high as a digit and a gap.
    assertThat(image.getWidth()).isEqualTo(2 + 4 + 16 * 3 + 2);
    assertThat(image.getHeight()).isEqualTo(3 * 7 + 2);
    int left = 2 + 6;
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 16; column++) {
        int grey = image.getRaster().getSample(left + 3 * column, 2 + 7 * row, 0);
        assertThat(grey)
            .as("row %d, column %d", row, column)
            .isBetween(100 * row + 2, 100 * row + 39);
      }
    }
    assertThat(image.getRaster().getSample(left, 2 + 14, 0)).isEqualTo(200);
    assertThat(image.getRaster().getSample(left + 3, 2 + 14, 0)).isEqualTo(201);
    assertThat(image.getRaster().getSample(left + 6, 2 + 14, 0)).isEqualTo(255);
    // The middle of a 0 is paper, and what is around it is ink; a 1 is the other way round.
    assertThat(image.getRaster().getSample(3, 4, 0)).isEqualTo(255);
    assertThat(image.getRaster().getSample(2, 4, 0)).isEqualTo(40);
    assertThat(image.getRaster().getSample(3, 11, 0)).isEqualTo(40);
    assertThat(image.getRaster().getSample(2, 11, 0)).isEqualTo(255);
  }

  @Test
  void thumbnailsAreMeansOfSquares() {
    byte[] planes = new byte[2 * 3 * 4];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (byte) (10 * i);
    }
    Dataset data = Dataset.of(planes, 2, 3, 4, new int[] {0}, List.of("a", "b"));
    Thumbnail small = Thumbnail.of(data, 0, 2);
    assertThat(small.height()).isEqualTo(2);
    assertThat(small.width()).isEqualTo(2);
    assertThat(small.planes()).containsExactly(25, 45, 85, 105, 145, 165, (byte) 205, (byte) 225);
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
    Axis axis =
        Axis.around(DoubleStream.of(0.82, 0.93, Double.NaN), Double.POSITIVE_INFINITY, 5, 100, 0);
    assertThat(axis.ticks()).hasSizeBetween(3, 8);
    assertThat(axis.low()).isCloseTo(0.8, within(1e-12));
    assertThat(axis.high()).isBetween(0.93, 0.96);
    assertThat(axis.place(axis.low())).isEqualTo(100);
    assertThat(axis.place(axis.high())).isCloseTo(0, within(1e-12));
    assertThat(Axis.around(DoubleStream.of(0.1, 2), Double.POSITIVE_INFINITY, 5, 0, 1).low())
        .isZero();
    assertThat(
            Axis.around(DoubleStream.of(0.015, 0.015), Double.POSITIVE_INFINITY, 5, 0, 1).ticks())
        .hasSizeBetween(3, 8);
    assertThat(Axis.around(DoubleStream.of(0.015, 0.015), Double.POSITIVE_INFINITY, 5, 0, 1).low())
        .isZero();
    assertThat(Axis.around(DoubleStream.of(-3), Double.POSITIVE_INFINITY, 5, 0, 1).high()).isZero();
    assertThat(Axis.around(DoubleStream.of(0, 0), Double.POSITIVE_INFINITY, 5, 0, 1).high())
        .isEqualTo(1);
    assertThat(Axis.around(DoubleStream.of(0.9, 0.9), 1, 5, 0, 1).high())
        .as("a share")
        .isEqualTo(1);
    assertThat(Axis.around(DoubleStream.of(1, 1), 1, 5, 0, 1).high()).isEqualTo(1);
    assertThat(Axis.around(DoubleStream.empty(), Double.POSITIVE_INFINITY, 5, 0, 1).ticks())
        .isNotEmpty();
    assertThat(Axis.around(DoubleStream.of(-1e-9, 1e-9), Double.POSITIVE_INFINITY, 5, 0, 1).ticks())
        .hasSizeBetween(3, 8);
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
