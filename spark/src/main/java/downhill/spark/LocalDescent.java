package downhill.spark;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Checkpoints;
import downhill.training.Moment;
import downhill.training.Pace;
import downhill.training.PartialMean;
import downhill.training.Regularization;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import downhill.training.TrainingState;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Each shard descends by itself for a part of an epoch, with the trainer of a single machine; then
 * weights and all that the optimizer keeps are averaged, in the order of the shards, and all go on
 * from there. Little has to travel: once or a few times an epoch what a checkpoint holds.
 */
final class LocalDescent extends Descent {
  private final JavaSparkContext context;
  private final Shards shards;
  private final Plan plan;
  private final int rounds;
  private final double outerMomentum;
  private final Network[] velocity;
  private TrainingState state;

  LocalDescent(
      JavaSparkContext context,
      Shards shards,
      Plan plan,
      int rounds,
      double outerMomentum,
      TrainingState state,
      @Nullable Network velocity) {
    this.context = context;
    this.shards = shards;
    this.plan = plan;
    this.rounds = rounds;
    this.outerMomentum = outerMomentum;
    this.state = state;
    this.velocity =
        new Network[] {velocity == null ? Vectors.zeros(state.network().architecture()) : velocity};
  }

  @Override
  Epoch run(int epoch) {
    double loss = 0;
    double weight = 0;
    long right = 0;
    long examples = 0;
    for (int round = 0; round < rounds; round++) {
      PartialMean mean = round(epoch, round);
      loss += mean.loss();
      weight += mean.weight() / rounds;
      right += mean.right();
      examples += mean.examples();
    }
    return new Epoch(loss / weight, (double) right / examples);
  }

  private PartialMean round(int epoch, int round) {
    boolean averaged = state.average() != null;
    TrainingState start = state;
    Broadcast<PartialMean> before = context.broadcast(Vectors.pack(networks(state), 1, 0, 0, 0));
    Part part =
        new Part(
            plan,
            before,
            start.network().architecture().toString(),
            averaged,
            epoch,
            round,
            rounds);
    try {
      PartialMean mean = shards.mean(part::of);
      List<Network> networks = Vectors.unpack(start.network().architecture(), mean);
      Network outer =
          Vectors.outerStep(start.network(), networks.getFirst(), velocity, outerMomentum);
      state =
          state(
              Stream.concat(Stream.of(outer), networks.stream().skip(1)).toList(),
              averaged,
              start,
              round + 1 == rounds ? epoch + 1 : epoch,
              start.step() + 1,
              0);
      return mean;
    } finally {
      before.destroy();
    }
  }

  @Override
  TrainingState state(int epoch) {
    return state;
  }

  /** Returns whether averages have a velocity. */
  boolean hasMomentum() {
    return outerMomentum > 0;
  }

  /** Returns the velocity of the averages. */
  Network velocity() {
    return velocity[0];
  }

  /**
   * The work of one round on one shard.
   *
   * @param before what all begin with
   * @param widths of the network
   */
  private record Part(
      Plan plan,
      Broadcast<PartialMean> before,
      String widths,
      boolean averaged,
      int epoch,
      int round,
      int rounds)
      implements Serializable {
    PartialMean of(int shard, Block block) {
      Dataset data = block.data();
      int batch = Math.min(plan.configuration().batchSize(), data.size());
      TrainingConfiguration configuration = plan.of(shard);
      if (data.size() == 1) { // nothing to mix it with but itself
        Regularization regularization = configuration.regularization();
        configuration = configuration.withRegularization(regularization.withMixup(0));
      }
      configuration = configuration.withBatchSize(batch);
      int steps = Math.ceilDiv(data.size(), batch);
      int from = (int) ((long) steps * round / rounds);
      int to = (int) ((long) steps * (round + 1) / rounds);
      List<Network> networks = Vectors.unpack(Architecture.parse(widths), before.value());
      long done = (epoch - 1L) * steps;
      TrainingState state =
          state(
              networks,
              averaged,
              TrainingState.start(configuration, networks.getFirst()),
              epoch,
              done + from,
              from * batch);
      int examples = Math.min(to * batch, data.size()) - Math.min(from * batch, data.size());
      if (examples == 0) {
        return Vectors.pack(networks, block.weight(), 0, 0, 0);
      }
      Segment segment = new Segment(configuration, plan.execution(), done + to, data.size());
      segment.run(state, data);
      double share = (double) examples / data.size();
      return Vectors.pack(
          networks(segment.last()),
          block.weight(),
          segment.loss() * block.weight() * share,
          segment.right(),
          examples);
    }
  }

  /** A training from one step to another. */
  private static final class Segment {
    private final Trainer trainer;
    private final int size;
    private @Nullable TrainingState last;
    private double loss;
    private long right;

    Segment(TrainingConfiguration configuration, Execution execution, long past, int size) {
      @Nullable TaskContext task = TaskContext.get();
      this.size = size;
      trainer = new Trainer(configuration, execution).with(Checkpoints.EVERY_EPOCH);
      trainer.with(
          new Pace() {
            @Override
            public boolean isDue(long step) {
              if (task != null && task.isInterrupted()) {
                throw new TaskKilledException("no longer needed");
              }
              return step >= past;
            }

            @Override
            public void hold(Moment moment) {
              trainer.stop();
            }
          });
    }

    void run(TrainingState state, Dataset data) {
      trainer.resume(state, data, null, this::note);
    }

    private void note(TrainingEvent event) {
      switch (event) {
        case TrainingEvent.CheckpointReached reached -> {
          last = reached.state();
          if (reached.state().examplesDone() > 0 && reached.state().weightDone() > 0) {
            loss = reached.state().lossDone() / reached.state().weightDone();
            right = reached.state().rightDone();
          }
        }
        case TrainingEvent.EpochFinished finished -> {
          loss = finished.loss();
          right = Math.round(finished.accuracy() * size);
        }
        default -> {}
      }
    }

    TrainingState last() {
      if (last == null) {
        throw new IllegalStateException("expected a checkpoint at the end of a round");
      }
      return last;
    }

    double loss() {
      return loss;
    }

    long right() {
      return right;
    }
  }
}
