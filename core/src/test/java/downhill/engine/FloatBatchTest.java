package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches of floats: the same contract as for bytes. */
class FloatBatchTest {
  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  /** Trains on floats, and returns a hash of every bit of the outcome. */
  private static long hash(
      TinyTraining training,
      Kernels kernels,
      int threads,
      Addition added,
      IntFunction<float[]> batches) {
    List<TrainedLayer> trained =
        training.layers.stream()
            .map(layer -> TrainedLayer.of(layer.copy(), added.settings().update()))
            .toList();
    double[] losses = new double[training.steps()];
    int inputs = training.widths[0];
    try (ThreadTeam team = new ThreadTeam(threads, 0)) {
      TrainingStep step =
          new TrainingStep(trained, training.batchSize, kernels, team, added.settings());
      for (int s = 0; s < training.steps(); s++) {
        float[] batch = batches.apply(s);
        int count = training.labels(s).length;
        step.fetchFloats(
            count,
            (member, first, past, to) ->
                System.arraycopy(
                    batch, first * inputs, to, first * inputs, (past - first) * inputs),
            s % 2 == 0);
        Targets targets = step.targets();
        System.arraycopy(training.labels(s), 0, targets.labels, 0, count);
        for (int b = 0; b < count; b++) {
          targets.shares[b] = added.share(b);
          targets.weights[b] = added.weight(b);
        }
        losses[s] = step.run(count, added.rate(), s + 1, added.measured());
      }
    }
    return hash(trained, losses);
  }

  private static long hash(List<TrainedLayer> trained, double[] losses) {
    return TinyTraining.hash(trained.stream().map(TrainedLayer::parameters).toList(), losses);
  }

  private static List<Addition> additions() {
    List<Addition> all = new ArrayList<>(Addition.others());
    all.add(Addition.PLAIN);
    return all;
  }

  /** Below and above zero, as standardised values are, with some zeros. */
  private static float[] values(TinyTraining training, int s) {
    SplittableRandom random = new SplittableRandom(100 + s);
    float[] values = new float[training.labels(s).length * training.widths[0]];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? 0 : (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("additions")
  void oneAnswer(Addition added) {
    for (int seed = 7000; seed < 7004; seed++) {
      TinyTraining training = new TinyTraining(seed);
      IntFunction<float[]> batches = s -> values(training, s);
      long expected = hash(training, Kernels.scalar(), 1, added, batches);
      for (int threads = 1; threads <= 4; threads++) {
        Kernels kernels = threads == 3 ? Kernels.scalar() : vector();
        assertThat(hash(training, kernels, threads, added, batches))
            .as("%s, seed %d, %d threads: %s", added, seed, threads, training)
            .isEqualTo(expected);
      }
    }
  }

  /** Floats that are scaled bytes give what the bytes give. */
  @ParameterizedTest
  @MethodSource("additions")
  void scaledBytesAreTheBytes(Addition added) {
    TinyTraining training = new TinyTraining(7100);
    IntFunction<float[]> scaled =
        s -> {
          byte[] bytes = training.batch(s);
          float[] floats = new float[bytes.length];
          for (int i = 0; i < bytes.length; i++) {
            floats[i] = (bytes[i] & 0xff) / 255f;
          }
          return floats;
        };
    double[] losses = new double[training.steps()];
    List<TrainedLayer> ofBytes = training.train(vector(), 2, added, losses);
    long expected = hash(ofBytes, losses);
    assertThat(hash(training, vector(), 2, added, scaled)).isEqualTo(expected);
  }

  /** A step may take bytes after floats, and floats after bytes. */
  @Test
  void kindsMayChange() {
    TinyTraining training = new TinyTraining(7200, 9, 5, 3);
    List<TrainedLayer> trained =
        training.layers.stream().map(layer -> TrainedLayer.of(layer.copy(), Update.PLAIN)).toList();
    try (ThreadTeam team = new ThreadTeam(2)) {
      TrainingStep step =
          new TrainingStep(trained, 2, Kernels.scalar(), team, TrainingStep.Settings.PLAIN);
      step.fetchFloats(
          2, (member, first, past, batch) -> Arrays.fill(batch, 9 * first, 9 * past, 1), false);
      double ofFloats = step.run(2, 0, 1, false);
      step.fetch(
          2,
          (member, first, past, batch) -> Arrays.fill(batch, 9 * first, 9 * past, (byte) 255),
          false);
      assertThat(step.run(2, 0, 2, false)).isEqualTo(ofFloats);
      step.fetchFloats(
          2, (member, first, past, batch) -> Arrays.fill(batch, 9 * first, 9 * past, 1), true);
      assertThat(step.run(2, 0, 3, false)).isEqualTo(ofFloats);
    }
  }
}
