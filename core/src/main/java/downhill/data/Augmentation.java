package downhill.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * Random changes of an image that leave its class as it is, made anew whenever the image is shown.
 *
 * <p>An image is mirrored, then turned and scaled about its centre, then shifted, in one affine map
 * with bilinear sampling; then a rectangle of it may be erased. What comes in from outside is 0,
 * and so is what is erased. The result is a function of the image and of {@link #UNIFORMS} numbers,
 * to the bit and on every machine: the map is computed with + − × ÷ in double and {@code
 * StrictMath}, positions and brightness in integers. A position is rounded to 1/2048 of a pixel,
 * brightness half up.
 *
 * <p>Immutable; safe to share.
 *
 * @param shift the most pixels an image is moved in each direction, 0 to {@link #MAX_SHIFT}; how
 *     many is drawn from the whole numbers −shift to shift, for rows and for columns
 * @param flip the probability of the mirror image, left for right, 0 to 1
 * @param rotation the most degrees an image is turned either way, 0 to 180
 * @param scale the most by which an image's size changes, 0 to {@link #MAX_SCALE}: 0.1 stands for
 *     factors from 0.9 to 1.1
 * @param erasing the probability that a rectangle is erased, 0 to 1: 2 % to 20 % of the area, its
 *     height 0.3 to 3.3 times its width where that fits, its sides rounded to whole pixels, at
 *     least one (Zhong, Zheng, Kang, Li, Yang: "Random erasing data augmentation", 2017)
 */
public record Augmentation(int shift, double flip, double rotation, double scale, double erasing)
    implements Serializable {
  /** The most that {@link #shift} may be. */
  public static final int MAX_SHIFT = 1 << 16;

  /** The most that {@link #scale} may be. */
  public static final double MAX_SCALE = 0.9;

  /** The most rows, and the most columns, of an image. */
  public static final int MAX_SIDE = 1 << 24;

  /** How many random numbers one image takes, whatever is done to it. */
  public static final int UNIFORMS = 10;

  /** Leaves every image as it is. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, 0, 0);

  private static final double SMALLEST_AREA = 0.02;
  private static final double LARGEST_AREA = 0.2;
  private static final double SMALLEST_ASPECT = 0.3;
  private static final double LARGEST_ASPECT = 3.3;

  /** Checks the settings. */
  public Augmentation {
    if (shift < 0 || shift > MAX_SHIFT) {
      throw new IllegalArgumentException(
          "shift: expected 0 to %d whole pixels, found %d".formatted(MAX_SHIFT, shift));
    }
    checkProbability("flip", flip);
    if (!(rotation >= 0 && rotation <= 180)) {
      throw new IllegalArgumentException("rotation: expected 0 to 180 degrees, found " + rotation);
    }
    if (!(scale >= 0 && scale <= MAX_SCALE)) {
      throw new IllegalArgumentException(
          "scale: expected a change of 0 to " + MAX_SCALE + ", found " + scale);
    }
    checkProbability("erasing", erasing);
  }

  private static void checkProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a probability from 0 to 1, found " + value);
    }
  }

  /** Returns these changes with another {@link #shift}. */
  public Augmentation withShift(int value) {
    return new Augmentation(value, flip, rotation, scale, erasing);
  }

  /** Returns these changes with another {@link #flip}. */
  public Augmentation withFlip(double value) {
    return new Augmentation(shift, value, rotation, scale, erasing);
  }

  /** Returns these changes with another {@link #rotation}. */
  public Augmentation withRotation(double value) {
    return new Augmentation(shift, flip, value, scale, erasing);
  }

  /** Returns these changes with another {@link #scale}. */
  public Augmentation withScale(double value) {
    return new Augmentation(shift, flip, rotation, value, erasing);
  }

  /** Returns these changes with another {@link #erasing}. */
  public Augmentation withErasing(double value) {
    return new Augmentation(shift, flip, rotation, scale, value);
  }

  /** Returns whether every image stays as it is. */
  public boolean isNone() {
    return shift == 0 && flip == 0 && rotation == 0 && scale == 0 && erasing == 0;
  }

  /**
   * Writes a changed image, or a changed channel of one in colour. Allocates nothing, once it is
   * compiled, but for the few bytes in which {@code StrictMath} works where an image is turned or
   * scaled.
   *
   * @param source holds the image, [height, width], row-major, unsigned bytes
   * @param at the index of its first byte
   * @param height rows of the image, 1 to {@link #MAX_SIDE}
   * @param width columns of the image, 1 to {@link #MAX_SIDE}
   * @param uniforms random numbers, at least 0 and less than 1, of which the first {@link
   *     #UNIFORMS} are used: for flip, rows, columns, rotation, scale, whether to erase, and the
   *     rectangle's area, aspect, row and column
   * @param target where to write the result, laid out as the image is; the two may lie in one
   *     array, but not overlap
   * @param to the index of its first byte
   * @throws IndexOutOfBoundsException if an array is too short
   * @throws IllegalArgumentException if height or width is out of its range, or the two overlap
   */
  public void apply(
      byte[] source, int at, int height, int width, float[] uniforms, byte[] target, int to) {
    if (height < 1 || height > MAX_SIDE || width < 1 || width > MAX_SIDE) {
      throw new IllegalArgumentException(
          "height and width: expected 1 to %d, found %d and %d".formatted(MAX_SIDE, height, width));
    }
    long size = (long) height * width;
    Objects.checkFromIndexSize(at, size, source.length);
    Objects.checkFromIndexSize(to, size, target.length);
    Objects.checkFromIndexSize(0, UNIFORMS, uniforms.length);
    if (isOne(source, target) && at < to + size && to < at + size) {
      throw new IllegalArgumentException(
          "source and target overlap: both are one array, at %d and %d; expected %d bytes between"
              .formatted(at, to, size));
    }
    if (rotation == 0 && scale == 0) {
      copy(source, at, height, width, uniforms, target, to);
    } else {
      sample(source, at, height, width, uniforms, target, to);
    }
    if (uniforms[5] < erasing) {
      erase(target, to, height, width, uniforms);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same bytes, not equal ones
  private static boolean isOne(byte[] a, byte[] b) {
    return a == b;
  }

  /** Moves by whole pixels, mirrored or not. */
  private void copy(
      byte[] source, int at, int height, int width, float[] uniforms, byte[] target, int to) {
    boolean mirrored = uniforms[0] < flip;
    int down = wholeShift(uniforms[1]);
    int right = wholeShift(uniforms[2]);
    if (!mirrored && down == 0 && right == 0) {
      System.arraycopy(source, at, target, to, height * width);
      return;
    }
    Arrays.fill(target, to, to + height * width, (byte) 0);
    int shown = width - Math.abs(right);
    if (shown <= 0) {
      return;
    }
    int left = Math.max(right, 0);
    int end = left + shown;
    for (int r = Math.max(down, 0); r < height + Math.min(down, 0); r++) {
      int from = at + (r - down) * width;
      int row = to + r * width;
      if (mirrored) {
        int last = from + width - 1 + right;
        for (int c = left; c < end; c++) {
          target[row + c] = source[last - c];
        }
      } else {
        System.arraycopy(source, from + left - right, target, row + left, shown);
      }
    }
  }

  /** Turns and scales as well, which takes samples between the pixels. */
  private void sample(
      byte[] source, int at, int height, int width, float[] uniforms, byte[] target, int to) {
    double mirror = uniforms[0] < flip ? -1 : 1;
    int down = wholeShift(uniforms[1]);
    int right = wholeShift(uniforms[2]);
    double angle = (2.0 * uniforms[3] - 1) * rotation * (StrictMath.PI / 180);
    double factor = 1 + (2.0 * uniforms[4] - 1) * scale;
    // How far a step in the target goes in the source: the inverse of the map.
    double cos = StrictMath.cos(angle) / factor * Bilinear.PIXEL;
    double sin = StrictMath.sin(angle) / factor * Bilinear.PIXEL;
    long rowStep = (long) sin;
    long columnStep = (long) (mirror * cos);
    double middleRow = (height - 1) / 2.0;
    double middleColumn = (width - 1) / 2.0;
    double x = -right - middleColumn;
    for (int r = 0; r < height; r++) {
      double y = r - down - middleRow;
      long row = position(middleRow, x * sin + y * cos);
      long column = position(middleColumn, mirror * (x * cos - y * sin));
      int first = to + r * width;
      for (int c = 0; c < width; c++) {
        target[first + c] = Bilinear.sample(source, at, height, width, row, column);
        row += rowStep;
        column += columnStep;
      }
    }
  }

  private static long position(double middle, double away) {
    return (long) ((middle + 1) * Bilinear.PIXEL + away) + Bilinear.ROUNDING;
  }

  /** Returns one of the whole numbers −shift to shift, each as likely as another. */
  private int wholeShift(float uniform) {
    return below(2 * shift + 1, uniform) - shift;
  }

  /** Returns one of 0 to bound − 1. */
  private static int below(int bound, float uniform) {
    return (int) ((double) bound * uniform);
  }

  private static void erase(byte[] image, int at, int height, int width, float[] uniforms) {
    double share = SMALLEST_AREA + (LARGEST_AREA - SMALLEST_AREA) * uniforms[6];
    double aspect = SMALLEST_ASPECT + (LARGEST_ASPECT - SMALLEST_ASPECT) * uniforms[7];
    double area = share * height * width;
    // The paper draws until a rectangle fits; this one is made to fit, and keeps its area.
    double tall = Math.clamp(StrictMath.sqrt(area * aspect), area / width, height);
    int rows = atLeastOne(tall);
    int columns = atLeastOne(area / tall);
    int top = below(height - rows + 1, uniforms[8]);
    int left = below(width - columns + 1, uniforms[9]);
    for (int r = top; r < top + rows; r++) {
      int first = at + r * width + left;
      Arrays.fill(image, first, first + columns, (byte) 0);
    }
  }

  private static int atLeastOne(double length) {
    return Math.max(1, (int) (length + 0.5));
  }
}
