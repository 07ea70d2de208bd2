package downhill.report;

import downhill.data.Dataset;
import java.util.Arrays;

/**
 * Some images of each class in one picture: a row for each class, with the class's number before
 * it. The images of a class are taken at equal distances from all it has, so that they show how it
 * changes from the first to the last.
 */
public final class ContactSheet {
  /** The most classes that a sheet shows. */
  public static final int MAX_CLASSES = 64;

  private static final int PER_CLASS = 16;
  private static final int LONGEST_SIDE = 64;
  private static final int GAP = 2;
  private static final int PAPER = 255;
  private static final int INK = 40;

  /** The digits 0 to 9 in three columns and five rows, a bit a pixel, row by row. */
  private static final int[] DIGITS = {
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_001_001_001,
    0b111_101_111_101_111,
    0b111_101_111_001_111
  };

  private static final int DIGIT_ROWS = 5;
  private static final int DIGIT_COLUMNS = 3;

  private final Dataset data;
  private final int classes;
  private final int cellHeight;
  private final int cellWidth;
  private final int margin;
  private final int scale;
  private final int height;
  private final int width;
  private final byte[] planes;

  private ContactSheet(Dataset data) {
    this.data = data;
    this.classes = Math.min(MAX_CLASSES, data.classes());
    Thumbnail first = Thumbnail.of(data, 0, LONGEST_SIDE);
    this.scale = first.height() >= 2 * DIGIT_ROWS ? 2 : 1;
    this.margin = GAP + scale * (DIGIT_COLUMNS + 1) * Integer.toString(classes - 1).length();
    this.cellHeight = Math.max(first.height(), scale * DIGIT_ROWS) + GAP;
    this.cellWidth = first.width() + GAP;
    this.height = classes * cellHeight + GAP;
    this.width = margin + PER_CLASS * cellWidth + GAP;
    this.planes = new byte[first.channels() * height * width];
  }

  /**
   * Returns a sheet as the bytes of a PNG file.
   *
   * @param data the images; vectors are drawn as images of one row
   */
  public static byte[] png(Dataset data) {
    return new ContactSheet(data).draw();
  }

  private byte[] draw() {
    Arrays.fill(planes, (byte) PAPER);
    int[] counts = new int[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      counts[data.label(i)]++;
    }
    for (int k = 0; k < classes; k++) {
      number(k);
    }
    int[] seen = new int[data.classes()];
    int[] shown = new int[data.classes()];
    for (int i = 0; i < data.size(); i++) {
      int k = data.label(i);
      // The one to show next is the first whose place reaches its share of all.
      if (k < classes
          && shown[k] < PER_CLASS
          && (long) seen[k] * PER_CLASS >= (long) shown[k] * counts[k]) {
        put(Thumbnail.of(data, i, LONGEST_SIDE), k, shown[k]);
        shown[k]++;
      }
      seen[k]++;
    }
    return Png.file(planes, data.channels(), height, width);
  }

  private void put(Thumbnail image, int row, int column) {
    int top = GAP + row * cellHeight;
    int left = GAP + margin + column * cellWidth;
    for (int c = 0; c < image.channels(); c++) {
      for (int r = 0; r < image.height(); r++) {
        System.arraycopy(
            image.planes(),
            (c * image.height() + r) * image.width(),
            planes,
            (c * height + top + r) * width + left,
            image.width());
      }
    }
  }

  private void number(int k) {
    String text = Integer.toString(k);
    int top = GAP + k * cellHeight + (cellHeight - GAP - scale * DIGIT_ROWS) / 2;
    int left = GAP + margin - GAP - text.length() * scale * (DIGIT_COLUMNS + 1);
    for (int d = 0; d < text.length(); d++) {
      digit(DIGITS[text.charAt(d) - '0'], top, left + d * scale * (DIGIT_COLUMNS + 1));
    }
  }

  private void digit(int bits, int top, int left) {
    for (int r = 0; r < scale * DIGIT_ROWS; r++) {
      for (int c = 0; c < scale * DIGIT_COLUMNS; c++) {
        int bit = (DIGIT_ROWS - r / scale) * DIGIT_COLUMNS - 1 - c / scale;
        if ((bits >> bit & 1) == 1) {
          for (int channel = 0; channel < data.channels(); channel++) {
            planes[(channel * height + top + r) * width + left + c] = (byte) INK;
          }
        }
      }
    }
  }
}
