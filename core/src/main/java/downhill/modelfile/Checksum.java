package downhill.modelfile;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A checksum within the file that it is of: the SHA-256 of all bytes, with 64 zeros where it stands
 * itself.
 */
final class Checksum {
  /** The name of the checksum among the metadata. */
  static final String KEY = "downhill.checksum";

  /** What stands in its place while it is computed. */
  static final String ZEROS = "0".repeat(64);

  private static final byte[] MARK = ("\"" + KEY + "\":\"").getBytes(StandardCharsets.US_ASCII);

  private static final int CHUNK = 1 << 16;

  private Checksum() {}

  /** Returns a fresh SHA-256. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError("every Java platform has SHA-256", missing);
    }
  }

  /**
   * Checks that a file is as it was written.
   *
   * @throws ModelFileException if it is missing, holds no checksum, or another one
   */
  static void check(Path file) throws IOException {
    String name = file.toString();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
      byte[] prefix = exactly(in, Long.BYTES);
      long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 0 || length > Header.MAX_LENGTH) {
        throw damaged(name, "its header has no length");
      }
      byte[] header = exactly(in, (int) length);
      int at = find(header);
      if (at < 0 || at + ZEROS.length() > header.length) {
        throw damaged(name, "it holds no checksum");
      }
      String found = new String(header, at, ZEROS.length(), StandardCharsets.ISO_8859_1);
      Arrays.fill(header, at, at + ZEROS.length(), (byte) '0');
      MessageDigest digest = digest();
      digest.update(prefix);
      digest.update(header);
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
      }
      if (!HexFormat.of().formatHex(digest.digest()).equals(found)) {
        throw damaged(name, "its bytes do not match its checksum");
      }
    } catch (NoSuchFileException missing) {
      throw new ModelFileException(name, "no such file", missing);
    } catch (EOFException cut) {
      throw damaged(name, "it is cut short");
    }
  }

  private static byte[] exactly(InputStream in, int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new EOFException();
    }
    return bytes;
  }

  /** Returns where the checksum begins, or −1. */
  private static int find(byte[] header) {
    for (int at = 0; at + MARK.length <= header.length; at++) {
      if (Arrays.equals(header, at, at + MARK.length, MARK, 0, MARK.length)) {
        return at + MARK.length;
      }
    }
    return -1;
  }

  private static ModelFileException damaged(String file, String how) {
    return new ModelFileException(file, "this checkpoint is damaged: " + how);
  }
}
