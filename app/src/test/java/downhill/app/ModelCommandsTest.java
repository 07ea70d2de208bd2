package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that take a model, on one trained on little data. */
class ModelCommandsTest {
  private static final Pattern RELATIVE = Pattern.compile("relative difference += (\\S+)");

  @TempDir private static Path folder = Path.of("");

  private static Path data = Path.of("");
  private static Path run = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    data = TinyData.write(folder.resolve("data"));
    Files.writeString(data.resolve("class-names.txt"), "top\nmiddle\nlow row\n");
    run = folder.resolve("run");
    CommandLineRun training =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--network",
            "16-8-5-3",
            "--batch-size",
            10,
            "--epochs",
            40,
            "--learning-rate",
            0.2,
            "--output",
            run);
    assertThat(training.status()).as(training.err()).isZero();
  }

  /** A training replaces its model after each epoch, while others read it. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aModelIsReadWithItsOwnBytes() throws Exception {
    Model one = ModelFile.load(run);
    Map<String, Network> networks = new ConcurrentHashMap<>();
    Path file = folder.resolve("changing.safetensors");
    Path next = folder.resolve("next.safetensors");
    AtomicBoolean enough = new AtomicBoolean();
    Thread training =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int epoch = 1; !enough.get(); epoch++) {
                  Network network = Network.initial(one.network().architecture(), epoch);
                  ModelFile.save(new Model(network, one.classNames(), one.provenance()), next);
                  networks.put(ModelParameter.bytes(next).sha256(), network);
                  Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
                  Thread.sleep(10);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Set<String> read = new HashSet<>();
    try {
      while (read.size() < 10) { // until it was replaced as often
        if (Files.exists(file)) {
          ModelParameter.Read now = ModelParameter.read(file, "");
          assertThat(networks.get(now.bytes().sha256())).isEqualTo(now.model().network());
          read.add(now.bytes().sha256());
        }
      }
    } finally {
      enough.set(true);
      training.join();
    }
  }

  @Test
  void evaluateJudgesByTheTestSet() {
    CommandLineRun people = CommandLineRun.of("evaluate", run, "--data", data);
    assertThat(people.status()).isZero();
    assertThat(people.err()).isEmpty();
    assertThat(people.out())
        .contains("Accuracy 100.00 % on 30 images", "precision", "middle", "low row")
        .doesNotContain("\033");
    Map<String, Object> json =
        object(CommandLineRun.of("evaluate", run, "--data", data, "--json").out());
    assertThat(json).containsEntry("accuracy", 1.0).containsEntry("examples", 30L);
    assertThat(number(json, "loss")).isBetween(0.0, 0.5);
    assertThat(json.get("confusion"))
        .isEqualTo(List.of(List.of(10L, 0L, 0L), List.of(0L, 10L, 0L), List.of(0L, 0L, 10L)));
  }

  @Test
  void predictSaysWhatIsInAnImage() throws IOException {
    Path dark = Files.write(folder.resolve("dark.bmp"), TinyData.bmp(7, 7, 20));
    Path light = Files.write(folder.resolve("light.bmp"), TinyData.bmp(3, 3, 230));
    CommandLineRun people = CommandLineRun.of("predict", run, dark, light);
    assertThat(people.status()).isZero();
    assertThat(people.out()).contains("dark.bmp", "light.bmp", " %");
    assertThat(people.err()).contains("light.bmp is light at its edges", "--invert");
    CommandLineRun json = CommandLineRun.of("predict", run, dark, light, "--invert", "--json");
    assertThat(json.lines()).hasSize(2);
    Map<String, Object> first = object(json.lines().getFirst());
    assertThat(first).containsOnlyKeys("image", "class", "label", "probabilities");
    assertThat(first).containsEntry("image", dark.toString());
    List<?> probabilities = array(first, "probabilities");
    assertThat(probabilities).hasSize(3);
    double sum = probabilities.stream().mapToDouble(p -> ((Number) p).doubleValue()).sum();
    assertThat(sum).isBetween(1 - 1e-5, 1 + 1e-5);
    int best = (int) number(first, "class");
    assertThat(first.get("label")).isEqualTo(List.of("top", "middle", "low row").get(best));
    for (Object p : probabilities) {
      assertThat(((Number) p).doubleValue())
          .isLessThanOrEqualTo(((Number) probabilities.get(best)).doubleValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1,0,0", "1,7,15", "2,4,3", "3,2,1"})
  void explainPutsTheEquationBesideADifference(String weight) {
    for (int example = 0; example < 3; example++) {
      CommandLineRun explain =
          weight.isEmpty()
              ? CommandLineRun.of("explain", run, "--data", data, "--example", example)
              : CommandLineRun.of(
                  "explain", run, "--data", data, "--example", example, "--weight", weight);
      assertThat(explain.status()).as(explain.err()).isZero();
      assertThat(explain.out())
          .contains("Forward pass", "softmax", "Loss = ", "η", "by central difference")
          .contains(weight.startsWith("3") ? "(9)" : "(17)")
          .contains(weight.startsWith("3") ? "(11)" : "(19)")
          .doesNotContain("\033");
      Matcher relative = RELATIVE.matcher(explain.out());
      int found = 0;
      while (relative.find()) {
        found++;
        assertThat(Double.parseDouble(relative.group(1))).as(explain.out()).isLessThan(1e-7);
      }
      assertThat(found).as("differences shown").isEqualTo(2);
    }
  }

  @Test
  void explainTakesTheLearningRateOfTheModel() {
    assertThat(CommandLineRun.of("explain", run, "--data", data, "--example", 0).out())
        .containsPattern("η += 0\\.2\n");
  }

  @Test
  void inspectShowsWhatTheFileHolds() {
    CommandLineRun people = CommandLineRun.of("inspect", run);
    assertThat(people.status()).isZero();
    assertThat(people.out())
        .contains("16-8-5-3", "199 parameters", "top, middle", "data_sha256", "8 × 16")
        .contains(ModelParameter.bytes(run.resolve("model.safetensors")).sha256())
        .doesNotContain("\033");
    Map<String, Object> json = object(CommandLineRun.of("inspect", run, "--json").out());
    assertThat(json).containsEntry("network", "16-8-5-3").containsEntry("parameters", 199L);
    assertThat(array(json, "tensors")).hasSize(6);
  }

  @Test
  void verifyFindsThatAllOfItAgrees() {
    CommandLineRun verify = CommandLineRun.of("verify", "--network", "20-17-9-4");
    assertThat(verify.status()).as(verify.out()).isZero();
    assertThat(verify.out()).contains("(6)", "(22)", "All of it agrees.").doesNotContain("✗");
    assertThat(verify.out()).as("the vector kernels are there").doesNotContain("–  ");
    Map<String, Object> json = object(CommandLineRun.of("verify", "--seed", 3, "--json").out());
    assertThat(json).containsEntry("passed", true).containsEntry("network", "784-512-128-64-10");
    assertThat(array(json, "equations")).hasSizeGreaterThan(20);
    assertThat(array(json, "engine")).hasSize(2);
    assertThat(array(json, "bits")).hasSize(3);
  }
}
