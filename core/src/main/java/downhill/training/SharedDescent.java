package downhill.training;

import downhill.engine.Layer;
import downhill.engine.TrainedLayer;
import downhill.engine.Update;
import downhill.network.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Descends by gradients that come from elsewhere: the half of a step that is done once, where many
 * machines have shared the other. See {@link GradientWorker}. Not safe to share between threads.
 */
public final class SharedDescent {
  private final Update update;
  private final Parameters parameters;
  private double norm;

  /**
   * Begins at a state.
   *
   * @param state where to go on
   * @throws IllegalArgumentException if it is of another network or another optimizer than
   *     configured
   */
  public SharedDescent(TrainingConfiguration configuration, TrainingState state) {
    configuration.checkFrozen(state.network().architecture());
    update = EngineSettings.of(configuration).update();
    parameters = new Parameters(state.network(), update, configuration.frozen());
    parameters.set(state);
  }

  /**
   * Takes a step.
   *
   * @param gradient the mean over the whole batch
   * @param rate η
   * @param step its number, from 1
   * @param epoch the one it belongs to, for the message of what diverged
   * @throws IllegalArgumentException if the gradient is not one of this network's shape, or the
   *     step's number is below 1
   * @throws DivergedException if a parameter is no longer finite
   */
  public void apply(PartialMean gradient, double rate, long step, int epoch) {
    if (step < 1) {
      throw new IllegalArgumentException("step: expected 1 or more, found " + step);
    }
    List<TrainedLayer> layers = parameters.layers();
    if (gradient.weights().length != layers.size() || gradient.biases().length != layers.size()) {
      throw new IllegalArgumentException(
          "gradient: expected one of %d layers, found %d of weights and %d of biases"
              .formatted(layers.size(), gradient.weights().length, gradient.biases().length));
    }
    for (int l = 0; l < layers.size(); l++) {
      Layer own = layers.get(l).gradient();
      if (!layers.get(l).isFrozen()) {
        float[] W = gradient.weights()[l];
        float[] b = gradient.biases()[l];
        if (W.length != own.inputs() * own.outputs() || b.length != own.outputs()) {
          throw new IllegalArgumentException(
              "gradient of layer %d: expected %d weights and %d biases, found %d and %d"
                  .formatted(
                      l + 1, own.inputs() * own.outputs(), own.outputs(), W.length, b.length));
        }
        own.set(Layer.of(own.inputs(), own.outputs(), W, b));
      }
    }
    norm = update.apply(layers, (float) rate, step);
    if (!parameters.areFinite()) {
      throw new DivergedException(step, epoch, rate);
    }
  }

  /** Returns the norm of the last gradient, before it was clipped. */
  public double gradientNorm() {
    return norm;
  }

  /** Returns the network as it is. */
  public Network network() {
    return parameters.network();
  }

  /** Returns what the optimizer keeps. */
  public List<Network> moments() {
    return parameters.moments();
  }

  /** Returns the moving average of the parameters, where there is one. */
  public @Nullable Network average() {
    return parameters.average();
  }
}
