package downhill.network;

import java.util.Objects;

/**
 * Where and how the arithmetic runs. Nothing here changes a bit of any answer, so none of it is
 * recorded in a model.
 *
 * @param threads how many threads share the work, at least 1
 * @param kernel which kernels do it
 */
public record Execution(int threads, Kernel kernel) {
  /** The most threads that one team may have. */
  public static final int MAX_THREADS = 1024;

  /** Checks the settings. */
  public Execution {
    Objects.requireNonNull(kernel, "kernel");
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads: expected 1 to " + MAX_THREADS + ", found " + threads);
    }
  }

  /**
   * As many threads as this process may use cores, and the kernels that {@link Kernel#AUTO} takes.
   */
  public static Execution defaults() {
    return new Execution(
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS), Kernel.AUTO);
  }

  /** One thread, and the kernels that {@link Kernel#AUTO} takes. */
  public static Execution singleThread() {
    return new Execution(1, Kernel.AUTO);
  }
}
