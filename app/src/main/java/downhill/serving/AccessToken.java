package downhill.serving;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The secret that a client has to send, as {@code Authorization: Bearer …}. Immutable. */
public final class AccessToken {
  /** The fewest characters: fewer can be guessed. */
  public static final int SHORTEST = 16;

  private static final String SCHEME = "bearer ";

  // Digests are of equal length, so the comparison tells not even that of the token.
  private final byte[] digest;

  private AccessToken(String token) {
    digest = sha256(token);
  }

  /**
   * Makes a token.
   *
   * @throws IllegalArgumentException if it is too short, or holds other characters than a header
   *     may; the message does not repeat it
   */
  public static AccessToken of(String token) {
    if (token.length() < SHORTEST || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "token: expected at least %d visible ASCII characters without spaces, found %d characters%s"
              .formatted(
                  SHORTEST,
                  token.length(),
                  token.length() < SHORTEST ? "" : ", others among them"));
    }
    return new AccessToken(token);
  }

  /**
   * Returns whether a header {@code Authorization} has this token, in a time that tells nothing.
   */
  boolean admits(@Nullable String header) {
    return header != null
        && header.length() > SCHEME.length()
        && header.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)
        && MessageDigest.isEqual(digest, sha256(header.substring(SCHEME.length()).strip()));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError("every Java platform has SHA-256", missing);
    }
  }
}
