package downhill.studio;

import downhill.data.ImageFile;
import downhill.data.Preparation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns a picture that somebody dropped into what the network takes. One at a time: it may be
 * large.
 */
final class Uploads {
  /** The most pixels: a training needs the memory, too. A telephone's pictures have 12 million. */
  static final int MOST_PIXELS = 1 << 24;

  private final ReentrantLock turn = new ReentrantLock();

  /**
   * Returns the picture's pixels as the data's are.
   *
   * @param invert whether light and dark are the other way round than in the data's pictures
   */
  byte[] read(byte[] file, Preparation preparation, boolean invert) {
    turn.lock();
    try {
      Path path = Files.createTempFile("downhill-", ".picture");
      try {
        Files.write(path, file);
        byte[] pixels =
            ImageFile.read(
                path, preparation.withInvert(preparation.invert() != invert), MOST_PIXELS);
        return Json.object(json -> Json.bytes(json, "pixels", pixels));
      } catch (IOException e) {
        String text = String.valueOf(e.getMessage()).replace(path.toString(), "the picture");
        throw new RefusedException(text, "give a PNG, JPEG, GIF or BMP");
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new RefusedException(500, "the picture can't be stored for reading", "");
    } finally {
      turn.unlock();
    }
  }
}
