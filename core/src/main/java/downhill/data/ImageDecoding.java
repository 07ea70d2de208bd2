package downhill.data;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads many pictures, each by one of several threads. What comes out does not depend on how many
 * there are: each picture has its place before it is read.
 */
final class ImageDecoding {
  private static final int MOST_THREADS = 64;
  private static final int TOLD_EVERY_MILLIS = 100;

  private final List<LabelledImage> images;
  private final ReadingListener listener;
  private final @Nullable UnreadableImage[] unreadable;
  private volatile @Nullable Throwable failure;

  ImageDecoding(List<LabelledImage> images, ReadingListener listener) {
    this.images = images;
    this.listener = listener;
    this.unreadable = new @Nullable UnreadableImage[images.size()];
  }

  /** What is done with each picture; what it throws means that this one can't be read. */
  private interface Task {
    void of(int i, Path file) throws IOException;
  }

  /** Returns the bytes of each picture, [n, features]; of those that can't be read, anything. */
  byte[] decode(Preparation preparation) throws IOException {
    int features = preparation.features();
    byte[] values = new byte[bytes(features)];
    PixelBudget budget = new PixelBudget();
    each((i, file) -> {
      byte[] image = ImageFile.read(file, preparation, budget);
      System.arraycopy(image, 0, values, i * features, features);
    });
    return values;
  }

  private int bytes(int features) throws IOException {
    long bytes = (long) images.size() * features;
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory());
    if (bytes > most) {
      String message =
          "%d images of %d values are %d MB; expected at most %d MB, all that fits; choose a smaller size"
              .formatted(images.size(), features, bytes >> 20, most >> 20);
      throw most < Integer.MAX_VALUE - 8
          ? new TooLittleMemoryException(message + " or raise -Xmx")
          : new IOException(message); // more than an array holds
    }
    return (int) bytes;
  }

  /** Returns the size of each picture; of those that can't be read, null. */
  ImageSizes.@Nullable Sides[] sides() throws IOException {
    ImageSizes.@Nullable Sides[] sides = new ImageSizes.@Nullable Sides[images.size()];
    each((i, file) -> sides[i] = ImageFile.sides(file));
    return sides;
  }

  /** Returns whether a picture could be read. */
  boolean isRead(int i) {
    return unreadable[i] == null;
  }

  /** Returns those that could not be read, in their order. */
  List<UnreadableImage> unreadable() {
    List<UnreadableImage> list = new ArrayList<>();
    for (UnreadableImage each : unreadable) {
      if (each != null) {
        list.add(each);
      }
    }
    return list;
  }

  /** Returns those of a class that could not be read, in their order. */
  List<UnreadableImage> unreadable(int label) {
    List<UnreadableImage> list = new ArrayList<>();
    for (int i = 0; i < unreadable.length; i++) {
      @Nullable UnreadableImage each = unreadable[i];
      if (each != null && images.get(i).label() == label) {
        list.add(each);
      }
    }
    return list;
  }

  private void each(Task task) throws IOException {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement();
              i < images.size() && failure == null;
              i = next.getAndIncrement()) {
            try {
              one(i, task);
            } catch (IOException | RuntimeException | Error e) {
              failure = e; // any of them will do
            }
            done.incrementAndGet();
          }
        };
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        pool.execute(worker);
      }
      pool.shutdown();
      await(pool, done);
    }
    rethrow(failure);
    listener.read(images.size(), images.size());
  }

  // Closing the pool waits for its threads; what sets the failure has them begin no more pictures.
  private void await(ExecutorService pool, AtomicInteger done) throws IOException {
    try {
      while (!pool.awaitTermination(TOLD_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        listener.read(done.get(), images.size());
      }
    } catch (InterruptedException e) {
      failure = e;
      pool.shutdownNow();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading images");
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    }
  }

  // Too little memory is no fault of the picture's: with more it would be among the examples.
  private void one(int i, Task task) throws IOException {
    Path file = images.get(i).file();
    try {
      task.of(i, file);
    } catch (TooLittleMemoryException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      unreadable[i] = new UnreadableImage(file, String.valueOf(e.getMessage()));
    }
  }

  /** Throws what went wrong in another thread as it was there; does nothing where nothing did. */
  static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** Moves the rows of what was read together; returns how many there are. */
  private int compact(byte[] values, int features) {
    int n = 0;
    for (int i = 0; i < images.size(); i++) {
      if (isRead(i)) {
        if (n < i) {
          System.arraycopy(values, i * features, values, n * features, features);
        }
        n++;
      }
    }
    return n;
  }

  /** Returns what was read as a dataset, which keeps the values, moved together there. */
  Dataset dataset(byte[] values, Preparation preparation, List<String> classNames) {
    int features = preparation.features();
    int n = compact(values, features);
    int[] labels = new int[n];
    int at = 0;
    for (int i = 0; i < images.size(); i++) {
      if (isRead(i)) {
        labels[at++] = images.get(i).label();
      }
    }
    return Dataset.owningFirst(
        values,
        preparation.channels(),
        preparation.height(),
        preparation.width(),
        labels,
        classNames);
  }

  /** Returns the files of what was read. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (isRead(i)) {
        files.add(images.get(i).file());
      }
    }
    return files;
  }
}
