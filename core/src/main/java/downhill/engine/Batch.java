package downhill.engine;

import downhill.engine.ThreadTeam.Phase;

/**
 * The examples of one batch, [B, n_0], row-major, before they are loaded into the first level:
 * bytes that loading scales, or floats as they are. The batch that follows can be copied beside it
 * while the step on this one runs, where members would only wait for each other.
 */
final class Batch {
  /** What copying a value of an example costs, in the flops that take as long. */
  private static final int COPY_FLOPS = 16;

  /** Values of a piece where nobody asks to share small batches: about a µs of copying. */
  private static final int VALUES = 6400;

  /** Values of a piece where members share however small the batch. */
  private static final int SHARED_VALUES = 800;

  /** The most examples of a piece. */
  private static final int MOST = 8;

  /** Room for one batch. Of the two kinds, only the one that is used takes memory. */
  private final class Room {
    byte[] bytes = {};
    float[] floats = {};
    boolean ofFloats;
    TrainingStep.Source fromBytes = (member, first, past, to) -> {};
    TrainingStep.FloatSource fromFloats = (member, first, past, to) -> {};

    /** How many examples there are, or will be. */
    int count;

    void expect(int size, TrainingStep.Source source) {
      if (bytes.length < capacity) {
        bytes = new byte[capacity];
      }
      fromBytes = source;
      ofFloats = false;
      count = size;
    }

    void expectFloats(int size, TrainingStep.FloatSource source) {
      if (floats.length < capacity) {
        floats = new float[capacity];
      }
      fromFloats = source;
      ofFloats = true;
      count = size;
    }

    void copy(int member, int first, int past) {
      if (ofFloats) {
        fromFloats.copy(member, first, past, floats);
      } else {
        fromBytes.copy(member, first, past, bytes);
      }
    }
  }

  private final ThreadTeam team;
  private final int inputs;
  private final int batchSize;
  private final int capacity;
  private final Phase copy = this::copy;

  private Room now = new Room();

  /** The batch that follows; of no example, where none was named. */
  private Room next = new Room();

  /** Whether all members have to copy it, however small the step. */
  private boolean needsAll;

  /** Examples that a member copies at a time. */
  private int pieceSize = MOST;

  private Pieces pieces;

  Batch(int inputs, int batchSize, ThreadTeam team) {
    this.inputs = inputs;
    this.batchSize = batchSize;
    this.capacity = Math.multiplyExact(batchSize, inputs);
    this.team = team;
    this.pieces = pieces();
  }

  private Pieces pieces() {
    return Pieces.evenly(Math.ceilDiv(batchSize, pieceSize), team.members());
  }

  void fetch(int count, TrainingStep.Source source, boolean shared) {
    now.expect(count, source);
    gather(shared);
  }

  void fetchFloats(int count, TrainingStep.FloatSource source, boolean shared) {
    now.expectFloats(count, source);
    gather(shared);
  }

  private void gather(boolean shared) {
    next.count = 0; // what was named is not asked for any more
    if (shared) {
      team.run(copy);
    } else {
      team.run(copy, (long) now.count * inputs * COPY_FLOPS);
    }
  }

  private void copy(int member, int members) {
    int first = ThreadTeam.share(now.count, member, members);
    now.copy(member, first, ThreadTeam.share(now.count, member + 1, members));
  }

  /** Names the batch that follows. */
  void fetchNext(int count, TrainingStep.Source source, boolean shared) {
    next.expect(count, source);
    divide(shared);
  }

  void fetchNextFloats(int count, TrainingStep.FloatSource source, boolean shared) {
    next.expectFloats(count, source);
    divide(shared);
  }

  private void divide(boolean shared) {
    needsAll = shared;
    int before = pieceSize;
    pieceSize = Math.clamp((shared ? SHARED_VALUES : VALUES) / inputs, 1, MOST);
    if (pieceSize != before) {
      pieces = pieces();
    }
  }

  /** Begins a step: nothing of the batch that follows is copied yet. */
  void begin() {
    pieces.begin();
  }

  /** Returns whether all members have to call {@link #copyNext}, however small the step. */
  boolean needsAll() {
    return next.count > 0 && needsAll;
  }

  /** Copies of the batch that follows what no other member does; nothing, if there is none. */
  void copyNext(int member) {
    if (next.count == 0) {
      return;
    }
    for (int piece = pieces.take(member); piece >= 0; piece = pieces.take(member)) {
      int first = piece * pieceSize;
      if (first < next.count) { // this batch may be smaller than others
        next.copy(member, first, Math.min(first + pieceSize, next.count));
      }
    }
  }

  /** Goes on to the batch that follows, if there is one: it has been copied. */
  void advance() {
    if (next.count > 0) {
      Room old = now;
      now = next;
      next = old;
      next.count = 0;
    }
  }

  /** Loads examples from {@code first} to before {@code past}. */
  void load(Signals to, int first, int past, Kernels kernels) {
    if (now.ofFloats) {
      to.load(first, past, now.floats, first * inputs, kernels);
    } else {
      to.load(first, past, now.bytes, first * inputs, kernels);
    }
  }

  /**
   * Mixes example {@code b}, which is loaded, with another of the batch.
   *
   * @param share how much of it stays
   * @param row room for one example, padded
   */
  void mix(Signals to, int b, int partner, float share, Kernels kernels, float[] row) {
    if (now.ofFloats) {
      to.mix(b, share, now.floats, partner * inputs, kernels);
    } else {
      to.mix(b, share, now.bytes, partner * inputs, kernels, row);
    }
  }
}
