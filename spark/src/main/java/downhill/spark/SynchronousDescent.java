package downhill.spark;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.GradientWorker;
import downhill.training.PartialMean;
import downhill.training.SharedDescent;
import downhill.training.TrainingState;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * One step for all shards: each computes the gradient of its part of the batch, the parts are put
 * together in the order of the shards, and the driver descends. For batches that are large enough
 * to be worth a round through the cluster.
 */
final class SynchronousDescent extends Descent {
  private final JavaSparkContext context;
  private final Shards shards;
  private final Plan plan;
  private final int steps;
  private final SharedDescent descent;
  private final TrainingState start;
  private long done;

  /**
   * Begins at a state.
   *
   * @param examples of all shards together
   */
  SynchronousDescent(
      JavaSparkContext context, Shards shards, Plan plan, long examples, TrainingState state) {
    this.context = context;
    this.shards = shards;
    this.plan = plan;
    this.start = state;
    this.done = state.step();
    int batch = plan.configuration().batchSize();
    this.steps = Math.toIntExact(Math.ceilDiv(examples, batch));
    this.descent = new SharedDescent(plan.configuration(), state);
  }

  @Override
  Epoch run(int epoch) {
    double loss = 0;
    double weight = 0;
    long right = 0;
    long examples = 0;
    for (int step = 0; step < steps; step++) {
      PartialMean gradient = gradient(epoch, step);
      double rate = plan.configuration().learningRate(done, steps, 0);
      done++;
      descent.apply(gradient, rate, done, epoch);
      loss += gradient.loss();
      weight += gradient.weight();
      right += gradient.right();
      examples += gradient.examples();
    }
    return new Epoch(weight > 0 ? loss / weight : 0, (double) right / examples);
  }

  private PartialMean gradient(int epoch, int step) {
    Network network = descent.network();
    Broadcast<PartialMean> weights = context.broadcast(Vectors.pack(List.of(network), 1, 0, 0, 0));
    Part part =
        new Part(plan, weights, network.architecture().toString(), epoch, done + 1, step, steps);
    try {
      return shards.mean(part::of);
    } finally {
      weights.destroy();
    }
  }

  @Override
  TrainingState state(int epoch) {
    return new TrainingState(
        epoch,
        done,
        0,
        0,
        0,
        0,
        1,
        0,
        start.standing(),
        descent.network(),
        descent.moments(),
        descent.average(),
        null);
  }

  /**
   * The work of one step on one shard: its share of the batch.
   *
   * @param weights of all
   * @param widths of the network
   * @param number of the step, over all epochs, from 1
   * @param step within the epoch, from 0
   * @param steps of an epoch
   */
  private record Part(
      Plan plan,
      Broadcast<PartialMean> weights,
      String widths,
      int epoch,
      long number,
      int step,
      int steps)
      implements Serializable {
    PartialMean of(int shard, Block block) {
      Dataset data = block.data();
      int from = (int) ((long) data.size() * step / steps);
      int count = (int) ((long) data.size() * (step + 1) / steps) - from;
      Network network = Vectors.unpack(Architecture.parse(widths), weights.value()).getFirst();
      if (count == 0) {
        return Vectors.pack(List.of(network), 0, 0, 0, 0); // counts nothing in the mean
      }
      try (GradientWorker worker =
          new GradientWorker(plan.of(shard), network, data, count, plan.execution())) {
        return worker.of(epoch, number, from, count);
      }
    }
  }
}
