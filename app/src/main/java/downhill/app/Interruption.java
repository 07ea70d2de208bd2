package downhill.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (and SIGTERM) into a clean end: asks the work to stop, and holds the JVM's shutdown
 * until the main thread has closed this, but not for ever. The JVM then ends with the signal's own
 * status, 130 for Ctrl-C; the main thread must not call {@link System#exit} itself.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  private Interruption(Runnable stop) {
    hook =
        new Thread(
            () -> {
              requested = true;
              stop.run();
              awaitEnd();
            },
            "interruption");
  }

  /**
   * Watches for an interrupt until closed.
   *
   * @param stop asks the work to stop; called on another thread, and returns at once
   */
  static Interruption watch(Runnable stop) {
    Interruption interruption = new Interruption(stop);
    try {
      Runtime.getRuntime().addShutdownHook(interruption.hook);
    } catch (IllegalStateException e) {
      interruption.requested = true; // the signal was faster; the JVM is ending already
      stop.run();
    }
    return interruption;
  }

  /** Returns whether the work was asked to stop. */
  boolean requested() {
    return requested;
  }

  /** Tells that all is written and said: an interrupted JVM may end now. */
  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook is running, and returns now.
    }
  }

  private void awaitEnd() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("downhill: stopping took too long; the last saved model is whole");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
