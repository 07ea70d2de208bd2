package downhill.serving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Blocker;
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

  /** What a request has whose body was asked for: a client that waited for that sends it then. */
  private static final String UNDER_WAY = Body.class.getName();

  /** What a request takes in all, for each byte of its body: itself, grown, and decoded. */
  private static final int MEMORY_PER_BYTE = 5;

  /** How long a refused client may go on sending before it is cut off. */
  static final Duration DRAIN = Duration.ofSeconds(3);

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
    long most = Math.min(limits.bodyBytes(), claim.most() / MEMORY_PER_BYTE);
    if (promised > most) {
      throw tooLarge(limits, most, "" + promised);
    }
    request.setAttribute(UNDER_WAY, true);
    byte[] bytes = {};
    int length = 0;
    while (true) {
      Content.Chunk chunk = next(request);
      if (Content.Chunk.isFailure(chunk)) {
        throw refused(chunk.getFailure(), limits, promised, length);
      }
      try {
        ByteBuffer arrived = chunk.getByteBuffer();
        while (arrived.hasRemaining()) {
          if (length == bytes.length) {
            int capacity = capacity(length, promised, most);
            if (capacity == length) {
              throw tooLarge(limits, most, "more");
            }
            claim.take((long) (capacity - length) * MEMORY_PER_BYTE);
            bytes = Arrays.copyOf(bytes, capacity);
          }
          int n = Math.min(arrived.remaining(), bytes.length - length);
          arrived.get(bytes, length, n);
          length += n;
        }
      } finally {
        chunk.release();
      }
      if (chunk.isLast()) {
        return new Body(bytes, length);
      }
      if (System.nanoTime() > deadline) {
        throw tooSlow(limits.requestTime(), promised, length);
      }
    }
  }

  /** Returns whether a client that asks before it sends a body has been told to send it. */
  static boolean isUnderWay(Request request) {
    return request.getAttribute(UNDER_WAY) != null;
  }

  /** Waits for the next part of a body; the caller releases it. */
  private static Content.Chunk next(Request request) throws RefusedException {
    while (true) {
      Content.@Nullable Chunk chunk = request.read();
      if (chunk != null) {
        return chunk;
      }
      try (Blocker.Runnable arrival = Blocker.runnable()) {
        request.demand(arrival);
        arrival.block();
      } catch (IOException interrupted) {
        throw new RefusedException(503, "the server is stopping");
      }
    }
  }

  /** Returns how much room to make where {@code length} bytes have arrived. */
  private static int capacity(int length, long promised, long most) {
    long wanted = Math.max(FIRST_CAPACITY, 2L * length);
    return (int) Math.max(length, Math.min(wanted, promised >= 0 ? promised : most));
  }

  private static RefusedException refused(Throwable cut, Limits limits, long promised, int length) {
    for (@Nullable Throwable cause = cut; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return silent(limits.idleTime(), promised, length);
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

  private static RefusedException tooLarge(Limits limits, long most, String found) {
    boolean memory = most < limits.bodyBytes();
    return new RefusedException(
        413,
        "body: expected at most %d bytes%s, found %s; %s"
            .formatted(
                most,
                memory ? ", for which there is memory" : "",
                found,
                memory ? MemoryBudget.ADVICE : "send fewer examples at a time"));
  }

  private static RefusedException tooSlow(Duration time, long promised, int length) {
    return new RefusedException(
        408,
        "body: expected %s within %s, found %d; send it faster, or less at a time"
            .formatted(size(promised), seconds(time), length));
  }

  private static RefusedException silent(Duration time, long promised, int length) {
    return new RefusedException(
        408,
        "body: expected %s, found %d and then nothing for %s"
            .formatted(size(promised), length, seconds(time)));
  }

  private static String size(long promised) {
    return promised < 0 ? "all of it" : promised + " bytes";
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  /**
   * Takes in what has come of the body of a refused request, without waiting.
   *
   * @return whether that was all of it, so that another request may follow on the connection
   */
  static boolean discard(Request request) {
    while (true) {
      Content.@Nullable Chunk chunk = request.read();
      if (chunk == null || Content.Chunk.isFailure(chunk)) {
        return false;
      }
      chunk.release();
      if (chunk.isLast()) {
        return true;
      }
    }
  }

  /**
   * Takes in what a refused client still sends behind its answer, until it has heard it and goes
   * away, or its connection is closed: if that were done at once, the client might lose the answer.
   */
  static void drain(Request request, Limits limits) {
    try {
      for (long drained = 0; drained < limits.bodyBytes(); ) {
        Content.Chunk chunk = next(request);
        if (Content.Chunk.isFailure(chunk)) {
          return;
        }
        drained += chunk.remaining();
        chunk.release();
        if (chunk.isLast()) {
          return;
        }
      }
    } catch (RefusedException stopping) {
      return;
    }
  }
}
