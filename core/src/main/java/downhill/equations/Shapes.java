package downhill.equations;

/**
 * Refuses arrays whose shapes don't fit together, and says what was expected and what was found.
 */
final class Shapes {
  private Shapes() {}

  static void requireLength(String name, double[] vector, int expected, String because) {
    if (vector.length != expected) {
      throw new IllegalArgumentException(
          "%s: expected %d values, %s, found %d".formatted(name, expected, because, vector.length));
    }
  }

  /** Checks that a matrix has at least one row and column and that its rows are equally long. */
  static void requireMatrix(String name, double[][] matrix) {
    if (matrix.length == 0 || matrix[0].length == 0) {
      throw new IllegalArgumentException(
          name + ": expected at least one row and one column, found an empty matrix");
    }
    for (int i = 1; i < matrix.length; i++) {
      if (matrix[i].length != matrix[0].length) {
        throw new IllegalArgumentException(
            "%s: expected rows of equal length, found %d columns in row 0 and %d in row %d"
                .formatted(name, matrix[0].length, matrix[i].length, i));
      }
    }
  }

  static void requireSameShape(String name, double[][] A, String other, double[][] B) {
    requireMatrix(name, A);
    requireMatrix(other, B);
    if (A.length != B.length || A[0].length != B[0].length) {
      throw new IllegalArgumentException(
          "expected %s and %s of the same shape, found [%d, %d] and [%d, %d]"
              .formatted(name, other, A.length, A[0].length, B.length, B[0].length));
    }
  }

  static void requireIndex(String name, int index, int size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %d, found %d".formatted(name, size - 1, index));
    }
  }

  static void requireLayer(int l, int depth) {
    if (l < 1 || l > depth) {
      throw new IllegalArgumentException("layer: expected 1 to %d, found %d".formatted(depth, l));
    }
  }
}
