package downhill.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * How many pixels may be decoded at the same time: eight bytes each must fit into half the memory
 * of this JVM. Who has no room waits. Safe to share between threads.
 */
final class PixelBudget {
  private static final int BYTES = 8;

  private final int most;
  private final Semaphore free;

  PixelBudget() {
    this(Runtime.getRuntime().maxMemory() / 2 / BYTES);
  }

  /** Makes a budget of so many pixels; more than one picture may have make no difference. */
  PixelBudget(long pixels) {
    this.most = (int) Math.min(ImageFile.MAX_PIXELS, pixels);
    this.free = new Semaphore(most, true);
  }

  /** Returns room for one picture, which has to be closed. */
  Room room() {
    return new Room();
  }

  /** Room for one picture: none until it is taken. Belongs to one thread. */
  final class Room implements AutoCloseable {
    private int taken;

    /**
     * Waits until there is room.
     *
     * @param pixels how many, at most {@link ImageFile#MAX_PIXELS}
     * @param file the picture, for the message
     * @throws TooLittleMemoryException if there never will be
     */
    void take(int pixels, Path file) throws IOException {
      if (pixels > most) {
        throw new TooLittleMemoryException(
            "%s: expected at most %d pixels, for which there is memory, found %d; raise -Xmx"
                .formatted(file, most, pixels));
      }
      try {
        free.acquire(pixels);
        taken = pixels;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading " + file);
      }
    }

    /** Gives it back. */
    @Override
    public void close() {
      free.release(taken);
    }
  }
}
