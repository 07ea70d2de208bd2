package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A search in a process of its own, which is killed. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TuneProcessTest {
  private static final List<String> FILES =
      List.of("tuning.jsonl", "tuning.csv", "tuning.svg", "best.recipe");

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void writeData() {
    TinyData.write(folder.resolve("data"));
  }

  private Object[] search(Object output) {
    return new Object[] {
      "tune",
      "--data",
      folder.resolve("data"),
      "--trials",
      9,
      "--epochs",
      18,
      "--network",
      "16-400-300-3,16-300-400-3",
      "--learning-rate",
      "0.001..0.1",
      "--optimizer",
      "momentum,adam",
      "--output",
      output,
      "--json"
    };
  }

  private Process start(Object... args) throws IOException {
    return Downhill.process(folder, args).start();
  }

  /** Reads until some results have come; returns the last line read. */
  private static String read(BufferedReader out, int results) throws IOException {
    String last = "";
    int seen = 0;
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      last = line;
      seen += field(object(line), "event").equals("rung") ? 1 : 0;
      if (seen == results) {
        break;
      }
    }
    return last;
  }

  private static void awaitEnd(Process process) throws InterruptedException {
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ends in time").isTrue();
  }

  @Test
  void killedAtAnyMomentItEndsAsIfItHadNotBeen() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(CommandLineRun.of(search(whole)).status()).isZero();
    Path killed = folder.resolve("killed");
    Object[] args = search(killed);
    int[] results = {1, 4, 1, 3, 2};
    for (int i = 0; i < results.length; i++) {
      Process process = start(args);
      try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        String last = read(out, results[i]);
        Thread.sleep(13L * i); // so that it is struck in the middle of various things
        process.destroyForcibly();
        awaitEnd(process);
        assertThat(last).as(Files.readString(folder.resolve("stderr"))).contains("\"rung\"");
      }
      assertThat(killed.resolve("best.recipe")).doesNotExist();
      args = new Object[] {"tune", "--resume", killed, "--json"};
    }
    CommandLineRun rest = CommandLineRun.of("tune", "--resume", killed);
    assertThat(rest.status()).as(rest.err()).isZero();
    for (String name : FILES) {
      assertThat(killed.resolve(name)).hasSameTextualContentAs(whole.resolve(name));
    }
    try (Stream<Path> files = Files.list(killed)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(FILES);
    }
  }

  /** Some languages write numbers in digits of their own, which no file has. */
  @Test
  void theLanguageOfTheMachineChangesNoFile() throws Exception {
    Object[] args = {
      "tune",
      "--data",
      folder.resolve("data"),
      "--trials",
      3,
      "--epochs",
      3,
      "--network",
      "16-3,16-4-3",
      "--batch-size",
      8,
      "--output"
    };
    for (String language : List.of("en", "fa")) {
      Object[] all = Arrays.copyOf(args, args.length + 1);
      all[args.length] = folder.resolve(language);
      ProcessBuilder builder = Downhill.process(folder, all);
      builder.command().addAll(1, List.of("-Duser.language=" + language, "-Duser.country=IR"));
      Process process = builder.redirectOutput(folder.resolve(language + ".out").toFile()).start();
      awaitEnd(process);
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("stderr"))).isZero();
    }
    for (String name : FILES) {
      assertThat(folder.resolve("fa").resolve(name))
          .hasSameTextualContentAs(folder.resolve("en").resolve(name));
    }
    assertThat(Files.readString(folder.resolve("fa.out")).chars().filter(Character::isDigit))
        .isNotEmpty()
        .allMatch(c -> c <= '9');
  }

  @Test
  void ctrlCStopsCleanlyAndItGoesOn() throws Exception {
    Path whole = folder.resolve("whole");
    assertThat(CommandLineRun.of(search(whole)).status()).isZero();
    Path stopped = folder.resolve("stopped");
    Process process = start(search(stopped));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      read(out, 2);
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(object(read(out, 100)))
          .containsEntry("event", "interrupted")
          .containsEntry("folder", stopped.toString());
    }
    awaitEnd(process);
    assertThat(process.exitValue()).isEqualTo(ExitStatus.INTERRUPTED);
    CommandLineRun rest = CommandLineRun.of("tune", "--resume", stopped);
    assertThat(rest.err()).isEmpty();
    assertThat(rest.out()).contains("results known from before");
    for (String name : FILES) {
      assertThat(stopped.resolve(name)).hasSameTextualContentAs(whole.resolve(name));
    }
  }

  @Test
  void oneProcessAtATime() throws Exception {
    Path output = folder.resolve("busy");
    Process process = start(search(output));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      read(out, 1);
      CommandLineRun second = CommandLineRun.of("tune", "--resume", output);
      assertThat(second.status()).isEqualTo(ExitStatus.REFUSED);
      assertThat(second.err()).contains("another downhill is working in this folder");
    }
    process.destroyForcibly();
    awaitEnd(process);
  }
}
