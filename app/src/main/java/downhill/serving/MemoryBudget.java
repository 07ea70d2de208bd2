package downhill.serving;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all requests together may hold. A request that finds none left is told to come
 * again later, before it takes any. Safe to share.
 */
final class MemoryBudget {
  private final AtomicLong left;

  /**
   * Makes a budget.
   *
   * @param bytes how much there is
   */
  MemoryBudget(long bytes) {
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

    /**
     * Takes more.
     *
     * @throws RefusedException with status 503 if there is not as much left
     */
    void take(long bytes) throws RefusedException {
      if (left.addAndGet(-bytes) < 0) {
        left.addAndGet(bytes);
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
