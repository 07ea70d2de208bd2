package downhill.fashionmnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.evaluation.Evaluation;
import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import downhill.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A model file of ours in PyTorch: the numbers that {@code make_pytorch_outputs.py} stored after
 * {@code load_state_dict}, beside our own.
 */
class PyTorchTest {
  private static final Path RESOURCES =
      Path.of("src", "test", "resources", "downhill", "fashionmnist");

  /** How many of the test set's answers may differ, where two classes are as good as equal. */
  private static final int TIES = 2;

  /** How far the rounding of two orders of 784 sums in float may bring probabilities apart. */
  private static final float ROUNDING = 2e-6f;

  @Test
  void givesTheSameProbabilitiesThere() throws Exception {
    Network network = ModelFile.load(RESOURCES.resolve("fashion-784-16-10.safetensors")).network();
    Dataset test = FashionMnist.load().test();
    List<String> lines =
        Files.readAllLines(RESOURCES.resolve("pytorch-outputs.txt")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();

    Evaluation evaluation = Evaluation.of(network, test, Execution.defaults());
    assertThat((int) Math.round(evaluation.accuracy() * test.size()))
        .isCloseTo(Integer.parseInt(lines.getFirst()), within(TIES))
        .isGreaterThan(8000);

    assertThat(lines).hasSize(101);
    for (int n = 0; n < 100; n++) {
      float[] ours = network.probabilities(test.example(n));
      String[] theirs = lines.get(n + 1).split(" ", -1);
      assertThat(theirs).hasSize(10);
      for (int k = 0; k < theirs.length; k++) {
        assertThat(ours[k])
            .as("image %d, class %d", n, k)
            .isCloseTo(Float.parseFloat(theirs[k]), within(ROUNDING));
      }
    }
  }
}
