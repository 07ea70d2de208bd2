package downhill.modelfile;

import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor to be written.
 *
 * @param shape its extents; their product is the number of values
 * @param values gives the values, row-major; asked once per writing, when their turn comes, so that
 *     no more than one tensor is in memory twice
 */
record FloatTensor(String name, List<Integer> shape, Supplier<float[]> values) {
  FloatTensor {
    shape = List.copyOf(shape);
  }

  long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }
}
