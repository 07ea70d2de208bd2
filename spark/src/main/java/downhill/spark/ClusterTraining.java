package downhill.spark;

import downhill.data.Dataset;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.PartialMean;
import downhill.training.Standing;
import downhill.training.TrainingState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** A training on a cluster from its first epoch to its last: what the driver does. */
final class ClusterTraining {
  /**
   * What to do beside descending.
   *
   * @param epochs how many
   * @param patience epochs without a better validation loss that are too many; 0 for none
   * @param interval epochs between checkpoints
   * @param judges the column of the rows to judge by, for messages
   */
  record Course(int epochs, int patience, int interval, String judges) {}

  private final JavaSparkContext context;
  private final Descent descent;
  private final Descent.Plan plan;
  private final @Nullable Shards validation;
  private final Course course;
  private final @Nullable CheckpointStore store;
  private final int first;
  private final List<Progress> history = new ArrayList<>();
  private Standing standing;
  private @Nullable Network best;

  /**
   * Begins.
   *
   * @param descent which stands where training goes on
   * @param state the same state: what the epochs before have left
   */
  ClusterTraining(
      JavaSparkContext context,
      Descent descent,
      Descent.Plan plan,
      @Nullable Shards validation,
      Course course,
      @Nullable CheckpointStore store,
      TrainingState state) {
    this.context = context;
    this.descent = descent;
    this.plan = plan;
    this.validation = validation;
    this.course = course;
    this.store = store;
    this.first = state.epoch();
    this.standing = state.standing();
    this.best = state.best();
  }

  /**
   * Trains to the end, and returns the network.
   *
   * @throws IllegalStateException if a loss is no longer finite; the last checkpoint stays
   */
  Network run() {
    long start = System.nanoTime();
    for (int epoch = first; epoch <= course.epochs() && !isOver(); epoch++) {
      Descent.Epoch done = descent.run(epoch);
      PartialMean judged =
          validation == null ? null : judge(validation, descent.network(epoch + 1));
      Progress progress = progress(epoch, done, judged, (System.nanoTime() - start) * 1e-9);
      history.add(progress);
      check(progress, judged != null);
      if (judged != null && course.patience() > 0) {
        remember(epoch, progress.validationLoss());
      }
      if (store != null && (epoch % course.interval() == 0 || epoch == course.epochs())) {
        store.save(checkpoint(epoch + 1));
      }
    }
    return best == null ? descent.network(course.epochs() + 1) : best;
  }

  /** Returns the epoch whose weights the network has. */
  int bestEpoch() {
    return best == null ? first - 1 + history.size() : standing.bestEpoch();
  }

  List<Progress> history() {
    return history;
  }

  private boolean isOver() {
    return course.patience() > 0 && standing.waited() >= course.patience();
  }

  private void check(Progress progress, boolean judged) {
    if (!Double.isFinite(progress.loss())) {
      throw new IllegalStateException(
          "the loss is no longer finite in epoch %d, with learningRate %s; lower it, or set clipNorm"
              .formatted(progress.epoch(), plan.configuration().learningRate()));
    }
    if (judged && !Double.isFinite(progress.validationLoss())) {
      throw new IllegalStateException(
          "column %s: the loss of the rows to judge by is not finite after epoch %d; look for values far from those of the other rows, or lower learningRate"
              .formatted(course.judges(), progress.epoch()));
    }
  }

  private void remember(int epoch, double loss) {
    boolean better = standing.bestEpoch() == 0 || loss < standing.best();
    if (better) {
      best = descent.network(epoch + 1);
    }
    standing =
        new Standing(
            better ? epoch : standing.bestEpoch(),
            better ? loss : standing.best(),
            better ? 0 : standing.waited() + 1,
            standing.plateauBest(),
            standing.plateauWaited(),
            standing.plateaus());
  }

  private static Progress progress(
      int epoch, Descent.Epoch done, @Nullable PartialMean judged, double seconds) {
    return new Progress(
        epoch,
        done.loss(),
        done.accuracy(),
        judged == null ? Double.NaN : judged.loss() / judged.weight(),
        judged == null ? Double.NaN : (double) judged.right() / judged.examples(),
        seconds);
  }

  private TrainingState checkpoint(int epoch) {
    TrainingState state = descent.state(epoch);
    List<Network> moments = new ArrayList<>(state.moments());
    if (descent instanceof LocalDescent local && local.hasMomentum()) {
      moments.add(local.velocity());
    }
    return new TrainingState(
        epoch,
        state.step(),
        0,
        0,
        0,
        0,
        1,
        0,
        standing,
        state.network(),
        moments,
        state.average(),
        best);
  }

  private PartialMean judge(Shards rows, Network network) {
    Broadcast<PartialMean> weights = context.broadcast(Vectors.pack(List.of(network), 1, 0, 0, 0));
    Judging judging = new Judging(plan, weights, network.architecture().toString());
    try {
      return PartialMean.mean(rows.each(judging::of));
    } finally {
      weights.destroy();
    }
  }

  /** Judges the network by the rows of one shard. */
  private record Judging(Descent.Plan plan, Broadcast<PartialMean> weights, String widths)
      implements Serializable {
    PartialMean of(int shard, Block block) {
      Dataset data = block.data();
      Network network = Vectors.unpack(Architecture.parse(widths), weights.value()).getFirst();
      Evaluation evaluation = Evaluation.of(network, data, plan.execution());
      return new PartialMean(
          new float[0][],
          new float[0][],
          data.size(),
          evaluation.loss() * data.size(),
          Math.round(evaluation.accuracy() * data.size()),
          data.size());
    }
  }
}
