package downhill.app;

import java.util.ArrayList;
import java.util.List;

/** A small picture in text, grey or in colours, two rows of pixels to a line. */
final class Picture {
  private static final String SHADES = " ░▒▓█";
  private static final int GREYS = 24; // of the 256 colours, from 232 up
  private static final int STEPS = 6; // of red, of green and of blue, from colour 16 up

  private final float[] values;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * Makes a grey picture.
   *
   * @param values [height · width], row-major, 0..1; nobody may change them afterwards
   * @param height rows
   * @param width columns
   */
  Picture(float[] values, int height, int width) {
    this(values, 1, height, width);
  }

  /**
   * Makes a picture.
   *
   * @param values [channels · height · width], row-major, 0..1; nobody may change them afterwards
   * @param channels 3 for red, green and blue; of any other number the first is shown, as grey
   * @param height rows
   * @param width columns
   */
  Picture(float[] values, int channels, int height, int width) {
    this.values = values;
    this.channels = channels == 3 ? 3 : 1;
    this.height = height;
    this.width = width;
  }

  /** Returns the lines, at most some columns wide; coarser where the picture is wider. */
  List<String> lines(Terminal terminal, int columns) {
    int step = Math.max(1, -Math.floorDiv(-width, Math.max(1, columns)));
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < height; row += 2 * step) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < width; column += step) {
        double[] upper = mean(row, column, step);
        double[] lower = mean(row + step, column, step);
        if (terminal.colours()) {
          line.append("\033[38;5;%d;48;5;%dm▀".formatted(colour(upper), colour(lower)));
        } else {
          line.append(SHADES.charAt(level((light(upper) + light(lower)) / 2, SHADES.length())));
        }
      }
      lines.add(terminal.colours() ? line.append("\033[0m").toString() : line.toString());
    }
    return lines;
  }

  // The mean of each channel over a square of pixels; beyond the edge it is dark.
  private double[] mean(int row, int column, int step) {
    double[] means = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      for (int r = row; r < Math.min(height, row + step); r++) {
        for (int c = column; c < Math.min(width, column + step); c++) {
          sum += values[(channel * height + r) * width + c];
        }
      }
      means[channel] = sum / (step * step);
    }
    return means;
  }

  private static double light(double[] pixel) {
    return pixel.length == 1 ? pixel[0] : 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  }

  private static int colour(double[] pixel) {
    return pixel.length == 1
        ? 232 + level(pixel[0], GREYS)
        : 16
            + STEPS * STEPS * level(pixel[0], STEPS)
            + STEPS * level(pixel[1], STEPS)
            + level(pixel[2], STEPS);
  }

  private static int level(double value, int levels) {
    return Math.clamp(Math.round(value * (levels - 1)), 0, levels - 1);
  }
}
