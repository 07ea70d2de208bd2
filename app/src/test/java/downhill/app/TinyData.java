package downhill.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * A folder of IDX files small enough for a test: pictures of 4 × 4, three classes, of which each
 * lights its own rows.
 */
final class TinyData {
  static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  static final int TRAIN = 90;
  static final int TEST = 30;
  static final int SIDE = 4;
  static final int CLASSES = 3;

  private TinyData() {}

  /** Writes the four files into a new folder. */
  static Path write(Path folder) {
    return write(folder, 7);
  }

  /** Writes others of the same kind. */
  static Path write(Path folder, long seed) {
    try {
      Files.createDirectories(folder);
      SplittableRandom random = new SplittableRandom(seed);
      Files.write(folder.resolve(TRAIN_IMAGES), images(TRAIN, random));
      Files.write(folder.resolve(TRAIN_LABELS), labels(TRAIN));
      Files.write(folder.resolve(TEST_IMAGES), images(TEST, random));
      Files.write(folder.resolve(TEST_LABELS), labels(TEST));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] images(int count, SplittableRandom random) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    bytes.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
    for (int n = 0; n < count; n++) {
      for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
          bytes.put((byte) (row == n % CLASSES ? random.nextInt(180, 256) : random.nextInt(60)));
        }
      }
    }
    return bytes.array();
  }

  private static byte[] labels(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + count);
    bytes.putInt(0x801).putInt(count);
    for (int n = 0; n < count; n++) {
      bytes.put((byte) (n % CLASSES));
    }
    return bytes.array();
  }

  /** Packs bytes as gzip does. */
  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** Returns a BMP file of one grey. */
  static byte[] bmp(int width, int height, int grey) {
    int row = (3 * width + 3) / 4 * 4;
    ByteBuffer bytes =
        ByteBuffer.allocate(54 + row * height).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 'B').put((byte) 'M').putInt(54 + row * height).putInt(0).putInt(54);
    bytes.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
    bytes.putInt(0).putInt(row * height).putInt(2835).putInt(2835).putInt(0).putInt(0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < 3 * width; x++) {
        bytes.put(54 + y * row + x, (byte) grey);
      }
    }
    return bytes.array();
  }
}
