package downhill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.serving.Classifier;
import downhill.serving.InferenceServer;
import downhill.serving.ModelLoader;
import downhill.serving.ModelLocation;
import downhill.serving.ModelRepository;
import downhill.serving.ServerSettings;
import downhill.serving.ServingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark's clients and loaders, with a small model behind the real server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServedModelTest {
  private static final int INPUTS = 784;
  private static final int CLASSES = 10;

  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("m.safetensors");
    Network network = Network.initial(Architecture.of(INPUTS, 16, CLASSES), 1);
    ModelFile.save(new Model(network, FashionMnist.classNames(), new TreeMap<>()), file);
  }

  @Test
  void whatTheClientsAskIsAnsweredAndTimed() throws Exception {
    Dataset images = FashionMnist.load().test();
    ServingListener quiet = new ServingListener() {};
    try (ModelRepository models =
            ModelRepository.open(
                List.of(new ModelLocation("m", file)),
                ModelLoader.own(Execution.singleThread()),
                quiet);
        InferenceServer server =
            InferenceServer.start(ServerSettings.local("test"), models, quiet)) {
      for (boolean binary : new boolean[] {true, false}) {
        String line = Load.load(server.uri(), 2, 0.5, Requests.of(images, Load.PATH, binary));
        assertThat(line).startsWith("load ");
        double[] numbers =
            Arrays.stream(line.split(" ", -1)).skip(1).mapToDouble(Double::parseDouble).toArray();
        assertThat(numbers).hasSize(3);
        assertThat(numbers[0]).as("requests a second").isPositive();
        assertThat(numbers[1]).as("median").isPositive().isLessThanOrEqualTo(numbers[2]);
      }
      byte[][] astray = Requests.of(images, "/v2/models/other/infer", true);
      assertThat(Load.load(server.uri(), 1, 0.5, astray))
          .startsWith("failed ")
          .contains("expected status 200");
      assertThat(Soak.liveHeap(server.uri(), ProcessHandle.current().pid())).isBetween(1.0, 1e5);
    }
  }

  @Test
  void onnxRuntimeGivesOurAnswers() throws Exception {
    Dataset images = FashionMnist.load().test();
    int count = 5;
    byte[] pixels = new byte[(count + 1) * INPUTS];
    float[] x = new float[pixels.length];
    for (int i = 0; i <= count; i++) {
      images.copyTo(i, pixels, i * INPUTS);
    }
    for (int j = 0; j < x.length; j++) {
      x[j] = Byte.toUnsignedInt(pixels[j]) / 255f;
    }
    float[][] probabilities = new float[2][count * CLASSES];
    int[][] classes = new int[2][count];
    List<ModelLoader> loaders =
        List.of(ModelLoader.own(Execution.singleThread()), new OrtLoader(1));
    for (int l = 0; l < loaders.size(); l++) {
      try (Classifier classifier = loaders.get(l).load(file).classifier()) {
        classifier.classify(x, 1, count, probabilities[l], classes[l]);
      }
    }
    for (int k = 0; k < probabilities[0].length; k++) {
      assertThat(probabilities[1][k]).as("%s", k).isCloseTo(probabilities[0][k], within(2e-6f));
    }
    assertThat(classes[1]).isEqualTo(classes[0]);
  }

  /** The least of the later half against the least of the earlier, with 5 % and 4 MB of slack. */
  @Test
  void whenMemoryIsFlat() {
    assertThat(Soak.isFlat("same", List.of(100.0, 130.0, 100.0, 120.0))).isTrue();
    assertThat(Soak.isFlat("a peak alone", List.of(100.0, 101.0, 500.0, 100.0))).isTrue();
    assertThat(Soak.isFlat("within the slack", List.of(100.0, 100.0, 108.9, 200.0))).isTrue();
    assertThat(Soak.isFlat("beyond it", List.of(100.0, 100.0, 109.1, 200.0))).isFalse();
    assertThat(Soak.isFlat("rising", List.of(10.0, 11.0, 12.0, 15.0, 17.0, 19.0))).isFalse();
    assertThat(Soak.isFlat("falling", List.of(30.0, 20.0, 10.0, 10.0))).isTrue();
  }
}
