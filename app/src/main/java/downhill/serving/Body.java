package downhill.serving;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it arrives: within bounds of size and time, and with no more memory than
 * has really arrived, whatever its head promises.
 *
 * @param bytes what arrived; there may be room behind it
 * @param length how much arrived
 */
record Body(byte[] bytes, int length) {
  private static final int FIRST_CAPACITY = 1 << 14;

  /** What a request takes in all, for each byte of its body: itself, grown, and decoded. */
  private static final int MEMORY_PER_BYTE = 5;

  /** How long a refused client may go on sending before it is cut off. */
  private static final long DRAIN_NANOS = 3_000_000_000L;

  /**
   * Reads all of a body; blocks the calling thread, which is a virtual one.
   *
   * @param claim where the memory comes from
   * @throws RefusedException if it is too large, too slow, cut short or malformed
   */
  static Body read(Request request, Limits limits, MemoryBudget.Claim claim)
      throws RefusedException {
    long deadline = System.nanoTime() + limits.requestTime().toNanos();
    long promised = request.getLength();
    if (promised > limits.bodyBytes()) {
      throw tooLarge(limits, "" + promised);
    }
    byte[] bytes = {};
    int length = 0;
    try (InputStream in = Request.asInputStream(request)) {
      while (true) {
        if (length == bytes.length) {
          int capacity = capacity(length, promised, limits);
          if (capacity == length) { // full: only the end may follow
            if (in.read() >= 0) {
              throw tooLarge(limits, "more");
            }
            return new Body(bytes, length);
          }
          claim.take((long) (capacity - length) * MEMORY_PER_BYTE);
          bytes = Arrays.copyOf(bytes, capacity);
        }
        int n = in.read(bytes, length, bytes.length - length);
        if (n < 0) {
          return new Body(bytes, length);
        }
        length += n;
        if (System.nanoTime() > deadline) {
          throw tooSlow(length);
        }
      }
    } catch (IOException | RuntimeException cut) {
      throw refused(cut, promised, length);
    }
  }

  /** Returns how much room to make where {@code length} bytes have arrived. */
  private static int capacity(int length, long promised, Limits limits) {
    long wanted = Math.max(FIRST_CAPACITY, 2L * length);
    long most = promised >= 0 ? promised : limits.bodyBytes();
    return (int) Math.max(length, Math.min(wanted, most));
  }

  private static RefusedException refused(Exception cut, long promised, int length) {
    for (@Nullable Throwable cause = cut; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return tooSlow(length);
      }
      if (cause instanceof HttpException http && promised < 0) {
        return new RefusedException(
            http.getCode(),
            "body: malformed after byte %d: %s".formatted(length, http.getReason()));
      }
    }
    return RefusedException.bad(
        promised < 0
            ? "body: cut short after %d bytes".formatted(length)
            : "body: expected %d bytes, found %d; it is cut short".formatted(promised, length));
  }

  private static RefusedException tooLarge(Limits limits, String found) {
    return new RefusedException(
        413,
        "body: expected at most %d bytes, found %s; send fewer examples at a time"
            .formatted(limits.bodyBytes(), found));
  }

  private static RefusedException tooSlow(int length) {
    return new RefusedException(
        408, "body: the time for it is over, and %d bytes have arrived".formatted(length));
  }

  /**
   * Takes in what a refused client still sends, within bounds: if the connection were closed on it,
   * the client might lose the answer.
   */
  static void drain(Request request, Limits limits) {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      return; // this client waits for the answer before it sends
    }
    long deadline = System.nanoTime() + DRAIN_NANOS;
    byte[] bytes = new byte[FIRST_CAPACITY];
    long drained = 0;
    try (InputStream in = Request.asInputStream(request)) {
      for (int n = in.read(bytes);
          n >= 0 && drained < limits.bodyBytes() && System.nanoTime() < deadline;
          n = in.read(bytes)) {
        drained += n;
      }
    } catch (IOException | RuntimeException gone) {
      return; // then nobody reads the answer either
    }
  }
}
