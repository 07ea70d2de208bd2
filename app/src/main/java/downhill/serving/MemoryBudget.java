package downhill.serving;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all requests together may hold. A request that finds none left is told to come
 * again later, before it takes any; one that takes more than there is in all is told that too,
 * since waiting would not help it. Safe to share.
 */
final class MemoryBudget {
  /** What to do where a request takes more than there is. */
  static final String ADVICE =
      "send fewer examples at a time, or start the server with more memory, as in"
          + " DOWNHILL_JAVA_OPTIONS=-Xmx8g";

  private final long total;
  private final AtomicLong left;

  /**
   * Makes a budget.
   *
   * @param bytes how much there is
   */
  MemoryBudget(long bytes) {
    total = bytes;
    left = new AtomicLong(bytes);
  }

  /** Returns a claim of nothing yet, to be closed when the request is over. */
  Claim claim() {
    return new Claim();
  }

  /** What one request holds. Belongs to its thread. */
  final class Claim implements AutoCloseable {
    private long held;

    private Claim() {}

    /** Returns the most that it could ever hold, were it alone. */
    long most() {
      return total;
    }

    /**
     * Takes more.
     *
     * @throws RefusedException with status 503 if there is not as much left, and 413 if there would
     *     not be even without the other requests
     */
    void take(long bytes) throws RefusedException {
      if (bytes > total - held) {
        throw new RefusedException(
            413,
            "request: expected one that takes at most %d bytes of memory, for what it sends and what is answered, found one that takes %d or more; %s"
                .formatted(total, held + bytes, ADVICE));
      }
      // Never below 0, or others would find nothing left where there is enough for them.
      long found = left.get();
      while (found >= bytes && !left.compareAndSet(found, found - bytes)) {
        found = left.get();
      }
      if (found < bytes) {
        throw new RefusedException(
            503, "the server's memory is taken by other requests; try again in a moment");
      }
      held += bytes;
    }

    /**
     * Gives back what is more than needed from now on, or takes what is missing.
     *
     * @throws RefusedException as {@link #take} does
     */
    void keep(long bytes) throws RefusedException {
      if (bytes > held) {
        take(bytes - held);
      } else {
        left.addAndGet(held - bytes);
        held = bytes;
      }
    }

    /** Gives all of it back. */
    @Override
    public void close() {
      left.addAndGet(held);
      held = 0;
    }
  }
}
