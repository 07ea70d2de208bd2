package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import downhill.engine.Update.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that no step changes, and those around them. */
class FreezingTest {
  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  static List<Addition> additions() {
    List<Addition> all = new ArrayList<>(Addition.others());
    for (Rule rule : Rule.values()) {
      all.add(Addition.of(rule.name(), Addition.rate(rule), Addition.rule(rule, 0, 0, 0, 0, 0)));
      // Without clipping, whose norm is one of the layers that learn.
      Update update = Addition.rule(rule, 0.01, 0.02, 0.05, 0, 0.7);
      all.add(Addition.of(rule + " with all but clipping", Addition.rate(rule), update));
    }
    return all;
  }

  private static List<Addition> unclipped() {
    return additions().stream().filter(a -> a.settings().update().clip() == 0).toList();
  }

  /** Some layers, at least one and not all, as a bit for each. */
  private static int frozen(TinyTraining training, long seed) {
    int layers = training.layers.size();
    return new SplittableRandom(seed).nextInt(1, (1 << layers) - 1);
  }

  private static boolean isFrozen(int bits, int layer) {
    return (bits >> layer & 1) == 1;
  }

  private static TinyTraining training(long seed) {
    TinyTraining training = new TinyTraining(seed);
    long next = seed;
    while (training.layers.size() < 2) {
      next += 7919;
      training = new TinyTraining(next);
    }
    return training;
  }

  /**
   * Freezing a layer is the same as undoing, after each step, what the step did to it: to the bit,
   * and for every optimizer. That is how it would be done without the engine's help. Not where the
   * gradient is clipped: the norm is another one then, see below.
   */
  @ParameterizedTest
  @MethodSource("unclipped")
  void isUndoingEachStep(Addition added) {
    for (long seed = 6000; seed < 6006; seed++) {
      TinyTraining training = training(seed);
      int bits = frozen(training, seed);
      List<TrainedLayer> found = training.train(vector(), 2, added, bits, step -> {});
      List<TrainedLayer> expected = undone(training, added, bits);
      for (int l = 0; l < found.size(); l++) {
        String what = "seed %d, layer %d of %s, frozen %s".formatted(seed, l, training, bits);
        Layer parameters = found.get(l).parameters;
        assertThat(parameters.w).as(what).isEqualTo(expected.get(l).parameters.w);
        assertThat(parameters.b).as(what).isEqualTo(expected.get(l).parameters.b);
        assertThat(isFrozen(bits, l)).as(what).isEqualTo(found.get(l).isFrozen());
        if (isFrozen(bits, l)) {
          assertThat(parameters.w).as(what).isEqualTo(training.layers.get(l).w);
          assertThat(parameters.b).as(what).isEqualTo(training.layers.get(l).b);
          assertThat(found.get(l).gradient.w).as("no room for a gradient").isEmpty();
        }
        if (added.settings().update().averaging() > 0 && !isFrozen(bits, l)) {
          assertThat(found.get(l).average.w).as(what).isEqualTo(expected.get(l).average.w);
        }
      }
    }
  }

  private static List<TrainedLayer> undone(TinyTraining training, Addition added, int bits) {
    List<TrainedLayer> all = new ArrayList<>();
    for (Layer layer : training.layers) {
      all.add(TrainedLayer.of(layer.copy(), added.settings().update()));
    }
    training.run(
        vector(),
        1,
        added,
        all,
        step -> {
          for (int l = 0; l < all.size(); l++) {
            if (isFrozen(bits, l)) {
              all.get(l).parameters.set(training.layers.get(l));
            }
          }
        });
    return all;
  }

  /** What is clipped is the norm of the layers that learn. */
  @Test
  void theNormIsThatOfTheLayersThatLearn() {
    Addition measured = Addition.others().getFirst();
    TinyTraining training = new TinyTraining(3, 33, 17, 9, 5);
    double[] norms = new double[3];
    for (int bits = 0; bits < 3; bits++) {
      int which = bits;
      training.train(
          vector(),
          1,
          measured,
          bits,
          step -> norms[which] = norms[which] == 0 ? step.gradientNorm() : norms[which]);
    }
    // The squares of the first two layers' norms, and of what is left of all.
    double first = norms[0] * norms[0] - norms[1] * norms[1];
    double second = norms[0] * norms[0] - norms[2] * norms[2];
    assertThat(first).isPositive();
    assertThat(second).isPositive();
    double[] both = {0};
    training.train(
        vector(), 1, measured, 3, step -> both[0] = both[0] == 0 ? step.gradientNorm() : both[0]);
    assertThat(both[0] * both[0] + first + second).isCloseTo(norms[0] * norms[0], within(1e-9));
  }

  /** The engine's contract, with layers frozen here and there. */
  @ParameterizedTest
  @MethodSource("additions")
  void oneAnswer(Addition added) {
    for (long seed = 7000; seed < 7003; seed++) {
      TinyTraining training = training(seed);
      int bits = frozen(training, seed);
      long expected = training.hash(Kernels.scalar(), 1, added, bits);
      for (int threads = 1; threads <= 4; threads++) {
        Kernels kernels = threads == 3 ? Kernels.scalar() : vector();
        assertThat(training.hash(kernels, threads, added, bits))
            .as("seed %d, %d threads: %s, frozen %s", seed, threads, training, bits)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 512})
  void everyVectorWidth(int bits) throws Exception {
    List<String> lines =
        OwnJvm.run(
            Hashes.class, "--add-modules", "jdk.incubator.vector", "-Ddownhill.vectorBits=" + bits);
    assertThat(lines).contains("vector, " + bits + " bits: " + Hashes.of(Kernels.scalar(), 2));
  }

  @Test
  void wideLayers() {
    TinyTraining training = new TinyTraining(1, 131, 260, 130, 10);
    for (Rule rule : Rule.values()) {
      for (int bits = 1; bits < 7; bits++) {
        assertThat(training.hash(vector(), 2, Addition.everything(rule), bits))
            .as("%s, frozen %s", rule, bits)
            .isEqualTo(training.hash(Kernels.scalar(), 3, Addition.everything(rule), bits));
      }
    }
  }

  @Test
  void oneLayerHasToLearn() {
    TinyTraining training = new TinyTraining(1, 5, 4, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.train(vector(), 1, Addition.PLAIN, 3, step -> {}))
        .withMessageContaining("expected one that is not frozen");
  }

  /** Prints the hash of some trainings; run in a JVM of its own. */
  static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      Kernels kernels = Kernels.choose("AUTO");
      System.out.println(kernels.description() + ": " + of(kernels, 2));
    }

    static long of(Kernels kernels, int threads) {
      long hash = 1;
      long seed = 8000;
      for (Addition added : additions()) {
        TinyTraining training = training(seed);
        hash = hash * 31 + training.hash(kernels, threads, added, frozen(training, seed));
        seed++;
      }
      return hash;
    }
  }
}
