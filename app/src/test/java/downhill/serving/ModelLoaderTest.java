package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.network.Execution;
import downhill.network.Kernel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downhill's own engine behind the server. */
class ModelLoaderTest {
  private static final int INPUTS = 40;
  private static final int CLASSES = 5;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 127, 128, 129, 400})
  void theThreadAloneAndTheTeamGiveTheSameBits(int count) throws Exception {
    Model model = Models.random("40-60-5", 3);
    Path file = Models.save(model, folder.resolve("m.safetensors"));
    SplittableRandom random = new SplittableRandom(count);
    float[] x = new float[(count + 2) * INPUTS];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(256) / 255f;
    }
    float[] probabilities = new float[count * CLASSES];
    int[] classes = new int[count];
    Classifier classifier = ModelLoader.own(new Execution(2, Kernel.AUTO)).load(file).classifier();
    try (classifier) {
      classifier.classify(x, 2, count, probabilities, classes);
    }
    for (int i = 0; i < count; i++) {
      float[] one = Arrays.copyOfRange(x, (i + 2) * INPUTS, (i + 3) * INPUTS);
      float[] its = Arrays.copyOfRange(probabilities, i * CLASSES, (i + 1) * CLASSES);
      assertThat(its).as("example %s", i).isEqualTo(model.network().probabilities(one));
      assertThat(classes[i]).as("example %s", i).isEqualTo(model.network().classify(one));
    }
  }
}
