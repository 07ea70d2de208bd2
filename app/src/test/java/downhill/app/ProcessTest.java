package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.ModelFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user runs it: a process of its own, on the real data. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private Path folder = Path.of("");

  private ProcessBuilder downhill(Object... args) {
    return Downhill.process(folder, args);
  }

  // The JVM itself says that it has an incubator module.
  private String errors() {
    try {
      return Files.readString(folder.resolve("stderr"))
          .lines()
          .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitEnd(Process process) throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after " + PATIENCE_SECONDS + " s");
    }
  }

  private List<String> run(int status, Object... args) throws Exception {
    Process process = downhill(args).start();
    process.getOutputStream().close();
    List<String> lines;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      lines = out.lines().toList();
    }
    awaitEnd(process);
    assertThat(process.exitValue()).as(errors()).isEqualTo(status);
    return lines;
  }

  @Test
  void trainsEvaluatesPredictsAndExplainsOnTheRealData() throws Exception {
    List<String> training = run(0, "train", "--network", "784-32-10", "--epochs", 1, "--json");
    assertThat(errors()).isEmpty();
    Map<String, Object> finished = object(training.getLast());
    assertThat(finished)
        .containsEntry("event", "finished")
        .containsEntry("model", Path.of("runs", "1", "model.safetensors").toString());
    assertThat(number(finished, "test_accuracy")).isGreaterThan(0.75);

    Map<String, Object> evaluation =
        object(String.join("", run(0, "evaluate", "runs/1", "--json")));
    assertThat(evaluation)
        .containsEntry("accuracy", finished.get("test_accuracy"))
        .containsEntry("loss", finished.get("test_loss"))
        .containsEntry("examples", 10_000L);
    long right = 0;
    long all = 0;
    List<?> confusion = array(evaluation, "confusion");
    for (int actual = 0; actual < 10; actual++) {
      List<?> row = (List<?>) confusion.get(actual);
      right += (Long) row.get(actual);
      all += row.stream().mapToLong(n -> (Long) n).sum();
    }
    assertThat(all).isEqualTo(10_000);
    assertThat(right / 1e4).isEqualTo(number(finished, "test_accuracy"));

    Files.write(folder.resolve("grey.bmp"), TinyData.bmp(40, 30, 90));
    Map<String, Object> prediction =
        object(run(0, "predict", "runs/1", "grey.bmp", "--json").getFirst());
    assertThat(FashionMnist.load().test().classNames())
        .contains((String) field(prediction, "label"));

    assertThat(run(0, "explain", "runs/1", "--example", 0)).anyMatch(line -> line.contains("(17)"));
  }

  @Test
  void ctrlCEndsCleanly() throws Exception {
    interrupt("-INT", 130);
  }

  @Test
  void terminationEndsCleanly() throws Exception {
    interrupt("-TERM", 143);
  }

  private void interrupt(String signal, int status) throws Exception {
    TinyData.write(folder.resolve("data"));
    Process process =
        downhill(
                "train",
                "--data",
                "data",
                "--network",
                "16-400-400-3",
                "--epochs",
                1_000_000,
                "--json")
            .start();
    String last = "";
    Object named = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      boolean sent = false;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
        named = last.contains("\"started\"") ? field(object(last), "folder") : named;
        if (!sent && field(object(line), "event").equals("epoch")) {
          new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
          sent = true;
        }
      }
    }
    awaitEnd(process);
    assertThat(errors()).isEmpty();
    assertThat(process.exitValue()).isEqualTo(status);
    Map<String, Object> event = object(last);
    assertThat(event).containsEntry("event", "interrupted").containsEntry("folder", named);
    Path run = folder.resolve(named.toString());
    Path model = run.resolve("model.safetensors");
    assertThat(ModelFile.load(model).provenance())
        .containsEntry("epochs", field(event, "epochs").toString());
    List<String> history = Files.readAllLines(run.resolve("history.jsonl"));
    history.forEach(JsonValues::object);
    assertThat(object(history.getLast())).containsEntry("event", "interrupted");
    try (Stream<Path> files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("no temporary file stays")
          .isSubsetOf(
              "model.safetensors",
              "history.jsonl",
              ".lock",
              "checkpoint.safetensors",
              "checkpoint.previous.safetensors");
    }
  }

  @Test
  void aReaderThatLeavesEndsItQuietly() throws Exception {
    TinyData.write(folder.resolve("data"));
    Process process =
        downhill(
                "train",
                "--data",
                "data",
                "--network",
                "16-3",
                "--epochs",
                1_000_000,
                "--json",
                "--output",
                "run")
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).contains("started");
    }
    awaitEnd(process);
    assertThat(errors()).isEmpty();
    assertThat(process.exitValue()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
  }

  @Test
  void failuresHaveAStatusAndNoStackTrace() throws Exception {
    assertThat(run(2, "train", "--epochs", "0")).isEmpty();
    assertThat(errors().lines()).hasSize(2);
    assertThat(folder.resolve("runs")).doesNotExist();
    assertThat(run(0, "--version")).hasSize(1).first().asString().startsWith("downhill ");
  }

  @Test
  void withoutTheVectorApiItSaysHowToGetIt() throws Exception {
    ProcessBuilder builder = downhill("train", "--kernel", "vector", "--output", "run");
    builder.command().removeAll(List.of("--add-modules", "jdk.incubator.vector"));
    Process process = builder.start();
    awaitEnd(process);
    assertThat(process.exitValue()).isEqualTo(ExitStatus.REFUSED);
    assertThat(errors()).contains("--add-modules jdk.incubator.vector").doesNotContain("\tat ");
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
