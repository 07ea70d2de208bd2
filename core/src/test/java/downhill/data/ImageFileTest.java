package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  @TempDir Path folder;

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private static BufferedImage image(int type, int width, int... pixels) {
    BufferedImage image = new BufferedImage(width, pixels.length / width, type);
    image.setRGB(0, 0, width, image.getHeight(), pixels, 0, width);
    return image;
  }

  private static BufferedImage grey(int width, byte... samples) {
    BufferedImage image =
        new BufferedImage(width, samples.length / width, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, image.getHeight(), samples);
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif"})
  void greyPicturesOfTheRightSizeKeepTheirBytes(String format) throws IOException {
    byte[] samples = new byte[28 * 28];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) i;
    }
    Path file = write(grey(28, samples), format);
    assertThat(ImageFile.read(file, 28, 28, false)).isEqualTo(samples);
    byte[] inverted = samples.clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = (byte) ~inverted[i];
    }
    assertThat(ImageFile.read(file, 28, 28, true)).isEqualTo(inverted);
  }

  @Test
  void readsJpeg() throws IOException {
    Path file = write(image(BufferedImage.TYPE_INT_RGB, 2, 0x808080, 0x808080), "jpeg");
    for (byte value : ImageFile.read(file, 1, 2, false)) {
      assertThat(value & 0xff).isCloseTo(128, within(2));
    }
    Path one = write(grey(16, filled(256, 200)), "jpeg");
    for (byte value : ImageFile.read(one, 4, 4, false)) {
      assertThat(value & 0xff).isCloseTo(200, within(2));
    }
  }

  private static byte[] filled(int n, int value) {
    byte[] bytes = new byte[n];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void coloursBecomeTheirLuminance() throws IOException {
    // 0.299 · 255 = 76.2, 0.587 · 255 = 149.7, 0.114 · 255 = 29.1; (10·299 + 20·587 + 30·114)/1000
    int[] colours = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x0a141e};
    Path file = write(image(BufferedImage.TYPE_INT_RGB, 5, colours), "png");
    assertThat(ImageFile.read(file, 1, 5, false)).isEqualTo(bytes(76, 150, 29, 255, 18));
  }

  @Test
  void whatIsTransparentIsBackground() throws IOException {
    int[] pixels = {0x00ffffff, 0x00000000, 0x80ffffff, 0x80000000, 0xffffffff, 0xff000000};
    Path file = write(image(BufferedImage.TYPE_INT_ARGB, 6, pixels), "png");
    assertThat(ImageFile.read(file, 1, 6, false)).isEqualTo(bytes(0, 0, 128, 0, 255, 0));
    assertThat(ImageFile.read(file, 1, 6, true)).isEqualTo(bytes(0, 0, 0, 128, 0, 255));
  }

  @Test
  void readsGreyOfSixteenBitsAndGreyWithOpacity() throws IOException {
    // Colour type 0 with 16 bits, and 4 (grey and opacity) with 8
    Path deep = Files.write(folder.resolve("deep"), png(2, 1, 16, 0, bytes(0, 128, 128, 255, 255)));
    assertThat(ImageFile.read(deep, 1, 2, false)).isEqualTo(bytes(128, 255));
    Path veiled =
        Files.write(folder.resolve("veiled"), png(2, 1, 8, 4, bytes(0, 200, 255, 200, 51)));
    assertThat(ImageFile.read(veiled, 1, 2, false)).isEqualTo(bytes(200, 40));
    assertThat(ImageFile.read(veiled, 1, 2, true)).isEqualTo(bytes(55, 11));
    // One bit a pixel: 1 0 1 0 0 0 0 1
    Path black = Files.write(folder.resolve("black"), png(8, 1, 1, 0, bytes(0, 0xa1)));
    assertThat(ImageFile.read(black, 1, 8, false)).isEqualTo(bytes(255, 0, 255, 0, 0, 0, 0, 255));
  }

  @Test
  void shrinkingAveragesAreas() {
    assertThat(ImageFile.fit(grey(4, bytes(0, 10, 20, 30, 4, 6, 8, 10)), 1, 2, false))
        .isEqualTo(bytes(5, 17));
    // Three into two: each takes one and a half, (2·30 + 60)/3 and (60 + 2·90)/3.
    assertThat(ImageFile.fit(grey(3, filledRows(3, 30, 60, 90)), 2, 2, false))
        .isEqualTo(bytes(40, 80, 40, 80));
  }

  private static byte[] filledRows(int rows, int... row) {
    byte[][] all = new byte[rows][];
    Arrays.fill(all, bytes(row));
    return IdxBytes.join(all);
  }

  @Test
  void enlargingRepeats() {
    assertThat(ImageFile.fit(grey(2, bytes(1, 2, 3, 4)), 4, 4, false))
        .isEqualTo(bytes(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4));
  }

  @Test
  void keepsTheAspectAndCentres() {
    assertThat(ImageFile.fit(grey(4, filled(8, 9)), 4, 4, false))
        .isEqualTo(bytes(0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0));
    assertThat(ImageFile.fit(grey(1, filled(3, 9)), 3, 4, true))
        .isEqualTo(bytes(0, 246, 0, 0, 0, 246, 0, 0, 0, 246, 0, 0));
    // So thin that nothing would be left of it
    assertThat(ImageFile.fit(grey(1000, filled(1000, 7)), 3, 3, false))
        .isEqualTo(bytes(0, 0, 0, 7, 7, 7, 0, 0, 0));
  }

  /** Against the same average, written down plainly in double. */
  @Test
  void anySizeIntoAnySize() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      int n = 1 + random.nextInt(40);
      int m = 1 + random.nextInt(40);
      byte[] samples = new byte[n * n];
      random.nextBytes(samples);
      byte[] fitted = ImageFile.fit(grey(n, samples), m, m, false);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
          assertThat((double) (fitted[i * m + j] & 0xff))
              .as("seed %d, round %d: %d into %d, row %d, column %d", seed, round, n, m, i, j)
              .isCloseTo(average(samples, n, i, j, (double) n / m), within(0.5 + 1e-6));
        }
      }
    }
  }

  private static double average(byte[] samples, int n, int i, int j, double side) {
    double sum = 0;
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        double height = Math.min(y + 1, (i + 1) * side) - Math.max(y, i * side);
        double width = Math.min(x + 1, (j + 1) * side) - Math.max(x, j * side);
        sum += Math.max(0, height) * Math.max(0, width) * (samples[y * n + x] & 0xff);
      }
    }
    return sum / (side * side);
  }

  @Test
  void sumsDoNotOverflow() {
    assertThat(ImageFile.fit(grey(2000, filled(2_000_000, 255)), 1, 2, false))
        .isEqualTo(filled(2, 255));
  }

  @Test
  void missingOrNoPicture() throws IOException {
    Path none = folder.resolve("none.png");
    assertRejected(none, none + ": expected a picture, found none of this name");
    assertRejected(folder, folder + ": expected a picture, found no regular file");
    for (String text : new String[] {"", "x", "not a picture", "II*\0\10\0\0\0"}) {
      Path file = Files.writeString(folder.resolve("text.png"), text);
      assertRejected(
          file, file + ": expected a PNG, JPEG, GIF or BMP picture, found something else");
    }
    Path file = write(grey(1, bytes(1)), "png");
    assertThatThrownBy(() -> ImageFile.read(file, 0, 1, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tooManyPixels() throws IOException {
    Path file =
        Files.write(folder.resolve("bomb.png"), png(100_000, 100_000, 8, 0, bytes(0, 1, 2)));
    assertRejected(file, file + ": expected at most ");
    assertRejected(file, "pixels, found 100000 × 100000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void cutAnywhere(String format) throws IOException {
    byte[] samples = new byte[9 * 9];
    new Random(3).nextBytes(samples);
    Path file = write(grey(9, samples), format);
    byte[] whole = Files.readAllBytes(file);
    byte[] expected = ImageFile.read(file, 9, 9, false);
    int rejected = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        // Where only what follows the pixels is missing, nothing is lost.
        assertThat(ImageFile.read(file, 9, 9, false)).as("cut at %d", length).isEqualTo(expected);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith(file + ": expected a").hasMessageNotContaining("\n");
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(whole.length - 40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void damageIsAnErrorWithThePathOrAPicture(String format) throws IOException {
    long seed = 5;
    Random random = new Random(seed);
    byte[] samples = new byte[16 * 16];
    random.nextBytes(samples);
    Path file = write(grey(16, samples), format);
    byte[] whole = Files.readAllBytes(file);
    int rejected = 0;
    for (int round = 0; round < 200; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        assertThat(ImageFile.read(file, 4, 4, false)).hasSize(16);
      } catch (IOException e) {
        assertThat(e)
            .as("seed %d, round %d", seed, round)
            .hasMessageStartingWith(file + ": expected ")
            .hasMessageNotContaining("\n");
        rejected++;
      }
    }
    assertThat(rejected).isPositive();
  }

  private static void assertRejected(Path file, String message) {
    assertThatThrownBy(() -> ImageFile.read(file, 28, 28, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  /** Returns a PNG, its rows as they are before deflation: a filter byte and the samples each. */
  private static byte[] png(int width, int height, int depth, int colour, byte[] rows) {
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(bytes(depth, colour, 0, 0, 0))
            .array();
    Deflater deflater = new Deflater();
    byte[] packed = new byte[100 + rows.length];
    deflater.setInput(rows);
    deflater.finish();
    int n = deflater.deflate(packed);
    deflater.end();
    return IdxBytes.join(
        bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'),
        chunk("IHDR", header),
        chunk("IDAT", Arrays.copyOf(packed, n)),
        chunk("IEND"));
  }

  private static byte[] chunk(String type, byte... data) {
    byte[] body = IdxBytes.join(type.getBytes(StandardCharsets.US_ASCII), data);
    CRC32 crc = new CRC32();
    crc.update(body);
    return ByteBuffer.allocate(8 + body.length)
        .putInt(data.length)
        .put(body)
        .putInt((int) crc.getValue())
        .array();
  }
}
