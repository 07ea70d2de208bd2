package downhill.training;

import downhill.data.Augmentation;
import downhill.data.Dataset;
import downhill.engine.Philox;
import downhill.engine.Philox.Purpose;
import downhill.engine.Targets;
import downhill.engine.TrainingStep;
import java.util.Arrays;

/**
 * What each step looks at: the order of the examples, how they are changed and mixed, and what they
 * count. All of it is a function of seed, epoch and example, or of its place in the epoch.
 */
final class BatchFeed {
  private static final int NONE = -1;

  private final TrainingConfiguration configuration;
  private final Dataset data;
  private final TrainingStep step;
  private final int[] order;
  private final double[] weights;
  private final TrainingStep.Source source;
  private final TrainingStep.FloatSource floatSource = this::inputs;

  // Room for one example and its numbers, for each member of the team.
  private final byte[][] originals;
  private final float[][] uniforms;
  private final int[][] rooms;

  private int epoch;

  /** Where the batch that the sources copy begins. */
  private int first;

  /** Where the batch begins that the step is copying or has copied; −1 where there is none. */
  private int ahead = NONE;

  BatchFeed(TrainingConfiguration configuration, Dataset data, TrainingStep step, int members) {
    this.configuration = configuration;
    this.data = data;
    this.step = step;
    this.order = new int[data.size()];
    this.weights = weights(configuration.regularization(), data.classes());
    boolean changes = !configuration.augmentation().isNone();
    this.originals = new byte[members][changes ? data.features() : 0];
    this.uniforms = new float[members][changes ? Augmentation.UNIFORMS : 0];
    this.rooms = new int[members][];
    Arrays.setAll(rooms, member -> Philox.room());
    this.source = changes ? this::augmented : this::plain;
  }

  private static double[] weights(Regularization regularization, int classes) {
    double[] weights = new double[classes];
    for (int k = 0; k < classes; k++) {
      weights[k] =
          regularization.classWeights().isEmpty() ? 1 : regularization.classWeights().get(k);
    }
    return weights;
  }

  /** Fixes the order in which an epoch visits the examples. */
  void begin(int nextEpoch) {
    epoch = nextEpoch;
    ahead = NONE;
    if (configuration.shuffle()) {
      Philox.permutation(order, configuration.seed(), epoch);
    } else {
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
    }
  }

  /**
   * Fetches a batch, and names the one that follows, which the step copies while it runs.
   *
   * @param from its first example's place in the order
   * @param count B; if the last call has named this batch, as many as it said
   * @param following B of the batch that follows in the order, and is fetched next; 0 for none
   */
  void fetch(int from, int count, int following) {
    boolean shared = !configuration.augmentation().isNone();
    if (ahead != from) {
      first = from;
      if (data.hasBytes()) {
        step.fetch(count, source, shared);
      } else {
        step.fetchFloats(count, floatSource, true);
      }
    }
    setTargets(from, count);
    ahead = NONE;
    if (following > 0) {
      first = from + count;
      ahead = first;
      if (data.hasBytes()) {
        step.fetchNext(following, source, shared);
      } else {
        step.fetchNextFloats(following, floatSource, true);
      }
    }
  }

  private void setTargets(int from, int count) {
    Targets targets = step.targets();
    double alpha = configuration.regularization().mixup();
    for (int b = 0; b < count; b++) {
      int example = order[from + b];
      int label = data.label(example);
      targets.labels[b] = label;
      targets.weights[b] = weights[label] * data.weight(example);
      if (alpha > 0) {
        targets.shares[b] =
            (float) Beta.draw(alpha, rooms[0], configuration.seed(), epoch, from + b);
      }
    }
  }

  private void inputs(int member, int from, int past, float[] batch) {
    for (int b = from; b < past; b++) {
      data.copyTo(order[first + b], batch, b * data.features());
    }
  }

  private void plain(int member, int from, int past, byte[] batch) {
    data.copyTo(order, first + from, past - from, batch, from * data.features());
  }

  private void augmented(int member, int from, int past, byte[] batch) {
    for (int b = from; b < past; b++) {
      augment(member, order[first + b], batch, b * data.features());
    }
  }

  // The channels of an image are changed alike: they are of one thing.
  private void augment(int member, int example, byte[] batch, int at) {
    float[] u = uniforms[member];
    for (int k = 0; k < u.length; k++) {
      long index = (long) example * u.length + k;
      u[k] =
          uniform(
              Philox.uniform(
                  rooms[member], configuration.seed(), Purpose.AUGMENTATION, epoch, index));
    }
    data.copyTo(example, originals[member], 0);
    int plane = data.height() * data.width();
    for (int c = 0; c < data.channels(); c++) {
      configuration
          .augmentation()
          .apply(
              originals[member], c * plane, data.height(), data.width(), u, batch, at + c * plane);
    }
  }

  /** Returns the nearest float that is below 1. */
  private static float uniform(double u) {
    return Math.min((float) u, 0x1.fffffep-1f);
  }
}
