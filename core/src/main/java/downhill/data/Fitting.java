package downhill.data;

import java.awt.image.BufferedImage;

/**
 * A picture as a {@link Preparation} wants it. Each value of the result is the average over the
 * area that its pixel covers in the picture. The arithmetic is in integers until the one rounding
 * at the end, half up, so the result is the same everywhere, and a picture that already has the
 * size, and the colours, keeps its bytes.
 */
final class Fitting {
  /** A line of pixels divided anew: n old ones among m new ones, in parts of 1/(n m). */
  private static final class Axis {
    final int n;
    final int m;

    /** For each new pixel the first old one that it covers, and the last. */
    final int[] first;

    final int[] last;

    /** How many parts of these two it covers; of those between, all m. */
    final int[] head;

    final int[] tail;

    Axis(int n, int m) {
      this.n = n;
      this.m = m;
      this.first = new int[m];
      this.last = new int[m];
      this.head = new int[m];
      this.tail = new int[m];
      for (int j = 0; j < m; j++) {
        // An old pixel is m parts long, a new one n.
        long from = (long) j * n;
        long to = from + n;
        first[j] = (int) (from / m);
        last[j] = (int) ((to - 1) / m);
        head[j] = (int) (Math.min(to, (first[j] + 1L) * m) - from);
        tail[j] = (int) (to - (long) last[j] * m);
      }
    }

    /** Adds up a row: each new pixel the old ones from {@code start} on, each by its parts. */
    void spread(int[] row, int start, long[] sums) {
      for (int j = 0; j < m; j++) {
        int a = start + first[j];
        int b = start + last[j];
        if (a == b) {
          sums[j] = (long) n * row[a];
          continue;
        }
        long between = 0;
        for (int x = a + 1; x < b; x++) {
          between += row[x];
        }
        sums[j] = between * m + (long) head[j] * row[a] + (long) tail[j] * row[b];
      }
    }
  }

  /** A part of a picture or of an example. */
  private record Window(int top, int left, int rows, int columns) {
    static Window centred(int height, int width, int rows, int columns) {
      return new Window((height - rows) / 2, (width - columns) / 2, rows, columns);
    }
  }

  private final BufferedImage image;
  private final Preparation preparation;

  /** What is looked at of the picture. */
  private final Window seen;

  /** Where that is shown in the example. */
  private final Window shown;

  private Fitting(BufferedImage image, Preparation preparation) {
    this.image = image;
    this.preparation = preparation;
    int h = preparation.height();
    int w = preparation.width();
    int ih = image.getHeight();
    int iw = image.getWidth();
    boolean wide = (long) iw * h >= (long) ih * w;
    int rows = h;
    int columns = w;
    int seenRows = ih;
    int seenColumns = iw;
    switch (preparation.fit()) {
      case PAD -> {
        rows = wide ? rounded((long) ih * w, iw) : h;
        columns = wide ? w : rounded((long) iw * h, ih);
      }
      case CROP -> {
        seenRows = wide ? ih : rounded((long) iw * h, w);
        seenColumns = wide ? rounded((long) ih * w, h) : iw;
      }
      case STRETCH -> {}
    }
    this.seen = Window.centred(ih, iw, seenRows, seenColumns);
    this.shown = Window.centred(h, w, rows, columns);
  }

  private static int rounded(long numerator, int denominator) {
    return (int) Math.max(1, (numerator + denominator / 2) / denominator);
  }

  /** Returns the picture as [channels, height, width], row-major, unsigned bytes. */
  static byte[] fit(BufferedImage image, Preparation preparation) {
    return new Fitting(image, preparation).bytes();
  }

  private byte[] bytes() {
    int h = shown.rows;
    int w = shown.columns;
    PixelRows pixels = new PixelRows(image, preparation);
    Axis axis = new Axis(seen.columns, w);
    int[][] values = new int[preparation.channels()][image.getWidth()];
    long[][] sums = new long[preparation.channels()][h * w];
    long[] row = new long[w];
    for (int y = 0; y < seen.rows; y++) {
      pixels.read(seen.top + y, values);
      for (int c = 0; c < values.length; c++) {
        axis.spread(values[c], seen.left, row);
        add(row, y, sums[c]);
      }
    }
    return average(sums, pixels.white());
  }

  /**
   * Adds a row of the picture to the rows of the result that cover it. The largest sum, of all
   * pixels of a white picture, is below 7e15 and fits a long.
   */
  private void add(long[] row, int y, long[] sums) {
    int h = shown.rows;
    long from = (long) y * h;
    long end = from + h;
    while (from < end) {
      int i = (int) (from / seen.rows);
      long to = Math.min(end, (i + 1L) * seen.rows);
      int at = i * row.length;
      for (int j = 0; j < row.length; j++) {
        sums[at + j] += (to - from) * row[j];
      }
      from = to;
    }
  }

  private byte[] average(long[][] sums, long white) {
    int width = preparation.width();
    int plane = preparation.height() * width;
    byte[] result = new byte[preparation.features()];
    long unit = (long) seen.rows * seen.columns * (white / 255);
    for (int c = 0; c < sums.length; c++) {
      int corner = c * plane + shown.top * width + shown.left;
      for (int i = 0; i < shown.rows; i++) {
        for (int j = 0; j < shown.columns; j++) {
          long sum = sums[c][i * shown.columns + j];
          result[corner + i * width + j] = (byte) ((sum + unit / 2) / unit);
        }
      }
    }
    return result;
  }
}
