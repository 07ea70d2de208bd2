package downhill.engine;

import java.util.Arrays;

/**
 * A block in plain Java. Each row is an array of its own and the sums are another, because C2 turns
 * a loop over arrays into vectors where every index is the loop's variable and nothing else.
 */
final class ScalarBlock extends Block {
  private final float[][] block = new float[ROWS][WIDTH];
  private final float[] sums = new float[WIDTH];
  private final float[][] unfinished = new float[Products.INPUTS][WIDTH];

  @Override
  void load(float[] matrix, int at, int stride, int rows, int width) {
    this.width = width;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(matrix, at + i * stride, block[i], 0, width);
    }
  }

  @Override
  void loadTransposed(float[] matrix, int at, int stride, int rows, int columns) {
    width = Rows.pad(columns);
    for (int i = 0; i < rows; i++) {
      float[] row = block[i];
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
      add(x, r, sums);
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
      add(x, r, gradient);
      int to = at + r * stride;
      for (int c = 0; last && c < width; c++) {
        w[to + c] = Math.fma(-rate, gradient[c], w[to + c]);
      }
    }
  }

  private void add(Factor x, int r, float[] sums) {
    int first = x.at + r * x.stride;
    for (long mask = x.masks[x.maskAt + r * x.maskStride]; mask != 0; mask &= mask - 1) {
      int i = Long.numberOfTrailingZeros(mask);
      add(x.values[first + i * x.step], block[i], sums);
    }
  }

  private void add(float factor, float[] row, float[] sums) {
    int width = this.width;
    for (int c = 0; c < width; c++) {
      sums[c] = Math.fma(factor, row[c], sums[c]);
    }
  }
}
