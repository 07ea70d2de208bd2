package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.engine.OwnJvm;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training of many steps allocates what one of half as many does, once it is compiled. */
class SteadyRunTest {
  private static final int EPOCHS = 2;
  private static final int BATCH = 16;

  /** Of an epoch; the other training has half of them. */
  private static final int STEPS = 4096;

  /**
   * What threads and events may allocate in one training and not in the other: news of the progress
   * come by the clock, so a slow machine has more of them. The smallest object takes 16 bytes: one
   * for each step would be four times as much as this.
   */
  private static final long LIMIT = 16 * 1024;

  @ParameterizedTest
  @CsvSource({"bytes, VECTOR", "floats, VECTOR", "bytes, SCALAR"})
  void stepsAllocateNothing(String kind, Kernel kernel) throws Exception {
    assertThat(
            OwnJvm.bytes(
                Trainings.class, LIMIT, "-Ddownhill.kind=" + kind, "-Ddownhill.kernel=" + kernel))
        .as("bytes that the other %d steps allocate", EPOCHS * STEPS / 2)
        .isLessThanOrEqualTo(LIMIT);
  }

  /** The JVM's own cosine takes 32 bytes; one of ours would give other bits. */
  @Test
  void aCosineAllocatesNoMoreThanItself() throws Exception {
    long cosines = 32L * EPOCHS * STEPS / 2;
    assertThat(
            OwnJvm.bytes(
                Trainings.class,
                LIMIT + cosines,
                "-Ddownhill.kind=cosine",
                "-Ddownhill.kernel=VECTOR"))
        .isLessThanOrEqualTo(LIMIT + cosines);
  }

  /** Trains in many steps and in half as many, again and again; a JVM of its own. */
  static final class Trainings {
    private Trainings() {}

    public static void main(String[] arguments) {
      int examples = BATCH * STEPS;
      Dataset data =
          System.getProperty("downhill.kind", "").equals("floats")
              ? Clusters.floats(examples)
              : Clusters.of(examples);
      Dataset half = data.slice(0, examples / 2);
      Network network = Network.initial(Architecture.of(20, 17, 4), 1);
      Kernel kernel = Kernel.valueOf(System.getProperty("downhill.kernel", ""));
      TrainingConfiguration recipe = TrainingConfiguration.descent(EPOCHS, BATCH, 0.01, 1);
      if (System.getProperty("downhill.kind", "").equals("cosine")) {
        recipe = recipe.withSchedule(new Schedule.Cosine(0));
      }
      Trainer trainer = new Trainer(recipe, new Execution(2, kernel));
      // The order of the examples is an int for each.
      long expected = (long) Integer.BYTES * (examples - examples / 2);
      OwnJvm.printMoreBytes(
          () -> trainer.train(network, data), () -> trainer.train(network, half), expected);
    }
  }
}
