package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Nothing is allocated in a step, once it is compiled. */
class SteadyTrainingTest {
  @Test
  void allocatesNothing() throws Exception {
    List<String> lines =
        OneAnswerTest.fork(
            Steps.class,
            "--add-modules",
            "jdk.incubator.vector",
            // Nothing is collected, so what is in use only grows, by what is allocated.
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-XX:-UseTLAB",
            "-Xmx2g");
    long bytes =
        lines.stream()
            .filter(line -> line.startsWith("bytes a step: "))
            .mapToLong(line -> Long.parseLong(line.substring(14)))
            .findFirst()
            .orElseThrow();
    assertThat(bytes).as("bytes a step").isLessThan(64);
  }

  /** Trains until a hundred steps allocate nothing, or for long enough; a JVM of its own. */
  static final class Steps {
    private static final int BATCH = 64;
    private static final int AT_A_TIME = 100;
    private static final long NANOS = 60_000_000_000L;

    private Steps() {}

    public static void main(String[] arguments) {
      int[] widths = {784, 128, 64, 10};
      List<TrainedLayer> layers = new ArrayList<>();
      for (int l = 1; l < widths.length; l++) {
        float[] W = Philox.heWeights(1, l, widths[l], widths[l - 1]);
        Layer layer = Layer.of(widths[l - 1], widths[l], W, new float[widths[l]]);
        layers.add(TrainedLayer.of(layer, Update.PLAIN));
      }
      SplittableRandom random = new SplittableRandom(1);
      try (ThreadTeam team = new ThreadTeam(2)) {
        TrainingStep step = new TrainingStep(layers, BATCH, Kernels.choose("AUTO"), team);
        TrainingStep.Source source =
            (member, b, batch, at) -> {
              for (int i = at; i < at + widths[0]; i++) {
                batch[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
              }
            };
        step.fetch(BATCH, source, false);
        long t = 0;
        long start = System.nanoTime();
        long bytes;
        do {
          long before = allocated();
          for (int s = 0; s < AT_A_TIME; s++) {
            step.run(BATCH, 0.01f, ++t, false);
          }
          bytes = (allocated() - before) / AT_A_TIME;
        } while (bytes > 16 && System.nanoTime() - start < NANOS);
        System.out.println("bytes a step: " + bytes);
      }
    }

    private static long allocated() {
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
  }
}
