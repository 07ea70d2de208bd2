package downhill.data;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes rows as they come: on the heap while they are few, and from then on, all of them, in a
 * file, with memory that no longer grows.
 */
final class RowStore implements Closeable {
  private static final int START = 1 << 12;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final Path target;
  private final int width;
  private final long most; // numbers on the heap
  private double[] heap;
  private int used;
  private int size;
  private @Nullable TableWriter file;

  /**
   * Makes a store.
   *
   * @param target the file for rows that are too many; not touched before it is complete
   * @param width the numbers of a row
   * @param memory how many bytes may stay on the heap
   */
  RowStore(Path target, int width, long memory) {
    this.target = target;
    this.width = width;
    this.most = Math.min(memory / Double.BYTES, MAX_ARRAY);
    this.heap = new double[(int) Math.min(most, Math.max(START, width))];
  }

  /** Adds a row. */
  void add(double[] row) throws IOException {
    if (size == MAX_ARRAY) {
      throw new IOException("expected at most %d rows, found more".formatted(MAX_ARRAY));
    }
    if (file == null && (long) used + width > most) {
      file = TableWriter.create(target);
      file.write(heap, used);
      heap = new double[0];
    }
    if (file != null) {
      file.write(row, width);
    } else {
      if (used + width > heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(most, Math.max(2L * used, used + width)));
      }
      System.arraycopy(row, 0, heap, used, width);
      used += width;
    }
    size++;
  }

  int size() {
    return size;
  }

  /** Returns the writer of the file that rows have gone to; null while they are on the heap. */
  @Nullable TableWriter file() {
    return file;
  }

  /** Returns the rows that are on the heap, with their bytes in the order of files. */
  MemorySegment onHeap() {
    MemorySegment rows = MemorySegment.ofArray(heap);
    MemorySegment.copy(rows, ValueLayout.JAVA_DOUBLE, 0, rows, TableValues.NUMBER, 0, used);
    return rows.asReadOnly();
  }

  /** Removes the file, if it is not complete. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
