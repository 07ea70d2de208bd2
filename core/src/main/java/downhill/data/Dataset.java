package downhill.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples, of bytes, 0..255, of floats, or of the rows of a table; each may have a
 * weight. Never empty. Immutable; safe to share.
 *
 * <p>The values stay as they are (bytes take 47 MB for Fashion-MNIST's training images, where
 * floats would take 188); whoever needs them scaled does it on the way into a buffer. A table's
 * rows may lie in a mapped file, so it may be larger than memory.
 */
public final class Dataset {
  /** The most classes a dataset may have: a confusion matrix of so many takes 64 MB. */
  public static final int MAX_CLASSES = 4096;

  private final Values values;
  private final int start;
  private final int size;
  private final int channels;
  private final int height;
  private final int width;
  private final int features;
  private final List<String> classNames;

  /** What each example counts, from {@link #start} on like the values; null where all count 1. */
  private final float @Nullable [] weights;

  private Dataset(
      Values values,
      int start,
      int size,
      int channels,
      int height,
      int width,
      List<String> classNames,
      float @Nullable [] weights) {
    this.values = values;
    this.start = start;
    this.size = size;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.features = channels * height * width;
    this.classNames = classNames;
    this.weights = weights;
  }

  private Dataset of(Values other, int from, int count, float @Nullable [] counting) {
    return new Dataset(other, from, count, channels, height, width, classNames, counting);
  }

  /**
   * Returns a dataset of images (or of plain vectors, with height 1).
   *
   * @param values [n, height · width], row-major, unsigned bytes; copied
   * @param height rows of an image
   * @param width columns of an image
   * @param labels [n], each from 0 to classNames.size() − 1; copied
   * @param classNames a name for each class, at most {@link #MAX_CLASSES}: each one line that is
   *     not blank, no two alike
   * @throws IllegalArgumentException if there is no example, the number of values is not n · height
   *     · width, a label is of no class, or the names are not as they should be
   */
  public static Dataset of(
      byte[] values, int height, int width, int[] labels, List<String> classNames) {
    return of(values, 1, height, width, labels, classNames);
  }

  /**
   * Returns a dataset of images in one colour or several.
   *
   * @param values [n, channels, height, width], row-major, unsigned bytes: of each image one
   *     channel after the other; copied
   * @param channels how many numbers a pixel has: 1 for grey, 3 for red, green and blue
   * @param height rows of an image
   * @param width columns of an image
   * @param labels [n], each from 0 to classNames.size() − 1; copied
   * @param classNames a name for each class, as in {@link #of(byte[], int, int, int[], List)}
   * @throws IllegalArgumentException as there
   */
  public static Dataset of(
      byte[] values, int channels, int height, int width, int[] labels, List<String> classNames) {
    return owning(values.clone(), channels, height, width, labels.clone(), classNames);
  }

  /**
   * Returns a dataset of the contents of two IDX files, whose bytes it shares.
   *
   * @param images unsigned bytes, [n, height, width], or [n, features] for vectors (height 1)
   * @param labels integers, [n], each from 0 to classNames.size() − 1
   * @param classNames a name for each class, as in {@link #of(byte[], int, int, int[], List)}
   * @throws IOException if the files don't fit that description or each other; the message names
   *     the file and, for a label of no class, its byte offset
   * @throws IllegalArgumentException if the names are not as they should be
   */
  public static Dataset of(Idx images, Idx labels, List<String> classNames) throws IOException {
    List<String> names = ClassNames.checked(classNames);
    int rank = images.rank();
    if (images.type() != Idx.Type.UBYTE || rank < 2 || rank > 3) {
      throw new IOException(
          "%s: expected images of UBYTE, [n, height, width] or [n, features], found %s"
              .formatted(images.name(), images.shape()));
    }
    int[] classes = labels.labels(names.size());
    if (images.dimension(0) != classes.length) {
      throw new IOException(
          "%s holds %d images, but %s holds %d labels; expected as many of one as of the other"
              .formatted(images.name(), images.dimension(0), labels.name(), classes.length));
    }
    int height = rank == 3 ? images.dimension(1) : 1;
    return owning(images.data(), 1, height, images.dimension(rank - 1), classes, names);
  }

