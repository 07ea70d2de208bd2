package downhill.fashionmnist;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.Idx;
import downhill.data.IdxFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fashion-MNIST: 60,000 training and 10,000 test images of clothing, 28 × 28, ten classes, by Xiao,
 * Rasul and Vollgraf (arXiv:1708.07747). The four official files are resources of this module, byte
 * for byte.
 */
public final class FashionMnist {
  /** The official files, and the MD5 sums that their authors publish. */
  static final Map<String, String> MD5 =
      Map.of(
          IdxFolder.TRAIN_IMAGES + ".gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
          IdxFolder.TRAIN_LABELS + ".gz", "25c81989df183df01b3e8a0aad5dffbe",
          IdxFolder.TEST_IMAGES + ".gz", "bef4ecab320f06d8554ea6380940ec79",
          IdxFolder.TEST_LABELS + ".gz", "bb300cfdad3c16e7a12a480ee83cd310");

  private static final List<String> CLASS_NAMES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private FashionMnist() {}

  /** Returns the names of the classes 0 to 9, as the data's authors give them. */
  public static List<String> classNames() {
    return CLASS_NAMES;
  }

  /**
   * Reads the data from this module's resources, and checks it against the published MD5 sums.
   *
   * @throws UncheckedIOException if a resource is missing or damaged; unchecked, since that is a
   *     broken installation, which no caller can mend
   */
  public static Datasets load() {
    // Unpacking the training images takes longest, and can't be divided: everything else, the sums
    // included, is done beside it and costs no time where there is a second core.
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<Dataset> test =
          beside.submit(() -> {
            for (Map.Entry<String, String> entry : MD5.entrySet()) {
              checkSum(entry.getKey(), entry.getValue());
            }
            return read(IdxFolder.TEST_IMAGES, IdxFolder.TEST_LABELS);
          });
      Dataset train = read(IdxFolder.TRAIN_IMAGES, IdxFolder.TRAIN_LABELS);
      return new Datasets(train, join(test));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Dataset read(String images, String labels) throws IOException {
    return Dataset.of(read(images + ".gz"), read(labels + ".gz"), CLASS_NAMES);
  }

  private static Idx read(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      return Idx.read(in, resource);
    }
  }

  private static void checkSum(String resource, String expected) throws IOException {
    String found = md5(resource);
    if (!found.equals(expected)) {
      throw new IOException(
          "%s: expected the published MD5 sum %s, found %s; the file is damaged"
              .formatted(resource, expected, found));
    }
  }

  /** Returns the MD5 sum of a resource, in lower-case hexadecimal. */
  static String md5(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n != -1; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = FashionMnist.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException(
          resource + ": expected this resource beside " + FashionMnist.class + ", found none");
    }
    return in;
  }

  private static <T> T join(Future<T> task) throws IOException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading Fashion-MNIST");
    }
  }
}
