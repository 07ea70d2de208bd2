package downhill.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a picture (PNG, JPEG, GIF or BMP, of any size) into what a network takes: bytes of a given
 * height and width, grey or in three channels.
 *
 * <p>Grey is the luminance of Rec. 601, 0.299 R + 0.587 G + 0.114 B, of the values as they are
 * stored. The picture is fitted into the given size as {@link Preparation.Fit} says; each pixel is
 * the average of the area that it covers. What is left over, and what is transparent, becomes 0,
 * inverted or not: in MNIST and its relatives 0 is the background. The arithmetic is exact until
 * the one rounding at the end, so a picture gives the same bytes everywhere, as far as its decoder
 * does. PNG, GIF and BMP leave it no freedom. JPEG leaves some; the decoder that comes with the JDK
 * computes in integers and is the same code on every machine; plug-ins are not used.
 *
 * <p>Of an animation the first frame is taken. An orientation noted in a photograph's metadata is
 * not looked at, and neither is a colour profile.
 */
public final class ImageFile {
  /** The most pixels a picture may have; a small file can claim, and unpack to, far more. */
  public static final int MAX_PIXELS = 100_000_000;

  /** How the decoders' warnings begin where pixels are missing or wrong: of JPEG, and of GIF. */
  private static final List<String> DAMAGE =
      List.of("Truncated File", "Premature end", "Corrupt JPEG data", "Out-of-sequence code");

  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

  /** What a BMP file says of pictures in it that are PNG or JPEG: these have sizes of their own. */
  private static final Set<Integer> NESTED = Set.of(4, 5);

  private static final int BMP_HEADER = 14;
  private static final int BMP_COMPRESSION = 16; // behind the length of what follows the header
  private static final int BMP_WITHOUT_COMPRESSION = 12; // that length, in the oldest files

  private ImageFile() {}

  /** What is done with a picture whose header was read. */
  private interface Use<T> {
    T of(ImageReader reader) throws IOException;
  }

  /**
   * Reads a picture as grey bytes, all of it fitted into the size.
   *
   * @param file where it is
   * @param height rows of the result
   * @param width columns of the result
   * @param invert whether to swap black and white, for dark things on a light ground
   * @return [height, width], row-major, unsigned bytes
   * @throws IOException as {@link #read(Path, Preparation)}
   */
  public static byte[] read(Path file, int height, int width, boolean invert) throws IOException {
    return read(file, Preparation.grey(height, width).withInvert(invert));
  }

  /**
   * Reads a picture.
   *
   * @param file where it is
   * @param preparation what to make of it
   * @return [channels, height, width], row-major, unsigned bytes
   * @throws IOException if there is no such file, or it is not a whole picture of one of the
   *     formats, or has more than {@link #MAX_PIXELS} (fewer where memory is scarce); names the
   *     path
   */
  public static byte[] read(Path file, Preparation preparation) throws IOException {
    return read(file, preparation, MAX_PIXELS);
  }

  /**
   * Reads a picture, unless it is larger than wanted.
   *
   * @param mostPixels how many it may have, at most {@link #MAX_PIXELS}
   * @return as {@link #read(Path, Preparation)}
   * @throws IOException as there
   */
  public static byte[] read(Path file, Preparation preparation, int mostPixels) throws IOException {
    return read(file, preparation, new PixelBudget(), mostPixels);
  }

  /** As {@link #read(Path, Preparation)}, with others reading at the same time. */
  static byte[] read(Path file, Preparation preparation, PixelBudget budget) throws IOException {
    return read(file, preparation, budget, MAX_PIXELS);
  }

  private static byte[] read(Path file, Preparation preparation, PixelBudget budget, int most)
      throws IOException {
    try (PixelBudget.Room room = budget.room()) {
      BufferedImage image =
          use(
              file,
              reader -> {
                room.take(pixels(reader, file, most), file);
                return decode(reader, file);
              });
      return Fitting.fit(image, preparation);
    }
  }

  /** Returns the size that a picture's header claims. */
  static ImageSizes.Sides sides(Path file) throws IOException {
    return use(
        file,
        reader -> {
          pixels(reader, file, MAX_PIXELS);
          return new ImageSizes.Sides(reader.getHeight(0), reader.getWidth(0));
        });
  }

