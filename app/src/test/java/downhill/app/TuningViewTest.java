package downhill.app;

import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import downhill.tuning.Halving;
import downhill.tuning.Range;
import downhill.tuning.Result;
import downhill.tuning.Tunable;
import downhill.tuning.TuningEvent.Progressed;
import downhill.tuning.TuningEvent.RungFinished;
import downhill.tuning.TuningFolder;
import downhill.tuning.TuningPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a search shows while it goes on, and where it fails. */
class TuningViewTest {
  @TempDir private Path folder = Path.of("");

  /** To ask takes a process, on the thread that trains. */
  @Test
  void theTerminalIsAskedForItsWidthAtResultsAlone() throws IOException {
    AtomicInteger width = new AtomicInteger(60);
    AtomicInteger asked = new AtomicInteger();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(
            print,
            print,
            true,
            false,
            () -> {
              asked.incrementAndGet();
              return width.get();
            });
    TuningTextView view = new TuningTextView(terminal, "data", "");
    Dataset data = Dataset.of(new byte[4], 1, 1, new int[] {0, 1, 0, 1}, List.of("a", "b"));
    try (TuningFolder opened = TuningFolder.create(folder, plan())) {
      view.started(opened, data.split(0.5, 1));
      assertThat(asked).hasValue(1);
      for (int examples = 1; examples <= 20; examples++) {
        view.told(new Progressed(1, 1, 1, examples));
      }
      assertThat(asked).hasValue(1);
      view.told(new RungFinished(new Result(1, 1, List.of(new Validation(1, 0.5)), null), 1.5));
      assertThat(asked).hasValue(2);
      width.set(20);
      view.told(new RungFinished(new Result(2, 1, List.of(new Validation(1, 0.5)), null), 1.5));
      view.told(new Progressed(3, 1, 1, 20));
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\rtrial 1 · epoch 1 of 3 · 20 examples\033[K")
        .endsWith("\rtrial 3 · epoch 1 …\033[K");
  }

  private static TuningPlan plan() {
    Map<Tunable, Range> space =
        Map.of(Tunable.LEARNING_RATE, Range.parse(Tunable.LEARNING_RATE, "0.1,0.2"));
    return new TuningPlan(
        "data",
        "00",
        Map.of(),
        new TreeMap<>(space),
        new Halving(3, 3, 1),
        1,
        Monitor.ACCURACY,
        0.5);
  }

  /** Returns a search that goes on as far as its first checkpoint, which it can't write. */
  private Path failing() throws IOException {
    Path search = folder.resolve("search");
    CommandLineRun made =
        CommandLineRun.of(
            "tune",
            "--data",
            TinyData.write(folder.resolve("data")),
            "--trials",
            3,
            "--epochs",
            3,
            "--network",
            "16-3,16-4-3",
            "--output",
            search);
    assertThat(made.status()).as(made.err()).isZero();
    Path record = search.resolve(TuningFolder.RECORD);
    Files.write(record, Files.readAllLines(record).subList(0, 1));
    Files.writeString(search.resolve("trials"), "a file where there should be a folder");
    return search;
  }

  @Test
  void whatFailedStandsOnALineOfItsOwn() throws IOException {
    CommandLineRun run = CommandLineRun.on(true, false, 80, "tune", "--resume", failing());
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).endsWith("\r\033[K");
    assertThat(run.err()).startsWith("downhill: ").contains("trials", "\nhint: ");
  }

  @Test
  void programsAreToldWhatFailed() throws IOException {
    Path search = failing();
    CommandLineRun run = CommandLineRun.of("tune", "--resume", search, "--json");
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.FAILED);
    Map<String, Object> last = object(run.lines().getLast());
    assertThat(last)
        .containsOnlyKeys("event", "message", "folder", "known")
        .containsEntry("event", "failed")
        .containsEntry("folder", search.toString())
        .containsEntry("known", 0L);
    assertThat(run.err()).startsWith("downhill: " + last.get("message") + "\n");
  }
}
