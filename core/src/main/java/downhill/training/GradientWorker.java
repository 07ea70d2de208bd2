package downhill.training;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainedLayer;
import downhill.engine.TrainingStep;
import downhill.engine.Update;
import downhill.network.Execution;
import downhill.network.Network;

/**
 * Computes gradients of batches and changes nothing: what one of many machines does in a step that
 * all take together. The examples are shuffled, changed and mixed, and units dropped, as the
 * configuration says. {@link SharedDescent} is the other half. Not safe to share between threads.
 */
public final class GradientWorker implements AutoCloseable {
  private final Parameters parameters;
  private final int examples;
  private final int most;
  private final ThreadTeam team;
  private final TrainingStep step;
  private final BatchFeed feed;
  private int begun;

  /**
   * Makes the buffers.
   *
   * @param configuration of which the optimizer and the batch size play no part
   * @param network whose gradient is wanted
   * @param data the examples of this machine
   * @param most the most examples of a batch
   * @throws IllegalArgumentException if data, network and configuration don't go together, or a
   *     batch may have no example, or more than an array can hold
   */
  public GradientWorker(
      TrainingConfiguration configuration,
      Network network,
      Dataset data,
      int most,
      Execution execution) {
    Trainer.checkFit(configuration, network.architecture(), data);
    checkPositive("most", most);
    this.examples = data.size();
    this.most = Math.min(most, data.size());
    Trainer.checkBuffers("most", network.architecture(), this.most);
    parameters = new Parameters(network, Update.PLAIN, configuration.frozen());
    team = new ThreadTeam(execution.threads());
    try {
      TrainingStep.Settings settings = EngineSettings.of(configuration);
      step =
          new TrainingStep(
              parameters.layers(),
              this.most,
              // Nobody says how many batches it will be asked for.
              Kernels.choose(execution.kernel().name(), Double.POSITIVE_INFINITY, 1),
              team,
              new TrainingStep.Settings(
                  Update.PLAIN,
                  settings.seed(),
                  settings.dropout(),
                  settings.inputDropout(),
                  settings.smoothing(),
                  settings.mixed()));
      feed = new BatchFeed(configuration, data, step, team.members());
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  /**
   * Returns the gradient of a batch.
   *
   * @param epoch the epoch, from 1: the order of the examples depends on it
   * @param number the step, from 1: what is dropped depends on it
   * @param from the batch's first example, by its place in the epoch's order
   * @param count how many examples
   * @throws IllegalArgumentException if epoch or step are below 1, or there is no such batch of at
   *     most as many examples as there is room for
   */
  public PartialMean of(int epoch, long number, int from, int count) {
    checkPositive("epoch", epoch);
    checkPositive("number", number);
    checkBatch(from, count);
    if (epoch != begun) {
      feed.begin(epoch);
      begun = epoch;
    }
    feed.fetch(from, count, 0); // who asks decides which batch follows
    double loss = step.run(count, 0, number, true); // a rate of 0 moves nothing
    int L = parameters.layers().size();
    float[][] weights = new float[L][];
    float[][] biases = new float[L][];
    for (int l = 0; l < L; l++) {
      TrainedLayer layer = parameters.layers().get(l);
      weights[l] = layer.gradient().weights();
      biases[l] = layer.gradient().biases();
    }
    return new PartialMean(weights, biases, step.targets().sum(), loss, step.right(), count);
  }

  private static void checkPositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: expected 1 or more, found %d".formatted(what, value));
    }
  }

  private void checkBatch(int from, int count) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "count: expected 1 to %d examples, found %d".formatted(most, count));
    }
    if (from < 0 || from > examples - count) {
      throw new IllegalArgumentException(
          "from: expected 0 to %d, where a batch of %d of the %d examples may begin, found %d"
              .formatted(examples - count, count, examples, from));
    }
  }

  @Override
  public void close() {
    team.close();
  }
}