  private static <T> T use(Path file, Use<T> use) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "%s: expected a picture, found %s"
              .formatted(file, Files.exists(file) ? "no regular file" : "none of this name"));
    }
    if (!Files.isReadable(file)) {
      throw new IOException(file + ": expected a picture, found no permission to read it");
    }
    try (InputStream in = Files.newInputStream(file);
        // Not ImageIO.createImageInputStream, which makes a temporary file.
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      ImageReader reader = reader(stream, file);
      try {
        if (reader.getFormatName().equalsIgnoreCase("bmp")) {
          checkNotNested(stream, file);
        }
        return use.of(reader);
      } finally {
        reader.dispose();
      }
    } catch (RefusedException | TooLittleMemoryException | InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // On damaged files the decoders throw anything, ArrayIndexOutOfBoundsException for one.
      throw damaged(
          file, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
    }
  }

  private static ImageReader reader(ImageInputStream stream, Path file) throws IOException {
    for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext(); ) {
      ImageReader reader = readers.next();
      if (isOfTheJdk(reader) && FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        reader.setInput(stream, true, true);
        return reader;
      }
      reader.dispose();
    }
    throw new RefusedException(
        file + ": expected a PNG, JPEG, GIF or BMP picture, found something else", null);
  }

  // A plug-in may stand before it in line, and would give other bytes than those of the training.
  private static boolean isOfTheJdk(ImageReader reader) {
    @Nullable ImageReaderSpi provider = reader.getOriginatingProvider();
    return provider != null && provider.getClass().getModule().equals(ImageIO.class.getModule());
  }

  /** Refuses a picture that claims a size, and holds another picture of any other. */
  private static void checkNotNested(ImageInputStream stream, Path file) throws IOException {
    ByteOrder order = stream.getByteOrder();
    stream.mark();
    stream.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    stream.seek(BMP_HEADER);
    if (stream.readInt() != BMP_WITHOUT_COMPRESSION) {
      stream.seek(BMP_HEADER + BMP_COMPRESSION);
      int compression = stream.readInt();
      if (NESTED.contains(compression)) {
        throw new RefusedException(
            "%s: expected a BMP picture that holds its own pixels, found compression %d, which stands for another file within; take that one"
                .formatted(file, compression),
            null);
      }
    }
    stream.reset();
    stream.setByteOrder(order);
  }

  private static int pixels(ImageReader reader, Path file, int most) throws IOException {
    int height = reader.getHeight(0);
    int width = reader.getWidth(0);
    if ((long) height * width > most) {
      throw new RefusedException(
          "%s: expected at most %d pixels, found %d × %d".formatted(file, most, width, height),
          null);
    }
    return height * width;
  }

  private static BufferedImage decode(ImageReader reader, Path file) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    BufferedImage image = reader.read(0, asStored(reader));
    for (String warning : warnings) {
      // The JPEG decoder fills what is missing with grey and carries on.
      if (DAMAGE.stream().anyMatch(warning::startsWith)) {
        throw damaged(file, warning, null);
      }
    }
    if (!PixelRows.canRead(image)) {
      throw new RefusedException(
          file
              + ": expected grey or red, green and blue, found other colours, as printers use them",
          null);
    }
    return image;
  }

  /**
   * Asks for samples as they are stored. Where a file holds a colour profile, as photographs do,
   * the JPEG reader would apply it, in a library whose results depend on how it was compiled. It
   * does not where somebody names the channels that he wants.
   */
  private static ImageReadParam asStored(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    if (isJpeg(reader) && reader.getImageTypes(0).next().getNumBands() == 3) {
      param.setSourceBands(new int[] {0, 1, 2});
      param.setDestinationBands(new int[] {0, 1, 2});
    }
    return param;
  }

  private static boolean isJpeg(ImageReader reader) throws IOException {
    return reader.getFormatName().equalsIgnoreCase("jpeg");
  }

  private static RefusedException damaged(Path file, String reason, @Nullable Exception cause) {
    return new RefusedException(
        "%s: expected a whole picture, found it cut short or damaged (%s)"
            .formatted(file, reason.lines().findFirst().orElse("")),
        cause);
  }

  /** Carries a message of ours, that names the path, past the ones of the decoders. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }
}
