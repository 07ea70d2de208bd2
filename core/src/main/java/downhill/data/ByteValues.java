package downhill.data;

import java.security.MessageDigest;

/**
 * Bytes, 0..255, which become v/255.
 *
 * @param values [n, features], row-major, and perhaps more behind them; its own
 * @param labels [n]; its own
 */
record ByteValues(byte[] values, int[] labels, int features) implements Values {
  @Override
  public int label(int row) {
    return labels[row];
  }

  @Override
  public void inputs(int row, float[] into, int at) {
    int first = row * features;
    for (int j = 0; j < features; j++) {
      into[at + j] = (values[first + j] & 0xff) / 255f;
    }
  }

  void copy(int row, byte[] into, int at) {
    System.arraycopy(values, row * features, into, at, features);
  }

  /** Returns the sum of a row's first byte and its last. */
  int ends(int row) {
    int first = row * features;
    return values[first] + values[first + features - 1];
  }

  /** Returns copies, which keep nothing of these alive. */
  @Override
  public Values select(int[] rows) {
    byte[] chosen = new byte[rows.length * features];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      copy(rows[i], chosen, i * features);
      classes[i] = labels[rows[i]];
    }
    return new ByteValues(chosen, classes, features);
  }

  @Override
  public void digest(MessageDigest digest, int from, int count) {
    digest.update(values, from * features, count * features);
    Sha256.add(digest, labels, from, count);
  }
}
