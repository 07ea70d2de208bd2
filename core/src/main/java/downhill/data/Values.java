package downhill.data;

import java.security.MessageDigest;

/**
 * What the examples of a dataset are kept as: a closed choice, since the engine loads each in a way
 * of its own. Immutable.
 */
sealed interface Values permits ByteValues, FloatValues, TableValues {
  /** Returns the class of a row. */
  int label(int row);

  /** Writes what the network gets for a row. */
  void inputs(int row, float[] into, int at);

  /** Returns some rows, in this order. */
  Values select(int[] rows);

  /** Adds the values and then the classes of some rows, or each row with its class. */
  void digest(MessageDigest digest, int from, int count);
}
