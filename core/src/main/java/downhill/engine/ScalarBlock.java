package downhill.engine;

import java.util.Arrays;

/**
 * A block in plain Java. Each row is an array of its own and the sums are another, because C2 turns
 * a loop over arrays into vectors where every index is the loop's variable and nothing else.
 */
final class ScalarBlock extends Block {
  private final float[][] rowsOfBlock;
  private final float[] sums = new float[WIDTH];
  private final float[][] unfinished = new float[Products.INPUTS][WIDTH];

  /** Makes one of so many pages. */
  ScalarBlock(int pages) {
    rowsOfBlock = new float[pages * ROWS][WIDTH];
  }

  @Override
  void load(float[] matrix, int at, int stride, int rows, int width) {
    this.width = width;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(matrix, at + i * stride, row(i), 0, width);
    }
  }

  @Override
  void loadTransposed(float[] matrix, int at, int stride, int rows, int columns) {
    width = Rows.pad(columns);
    for (int i = 0; i < rows; i++) {
      float[] row = row(i);
      for (int c = 0; c < columns; c++) {
        row[c] = matrix[at + c * stride + i];
      }
      Arrays.fill(row, columns, width, 0);
    }
  }

  @Override
  void accumulate(Factor x, float[] z, int at, int stride, int rows) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(z, at + r * stride, sums, 0, width);
      add(x, r, 1, sums);
      System.arraycopy(sums, 0, z, at + r * stride, width);
    }
  }

  @Override
  void descend(
      Factor x, boolean first, boolean last, float[] w, int at, int stride, int rows, float rate) {
    for (int r = 0; r < rows; r++) {
      float[] gradient = unfinished[r];
      if (first) {
        Arrays.fill(gradient, 0, width, 0);
      }
      add(x, r, Signals.STRIDE, gradient);
      int to = at + r * stride;
      for (int c = 0; last && c < width; c++) {
        w[to + c] = Math.fma(-rate, gradient[c], w[to + c]);
      }
    }
  }

  @Override
  void sums(float[] to, int at, int stride, int rows) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(unfinished[r], 0, to, at + r * stride, width);
    }
  }

  /** Returns row {@code i} of the page. */
  private float[] row(int i) {
    return rowsOfBlock[page * ROWS + i];
  }

  /** Adds what row {@code r} of the factor has, whose elements lie so many floats apart. */
  private void add(Factor x, int r, int step, float[] sums) {
    float[] values = x.values;
    int first = x.at + r * x.stride;
    long mask = x.masks[x.maskAt + r * x.maskStride];
    int left = Long.bitCount(mask);
    for (; left >= 4; left -= 4) {
      mask = addFour(values, first, step, mask, sums);
    }
    for (; left > 0; left--) {
      mask = addOne(values, first, step, mask, sums);
    }
  }

  /**
   * Adds multiples of four rows, so that the sums are read and written once for all of them.
   *
   * @return the mask without these rows
   */
  private long addFour(float[] values, int first, int step, long mask, float[] sums) {
    int i0 = Long.numberOfTrailingZeros(mask);
    long left = mask & (mask - 1);
    int i1 = Long.numberOfTrailingZeros(left);
    left &= left - 1;
    int i2 = Long.numberOfTrailingZeros(left);
    left &= left - 1;
    int i3 = Long.numberOfTrailingZeros(left);
    left &= left - 1;
    float x0 = values[first + i0 * step];
    float x1 = values[first + i1 * step];
    float x2 = values[first + i2 * step];
    float x3 = values[first + i3 * step];
    float[] row0 = row(i0);
    float[] row1 = row(i1);
    float[] row2 = row(i2);
    float[] row3 = row(i3);
    int width = this.width;
    for (int c = 0; c < width; c++) {
      float sum = Math.fma(x0, row0[c], sums[c]);
      sum = Math.fma(x1, row1[c], sum);
      sum = Math.fma(x2, row2[c], sum);
      sums[c] = Math.fma(x3, row3[c], sum);
    }
    return left;
  }

  /** As {@link #addFour}, one row. */
  private long addOne(float[] values, int first, int step, long mask, float[] sums) {
    int i = Long.numberOfTrailingZeros(mask);
    float x = values[first + i * step];
    float[] row = row(i);
    int width = this.width;
    for (int c = 0; c < width; c++) {
      sums[c] = Math.fma(x, row[c], sums[c]);
    }
    return mask & (mask - 1);
  }
}
