package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.engine.OwnJvm;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training takes the memory of its data and of a few copies of the parameters. */
class MemoryTest {
  private static final Architecture ARCHITECTURE = Architecture.parse("784-2048-2048-10");

  /** What a JVM and the buffers of a batch take, in megabytes. */
  private static final int OTHERS = 32;

  /**
   * The copies are the network to begin with, the parameters, their gradient, what the optimizer
   * keeps, the network that comes out of it, and room for one on its way from one to the other.
   */
  @ParameterizedTest
  @CsvSource({"descent, 5", "adamw, 7"})
  void aFewCopiesOfTheParameters(String optimizer, int copies) throws Exception {
    long bytes = Float.BYTES * ARCHITECTURE.parameters() * copies;
    List<String> lines =
        OwnJvm.run(
            Training.class,
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:+UseSerialGC",
            "-Ddownhill.optimizer=" + optimizer,
            "-Xmx%dm".formatted((bytes >> 20) + OTHERS));
    assertThat(lines).last().isEqualTo("trained");
  }

  /** Trains for two epochs; run in a JVM of its own. */
  static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      int examples = 1000;
      byte[] images = new byte[examples * 784];
      new Random(1).nextBytes(images);
      List<String> names = new ArrayList<>();
      for (int k = 0; k < 10; k++) {
        names.add("class " + k);
      }
      int[] labels = new int[examples];
      for (int i = 0; i < examples; i++) {
        labels[i] = i % 10;
      }
      TrainingConfiguration recipe =
          System.getProperty("downhill.optimizer").equals("adamw")
              ? TrainingConfiguration.defaults().withEpochs(2)
              : TrainingConfiguration.descent(2, 64, 0.01, 1);
      Dataset data = Dataset.of(images, 28, 28, labels, names);
      new Trainer(recipe, Execution.defaults()).train(Network.initial(ARCHITECTURE, 1), data);
      System.out.println("trained");
    }
  }
}
