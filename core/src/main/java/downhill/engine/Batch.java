package downhill.engine;

import downhill.engine.ThreadTeam.Phase;

/**
 * The examples of one batch, [B, n_0], row-major, before they are loaded into the first level:
 * bytes that loading scales, or floats as they are. Of the two, only the one that is used takes
 * memory, from the first batch on. The batch that follows can be copied beside it, while the step
 * on this one runs: members do so after the first product, where some of them would only wait.
 */
final class Batch {
  /** What copying a value of an example costs, in the flops that take as long. */
  private static final int COPY_FLOPS = 16;

  /** Examples of the following batch that a member copies at a time: about a µs of work. */
  private static final int PIECE = 8;

  private static final TrainingStep.Source NO_BYTES = (member, first, past, to) -> {};
  private static final TrainingStep.FloatSource NO_FLOATS = (member, first, past, to) -> {};

  private final ThreadTeam team;
  private final int inputs;
  private final int capacity;
  private final Phase copy = this::copy;
  private final Pieces pieces;

  private byte[] bytes = {};
  private float[] floats = {};
  private boolean ofFloats;
  private TrainingStep.Source fromBytes = NO_BYTES;
  private TrainingStep.FloatSource fromFloats = NO_FLOATS;

  private int fetched;

  private byte[] nextBytes = {};
  private float[] nextFloats = {};
  private boolean nextOfFloats;
  private boolean nextShared;

  /** Examples of the batch that follows; 0 where none was named. */
  private int next;

  Batch(int inputs, int batchSize, ThreadTeam team) {
    this.inputs = inputs;
    this.capacity = Math.multiplyExact(batchSize, inputs);
    this.team = team;
    this.pieces = Pieces.evenly(Math.ceilDiv(batchSize, PIECE), team.members());
  }

  void fetch(int count, TrainingStep.Source source, boolean shared) {
    if (bytes.length < capacity) {
      bytes = new byte[capacity];
    }
    fromBytes = source;
    ofFloats = false;
    gather(count, shared);
  }

  void fetchFloats(int count, TrainingStep.FloatSource source, boolean shared) {
    if (floats.length < capacity) {
      floats = new float[capacity];
    }
    fromFloats = source;
    ofFloats = true;
    gather(count, shared);
  }

  private void gather(int count, boolean shared) {
    next = 0; // what was named and not copied is not asked for any more
    fetched = count;
    if (shared) {
      team.run(copy);
    } else {
      team.run(copy, (long) count * inputs * COPY_FLOPS);
    }
  }

  private void copy(int member, int members) {
    int first = ThreadTeam.share(fetched, member, members);
    int past = ThreadTeam.share(fetched, member + 1, members);
    if (ofFloats) {
      fromFloats.copy(member, first, past, floats);
    } else {
      fromBytes.copy(member, first, past, bytes);
    }
  }

  /** Names the batch that follows, for {@link #copyNext}. */
  void fetchNext(int count, TrainingStep.Source source, boolean shared) {
    if (nextBytes.length < capacity) {
      nextBytes = new byte[capacity];
    }
    fromBytes = source;
    nextOfFloats = false;
    name(count, shared);
  }

  void fetchNextFloats(int count, TrainingStep.FloatSource source, boolean shared) {
    if (nextFloats.length < capacity) {
      nextFloats = new float[capacity];
    }
    fromFloats = source;
    nextOfFloats = true;
    name(count, shared);
  }

  private void name(int count, boolean shared) {
    next = count;
    nextShared = shared;
    pieces.begin();
  }

  /** Returns whether all members have to copy the batch that follows, however small the step. */
  boolean needsAll() {
    return next > 0 && nextShared;
  }

  /** Copies of the batch that follows what no other member does; nothing, if there is none. */
  void copyNext(int member) {
    if (next == 0) {
      return;
    }
    for (int piece = pieces.take(member); piece >= 0; piece = pieces.take(member)) {
      int first = piece * PIECE;
      int past = Math.min(first + PIECE, next);
      if (first >= past) {
        continue; // this batch is smaller than others
      }
      if (nextOfFloats) {
        fromFloats.copy(member, first, past, nextFloats);
      } else {
        fromBytes.copy(member, first, past, nextBytes);
      }
    }
  }

  /** Goes on to the batch that follows, if there is one: it has been copied. */
  void advance() {
    if (next == 0) {
      return;
    }
    byte[] oldBytes = bytes;
    bytes = nextBytes;
    nextBytes = oldBytes;
    float[] oldFloats = floats;
    floats = nextFloats;
    nextFloats = oldFloats;
    ofFloats = nextOfFloats;
    next = 0;
  }

  /** Loads examples from {@code first} to before {@code past}. */
  void load(Signals to, int first, int past, Kernels kernels) {
    if (ofFloats) {
      to.load(first, past, floats, first * inputs, kernels);
    } else {
      to.load(first, past, bytes, first * inputs, kernels);
    }
  }

  /**
   * Mixes example {@code b}, which is loaded, with another of the batch.
   *
   * @param share how much of it stays
   * @param row room for one example, padded
   */
  void mix(Signals to, int b, int partner, float share, Kernels kernels, float[] row) {
    if (ofFloats) {
      to.mix(b, share, floats, partner * inputs, kernels);
    } else {
      to.mix(b, share, bytes, partner * inputs, kernels, row);
    }
  }
}
