package downhill.spark;

import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/** How all shards go through an epoch together. Belongs to the driver's thread. */
abstract class Descent {
  /**
   * What a task needs to know of the training.
   *
   * @param threads of a task; 0 for as many processors as Spark gives it
   */
  record Plan(TrainingConfiguration configuration, int threads) implements Serializable {
    /** Returns the configuration of a shard: all of them draw other random numbers. */
    TrainingConfiguration of(int shard) {
      return configuration.withSeed(RowCode.mixed(configuration.seed() ^ RowCode.mixed(shard)));
    }

    /** Returns how a task computes. */
    Execution execution() {
      int given = threads > 0 ? threads : Math.max(1, TaskContext.get().cpus());
      return new Execution(given, Kernel.AUTO);
    }
  }

  /**
   * What an epoch has come to.
   *
   * @param loss the mean loss
   * @param accuracy the share classified right
   */
  record Epoch(double loss, double accuracy) {}

  /** Goes through an epoch. */
  abstract Epoch run(int epoch);

  /** Returns the state that the next epoch begins with. */
  abstract TrainingState state(int epoch);

  /** Returns the network as training would return it now. */
  Network network(int epoch) {
    TrainingState state = state(epoch);
    return state.average() == null ? state.network() : state.average();
  }

  /** Returns all networks of a state in a list. */
  static List<Network> networks(TrainingState state) {
    List<Network> all = new ArrayList<>();
    all.add(state.network());
    all.addAll(state.moments());
    if (state.average() != null) {
      all.add(state.average());
    }
    return all;
  }

  /** Undoes {@link #networks}. */
  static TrainingState state(
      List<Network> networks,
      boolean averaged,
      TrainingState like,
      int epoch,
      long step,
      int done) {
    int moments = networks.size() - 1 - (averaged ? 1 : 0);
    @Nullable Network average = averaged ? networks.getLast() : null;
    return new TrainingState(
        epoch,
        step,
        done,
        0,
        0,
        0,
        1,
        0,
        like.standing(),
        networks.getFirst(),
        networks.subList(1, 1 + moments),
        average,
        null);
  }
}
