package downhill.serving;

import java.time.Duration;

/**
 * How much one client may ask for, so that none takes what the others need.
 *
 * @param bodyBytes the most bytes of a request's body
 * @param examples the most examples of a request
 * @param headerTime the longest a client may take to send the head of a request, of the first one
 *     from when it connected
 * @param requestTime the longest a client may take to send all of it, and then to take the answer
 * @param idleTime the longest a connection may be silent
 * @param connections the most connections at a time; others wait to be accepted
 */
public record Limits(
    int bodyBytes,
    int examples,
    Duration headerTime,
    Duration requestTime,
    Duration idleTime,
    int connections) {
  /** The most that {@link #bodyBytes} may be. */
  public static final int MAX_BODY_BYTES = 1 << 30;

  /** The most that {@link #examples} may be. */
  public static final int MAX_EXAMPLES = 1 << 24;

  /** The most values that an array of a request may have, whatever {@link #examples} says. */
  static final int MAX_VALUES = Integer.MAX_VALUE - 8;

  /** The most that each of the times may be. */
  public static final Duration MAX_TIME = Duration.ofMillis(1 << 30);

  /** Bodies of 64 MB, 10,000 examples, 10 s for the head, 60 s for all, 75 s of silence. */
  public static final Limits DEFAULTS =
      new Limits(
          64 << 20,
          10_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(75), // load balancers let connections rest for 60 s by default
          1024);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one of them lets nothing through, or is too large
   */
  public Limits {
    check("body", bodyBytes, MAX_BODY_BYTES);
    check("examples", examples, MAX_EXAMPLES);
    check("connections", connections, 1 << 16);
    check("head's milliseconds", headerTime.toMillis(), MAX_TIME.toMillis());
    check("request's milliseconds", requestTime.toMillis(), MAX_TIME.toMillis());
    check("idle milliseconds", idleTime.toMillis(), MAX_TIME.toMillis());
  }

  private static void check(String what, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "limit of %s: expected 1 to %d, found %d".formatted(what, most, value));
    }
  }
}
