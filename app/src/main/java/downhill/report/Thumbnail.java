package downhill.report;

import downhill.data.Dataset;

/**
 * An example as a small picture.
 *
 * @param planes [channels, height, width], row-major, unsigned
 * @param channels the dataset's
 * @param height rows
 * @param width columns
 */
record Thumbnail(byte[] planes, int channels, int height, int width) {
  /**
   * Returns an example, made coarser where a side is too long.
   *
   * @param longest the longest that a side may be
   */
  static Thumbnail of(Dataset data, int example, int longest) {
    byte[] pixels = new byte[data.features()];
    data.copyTo(example, pixels, 0);
    int step = Math.ceilDiv(Math.max(data.height(), data.width()), longest);
    int height = Math.ceilDiv(data.height(), step);
    int width = Math.ceilDiv(data.width(), step);
    byte[] small = pixels;
    if (step > 1) {
      small = new byte[data.channels() * height * width];
      for (int channel = 0; channel < data.channels(); channel++) {
        shrink(pixels, data, channel, step, small);
      }
    }
    return new Thumbnail(small, data.channels(), height, width);
  }

  // Means over squares of pixels; those at the edge may be cut.
  private static void shrink(byte[] pixels, Dataset data, int channel, int step, byte[] small) {
    int columns = Math.ceilDiv(data.width(), step);
    int n = Math.ceilDiv(data.height(), step) * columns;
    int from = channel * data.height() * data.width();
    for (int i = 0; i < n; i++) {
      int top = i / columns * step;
      int left = i % columns * step;
      int sum = 0;
      int count = 0;
      for (int r = top; r < Math.min(data.height(), top + step); r++) {
        for (int c = left; c < Math.min(data.width(), left + step); c++) {
          sum += pixels[from + r * data.width() + c] & 0xff;
          count++;
        }
      }
      small[channel * n + i] = (byte) (sum / count);
    }
  }

  /** Returns it as PNG in a {@code data:} URI. */
  String uri() {
    return Png.picture(planes, channels, height, width);
  }
}
