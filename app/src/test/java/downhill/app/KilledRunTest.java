package downhill.app;

import static downhill.app.JsonValues.field;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes killed at random moments, again and again, end in the bytes of an unbroken run. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledRunTest {
  private static final int KILLS = 13; // of each of four trainings
  private static final int EPOCHS = 40;
  private static final long LONGEST_MILLIS = 200;

  @TempDir private Path folder = Path.of("");

  private int kills;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--checkpoint-every 4 --optimizer momentum --dropout 0.2 --augment-shift 1 --mixup 0.2",
        "--checkpoint-every 7 --optimizer adam --learning-rate 0.001 --averaging 0.99"
            + " --validation 0.2 --keep-best --augment-rotation 10 --dropout 0.1",
        "--optimizer adamw --learning-rate 0.003 --schedule plateau --clip-norm 1"
            + " --input-dropout 0.1 --averaging 0.9 --augment-erasing 0.5 --freeze 1",
        "--checkpoint-every 3 --optimizer gradient-descent --learning-rate 0.05 --l2 10"
            + " --schedule step --schedule-epochs 20 --schedule-factor 1e7 --retries 60",
      })
  void endInTheSameBytes(String options) throws Exception {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    Path data = TinyData.write(folder.resolve("data"));
    List<Object> training = new ArrayList<>(List.of("train", "--data", data, "--json"));
    training.addAll(List.of("--network", "16-40-3", "--batch-size", 10, "--epochs", EPOCHS));
    training.addAll(List.of(options.split(" ")));
    Path unbroken = folder.resolve("unbroken");
    List<Object> whole = new ArrayList<>(training);
    whole.addAll(List.of("--output", unbroken));
    assertThat(CommandLineRun.of(whole.toArray()).status()).isZero();
    byte[] expected = Files.readAllBytes(unbroken.resolve("model.safetensors"));
    assertThat(Files.readString(unbroken.resolve("history.jsonl")).contains("went_back"))
        .isEqualTo(options.contains("--retries"));
    for (int round = 1; kills < KILLS; round++) {
      Path run = folder.resolve("run" + round);
      List<Object> first = new ArrayList<>(training);
      first.addAll(List.of("--output", run));
      while (!lives(run, first, random, kills < KILLS)) {
        kills++;
      }
      String what = "seed %s, %s, round %s, %s kills".formatted(seed, options, round, kills);
      assertThat(Files.readAllBytes(run.resolve("model.safetensors"))).as(what).isEqualTo(expected);
      List<Map<String, Object>> history =
          Files.readAllLines(run.resolve("history.jsonl")).stream()
              .map(JsonValues::object)
              .toList();
      assertThat(history.stream().filter(e -> field(e, "event").equals("epoch")))
          .as(what)
          .extracting(event -> field(event, "epoch"))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, EPOCHS).mapToObj(n -> (Object) (long) n).toList());
      assertThat(history.getLast()).as(what).containsEntry("event", "finished");
    }
  }

  /** Starts a run, or goes on with it, and may kill it soon; returns whether it came to its end. */
  private boolean lives(Path run, List<Object> first, SplittableRandom random, boolean kill)
      throws Exception {
    boolean resumable =
        Stream.of("checkpoint.safetensors", "checkpoint.previous.safetensors")
            .anyMatch(name -> Files.exists(run.resolve(name)));
    if (!resumable) {
      delete(run);
    }
    List<Object> command =
        new ArrayList<>(resumable ? List.of("train", "--json", "--resume", run) : first);
    command.addAll(List.of("--threads", random.nextInt(1, 4)));
    command.addAll(List.of("--kernel", random.nextBoolean() ? "scalar" : "vector"));
    Process process = Downhill.process(folder, command.toArray()).start();
    long deadline = random.nextLong(LONGEST_MILLIS);
    Thread killer =
        new Thread(() -> {
          try {
            Thread.sleep(deadline);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          process.toHandle().destroyForcibly(); // and leaves its streams to who reads them
        });
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      boolean begun = false;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (!begun && kill) {
          begun = true;
          killer.start();
        }
      }
    }
    int status = process.waitFor();
    if (status != 0) {
      assertThat(status).as(Files.readString(folder.resolve("stderr"))).isEqualTo(137);
    }
    return status == 0;
  }

  private static void delete(Path run) throws IOException {
    if (Files.exists(run)) {
      try (Stream<Path> files = Files.list(run)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(run);
    }
  }

  @Test
  void theSignalIsTheOneThatNobodyCanCatch() throws Exception {
    Path data = TinyData.write(folder.resolve("data"));
    Process process =
        Downhill.process(
                folder,
                "train",
                "--data",
                data,
                "--network",
                "16-3",
                "--epochs",
                1_000_000,
                "--json",
                "--output",
                folder.resolve("run"))
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).contains("started");
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).isEqualTo(137);
    assertThat(Files.readString(folder.resolve("run/history.jsonl"))).doesNotContain("interrupted");
  }
}
