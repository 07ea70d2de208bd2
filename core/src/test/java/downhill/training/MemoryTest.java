package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.engine.OwnJvm;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training takes the memory of its data and of a few copies of the parameters. */
class MemoryTest {
  private static final int FEATURES = 784;

  /** What a JVM and the buffers of a batch take, in megabytes. */
  private static final int OTHERS = 32;

  /**
   * The copies are the network to begin with, the parameters, their gradient, what the optimizer
   * keeps, the network that comes out of it, and room for one on its way from one to the other.
   */
  @ParameterizedTest
  @CsvSource({"descent, 5", "adamw, 7"})
  void aFewCopiesOfTheParameters(String optimizer, int copies) throws Exception {
    String network = "784-2048-2048-10";
    assertTrains(network, optimizer, 1000, 64, copies * bytes(network));
  }

  /**
   * The examples are there once, as they came: they take more than what is left for the others, so
   * there is no room for a copy, and none for them as floats.
   */
  @Test
  void theDataOnce() throws Exception {
    int examples = 60_000;
    long data = (long) examples * FEATURES;
    assertThat(data >> 20).as("megabytes of a copy").isGreaterThan(OTHERS);
    String network = "784-16-10";
    assertTrains(network, "descent", examples, 256, data + 5 * bytes(network));
  }

  /** Returns how many bytes the parameters take once. */
  private static long bytes(String network) {
    return Float.BYTES * Architecture.parse(network).parameters();
  }

  private static void assertTrains(
      String network, String optimizer, int examples, int batchSize, long bytes) throws Exception {
    List<String> lines =
        OwnJvm.run(
            Training.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:+UseSerialGC",
            "-Ddownhill.network=" + network,
            "-Ddownhill.optimizer=" + optimizer,
            "-Ddownhill.examples=" + examples,
            "-Ddownhill.batch=" + batchSize,
            "-Xmx%dm".formatted((bytes >> 20) + OTHERS));
    assertThat(lines).last().isEqualTo("trained");
  }

  /** Trains for two epochs; run in a JVM of its own. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      int examples = Integer.getInteger("downhill.examples", 0);
      byte[] images = new byte[examples * FEATURES];
      new Random(1).nextBytes(images);
      List<String> names = new ArrayList<>();
      for (int k = 0; k < 10; k++) {
        names.add("class " + k);
      }
      int[] labels = new int[examples];
      for (int i = 0; i < examples; i++) {
        labels[i] = i % 10;
      }
      int batchSize = Integer.getInteger("downhill.batch", 0);
      TrainingConfiguration recipe =
          System.getProperty("downhill.optimizer", "").equals("adamw")
              ? TrainingConfiguration.defaults().withEpochs(2).withBatchSize(batchSize)
              : TrainingConfiguration.descent(2, batchSize, 0.01, 1);
      // Keeps the array: Dataset.of would copy it, and there is no room for both.
      Dataset data = Dataset.owning(images, 1, 28, 28, labels, names);
      Architecture architecture = Architecture.parse(System.getProperty("downhill.network", ""));
      // Two threads on every machine: each has memory of its own.
      Trainer trainer = new Trainer(recipe, new Execution(2, Kernel.VECTOR));
      trainer.train(Network.initial(architecture, 1), data);
      System.out.println("trained");
    }
  }
}
