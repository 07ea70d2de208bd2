package downhill.modelfile;

import java.util.List;

/**
 * What the header says of one tensor.
 *
 * @param shape its extents, none negative; empty for a scalar
 * @param begin where its bytes begin, counted from the start of the buffer
 * @param end where they end (exclusive)
 */
record TensorEntry(String name, TensorType type, List<Long> shape, long begin, long end) {
  TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Returns "tensor '0.weight'", as messages begin. */
  String title() {
    return "tensor " + ModelFileException.quoted(name);
  }
}
