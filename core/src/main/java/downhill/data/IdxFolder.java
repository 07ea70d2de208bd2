package downhill.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A folder with the four files that MNIST made customary, and that Fashion-MNIST, KMNIST and others
 * come in: {@value #TRAIN_IMAGES}, {@value #TRAIN_LABELS}, {@value #TEST_IMAGES}, {@value
 * #TEST_LABELS}, each plain or packed by gzip with {@code .gz} behind its name.
 *
 * <p>A fifth file, {@value #CLASS_NAMES}, may name the classes, in UTF-8, one a line, class 0
 * first. Without it the classes are {@code "0"} up to the largest label of the training data.
 */
public final class IdxFolder {
  /** The name of the file with the training images. */
  public static final String TRAIN_IMAGES = "train-images-idx3-ubyte";

  /** The name of the file with the training labels. */
  public static final String TRAIN_LABELS = "train-labels-idx1-ubyte";

  /** The name of the file with the test images. */
  public static final String TEST_IMAGES = "t10k-images-idx3-ubyte";

  /** The name of the file with the test labels. */
  public static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  /** The name of the file with the names of the classes. */
  public static final String CLASS_NAMES = "class-names.txt";

  private IdxFolder() {}

  /**
   * Reads a folder.
   *
   * @param folder where the files are
   * @throws IOException if a file is missing, there twice (plain and packed), not a whole IDX file,
   *     or doesn't fit the others: images are unsigned bytes, [n, height, width] or [n, features],
   *     labels are integers, [n], within the classes
   */
  public static Datasets load(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s: expected a folder with %s, %s, %s and %s (each plain or .gz), found %s"
              .formatted(
                  folder,
                  TRAIN_IMAGES,
                  TRAIN_LABELS,
                  TEST_IMAGES,
                  TEST_LABELS,
                  Files.exists(folder) ? "something else" : "nothing of this name"));
    }
    Path trainImages = find(folder, TRAIN_IMAGES);
    Path trainLabels = find(folder, TRAIN_LABELS);
    Path testImages = find(folder, TEST_IMAGES);
    Path testLabels = find(folder, TEST_LABELS);
    // Unpacking the training images takes longest, and can't be divided; the rest goes on beside
    // it.
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<Idx> besideImages = beside.submit(() -> Idx.read(testImages));
      Idx classes = Idx.read(trainLabels);
      List<String> names = classNames(folder.resolve(CLASS_NAMES), classes);
      Dataset train = Dataset.of(Idx.read(trainImages), classes, names);
      Dataset test = Dataset.of(join(besideImages), Idx.read(testLabels), names);
      if (train.height() != test.height() || train.width() != test.width()) {
        throw new IOException(
            "%s: expected images of %d × %d, as in %s, found %d × %d"
                .formatted(
                    testImages,
                    train.height(),
                    train.width(),
                    trainImages,
                    test.height(),
                    test.width()));
      }
      return new Datasets(train, test);
    }
  }

  /**
   * Reads the test files of a folder alone, to judge by them what was trained on another folder.
   *
   * @param folder where the files are
   * @param classNames what the labels stand for, a name for each class
   * @throws IOException if a file is missing, there twice (plain and packed), not a whole IDX file,
   *     or doesn't fit the other or the classes, or if the folder names other classes
   */
  public static Dataset loadTest(Path folder, List<String> classNames) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s: expected a folder with %s and %s (each plain or .gz), found %s"
              .formatted(
                  folder,
                  TEST_IMAGES,
                  TEST_LABELS,
                  Files.exists(folder) ? "something else" : "nothing of this name"));
    }
    Path names = folder.resolve(CLASS_NAMES);
    if (Files.exists(names) && !ClassNames.areNumbers(classNames)) {
      checkNames(names, classNames);
    }
    Path images = find(folder, TEST_IMAGES);
    return Dataset.of(Idx.read(images), Idx.read(find(folder, TEST_LABELS)), classNames);
  }

  private static void checkNames(Path file, List<String> classNames) throws IOException {
    List<String> own = lines(file);
    if (!own.equals(classNames)) {
      throw new IOException(
          "%s: expected the classes that are known, in their order, %s; found %s"
              .formatted(file, ImageFiles.some(classNames), ImageFiles.some(own)));
    }
  }

  /**
   * Returns whether a folder holds one of the four files, so that all of them are expected there.
   */
  public static boolean isOne(Path folder) {
    return Stream.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
        .flatMap(name -> Stream.of(name, name + ".gz"))
        .anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  private static Path find(Path folder, String name) throws IOException {
    Path plain = folder.resolve(name);
    Path packed = folder.resolve(name + ".gz");
    if (Files.exists(plain) && Files.exists(packed)) {
      throw new IOException(
          "%s: expected %s or %s.gz, found both; remove one".formatted(folder, name, name));
    }
    if (!Files.exists(plain) && !Files.exists(packed)) {
      throw new IOException(
          "%s: expected %s or %s.gz in this folder, found neither".formatted(folder, name, name));
    }
    return Files.exists(plain) ? plain : packed;
  }

  private static List<String> classNames(Path file, Idx labels) throws IOException {
    if (!Files.exists(file)) {
      int largest = largestWithoutGap(labels);
      return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
    }
    try {
      return ClassNames.checked(lines(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage() + "; line 1 is for class 0", e);
    }
  }

  /**
   * Returns the largest label. Without names, nothing else says how many classes there are; so
   * every class from 1 on must have an example, or one damaged label would make classes out of
   * nothing. (Class 0 may be empty: EMNIST's letters begin at 1.)
   */
  private static int largestWithoutGap(Idx file) throws IOException {
    int[] labels = file.labels(Dataset.MAX_CLASSES);
    int at = 0;
    for (int i = 1; i < labels.length; i++) {
      at = labels[i] > labels[at] ? i : at;
    }
    boolean[] seen = new boolean[labels[at] + 1];
    for (int label : labels) {
      seen[label] = true;
    }
    for (int k = 1; k < seen.length; k++) {
      if (!seen[k]) {
        throw new IOException(
            "%s: byte %d: expected labels without a gap, found %d, but none is %d; if that is right, list all classes in %s"
                .formatted(file.name(), file.offset(at), labels[at], k, CLASS_NAMES));
      }
    }
    return labels[at];
  }

  /** Reads the lines of a file with the names of classes. */
  static List<String> lines(Path file) throws IOException {
    // Far more than so many names need, and far less than would fill the memory.
    int most = 256 * Dataset.MAX_CLASSES;
    if (Files.size(file) > most) {
      throw new IOException(
          "%s: expected class names, at most %d bytes, found %d"
              .formatted(file, most, Files.size(file)));
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
      return unmarked.lines().map(String::strip).toList();
    } catch (CharacterCodingException e) {
      throw new IOException(
          "%s: byte %d: expected text in UTF-8, found something else"
              .formatted(file, bytes.position()),
          e);
    }
  }

  /** Waits for what is read beside, and throws what that throws. */
  static Idx join(Future<Idx> task) throws IOException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      ImageDecoding.rethrow(e.getCause());
      throw new IllegalStateException(e); // there is always a cause
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading the test images");
    }
  }
}
