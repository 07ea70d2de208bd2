package downhill.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes pictures for tests. */
final class PictureFiles {
  private PictureFiles() {}

  /** Writes a PNG of one colour, 0xRRGGBB, and makes its folder. */
  static Path write(Path file, int height, int width, int colour) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, colour);
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    String name = file.getFileName().toString();
    if (!ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())) {
      throw new IOException("no writer for " + file);
    }
    return file;
  }
}
