package downhill.data;

import java.util.List;

/** Labelled examples of bytes, 0..255. Immutable; safe to share. */
public final class Dataset {
  private Dataset() {}

  /**
   * Returns a dataset of images (or of plain vectors, with height 1).
   *
   * @param values [n, height · width], row-major, unsigned bytes; copied
   * @param height rows of an image
   * @param width columns of an image
   * @param labels [n], each from 0 to classNames.size() − 1; copied
   * @param classNames a name for each class
   */
  public static Dataset of(
      byte[] values, int height, int width, int[] labels, List<String> classNames) {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of examples. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of values in an example: height · width. */
  public int features() {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of rows of an image. */
  public int height() {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of columns of an image. */
  public int width() {
    throw new UnsupportedOperationException();
  }

  /** Returns the number of classes. */
  public int classes() {
    throw new UnsupportedOperationException();
  }

  /** Returns the names of the classes. */
  public List<String> classNames() {
    throw new UnsupportedOperationException();
  }

  /** Returns the class of example {@code i}. */
  public int label(int i) {
    throw new UnsupportedOperationException();
  }

  /** Returns example {@code i} scaled to 0..1 (v/255), [features]. */
  public float[] example(int i) {
    throw new UnsupportedOperationException();
  }

  /**
   * Copies the raw bytes of example {@code i}.
   *
   * @param into where to
   * @param offset the index of the first byte there
   */
  public void copyTo(int i, byte[] into, int offset) {
    throw new UnsupportedOperationException();
  }

  /** Returns the examples {@code from} (inclusive) to {@code to} (exclusive), same classes. */
  public Dataset slice(int from, int to) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the SHA-256, in lower-case hexadecimal, of everything in here that training depends on:
   * counts, height, width, class count, values and labels.
   */
  public String sha256() {
    throw new UnsupportedOperationException();
  }
}
