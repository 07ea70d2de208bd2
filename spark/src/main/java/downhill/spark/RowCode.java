package downhill.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A row as it travels to its shard: label, weight and features in bytes, and a hash of these. Shard
 * and place are functions of the bytes alone, so they are the same however the input was
 * partitioned and however large the cluster is; rows that are equal in every byte change places
 * without anybody noticing.
 */
final class RowCode implements Serializable {
  /** The order within a shard. */
  static final Comparator<RowCode> ORDER =
      Comparator.comparingLong((RowCode row) -> row.hash)
          .thenComparing((one, other) -> Arrays.compare(one.bytes, other.bytes));

  private static final int HEAD = Integer.BYTES + Float.BYTES;

  final byte[] bytes;
  final long hash;

  private RowCode(byte[] bytes) {
    this.bytes = bytes;
    this.hash = hash(bytes);
  }

  /** Encodes a row whose features are numbers. */
  static RowCode of(int label, float weight, float[] features) {
    ByteBuffer buffer = ByteBuffer.allocate(HEAD + features.length * Float.BYTES);
    buffer.putInt(label).putFloat(weight).asFloatBuffer().put(features);
    return new RowCode(buffer.array());
  }

  /** Encodes a row whose features are whole numbers, 0 to 255. */
  static RowCode of(int label, float weight, byte[] features) {
    return new RowCode(
        ByteBuffer.allocate(HEAD + features.length)
            .putInt(label)
            .putFloat(weight)
            .put(features)
            .array());
  }

  int label() {
    return ByteBuffer.wrap(bytes).getInt();
  }

  float weight() {
    return ByteBuffer.wrap(bytes).getFloat(Integer.BYTES);
  }

  /** Writes features that are numbers. */
  void numbers(float[] into, int at, int features) {
    ByteBuffer.wrap(bytes, HEAD, features * Float.BYTES)
        .slice()
        .asFloatBuffer()
        .get(into, at, features);
  }

  /** Writes features that are bytes. */
  void pixels(byte[] into, int at, int features) {
    System.arraycopy(bytes, HEAD, into, at, features);
  }

  /** Returns which of so many shards this row belongs to. */
  int shard(int shards) {
    // Another mixture of the bits than the order within the shard looks at first.
    return Math.floorMod((int) (mixed(hash) >>> 32), shards);
  }

  /** Eight bytes at a time into a state that every bit of them changes. */
  private static long hash(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long state = bytes.length;
    while (buffer.remaining() >= Long.BYTES) {
      state = mixed(state ^ buffer.getLong());
    }
    while (buffer.hasRemaining()) {
      state = mixed(state ^ buffer.get());
    }
    return state;
  }

  /** The steps of SplitMix64 (Steele, Lea, Flood, 2014), each of which can be undone. */
  static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
