package downhill.app;

import java.util.ArrayList;
import java.util.List;

/** A small grey picture in text, two rows of pixels to a line. */
final class Picture {
  private static final String SHADES = " ░▒▓█";
  private static final int GREYS = 24; // of the 256 colours, from 232 up

  private final float[] values;
  private final int height;
  private final int width;

  /**
   * Makes a picture.
   *
   * @param values [height · width], row-major, 0..1; nobody may change them afterwards
   * @param height rows
   * @param width columns
   */
  Picture(float[] values, int height, int width) {
    this.values = values;
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
        double upper = mean(row, column, step);
        double lower = mean(row + step, column, step);
        if (terminal.colours()) {
          line.append("\033[38;5;%d;48;5;%dm▀".formatted(grey(upper), grey(lower)));
        } else {
          line.append(SHADES.charAt(level((upper + lower) / 2, SHADES.length())));
        }
      }
      lines.add(terminal.colours() ? line.append("\033[0m").toString() : line.toString());
    }
    return lines;
  }

  // The mean over a square of pixels; beyond the edge it is dark.
  private double mean(int row, int column, int step) {
    double sum = 0;
    for (int r = row; r < Math.min(height, row + step); r++) {
      for (int c = column; c < Math.min(width, column + step); c++) {
        sum += values[r * width + c];
      }
    }
    return sum / (step * step);
  }

  private static int grey(double value) {
    return 232 + level(value, GREYS);
  }

  private static int level(double value, int levels) {
    return Math.clamp(Math.round(value * (levels - 1)), 0, levels - 1);
  }
}
