package downhill.data;

import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Stands for a plug-in that somebody has on the class path: it finds a black pixel in any file. */
final class OtherPng extends ImageReaderSpi {
  OtherPng() {
    super(
        "downhill",
        "1",
        new String[] {"png"},
        new String[] {"png"},
        new String[] {"image/png"},
        BlackPixel.class.getName(),
        new Class<?>[] {ImageInputStream.class},
        null,
        false,
        null,
        null,
        null,
        null,
        false,
        null,
        null,
        null,
        null);
  }

  @Override
  public boolean canDecodeInput(Object source) {
    return true;
  }

  @Override
  public ImageReader createReaderInstance(@Nullable Object extension) {
    return new BlackPixel(this);
  }

  @Override
  public String getDescription(@Nullable Locale locale) {
    return "a black pixel";
  }

  private static final class BlackPixel extends ImageReader {
    private static final BufferedImage PIXEL =
        new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);

    BlackPixel(ImageReaderSpi provider) {
      super(provider);
    }

    @Override
    public int getNumImages(boolean allowSearch) {
      return 1;
    }

    @Override
    public int getWidth(int imageIndex) {
      return 1;
    }

    @Override
    public int getHeight(int imageIndex) {
      return 1;
    }

    @Override
    public Iterator<ImageTypeSpecifier> getImageTypes(int imageIndex) {
      return Collections.singleton(new ImageTypeSpecifier(PIXEL)).iterator();
    }

    @Override
    public @Nullable IIOMetadata getStreamMetadata() {
      return null;
    }

    @Override
    public @Nullable IIOMetadata getImageMetadata(int imageIndex) {
      return null;
    }

    @Override
    public BufferedImage read(int imageIndex, @Nullable ImageReadParam param) {
      return PIXEL;
    }
  }
}
