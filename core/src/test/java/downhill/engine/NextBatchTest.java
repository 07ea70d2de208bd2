package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that is copied while the step before it runs is the one that would be fetched. */
class NextBatchTest {
  private static final int INPUTS = 70;

  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  private static List<TrainedLayer> layers(TinyTraining training, Addition added) {
    return training.layers.stream()
        .map(layer -> TrainedLayer.of(layer.copy(), added.settings().update()))
        .toList();
  }

  private static long hash(List<TrainedLayer> trained, double[] losses) {
    List<Layer> all = new ArrayList<>();
    for (TrainedLayer layer : trained) {
      all.addAll(List.of(layer.parameters, layer.first, layer.second, layer.average));
    }
    return TinyTraining.hash(all, losses);
  }

  /** Trains; from the second batch on each was named before the step on the one before it. */
  private static long ahead(
      TinyTraining training, int threads, long sharedFlops, Addition added, boolean shared) {
    List<TrainedLayer> trained = layers(training, added);
    double[] losses = new double[training.steps()];
    try (ThreadTeam team = new ThreadTeam(threads, sharedFlops)) {
      TrainingStep step =
          new TrainingStep(trained, training.batchSize, vector(), team, added.settings());
      training.fetch(step, 0, added);
      for (int s = 0; s < training.steps(); s++) {
        training.setTargets(step, s, added);
        if (s + 1 < training.steps()) {
          step.fetchNext(training.labels(s + 1).length, training.source(s + 1), shared);
        }
        losses[s] = step.run(training.labels(s).length, added.rate(), s + 1, added.measured());
      }
    }
    return hash(trained, losses);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void givesTheSameBits(int threads) {
    List<Addition> additions = new ArrayList<>(Addition.others());
    additions.add(Addition.PLAIN);
    for (int seed = 9000; seed < 9006; seed++) {
      TinyTraining training = new TinyTraining(seed);
      for (Addition added : additions) {
        long expected = training.hash(vector(), 1, added);
        String what = "seed %d, %d threads, %s".formatted(seed, threads, added);
        assertThat(ahead(training, threads, 0, added, false)).as(what).isEqualTo(expected);
        assertThat(ahead(training, threads, Long.MAX_VALUE, added, true))
            .as("%s, small phases alone", what)
            .isEqualTo(expected);
      }
    }
  }

  /** Batches of other sizes than the largest, and each example asked for once, by one member. */
  @Test
  void copiesEachExampleOnce() {
    int most = 37;
    for (int count = 1; count <= most; count++) {
      AtomicIntegerArray bytes = new AtomicIntegerArray(most);
      AtomicIntegerArray floats = new AtomicIntegerArray(most);
      try (ThreadTeam team = new ThreadTeam(3, 0)) {
        TrainingStep step = step(team, most);
        step.fetch(most, (member, first, past, to) -> {}, false);
        step.fetchNext(
            count,
            (member, first, past, to) -> {
              for (int b = first; b < past; b++) {
                bytes.incrementAndGet(b);
              }
            },
            false);
        step.run(most, 0, 1, false);
        step.fetchNextFloats(
            count,
            (member, first, past, to) -> {
              for (int b = first; b < past; b++) {
                floats.incrementAndGet(b);
              }
            },
            false);
        step.run(count, 0, 2, false);
        step.run(count, 0, 3, false); // none was named: the batch stays
      }
      for (int b = 0; b < most; b++) {
        assertThat(bytes.get(b))
            .as("bytes of example %d of %d", b, count)
            .isEqualTo(b < count ? 1 : 0);
        assertThat(floats.get(b)).as("floats of example %d", b).isEqualTo(b < count ? 1 : 0);
      }
    }
  }

  /** Bytes may follow floats, floats bytes, and what is fetched replaces what was only named. */
  @Test
  void theLastWordCounts() {
    TrainingStep.FloatSource ones =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, 1);
    TrainingStep.Source white =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, (byte) 255);
    TrainingStep.Source black =
        (member, first, past, to) -> Arrays.fill(to, INPUTS * first, INPUTS * past, (byte) 0);
    try (ThreadTeam team = new ThreadTeam(2, 0)) {
      TrainingStep step = step(team, 4);
      step.fetch(4, black, false);
      double ofBlack = step.run(4, 0, 1, false);
      step.fetch(4, white, false);
      double ofWhite = step.run(4, 0, 2, false);
      assertThat(ofBlack).isNotEqualTo(ofWhite);
      step.fetchNext(4, black, false);
      assertThat(step.run(4, 0, 3, false)).as("still the batch before").isEqualTo(ofWhite);
      step.fetchNextFloats(4, ones, true);
      assertThat(step.run(4, 0, 4, false)).isEqualTo(ofBlack);
      step.fetchNext(4, black, true);
      assertThat(step.run(4, 0, 5, false)).as("floats").isEqualTo(ofWhite);
      step.fetchNextFloats(4, ones, false);
      step.fetchNext(4, white, false);
      assertThat(step.run(4, 0, 6, false)).isEqualTo(ofBlack);
      step.fetchNext(4, black, false);
      step.fetch(4, white, false);
      assertThat(step.run(4, 0, 7, false)).as("fetched at once").isEqualTo(ofWhite);
      assertThat(step.run(4, 0, 8, false)).as("what was named is forgotten").isEqualTo(ofWhite);
    }
  }

  /** Returns a step that nothing was fetched for; all labels are 0. */
  private static TrainingStep step(ThreadTeam team, int batchSize) {
    List<TrainedLayer> layers = new ArrayList<>();
    int[] widths = {INPUTS, 20, 3};
    for (int l = 1; l < widths.length; l++) {
      float[] W = Philox.heWeights(1, l, widths[l], widths[l - 1]);
      Layer layer = Layer.of(widths[l - 1], widths[l], W, new float[widths[l]]);
      layers.add(TrainedLayer.of(layer, Update.PLAIN));
    }
    return new TrainingStep(layers, batchSize, vector(), team, TrainingStep.Settings.PLAIN);
  }
}
