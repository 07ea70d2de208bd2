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
   * @throws IllegalArgumentException if data, network and configuration don't go together
   */
  public GradientWorker(
      TrainingConfiguration configuration,
      Network network,
      Dataset data,
      int most,
      Execution execution) {
    Trainer.checkFit(configuration, network.architecture(), data);
    parameters = new Parameters(network, Update.PLAIN, configuration.frozen());
    team = new ThreadTeam(execution.threads());
    try {
      TrainingStep.Settings settings = EngineSettings.of(configuration);
      step =
          new TrainingStep(
              parameters.layers(),
              most,
              Kernels.choose(execution.kernel().name()),
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
   */
  public PartialMean of(int epoch, long number, int from, int count) {
    if (epoch != begun) {
      feed.begin(epoch);
      begun = epoch;
    }
    feed.fetch(from, count);
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

  @Override
  public void close() {
    team.close();
  }
}
