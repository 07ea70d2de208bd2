package downhill.data;

/**
 * Brightness between the pixels of an image of unsigned bytes, in integers, so that it is the same
 * everywhere. Around the image all is 0.
 *
 * <p>Positions are whole numbers as well, so that a row of samples takes two additions each. They
 * count from the row above the image and the column left of it.
 */
final class Bilinear {
  /** How much of a position makes a pixel. */
  static final long PIXEL = 1L << 32;

  /** Two weights of so many bits and a byte fit an int. */
  private static final int BITS = 11;

  private static final int ONE = 1 << BITS;
  private static final int HALF = 1 << (2 * BITS - 1);

  /** What to add to a position to round it to the nearest weight. */
  static final long ROUNDING = PIXEL / ONE / 2;

  private Bilinear() {}

  /** Returns the brightness at a position, rounded half up. */
  static byte sample(byte[] image, int at, int height, int width, long row, long column) {
    // Between rows r − 1 and r, columns c − 1 and c.
    int r = (int) (row >> 32);
    int c = (int) (column >> 32);
    int y = (int) row >>> (32 - BITS);
    int x = (int) column >>> (32 - BITS);
    int i = at + r * width + c;
    int upper = 0;
    int lower = 0;
    if (r > 0 && r < height && c > 0 && c < width) {
      upper = between(image[i - width - 1], image[i - width], x);
      lower = between(image[i - 1], image[i], x);
    } else if (r >= 0 && r <= height && c >= 0 && c <= width) {
      if (r > 0) {
        upper = edge(image, i - width, c, width, x);
      }
      if (r < height) {
        lower = edge(image, i, c, width, x);
      }
    }
    return (byte) ((upper * (ONE - y) + lower * y + HALF) >> (2 * BITS));
  }

  private static int edge(byte[] image, int i, int c, int width, int x) {
    return between(c > 0 ? image[i - 1] : 0, c < width ? image[i] : 0, x);
  }

  private static int between(byte a, byte b, int x) {
    return (a & 0xff) * (ONE - x) + (b & 0xff) * x;
  }
}
