package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  private static final String PHOTO =
      "5c2f1aa1b4146682dac3850aa168d5e2fefe7f4a40185763e3c0d28f09d95da9";
  private static final String SMALL_PHOTO =
      "7788305fdb9d7e94c716feaaa5486812f46bb3b2ea5da1b0b569c18942594da4";

  @TempDir Path folder;

  private Path write(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  private static byte[] fit(BufferedImage image, int height, int width, boolean invert) {
    return Fitting.fit(image, Preparation.grey(height, width).withInvert(invert));
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

  /** Training and use have to see the same bytes, whatever else is on the class path. */
  @Test
  void pluginsAreNotUsed() throws IOException {
    Path file = write(grey(3, bytes(10, 20, 30)), "png");
    IIORegistry registry = IIORegistry.getDefaultInstance();
    ImageReader own = ImageIO.getImageReadersByFormatName("png").next();
    OtherPng plugin = new OtherPng();
    registry.registerServiceProvider(plugin, ImageReaderSpi.class);
    registry.setOrdering(ImageReaderSpi.class, plugin, own.getOriginatingProvider());
    try {
      assertThat(ImageIO.read(file.toFile()).getWidth()).as("it comes first").isEqualTo(1);
      assertThat(ImageFile.read(file, 1, 3, false)).isEqualTo(bytes(10, 20, 30));
    } finally {
      registry.deregisterServiceProvider(plugin, ImageReaderSpi.class);
      own.dispose();
    }
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
    // 77/257 and 154/257 of a step of 8 bits: they are not rounded to 0 and 1 before their mean.
    Path fine = Files.write(folder.resolve("fine"), png(2, 1, 16, 0, bytes(0, 0, 77, 0, 154)));
    assertThat(ImageFile.read(fine, 1, 1, false)).isEqualTo(bytes(0));
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
    assertThat(fit(grey(4, bytes(0, 10, 20, 30, 4, 6, 8, 10)), 1, 2, false))
        .isEqualTo(bytes(5, 17));
    // Three into two: each takes one and a half, (2·30 + 60)/3 and (60 + 2·90)/3.
    assertThat(fit(grey(3, filledRows(3, 30, 60, 90)), 2, 2, false))
        .isEqualTo(bytes(40, 80, 40, 80));
  }

  private static byte[] filledRows(int rows, int... row) {
    byte[][] all = new byte[rows][];
    Arrays.fill(all, bytes(row));
    return IdxBytes.join(all);
  }

  @Test
  void enlargingRepeats() {
    assertThat(fit(grey(2, bytes(1, 2, 3, 4)), 4, 4, false))
        .isEqualTo(bytes(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4));
  }

  @Test
  void keepsTheAspectAndCentres() {
    assertThat(fit(grey(4, filled(8, 9)), 4, 4, false))
        .isEqualTo(bytes(0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0));
    assertThat(fit(grey(1, filled(3, 9)), 3, 4, true))
        .isEqualTo(bytes(0, 246, 0, 0, 0, 246, 0, 0, 0, 246, 0, 0));
    // So thin that nothing would be left of it
    assertThat(fit(grey(1000, filled(1000, 7)), 3, 3, false))
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
      byte[] fitted = fit(grey(n, samples), m, m, false);
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
    assertThat(fit(grey(2000, filled(2_000_000, 255)), 1, 2, false)).isEqualTo(filled(2, 255));
  }

  /** One channel after the other: [channels, height, width]. */
  @Test
  void coloursCanBeKept() throws IOException {
    int[] pixels = {0x0a141e, 0xff8000, 0x000000, 0x1020ff};
    Path file = write(image(BufferedImage.TYPE_INT_RGB, 2, pixels), "png");
    assertThat(ImageFile.read(file, Preparation.rgb(2, 2)))
        .isEqualTo(bytes(10, 255, 0, 16, 20, 128, 0, 32, 30, 0, 0, 255));
    assertThat(ImageFile.read(file, Preparation.rgb(2, 2).withInvert(true)))
        .isEqualTo(bytes(245, 0, 255, 239, 235, 127, 255, 223, 225, 255, 255, 0));
    // The means of each channel: (10 + 255 + 0 + 16)/4 = 70.25, 45, 71.25
    assertThat(ImageFile.read(file, Preparation.rgb(1, 1))).isEqualTo(bytes(70, 45, 71));
  }

  /** However a format stores its colours: as bytes, with opacity, as a palette, as grey. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_USHORT_565_RGB
      })
  void colourIsThatOfGetRgb(int type) {
    Random random = new Random(type);
    BufferedImage image = new BufferedImage(7, 5, type);
    for (int i = 0; i < 35; i++) {
      image.setRGB(i % 7, i / 7, 0xff000000 | random.nextInt(0x1000000));
    }
    byte[] rgb = Fitting.fit(image, Preparation.rgb(5, 7));
    byte[] grey = fit(image, 5, 7, false);
    for (int i = 0; i < 35; i++) {
      int p = image.getRGB(i % 7, i / 7);
      int red = p >> 16 & 0xff;
      int green = p >> 8 & 0xff;
      int blue = p & 0xff;
      assertThat(rgb[i] & 0xff).isEqualTo(red);
      assertThat(rgb[35 + i] & 0xff).isEqualTo(green);
      assertThat(rgb[70 + i] & 0xff).isEqualTo(blue);
      assertThat(grey[i] & 0xff).isEqualTo((299 * red + 587 * green + 114 * blue + 500) / 1000);
    }
  }

  @Test
  void greyPicturesHaveThreeEqualChannels() {
    assertThat(Fitting.fit(grey(2, bytes(7, 200)), Preparation.rgb(1, 2)))
        .isEqualTo(bytes(7, 200, 7, 200, 7, 200));
    BufferedImage veiled = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR);
    veiled.setRGB(0, 0, 0x80ff8000); // opacity 128 of 255
    assertThat(Fitting.fit(veiled, Preparation.rgb(1, 1))).isEqualTo(bytes(128, 64, 0));
  }

  @Test
  void croppingTakesTheMiddle() {
    Preparation crop = Preparation.grey(2, 2).withFit(Preparation.Fit.CROP);
    assertThat(Fitting.fit(grey(4, bytes(1, 2, 3, 4, 5, 6, 7, 8)), crop))
        .isEqualTo(bytes(2, 3, 6, 7));
    assertThat(Fitting.fit(grey(2, bytes(1, 2, 3, 4, 5, 6, 7, 8)), crop))
        .isEqualTo(bytes(3, 4, 5, 6));
    // Five columns for a square of two rows: two of them, from the second on.
    assertThat(Fitting.fit(grey(5, bytes(0, 9, 9, 0, 0, 0, 9, 9, 0, 0)), crop))
        .isEqualTo(bytes(9, 9, 9, 9));
  }

  @Test
  void stretchingShowsAllOfIt() {
    Preparation stretch = Preparation.grey(2, 2).withFit(Preparation.Fit.STRETCH);
    assertThat(Fitting.fit(grey(4, bytes(0, 10, 20, 30, 4, 6, 8, 10)), stretch))
        .isEqualTo(bytes(5, 25, 5, 9));
    assertThat(Fitting.fit(grey(1, bytes(1, 2, 3, 4)), stretch)).isEqualTo(bytes(2, 2, 4, 4));
  }

  /** Stretching keeps the mean of each channel, to rounding, whatever becomes of what. */
  @Test
  void stretchingKeepsTheMean() {
    Random random = new Random(11);
    for (int round = 0; round < 100; round++) {
      int h = 1 + random.nextInt(12);
      int w = 1 + random.nextInt(12);
      BufferedImage image = noise(random);
      byte[] fitted = Fitting.fit(image, stretched(h, w));
      for (int c = 0; c < 3; c++) {
        int shift = 16 - 8 * c;
        double expected =
            Arrays.stream(pixels(image)).map(p -> p >> shift & 0xff).average().orElseThrow();
        double found = 0;
        for (int i = 0; i < h * w; i++) {
          found += (fitted[c * h * w + i] & 0xff) / (double) (h * w);
        }
        assertThat(found).as("round %d", round).isCloseTo(expected, within(0.5 + 1e-9));
      }
    }
  }

  private static BufferedImage noise(Random random) {
    int width = 1 + random.nextInt(20);
    int height = 1 + random.nextInt(20);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(0x1000000));
    }
    return image;
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static Preparation stretched(int height, int width) {
    return Preparation.rgb(height, width).withFit(Preparation.Fit.STRETCH);
  }

  /** What padding shows is the picture stretched to the sides that have its proportion. */
  @Test
  void paddingIsStretchingWithABorder() {
    Random random = new Random(12);
    for (int round = 0; round < 100; round++) {
      int h = 1 + random.nextInt(12);
      int w = 1 + random.nextInt(12);
      BufferedImage image = noise(random);
      double scale = Math.min((double) h / image.getHeight(), (double) w / image.getWidth());
      int rows = (int) Math.max(1, Math.round(scale * image.getHeight()));
      int columns = (int) Math.max(1, Math.round(scale * image.getWidth()));
      byte[] inner = Fitting.fit(image, stretched(rows, columns));
      byte[] expected = new byte[3 * h * w];
      for (int i = 0; i < inner.length; i++) {
        int c = i / (rows * columns);
        int row = (h - rows) / 2 + i / columns % rows;
        expected[(c * h + row) * w + (w - columns) / 2 + i % columns] = inner[i];
      }
      assertThat(Fitting.fit(image, Preparation.rgb(h, w)))
          .as("round %d: %s into %d x %d", round, image, h, w)
          .isEqualTo(expected);
    }
  }

  /** What cropping shows is the middle of the picture, stretched. */
  @Test
  void croppingIsStretchingOfTheMiddle() {
    Random random = new Random(13);
    for (int round = 0; round < 100; round++) {
      int h = 1 + random.nextInt(12);
      int w = 1 + random.nextInt(12);
      BufferedImage image = noise(random);
      double scale = Math.max((double) h / image.getHeight(), (double) w / image.getWidth());
      int rows = Math.clamp(Math.round(h / scale), 1, image.getHeight());
      int columns = Math.clamp(Math.round(w / scale), 1, image.getWidth());
      BufferedImage middle =
          image.getSubimage(
              (image.getWidth() - columns) / 2, (image.getHeight() - rows) / 2, columns, rows);
      assertThat(Fitting.fit(image, Preparation.rgb(h, w).withFit(Preparation.Fit.CROP)))
          .as("round %d: %s into %d x %d", round, image, h, w)
          .isEqualTo(Fitting.fit(middle, stretched(h, w)));
    }
  }

  /**
   * The decoder of JPEG gives the same bytes on every machine: these are of a picture with smooth
   * and sharp parts, stored with half the colours (4:2:0) by another program (make_photo.py), whose
   * own decoder gives the same for the first.
   */
  @Test
  void jpegIsTheSameEverywhere() throws Exception {
    Path file = folder.resolve("photo.jpg");
    try (var in = ImageFileTest.class.getResourceAsStream("photo.jpg")) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    assertThat(sha256(ImageFile.read(file, Preparation.rgb(64, 96)))).isEqualTo(PHOTO);
    assertThat(sha256(ImageFile.read(file, Preparation.grey(10, 10)))).isEqualTo(SMALL_PHOTO);
  }

  /** A profile that swaps colours would change them, if it were applied. */
  @Test
  void profilesAreNotApplied() throws Exception {
    byte[] plain;
    try (var in = ImageFileTest.class.getResourceAsStream("photo.jpg")) {
      plain = Objects.requireNonNull(in).readAllBytes();
    }
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] name = "ICC_PROFILE\0\1\1".getBytes(StandardCharsets.ISO_8859_1);
    byte[] segment =
        ByteBuffer.allocate(4 + name.length + profile.length)
            .put(bytes(0xff, 0xe2))
            .putShort((short) (2 + name.length + profile.length))
            .put(name)
            .put(profile)
            .array();
    // Behind the JFIF segment, which is the first.
    int at = 4 + (((plain[4] & 0xff) << 8) | (plain[5] & 0xff));
    byte[] profiled =
        IdxBytes.join(
            Arrays.copyOf(plain, at), segment, Arrays.copyOfRange(plain, at, plain.length));
    Path one = Files.write(folder.resolve("plain.jpg"), plain);
    Path other = Files.write(folder.resolve("profiled.jpg"), profiled);
    BufferedImage converted = ImageIO.read(other.toFile());
    assertThat(converted.getRGB(50, 30)).isNotEqualTo(ImageIO.read(one.toFile()).getRGB(50, 30));
    assertThat(ImageFile.read(other, Preparation.rgb(64, 96)))
        .isEqualTo(ImageFile.read(one, Preparation.rgb(64, 96)));
  }

  /** What printers use can't be shown without a profile. */
  @Test
  void otherColoursAreRefused() throws Exception {
    // One white pixel, by make_photo.py
    Path file = folder.resolve("cmyk.jpg");
    try (var in = ImageFileTest.class.getResourceAsStream("cmyk.jpg")) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    assertRejected(file, file + ": expected grey or red, green and blue, found other colours");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void readsSizesFromHeaders() throws IOException {
    Path file = write(grey(7, filled(21, 3)), "png");
    assertThat(ImageFile.sides(file)).isEqualTo(new ImageSizes.Sides(3, 7));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, 40));
    assertThat(ImageFile.sides(file)).isEqualTo(new ImageSizes.Sides(3, 7));
    Files.write(file, Arrays.copyOf(whole, 12));
    assertThatThrownBy(() -> ImageFile.sides(file)).isInstanceOf(IOException.class);
  }

  /** What does not fit into memory is no damage: there is another error for it. */
  @Test
  void tooLittleMemory() throws IOException {
    Path file = write(grey(10, filled(100, 3)), "png");
    assertThat(ImageFile.read(file, Preparation.grey(10, 10), new PixelBudget(100))).hasSize(100);
    assertThatThrownBy(() -> ImageFile.read(file, Preparation.grey(10, 10), new PixelBudget(99)))
        .isInstanceOf(TooLittleMemoryException.class)
        .hasMessage(
            file
                + ": expected at most 99 pixels, for which there is memory, found 100; raise -Xmx");
  }

  /** Who has no room waits for some, and here nobody else gives any back. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whatCanNotBeReadGivesItsRoomBack() throws IOException {
    Path file = write(grey(10, filled(100, 3)), "png");
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(file), 40));
    PixelBudget budget = new PixelBudget(100);
    assertThatThrownBy(() -> ImageFile.read(cut, Preparation.grey(10, 10), budget))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found it cut short or damaged");
    assertThat(ImageFile.read(file, Preparation.grey(10, 10), budget)).hasSize(100);
    assertThat(ImageFile.read(file, Preparation.grey(10, 10), budget)).as("again").hasSize(100);
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

  /** Writes a BMP that claims to be 8 × 8, with so many bytes of pixels, which come next. */
  private Path bmp(int compression, int size, byte[] pixels) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(54).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 'B').put((byte) 'M').putInt(54 + size).putInt(0).putInt(54);
    header.putInt(40).putInt(8).putInt(8).putShort((short) 1);
    header.putShort((short) (compression == 1 ? 8 : compression == 2 ? 4 : 24));
    header.putInt(compression).putInt(size);
    Path file = Files.write(folder.resolve("nested" + compression + ".bmp"), header.array());
    return Files.write(file, pixels, StandardOpenOption.APPEND);
  }

  /** Whatever size a picture within claims, nobody looks: neither its pixels nor its bytes. */
  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void aPictureWithinABmpIsRefused(int compression) throws IOException {
    byte[] png = Files.readAllBytes(write(grey(30_000, new byte[90_000_000]), "png"));
    for (Path file :
        List.of(bmp(compression, 0x7ffffff0, new byte[64]), bmp(compression, png.length, png))) {
      assertRejected(file, "expected a BMP picture that holds its own pixels, found compression");
      assertThatThrownBy(() -> ImageFile.sides(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("found compression " + compression);
    }
  }

  /** Nobody makes room for what a header claims and the file does not have. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aBmpThatClaimsTooMuchIsCut(int compression) throws IOException {
    assertRejected(bmp(compression, 0x7ffffff0, new byte[64]), "found it cut short or damaged");
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
