package downhill.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * Numbers that the network gets as they are.
 *
 * @param values [n, features], row-major; its own
 * @param labels [n]; its own
 */
record FloatValues(float[] values, int[] labels, int features) implements Values {
  @Override
  public int label(int row) {
    return labels[row];
  }

  @Override
  public void inputs(int row, float[] into, int at) {
    System.arraycopy(values, row * features, into, at, features);
  }

  /** Returns copies, which keep nothing of these alive. */
  @Override
  public Values select(int[] rows) {
    float[] chosen = new float[Math.multiplyExact(rows.length, features)];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      inputs(rows[i], chosen, i * features);
      classes[i] = labels[rows[i]];
    }
    return new FloatValues(chosen, classes, features);
  }

  /** Adds each row as eight bytes a number, the lowest first, and the class as the last number. */
  @Override
  public void digest(MessageDigest digest, int from, int count) {
    ByteBuffer row =
        ByteBuffer.allocate((features + 1) * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < from + count; i++) {
      for (int j = 0; j < features; j++) {
        row.putDouble(values[i * features + j]);
      }
      digest.update(row.putDouble(labels[i]).flip());
      row.clear();
    }
  }
}
