package downhill.training;

import downhill.engine.Layer;
import downhill.engine.TrainedLayer;
import downhill.engine.Update;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The numbers that training changes, between the engine's layout and the network's. */
final class Parameters {
  private final Architecture architecture;
  private final List<TrainedLayer> layers = new ArrayList<>();
  private final int moments;
  private final boolean averaged;

  /**
   * Begins with a network.
   *
   * @param frozen the layers that stay as they are, from 1
   */
  Parameters(Network initial, Update update, List<Integer> frozen) {
    architecture = initial.architecture();
    for (int l = 1; l <= architecture.layers(); l++) {
      Layer layer = layer(initial, l);
      layers.add(
          frozen.contains(l) ? TrainedLayer.frozen(layer, update) : TrainedLayer.of(layer, update));
    }
    moments = update.moments();
    averaged = update.averaging() > 0;
  }

  private static Layer zeros(TrainedLayer like) {
    int in = like.parameters().inputs();
    int out = like.parameters().outputs();
    return Layer.of(in, out, new float[in * out], new float[out]);
  }

  private static Layer layer(Network network, int l) {
    Architecture widths = network.architecture();
    return Layer.of(widths.width(l - 1), widths.width(l), network.weights(l), network.biases(l));
  }

  /** Returns the layers, which training changes where they are not frozen. */
  List<TrainedLayer> layers() {
    return List.copyOf(layers);
  }

  /** Returns whether every parameter is a finite number, and so is what goes with it. */
  boolean areFinite() {
    for (TrainedLayer layer : layers) {
      if (!layer.parameters().isFinite()
          || !layer.moment(0).isFinite()
          || !layer.moment(1).isFinite()
          || !layer.average().isFinite()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the network as it is. */
  Network network() {
    return network(TrainedLayer::parameters);
  }

  /** Returns the moving average, where there is one. */
  @Nullable Network average() {
    return averaged ? network(TrainedLayer::average) : null;
  }

  /** Returns what the optimizer keeps; zeros for frozen layers, of which it keeps nothing. */
  List<Network> moments() {
    List<Network> some = new ArrayList<>();
    for (int m = 0; m < moments; m++) {
      int which = m;
      some.add(network(layer -> layer.isFrozen() ? zeros(layer) : layer.moment(which)));
    }
    return some;
  }

  /**
   * Sets everything to a state.
   *
   * @throws IllegalArgumentException if it is of another network or another optimizer
   */
  void set(TrainingState state) {
    if (!fits(state.network())
        || state.moments().size() != moments
        || !state.moments().stream().allMatch(this::fits)
        || (state.average() != null) != averaged
        || !fits(state.average())
        || !fits(state.best())) {
      throw new IllegalArgumentException(
          "training state: expected %s with %d moments and %s average, as configured"
              .formatted(architecture, moments, averaged ? "an" : "no"));
    }
    set(state.network(), TrainedLayer::parameters);
    for (int m = 0; m < moments; m++) {
      int which = m;
      set(state.moments().get(m), layer -> layer.moment(which));
    }
    if (state.average() != null) {
      set(state.average(), TrainedLayer::average);
    }
  }

  private boolean fits(@Nullable Network network) {
    return network == null || network.architecture().equals(architecture);
  }

  private void set(Network network, Function<TrainedLayer, Layer> part) {
    for (int l = 1; l <= layers.size(); l++) {
      part.apply(layers.get(l - 1)).set(layer(network, l));
    }
  }

  private Network network(Function<TrainedLayer, Layer> part) {
    float[][] weights = new float[layers.size()][];
    float[][] biases = new float[layers.size()][];
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = part.apply(layers.get(l));
      weights[l] = layer.weights();
      biases[l] = layer.biases();
    }
    return Network.of(architecture, weights, biases);
  }
}