  /**
   * As {@link #of(byte[], int, int, int, int[], List)}, but keeps both arrays, which belong to the
   * dataset from now on: nobody may change them.
   */
  public static Dataset owning(
      byte[] values, int channels, int height, int width, int[] labels, List<String> classNames) {
    List<String> names = ClassNames.checked(classNames);
    int n = labels.length;
    if (n == 0) {
      throw new IllegalArgumentException("labels: expected at least one example, found none");
    }
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "channels, height and width: expected at least 1, found %d, %d and %d"
              .formatted(channels, height, width));
    }
    // Divided, not multiplied: n · channels · height · width may not even fit a long.
    int each = values.length / n;
    if (values.length % n != 0
        || each % channels != 0
        || each / channels != (long) height * width) {
      throw new IllegalArgumentException(
          "values: expected %d × %s bytes, one image for each label, found %d"
              .formatted(n, shape(channels, height, width), values.length));
    }
    return bytes(values, channels, height, width, labels, names);
  }

  /**
   * As {@link #owning}, but there may be more behind the values: only the first n · channels ·
   * height · width bytes count. So what is left out of a large array takes no second one.
   */
  static Dataset owningFirst(
      byte[] values, int channels, int height, int width, int[] labels, List<String> classNames) {
    int n = labels.length;
    if (n == 0 || values.length / n / channels / height < width) {
      throw new IllegalArgumentException(
          "values: expected at least one example, and %d × %s bytes or more, found %d"
              .formatted(n, shape(channels, height, width), values.length));
    }
    return bytes(values, channels, height, width, labels, ClassNames.checked(classNames));
  }

  private static Dataset bytes(
      byte[] values, int channels, int height, int width, int[] labels, List<String> names) {
    checkLabels(labels, names);
    ByteValues own = new ByteValues(values, labels, channels * height * width);
    return new Dataset(own, 0, labels.length, channels, height, width, names, null);
  }

  /**
   * Returns a dataset of numbers that a network takes as they are: nothing scales them.
   *
   * @param values [n, features], row-major, finite; copied
   * @param features how many numbers an example has, at least 1
   * @param labels [n], each from 0 to classNames.size() − 1; copied
   * @param classNames a name for each class, as in {@link #of(byte[], int, int, int[], List)}
   * @throws IllegalArgumentException if there is no example, the number of values is not n ·
   *     features, one of them is not finite, a label is of no class, or the names are not as they
   *     should be
   */
  public static Dataset ofFloats(
      float[] values, int features, int[] labels, List<String> classNames) {
    return owningFloats(values.clone(), features, labels.clone(), classNames);
  }

  /**
   * As {@link #ofFloats}, but keeps both arrays, which belong to the dataset from now on: nobody
   * may change them.
   */
  public static Dataset owningFloats(
      float[] values, int features, int[] labels, List<String> classNames) {
    List<String> names = ClassNames.checked(classNames);
    int n = labels.length;
    if (n == 0) {
      throw new IllegalArgumentException("labels: expected at least one example, found none");
    }
    if (features < 1 || values.length != (long) n * features) {
      throw new IllegalArgumentException(
          "values: expected %d × %d numbers, one example for each label, found %d"
              .formatted(n, features, values.length));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "values of example %d: expected finite numbers, found %s at index %d"
                .formatted(i / features, values[i], i % features));
      }
    }
    checkLabels(labels, names);
    FloatValues own = new FloatValues(values, labels, features);
    return new Dataset(own, 0, n, 1, 1, features, names, null);
  }

  private static void checkLabels(int[] labels, List<String> names) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= names.size()) {
        throw new IllegalArgumentException(
            "labels[%d]: expected 0 to %d, found %d".formatted(i, names.size() - 1, labels[i]));
      }
    }
  }

  /** Returns all rows of a table. */
  static Dataset of(TableValues rows, int size, List<String> names) {
    return new Dataset(rows, 0, size, 1, 1, rows.inputs(), names, null);
  }

  /** Returns the number of examples, at least 1. */
  public int size() {
    return size;
  }

  /** Returns the number of values in an example: channels · height · width. */
  public int features() {
    return features;
  }

  /** Returns how many numbers a pixel has: 1 for grey, 3 for red, green and blue. */
  public int channels() {
    return channels;
  }

  /** Returns the number of rows of an image. */
  public int height() {
    return height;
  }

  /** Returns the number of columns of an image. */
  public int width() {
    return width;
  }

  /** Returns the shape of an example in words: {@code 28 × 28}, {@code 3 × 32 × 32}. */
  public String shape() {
    return shape(channels, height, width);
  }

  private static String shape(int channels, int height, int width) {
    String size = height + " × " + width;
    return channels == 1 ? size : channels + " × " + size;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classNames.size();
  }

  /** Returns the names of the classes. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Returns the class of example {@code i}.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public int label(int i) {
    return values.label(row(i));
  }

  /**
   * Returns example {@code i} as a network gets it, [features]: bytes scaled to 0..1 (v/255), one
   * channel after the other; the values of a table as its schema says.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public float[] example(int i) {
    float[] x = new float[features];
    values.inputs(row(i), x, 0);
    return x;
  }

  /**
   * Copies the raw bytes of example {@code i}, [features]: one channel after the other.
   *
   * @param into where to
   * @param offset the index of the first byte there
   * @throws IndexOutOfBoundsException if there is no such example, or no room for it
   * @throws IllegalStateException if the examples are not of bytes
   */
  public void copyTo(int i, byte[] into, int offset) {
    bytes().copy(row(i), into, offset);
  }

  /**
   * Copies the raw bytes of some examples, which takes less time than one call for each where they
   * lie far apart.
   *
   * @param examples their indices
   * @param from where the indices of those to copy begin
   * @param count how many they are
   * @param into gets [count, features], row-major
   * @param offset the index of the first byte there
   * @throws IndexOutOfBoundsException if there are not so many indices, no such example, or no room
   *     for one; what {@code into} holds is undefined then
   * @throws IllegalStateException if the examples are not of bytes
   */
  public void copyTo(int[] examples, int from, int count, byte[] into, int offset) {
    Objects.checkFromIndexSize(from, count, examples.length);
    ByteValues bytes = bytes();
    if (count > 0) {
      // Both ends of all are read first: the processor waits for memory once for many of them,
      // where it would wait anew for each copy. Their sum is written, or C2 would leave the reads
      // out; the first copy overwrites it.
      int ends = 0;
      for (int i = from; i < from + count; i++) {
        ends += bytes.ends(row(examples[i]));
      }
      into[offset] = (byte) ends;
    }
    for (int i = 0; i < count; i++) {
      bytes.copy(row(examples[from + i]), into, offset + i * bytes.features());
    }
  }

  private ByteValues bytes() {
    if (values instanceof ByteValues bytes) {
      return bytes;
    }
    throw new IllegalStateException("expected examples of bytes, found numbers");
  }

  /**
   * Writes example {@code i} as a network gets it, [features], like {@link #example}, and allocates
   * nothing.
   *
   * @param into where to
   * @param offset the index of the first value there
   * @throws IndexOutOfBoundsException if there is no such example, or no room for it
   */
  public void copyTo(int i, float[] into, int offset) {
    values.inputs(row(i), into, offset);
  }

  /** Writes the values of row {@code i} of a table, as {@link TableDecoder#values} does. */
  void raw(int i, double[] into) {
    if (!(values instanceof TableValues table)) {
      throw new IllegalStateException("expected the rows of a table, found examples of bytes");
    }
    table.raw(row(i), into);
  }

  /**
   * Returns the names of the columns that seem to number a table's rows: each row of the file has
   * another whole number there, and few are left out between them. What is learned from such a
   * column is the order of the file.
   *
   * @return empty for examples of bytes, and for fewer than 20 rows
   */
  public List<String> rowNumbers() {
    return values instanceof TableValues table ? table.rowNumbers() : List.of();
  }

  /**
   * Returns the categories in a table's file that its schema does not have, column by column: only
   * where {@link CsvFormat#unknown} says that the mean is to be taken for them, and empty for
   * examples of bytes.
   */
  public List<UnknownCategories> unknownCategories() {
    return values instanceof TableValues table ? table.unknownCategories() : List.of();
  }

  /**
   * Returns the same examples, each counting so much in training: its loss and its gradient are
   * multiplied by its weight, and the mean over a batch divides by the sum of the weights. In its
   * batch, an example that counts 2 weighs like two of the same. Slices and both parts of a split
   * keep the weights; evaluation counts every example once.
   *
   * @param counting [n], finite and not negative, at least one of them positive; copied
   * @throws IllegalArgumentException if they are not so
   */
  public Dataset withWeights(float[] counting) {
    if (counting.length != size) {
      throw new IllegalArgumentException(
          "weights: expected %d, one for each example, found %d".formatted(size, counting.length));
    }
    boolean any = false;
    for (int i = 0; i < size; i++) {
      if (!(counting[i] >= 0 && counting[i] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "weights[%d]: expected a finite number that is not negative, found %s"
                .formatted(i, counting[i]));
      }
      any |= counting[i] > 0;
    }
    if (!any) {
      throw new IllegalArgumentException("weights: expected one that is not 0, found none");
    }
    float[] all = new float[start + size];
    System.arraycopy(counting, 0, all, start, size);
    return of(values, start, size, all);
  }

  /** Returns whether examples have weights of their own. */
  public boolean hasWeights() {
    return weights != null;
  }

  /**
   * Returns what example {@code i} counts: 1 without {@link #withWeights}.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public float weight(int i) {
    int row = row(i);
    return weights == null ? 1 : weights[row];
  }

  private int row(int i) {
    return start + Objects.checkIndex(i, size);
  }

  /** Returns whether the examples are of bytes, and not of other numbers. */
  public boolean hasBytes() {
    return values instanceof ByteValues;
  }

  /** Returns how a table's rows become inputs; null for examples of bytes or floats. */
  public @Nullable TableSchema schema() {
    return values instanceof TableValues table ? table.schema() : null;
  }

  /**
   * Returns the same rows of a table with the means, scales and shares that were learned elsewhere.
   * Parts of them keep these.
   *
   * @throws IllegalArgumentException if these are bytes, or the schema has other columns, levels,
   *     label or treatment of missing values, or a number is so far from the mean there that its
   *     input is not finite
   */
  public Dataset with(TableSchema schema) {
    return with(schema, false);
  }

  private Dataset with(TableSchema schema, boolean learning) {
    if (!(values instanceof TableValues table) || !table.schema().fits(schema)) {
      throw new IllegalArgumentException(
          "schema: expected one of the same columns, found " + schema);
    }
    return of(table.with(schema, start, size, learning), start, size, weights);
  }

  /** Returns these examples with what they teach, where they are of a table to be learned from. */
  Dataset learned() {
    return values instanceof TableValues table && table.isLearning()
        ? with(table.learned(start, size), true)
        : this;
  }

  /**
   * Returns the examples {@code from} (inclusive) to {@code to} (exclusive), same classes. Shares
   * the memory of this dataset, so it costs nothing and keeps all of it alive.
   *
   * @throws IndexOutOfBoundsException if the range is not within 0 and {@link #size()}
   * @throws IllegalArgumentException if the range is empty
   */
  public Dataset slice(int from, int to) {
    Objects.checkFromToIndex(from, to, size);
    if (from == to) {
      throw new IllegalArgumentException(
          "slice: expected at least one example, found none from %d to %d".formatted(from, to));
    }
    return of(values, start + from, to - from, weights);
  }

  /**
   * Splits the examples at random into those to learn from and those to hold out, class by class,
   * so that both parts have the classes' proportions. Either part keeps the order of the examples.
   * Which are held out is a function of the seed, and of the examples' indices and labels; it is
   * the same everywhere. Parts of bytes are copies, and keep nothing of this dataset alive; those
   * of a table share its rows, and where its means, scales and shares were learned from its own
   * rows, both parts get those of the part to learn from. What is judged later needs the same: take
   * {@code test.with(split.train().schema())}.
   *
   * @param fraction the share of each class to hold out, more than 0 and less than 1; rounded to
   *     whole examples, half up, but at least one is held out and at least one stays; of a class
   *     with a single example, that one stays
   * @param seed the seed of the choice
   * @throws IllegalArgumentException if the fraction is not within its bounds, or no class has two
   *     examples
   */
  public Split split(double fraction, long seed) {
    return Split.of(this, fraction, seed);
  }

  /** Returns the number of examples of each class, [classes]. */
  int[] classCounts() {
    int[] counts = new int[classes()];
    for (int i = 0; i < size; i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /**
   * Returns some of the examples, in the order of their indices. Bytes and plain numbers are
   * copied; a table's rows are shared, with the means, scales and shares that they have.
   *
   * @throws IndexOutOfBoundsException if an index is not within 0 and {@link #size()}
   * @throws IllegalArgumentException if there is none
   */
  public Dataset select(int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("select: expected at least one example, found none");
    }
    int[] rows = new int[indices.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(indices[i]);
    }
    return of(values.select(rows), 0, rows.length, weights == null ? null : chosen(weights, rows));
  }

  private static float[] chosen(float[] of, int[] rows) {
    float[] chosen = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      chosen[i] = of[rows[i]];
    }
    return chosen;
  }

  /**
   * Returns the SHA-256, in lower-case hexadecimal, of everything in here that training depends on:
   * the number of examples, height, width and the number of classes, each as four bytes, highest
   * first; where there is more than one channel, how many, likewise; then all values; then the
   * labels, each as four bytes. For the rows of a table, instead of the last two: each row as it is
   * before scaling, eight bytes a number, lowest first, with the label as the last. The names of
   * the classes are not part of it: renaming one changes no weight. Where examples have weights,
   * these come last, each as the four bytes of a float. Numbers that are taken as they are count
   * like the values of a table.
   */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    ByteBuffer counts = ByteBuffer.allocate(4 * Integer.BYTES);
    digest.update(counts.putInt(size).putInt(height).putInt(width).putInt(classes()).flip());
    if (channels > 1) {
      digest.update(counts.clear().putInt(channels).flip());
    }
    values.digest(digest, start, size);
    if (weights != null) {
      Sha256.add(digest, weights, start, size);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Returns a line such as {@code 60000 examples of 28 × 28, 10 classes}. */
  @Override
  public String toString() {
    return "%d examples of %s, %d classes".formatted(size, shape(), classes());
  }
}
