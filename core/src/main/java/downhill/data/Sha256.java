package downhill.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, of text and of more numbers than one buffer holds. */
final class Sha256 {
  /** How many numbers are digested at a time. */
  private static final int SOME = 1 << 14;

  private Sha256() {}

  /** Returns a digest of nothing yet. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError("every Java platform has SHA-256", missing);
    }
  }

  /** Adds some integers, four bytes each, the highest first. */
  static void add(MessageDigest digest, int[] values, int from, int count) {
    ByteBuffer some = ByteBuffer.allocate(Integer.BYTES * SOME);
    for (int done = 0; done < count; ) {
      int n = Math.min(SOME, count - done);
      some.clear().asIntBuffer().put(values, from + done, n);
      digest.update(some.limit(Integer.BYTES * n));
      done += n;
    }
  }

  /** Adds some floats, four bytes each, the highest first. */
  static void add(MessageDigest digest, float[] values, int from, int count) {
    ByteBuffer some = ByteBuffer.allocate(Float.BYTES * SOME);
    for (int done = 0; done < count; ) {
      int n = Math.min(SOME, count - done);
      some.clear().asFloatBuffer().put(values, from + done, n);
      digest.update(some.limit(Float.BYTES * n));
      done += n;
    }
  }
}
