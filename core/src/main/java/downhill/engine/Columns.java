package downhill.engine;

import java.util.Arrays;

/**
 * The masks of a batch's activations the other way round: for each unit of a level, a bit for each
 * example. {@value Products#INPUTS} units are transposed when a step first asks for them, once for
 * all panels of the level above. Belongs to one thread.
 */
final class Columns {
  /** Words from one unit to the next. */
  final int words;

  /** By level: [units rounded up to 64, words]. */
  private final long[][] masks;

  /** By level and chunk: the batch these masks are of. */
  private final long[][] batches;

  private final long[] square = new long[Long.SIZE];
  private long batch;

  /**
   * Makes the room.
   *
   * @param levels those whose activations are factors of a gradient
   * @param batchSize the most examples
   */
  Columns(Signals[] levels, int batchSize) {
    words = Masks.words(batchSize);
    masks = new long[levels.length][];
    batches = new long[levels.length][];
    for (int l = 0; l < levels.length; l++) {
      int chunks = Math.ceilDiv(levels[l].units, Products.INPUTS);
      masks[l] = new long[Math.multiplyExact(chunks * Products.INPUTS, words)];
      batches[l] = new long[chunks];
    }
  }

  /** Forgets all masks: they were those of another batch. */
  void begin() {
    batch++;
  }

  /**
   * Returns the masks of a whole level, of which those of one chunk are made. Unit u's begin at
   * {@link #words} · u.
   */
  long[] of(Signals level, int chunk, int examples) {
    long[] columns = masks[level.level];
    if (batches[level.level][chunk] != batch) {
      for (int b = 0; b < examples; b += Long.SIZE) {
        transpose(level, chunk, b, Math.min(Long.SIZE, examples - b), columns);
      }
      batches[level.level][chunk] = batch;
    }
    return columns;
  }

  private void transpose(Signals level, int chunk, int from, int examples, long[] columns) {
    for (int b = 0; b < examples; b++) {
      square[b] = level.aMasks[(from + b) * level.words + chunk];
    }
    Arrays.fill(square, examples, Long.SIZE, 0);
    Masks.transpose(square);
    int at = chunk * Products.INPUTS * words + from / Long.SIZE;
    for (int u = 0; u < Products.INPUTS; u++) {
      columns[at + u * words] = square[u];
    }
  }
}
