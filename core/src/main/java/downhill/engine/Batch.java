package downhill.engine;

import downhill.engine.ThreadTeam.Phase;

/**
 * The examples of one batch, [B, n_0], row-major, before they are loaded into the first level:
 * bytes that loading scales, or floats as they are. Of the two, only the one that is used takes
 * memory, from the first batch on.
 */
final class Batch {
  /** What copying a value of an example costs, in the flops that take as long. */
  private static final int COPY_FLOPS = 16;

  private final ThreadTeam team;
  private final int inputs;
  private final int capacity;
  private final Phase copyBytes = this::copyBytes;
  private final Phase copyFloats = this::copyFloats;

  private byte[] bytes = {};
  private float[] floats = {};
  private boolean ofFloats;
  private TrainingStep.Source fromBytes = (member, first, past, to) -> {};
  private TrainingStep.FloatSource fromFloats = (member, first, past, to) -> {};
  private int fetched;

  Batch(int inputs, int batchSize, ThreadTeam team) {
    this.inputs = inputs;
    this.capacity = Math.multiplyExact(batchSize, inputs);
    this.team = team;
  }

  void fetch(int count, TrainingStep.Source source, boolean shared) {
    if (bytes.length < capacity) {
      bytes = new byte[capacity];
    }
    ofFloats = false;
    fromBytes = source;
    gather(count, copyBytes, shared);
  }

  void fetchFloats(int count, TrainingStep.FloatSource source, boolean shared) {
    if (floats.length < capacity) {
      floats = new float[capacity];
    }
    ofFloats = true;
    fromFloats = source;
    gather(count, copyFloats, shared);
  }

  private void gather(int count, Phase copy, boolean shared) {
    fetched = count;
    if (shared) {
      team.run(copy);
    } else {
      team.run(copy, (long) count * inputs * COPY_FLOPS);
    }
  }

  private void copyBytes(int member, int members) {
    int first = ThreadTeam.share(fetched, member, members);
    fromBytes.copy(member, first, ThreadTeam.share(fetched, member + 1, members), bytes);
  }

  private void copyFloats(int member, int members) {
    int first = ThreadTeam.share(fetched, member, members);
    fromFloats.copy(member, first, ThreadTeam.share(fetched, member + 1, members), floats);
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
