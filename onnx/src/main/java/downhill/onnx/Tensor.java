package downhill.onnx;

import java.util.List;

/**
 * A constant of floats.
 *
 * @param name what messages call it
 * @param shape its extents; empty for a single number
 * @param values row-major; they belong to whoever asked for the tensor
 */
record Tensor(String name, List<Integer> shape, float[] values) {
  Tensor {
    shape = List.copyOf(shape);
  }

  /** Returns the transpose of a matrix. */
  Tensor transposed() {
    int rows = shape.get(0);
    int columns = shape.get(1);
    return new Tensor(name, List.of(columns, rows), transpose(values, rows, columns));
  }

  /** Returns the transpose of a matrix, [columns, rows]. */
  static float[] transpose(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }
}
