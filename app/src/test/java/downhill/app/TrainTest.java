package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training runs on data small enough to be trained on many times. */
class TrainTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void writeData() {
    data = TinyData.write(folder.resolve("data"));
  }

  private CommandLineRun train(String output, Object... more) {
    return CommandLineRun.of(
        concat(
            List.of(
                "train",
                "--data",
                data,
                "--network",
                "16-8-3",
                "--batch-size",
                "32",
                "--output",
                folder.resolve(output)),
            more));
  }

  private static Object[] concat(List<?> first, Object... more) {
    return Stream.concat(first.stream(), Arrays.stream(more)).toArray();
  }

  @Test
  void writesARunFolder() throws IOException {
    CommandLineRun run =
        train("run", "--epochs", 30, "--recipe", "paper", "--learning-rate", "0.5");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out().replace('\n', ' ')) // where lines end depends on the folder's name
        .contains("16-8-3", "90 images", "30 to test", "163 parameters", "batches of 32")
        .contains("Test accuracy 100.00 % after 30 epochs")
        .contains("downhill evaluate " + folder.resolve("run") + " --data " + data)
        .doesNotContain("\033", "\r");
    try (var files = Files.list(folder.resolve("run"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors",
              "history.jsonl",
              ".lock",
              "checkpoint.safetensors",
              "checkpoint.previous.safetensors",
              "report.html",
              "model-card.md");
    }
    Model model = ModelFile.load(folder.resolve("run/model.safetensors"));
    assertThat(model.classNames()).containsExactly("0", "1", "2");
    assertThat(model.provenance())
        .containsOnlyKeys(
            "batch_size",
            "data_sha256",
            "epochs",
            "initial",
            "learning_rate",
            "schedule",
            "seed",
            "shuffle",
            "update")
        .containsEntry("epochs", "30")
        .containsEntry("batch_size", "32")
        .containsEntry("learning_rate", "0.5")
        .containsEntry("seed", "1")
        .containsEntry("shuffle", "true")
        .containsEntry("initial", "he");
  }

  @Test
  void tellsProgramsWhatHappensInJson() {
    CommandLineRun run = train("run", "--epochs", 3, "--json", "--no-shuffle", "--seed", 9);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    List<Map<String, Object>> events = run.lines().stream().map(JsonValues::object).toList();
    assertThat(events)
        .extracting(event -> event.get("event"))
        .containsExactly("started", "epoch", "epoch", "epoch", "finished");
    assertThat(events.getFirst())
        .containsEntry("network", "16-8-3")
        .containsEntry("examples", 90L)
        .containsEntry("steps_per_epoch", 3L)
        .containsEntry("shuffle", false)
        .containsEntry("seed", 9L);
    for (int epoch = 1; epoch <= 3; epoch++) {
      Map<String, Object> event = events.get(epoch);
      assertThat(event).containsEntry("epoch", (long) epoch);
      for (String key :
          List.of("seconds", "train_loss", "train_accuracy", "test_loss", "test_accuracy")) {
        assertThat(number(event, key)).as(key).isNotNegative().isLessThan(60);
      }
    }
    Map<String, Object> last = events.getLast();
    assertThat(last)
        .containsEntry("model", folder.resolve("run/model.safetensors").toString())
        .containsEntry("test_accuracy", events.get(3).get("test_accuracy"))
        .containsEntry("test_loss", events.get(3).get("test_loss"));
    double seconds = 0;
    for (Map<String, Object> event : events.subList(1, 4)) {
      seconds += number(event, "seconds");
    }
    assertThat(number(last, "seconds")).isEqualTo(seconds);
  }

  @Test
  void keepsAHistoryWithTimes() throws IOException {
    train("run", "--epochs", 2);
    List<Map<String, Object>> history = history("run");
    assertThat(history)
        .extracting(event -> event.get("event"))
        .startsWith("started")
        .endsWith("epoch", "finished");
    assertThat(history)
        .allSatisfy(event ->
            assertThat(field(event, "time").toString())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"));
  }

  private List<Map<String, Object>> history(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("history.jsonl")).stream()
        .map(JsonValues::object)
        .toList();
  }

  @Test
  void threadsAndKernelsChangeNoByteOfTheModel() throws IOException {
    assertThat(train("a", "--epochs", 2, "--threads", 1, "--kernel", "scalar").status()).isZero();
    assertThat(train("b", "--epochs", 2, "--threads", 3, "--kernel", "vector").status()).isZero();
    assertThat(train("c", "--epochs", 2, "--seed", 2).status()).isZero();
    byte[] a = Files.readAllBytes(folder.resolve("a/model.safetensors"));
    assertThat(Files.readAllBytes(folder.resolve("b/model.safetensors"))).isEqualTo(a);
    assertThat(Files.readAllBytes(folder.resolve("c/model.safetensors"))).isNotEqualTo(a);
  }

  @Test
  void goesOnFromAModel() throws IOException {
    train("first", "--epochs", 1);
    Path first = folder.resolve("first/model.safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--init",
            folder.resolve("first"),
            "--epochs",
            1,
            "--output",
            folder.resolve("second"),
            "--batch-size",
            10);
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(ModelFile.load(folder.resolve("second/model.safetensors")).provenance())
        .containsEntry("initial", "sha256:" + ModelParameter.bytes(first).sha256());
  }

  @Test
  void refusesAnotherNetworkThanTheModelHas() {
    train("first", "--epochs", 1);
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--network",
            "16-3",
            "--init",
            folder.resolve("first"),
            "--output",
            folder.resolve("second"));
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err()).startsWith("downhill: --network 16-3: the model of --init has 16-8-3\n");
    assertThat(folder.resolve("second")).doesNotExist();
  }

  @Test
  void stopsWhereTheLossIsNoLongerFinite() throws IOException {
    CommandLineRun people =
        train("people", "--epochs", 5, "--recipe", "paper", "--learning-rate", "1e20");
    assertThat(people.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(people.err().lines()).hasSize(2);
    CommandLineRun run =
        train("run", "--epochs", 5, "--recipe", "paper", "--learning-rate", "1e20", "--json");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err().lines())
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).contains("no longer finite", "step", "1.0E20"),
            line -> assertThat(line).startsWith("hint: try --learning-rate ").contains("saved"));
    Map<String, Object> last = object(run.lines().getLast());
    assertThat(last).containsEntry("event", "failed").containsKeys("message", "step", "model");
    assertThat(history("run").getLast()).containsEntry("event", "failed");
  }

  /** One step is an epoch, and the first update makes the loss of the test images NaN. */
  @Test
  void goesBackWhereTheLastUpdateOfAnEpochBreaksTheNetwork() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--network",
            "16-8-3",
            "--epochs",
            3,
            "--batch-size",
            TinyData.TRAIN,
            "--optimizer",
            "gradient-descent",
            "--schedule",
            "constant",
            "--learning-rate",
            "1e37",
            "--retries",
            200,
            "--output",
            folder.resolve("run"));
    assertThat(run.status()).as(run.err()).isZero();
    List<String> events =
        history("run").stream()
            .map(event -> field(event, "event").toString())
            .filter(event -> !event.equals("progress"))
            .toList();
    assertThat(events).startsWith("started", "went_back").containsOnlyOnce("finished");
    assertThat(events).filteredOn("epoch"::equals).hasSize(3);
  }

  @Test
  void takesTheNextFreeNumberUnderRuns() throws IOException {
    Path runs = folder.resolve("runs");
    assertThat(RunFolder.createNext(runs).path()).isEqualTo(runs.resolve("1"));
    Files.createDirectories(runs.resolve("7"));
    Files.createDirectories(runs.resolve("notes"));
    assertThat(RunFolder.createNext(runs).path()).isEqualTo(runs.resolve("8"));
    assertThat(RunFolder.createNext(runs).path()).isEqualTo(runs.resolve("9"));
  }

  @Test
  void fitsTheTerminalAndDrawsTheBarInPlace() {
    for (int columns : new int[] {40, 57, 80, 200}) {
      CommandLineRun run =
          CommandLineRun.on(
              true,
              false,
              columns,
              "train",
              "--data",
              data,
              "--network",
              "16-8-3",
              "--epochs",
              3,
              "--output",
              folder.resolve("run" + columns));
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("\r").doesNotContain("\033[3", "\033[1m");
      String text = run.out().replace("\033[K", "");
      for (String line : text.split("[\r\n]", -1)) {
        if (!line.contains(folder.toString())) {
          assertThat(Text.width(line)).as(line).isLessThan(columns);
        }
      }
    }
  }
}
