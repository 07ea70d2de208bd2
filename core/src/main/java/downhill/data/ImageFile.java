package downhill.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a picture (PNG, JPEG, GIF or BMP, of any size) into what a network takes: grey bytes of a
 * given height and width.
 *
 * <p>Grey is the luminance of Rec. 601, 0.299 R + 0.587 G + 0.114 B, of the values as they are
 * stored. The picture is fitted into the given size with its aspect kept, and centred; each pixel
 * is the average of the area that it covers. What is left over, and what is transparent, becomes 0,
 * inverted or not: in MNIST and its relatives 0 is the background. The arithmetic is exact until
 * the one rounding at the end, so a picture gives the same bytes everywhere (as far as its decoder
 * does: JPEG leaves some freedom), and one that is already grey and of the given size keeps its
 * own.
 *
 * <p>Of an animation the first frame is taken. An orientation noted in a photograph's metadata is
 * not looked at.
 */
public final class ImageFile {
  /** The most pixels a picture may have; a small file can claim, and unpack to, far more. */
  public static final int MAX_PIXELS = 100_000_000;

  /** How the JPEG decoder's warnings begin where pixels are missing or wrong. */
  private static final List<String> DAMAGE =
      List.of("Truncated File", "Premature end", "Corrupt JPEG data");

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

  /** White, as the sum of 299 R, 587 G and 114 B. */
  private static final int WHITE = 255_000;

  private static final int OPAQUE = 255;

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @param file where it is
   * @param height rows of the result
   * @param width columns of the result
   * @param invert whether to swap black and white, for dark things on a light ground
   * @return [height, width], row-major, unsigned bytes
   * @throws IOException if there is no such file, or it is not a whole picture of one of the
   *     formats, or has more than {@link #MAX_PIXELS} (fewer where memory is scarce); names the
   *     path
   */
  public static byte[] read(Path file, int height, int width, boolean invert) throws IOException {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width: expected at least 1, found " + height + " and " + width);
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "%s: expected a picture, found %s"
              .formatted(file, Files.exists(file) ? "no regular file" : "none of this name"));
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": expected a picture, found no permission to read it");
    }
    BufferedImage image;
    try (InputStream in = Files.newInputStream(file);
        // Not ImageIO.createImageInputStream, which makes a temporary file.
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      image = decode(stream, file);
    } catch (RefusedException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // On damaged files the decoders throw anything, ArrayIndexOutOfBoundsException for one.
      throw damaged(
          file, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
    }
    return fit(image, height, width, invert);
  }

  private static BufferedImage decode(ImageInputStream stream, Path file) throws IOException {
    ImageReader reader = reader(stream, file);
    try {
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      // Up to eight bytes a pixel while decoding, and half the memory for everything else.
      long most = Math.min(MAX_PIXELS, Runtime.getRuntime().maxMemory() / 16);
      if (pixels > most) {
        throw new RefusedException(
            "%s: expected at most %d pixels, found %d × %d"
                .formatted(file, most, reader.getWidth(0), reader.getHeight(0)),
            null);
      }
      BufferedImage image = reader.read(0);
      for (String warning : warnings) {
        // The JPEG decoder fills what is missing with grey and carries on.
        if (DAMAGE.stream().anyMatch(warning::startsWith)) {
          throw damaged(file, warning, null);
        }
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(ImageInputStream stream, Path file) throws IOException {
    for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext(); ) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new RefusedException(
        file + ": expected a PNG, JPEG, GIF or BMP picture, found something else", null);
  }

  private static RefusedException damaged(Path file, String reason, @Nullable Exception cause) {
    return new RefusedException(
        "%s: expected a whole picture, found it cut short or damaged (%s)"
            .formatted(file, reason.lines().findFirst().orElse("")),
        cause);
  }

  /** Carries a message of ours, that names the path, past the ones of the decoders. */
  private static final class RefusedException extends IOException {
    RefusedException(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }

  /** Returns the picture as grey bytes, [height, width]. */
  static byte[] fit(BufferedImage image, int height, int width, boolean invert) {
    int iw = image.getWidth();
    int ih = image.getHeight();
    boolean wide = (long) iw * height >= (long) ih * width;
    int w = wide ? width : rounded((long) iw * height, ih);
    int h = wide ? rounded((long) ih * width, iw) : height;

    // Lengths are counted in parts of which a pixel here has w (or h) and a pixel of the result iw
    // (or ih), so that every overlap is an integer. The largest sum, iw · ih · OPAQUE · WHITE, is
    // 6.5e15 and fits a long.
    long[] sums = new long[h * w];
    long[] row = new long[w];
    int[] values = new int[iw];
    for (int y = 0; y < ih; y++) {
      grey(image, y, invert, values);
      spread(values, row);
      long to = (long) (y + 1) * h;
      for (long from = (long) y * h; from < to; ) {
        int i = (int) (from / ih);
        long end = Math.min(to, (i + 1L) * ih);
        for (int j = 0; j < w; j++) {
          sums[i * w + j] += (end - from) * row[j];
        }
        from = end;
      }
    }

    byte[] result = new byte[height * width];
    int corner = (height - h) / 2 * width + (width - w) / 2;
    long unit = (long) iw * ih * (WHITE / 255) * OPAQUE;
    for (int i = 0; i < h; i++) {
      for (int j = 0; j < w; j++) {
        result[corner + i * width + j] = (byte) ((sums[i * w + j] + unit / 2) / unit);
      }
    }
    return result;
  }

  private static int rounded(long numerator, int denominator) {
    return (int) Math.max(1, (numerator + denominator / 2) / denominator);
  }

  /** Adds up a row of the picture in {@code row}, each value by the part of it that falls there. */
  private static void spread(int[] values, long[] row) {
    int iw = values.length;
    int w = row.length;
    Arrays.fill(row, 0);
    for (int x = 0; x < iw; x++) {
      long to = (long) (x + 1) * w;
      for (long from = (long) x * w; from < to; ) {
        int j = (int) (from / iw);
        long end = Math.min(to, (j + 1L) * iw);
        row[j] += (end - from) * values[x];
        from = end;
      }
    }
  }

  /** Fills in a row of grey values times opacity, 0 to {@link #WHITE} · {@link #OPAQUE}. */
  private static void grey(BufferedImage image, int y, boolean invert, int[] values) {
    int n = values.length;
    ColorModel model = image.getColorModel();
    boolean plain =
        model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(model instanceof IndexColorModel);
    if (!plain) {
      image.getRGB(0, y, n, 1, values, 0, n);
      for (int x = 0; x < n; x++) {
        int p = values[x];
        int light = 299 * (p >> 16 & 0xff) + 587 * (p >> 8 & 0xff) + 114 * (p & 0xff);
        values[x] = (p >>> 24) * (invert ? WHITE - light : light);
      }
      return;
    }
    // Not getRGB, which takes grey samples for linear light and brightens them: 128 becomes 188.
    image.getRaster().getSamples(0, y, n, 1, 0, values);
    long white = (1L << model.getComponentSize(0)) - 1;
    int[] alpha = model.hasAlpha() ? image.getRaster().getSamples(0, y, n, 1, 1, new int[n]) : null;
    long opaque = alpha == null ? 1 : (1L << model.getComponentSize(1)) - 1;
    for (int x = 0; x < n; x++) {
      int light = (int) ((values[x] * (long) WHITE + white / 2) / white);
      int a = alpha == null ? OPAQUE : (int) ((alpha[x] * (long) OPAQUE + opaque / 2) / opaque);
      values[x] = a * (invert ? WHITE - light : light);
    }
  }
}
