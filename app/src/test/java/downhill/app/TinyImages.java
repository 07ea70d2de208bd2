package downhill.app;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Folders of pictures small enough for a test: three classes, each of its own colour, in pictures
 * of several sizes.
 */
final class TinyImages {
  static final int EACH = 20;
  static final String[] CLASSES = {"blue", "green", "red"};

  private TinyImages() {}

  /** Writes a folder CLASS/name.png. */
  static Path write(Path folder) {
    SplittableRandom random = new SplittableRandom(5);
    for (int n = 0; n < EACH; n++) {
      for (int k = 0; k < CLASSES.length; k++) {
        int height = random.nextInt(6, 20);
        int width = random.nextInt(6, 20);
        write(folder.resolve(CLASSES[k] + "/" + n + ".png"), height, width, k, random);
      }
    }
    return folder;
  }

  /** Writes a picture of a class. */
  static Path write(Path file, int height, int width, int k, SplittableRandom random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      int strong = random.nextInt(150, 256);
      int weak = random.nextInt(0, 80);
      image.setRGB(i % width, i / width, strong << (8 * k) | weak << (8 * ((k + 1) % 3)));
    }
    return write(file, image);
  }

  /** Writes a picture, and makes its folder. */
  static Path write(Path file, BufferedImage image) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(image, "png", file.toFile());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
