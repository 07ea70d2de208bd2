package downhill.engine;

import java.util.Arrays;

/**
 * The masks of a batch's activations the other way round: for each unit of a level, a bit for each
 * example. {@value Products#INPUTS} units, a chunk, are transposed when a step first asks for them,
 * once for all panels of the level above; of batches that are too large for that, whenever they are
 * asked for. Belongs to one thread.
 */
final class Columns {
  private static final int CHUNK = Products.INPUTS;

  /** Words from one unit to the next. */
  final int words;

  /** Whether a whole level stays: not of large batches, or memory would grow with both. */
  private final boolean kept;

  /** By level: [units rounded up to whole chunks, words]; of large batches, one chunk. */
  private final long[][] masks;

  /** By level and chunk: the batch these masks are of. */
  private final long[][] batches;

  private final long[] square = new long[Long.SIZE];
  private long batch = 1;

  /**
   * Makes the room.
   *
   * @param levels those whose activations are factors of a gradient: the input's and those above
   * @param batchSize the most examples
   */
  Columns(Signals[] levels, int batchSize) {
    words = Masks.words(batchSize);
    kept = batchSize <= Products.KEPT;
    masks = new long[levels.length][];
    batches = new long[levels.length][];
    for (int l = 0; l < levels.length; l++) {
      int chunks = kept ? Math.ceilDiv(levels[l].units, CHUNK) : 1;
      masks[l] = new long[Math.multiplyExact(chunks * CHUNK, words)];
      batches[l] = new long[chunks];
    }
  }

  /** Forgets all masks: they were those of another batch. */
  void begin() {
    batch++;
  }

  /** Returns masks among which are those of a chunk, {@link #words} for each of its units. */
  long[] of(Signals level, int chunk, int examples) {
    long[] columns = masks[level.level];
    if (!kept || batches[level.level][chunk] != batch) {
      for (int b = 0; b < examples; b += Long.SIZE) {
        transpose(level, chunk, b, Math.min(Long.SIZE, examples - b), columns);
      }
    }
    if (kept) {
      batches[level.level][chunk] = batch;
    }
    return columns;
  }

  /** Returns where a chunk's masks begin. */
  int at(int chunk) {
    return kept ? chunk * CHUNK * words : 0;
  }

  private void transpose(Signals level, int chunk, int from, int examples, long[] columns) {
    int word = level.maskAt(from, chunk * CHUNK);
    for (int b = 0; b < examples; b++) {
      square[b] = level.aMasks[word + b * level.words];
    }
    Arrays.fill(square, examples, Long.SIZE, 0);
    Masks.transpose(square);
    int at = at(chunk) + from / Long.SIZE;
    for (int u = 0; u < CHUNK; u++) {
      columns[at + u * words] = square[u];
    }
  }
}
