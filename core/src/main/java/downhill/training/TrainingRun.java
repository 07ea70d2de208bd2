package downhill.training;

import downhill.data.Dataset;
import downhill.engine.Kernels;
import downhill.engine.Layer;
import downhill.engine.Philox;
import downhill.engine.ThreadTeam;
import downhill.engine.TrainingStep;
import downhill.network.Architecture;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One training from its first step to its last: the epochs, the order of the examples, the clock.
 */
final class TrainingRun implements AutoCloseable {
  /** How often progress is told. */
  private static final long PROGRESS_NANOS = 100_000_000;

  private final TrainingConfiguration configuration;
  private final Architecture architecture;
  private final Dataset data;
  private final Consumer<TrainingEvent> listener;
  private final Kernels kernels;
  private final ThreadTeam team;
  private final List<Layer> layers;
  private final TrainingStep step;
  private final int[] order;

  /** Steps done, over all epochs. */
  private long steps;

  // Of the current epoch.
  private int done;
  private int right;
  private double loss;
  private long nanos;

  TrainingRun(
      TrainingConfiguration configuration,
      int threads,
      Kernels kernels,
      Network initial,
      Dataset data,
      Consumer<TrainingEvent> listener) {
    this.configuration = configuration;
    this.architecture = initial.architecture();
    this.data = data;
    this.listener = listener;
    this.kernels = kernels;
    this.layers = pack(initial);
    this.order = new int[data.size()];
    this.team = new ThreadTeam(threads);
    try {
      this.step = new TrainingStep(layers, configuration.batchSize(), kernels, team);
    } catch (RuntimeException | Error e) {
      team.close(); // there may be no memory for the buffers; the threads must not stay
      throw e;
    }
  }

  /** Trains until the epochs are done or {@code stop} says so, and returns the network then. */
  Network train(BooleanSupplier stop) {
    listener.accept(
        new TrainingEvent.Started(
            data.size(),
            Math.ceilDiv(data.size(), configuration.batchSize()),
            team.members(),
            kernels.description()));
    for (int epoch = 1; epoch <= configuration.epochs(); epoch++) {
      if (!epoch(epoch, stop)) {
        return network(epoch);
      }
      listener.accept(
          new TrainingEvent.EpochFinished(
              epoch, nanos * 1e-9, loss / done, (double) right / done, network(epoch)));
    }
    return network(configuration.epochs());
  }

  /** Does one epoch; returns false if it was stopped before its end. */
  private boolean epoch(int epoch, BooleanSupplier stop) {
    done = 0;
    right = 0;
    loss = 0;
    nanos = 0;
    long start = System.nanoTime();
    long told = start;
    sort(epoch);
    while (done < order.length) {
      if (stop.getAsBoolean()) {
        return false;
      }
      step(epoch);
      long now = System.nanoTime();
      if (now - told >= PROGRESS_NANOS && done < order.length) {
        nanos += now - start;
        listener.accept(new TrainingEvent.Progressed(epoch, done, nanos * 1e-9, loss / done));
        told = System.nanoTime();
        start = told;
      }
    }
    nanos += System.nanoTime() - start;
    return true;
  }

  /** Fixes the order in which this epoch visits the examples. */
  private void sort(int epoch) {
    if (configuration.shuffle()) {
      Philox.permutation(order, configuration.seed(), epoch);
    } else {
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
    }
  }

  private void step(int epoch) {
    int examples = Math.min(configuration.batchSize(), order.length - done);
    for (int b = 0; b < examples; b++) {
      int example = order[done + b];
      data.copyTo(example, step.batch(), b * data.features());
      step.labels()[b] = data.label(example);
    }
    double sum = step.run(examples, (float) configuration.learningRate());
    steps++;
    if (!Double.isFinite(sum)) {
      throw new DivergedException(steps, epoch, configuration.learningRate());
    }
    done += examples;
    right += step.right();
    loss += sum;
  }

  private Network network(int epoch) {
    float[][] weights = new float[layers.size()][];
    float[][] biases = new float[layers.size()][];
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      if (!layer.isFinite()) {
        // The loss was still finite: it is taken before the update that broke this layer.
        throw new DivergedException(steps, epoch, configuration.learningRate());
      }
      weights[l] = layer.weights();
      biases[l] = layer.biases();
    }
    return Network.of(architecture, weights, biases);
  }

  private static List<Layer> pack(Network network) {
    Architecture widths = network.architecture();
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l <= widths.layers(); l++) {
      layers.add(
          Layer.of(widths.width(l - 1), widths.width(l), network.weights(l), network.biases(l)));
    }
    return layers;
  }

  @Override
  public void close() {
    team.close();
  }
}
