package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.network.Execution;
import downhill.training.Moment;
import downhill.training.Pace;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run that goes on keeps of its history. */
class HistoryTest {
  private static final String TOLD =
      """
      {"event":"started","steps_per_epoch":5}
      {"event":"progress","epoch":1,"step":3,"examples":60,"seconds":0.25}
      {"event":"epoch","epoch":1,"step":5,"seconds":0.5}
      {"event":"progress","epoch":2,"step":7,"examples":40,"seconds":0.125}
      {"event":"epoch","epoch":2,"step":10,"seconds":0.75}
      {"event":"progress","epoch":3,"step":13,"examples":60,"seconds":0.375}
      {"event":"interrupted","step":10,"seconds":1.25}
      """;

  @TempDir private Path folder = Path.of("");

  /** The last line goes with the later one before it, and seconds are those of whole epochs. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "2, 1, 0",
    "3, 2, 0",
    "5, 3, 0.5",
    "6, 3, 0.5",
    "7, 4, 0.5",
    "9, 4, 0.5",
    "10, 5, 1.25",
    "12, 5, 1.25",
    "13, 7, 1.25",
  })
  void whatCameAfterAStepIsCut(long step, int lines, double seconds) throws IOException {
    Path file = folder.resolve(RunFolder.HISTORY);
    Files.writeString(file, TOLD + "{\"event\":\"epoch\",\"epo");
    try (History history = History.resume(file)) {
      History.Past past = history.past(step);
      assertThat(past.seconds()).isEqualTo(seconds);
      assertThat(past.finished()).isFalse();
      history.cut(past);
      history.add("and so on");
    }
    List<String> expected = new ArrayList<>(TOLD.lines().limit(lines).toList());
    expected.add("and so on");
    assertThat(Files.readAllLines(file)).isEqualTo(expected);
  }

  /** Returns a plan of two epochs of five steps, 20 examples each but the last. */
  private TrainingPlan plan() {
    Settings settings =
        new Settings(
            Map.of("network", "16-9-3", "batch-size", "20", "epochs", "2", "seed", "3"),
            RecipeFile.NONE);
    DataOption data = DataOption.of(TinyData.write(folder.resolve("data")).toString());
    return new Planning(data, settings, Recipe.read(settings, false))
        .plan(null, false, null, null)
        .running(Execution.singleThread(), null, null);
  }

  @Test
  void progressHasTheStepOfAllEpochs() {
    TrainingPlan plan = plan();
    List<String> lines = new ArrayList<>();
    JsonView view = JsonView.complete(lines::add, Clock.systemUTC());
    view.resumed(plan, new Started(TinyData.TRAIN, 5, 1, "scalar", 5, plan.initial()), 2);
    view.progressed(new Progressed(2, 60, 0.25, 1.5));
    view.progressed(new Progressed(3, 20, 0.125, 0.5));
    assertThat(lines.stream().map(HistoryLine::parse))
        .containsExactly(
            new HistoryLine("resumed", 5, 0),
            new HistoryLine("progress", 8, 0.25),
            new HistoryLine("progress", 11, 0.125));
  }

  /** Holds a training after some steps, for so long that progress is told of the next one. */
  private static Pace holdingAfter(long steps) {
    return new Pace() {
      @Override
      public boolean isDue(long step) {
        return step == steps;
      }

      @Override
      public void hold(Moment moment) {
        long end = System.nanoTime() + 100_000_000;
        while (System.nanoTime() - end < 0) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
      }
    };
  }

  /** The screen goes away in the second epoch, after which nothing more is saved. */
  @Test
  void progressAfterTheLastCheckpointIsForgotten() throws IOException {
    Path run = folder.resolve("run");
    Path file = run.resolve(RunFolder.HISTORY);
    TrainingView screen =
        JsonView.complete(
            line -> {
              HistoryLine event = HistoryLine.parse(line);
              if (event.name().equals("progress") && event.step() == 8) {
                throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
              }
            },
            Clock.systemUTC());
    TrainingRun training = new TrainingRun(plan(), screen).with(holdingAfter(7));
    assertThatThrownBy(() -> training.start(run))
        .isInstanceOf(StandardOutput.ClosedException.class);
    List<String> told = Files.readAllLines(file);
    List<HistoryLine> events = told.stream().map(HistoryLine::parse).toList();
    assertThat(events.stream().map(event -> event.name() + " " + event.step()))
        .endsWith("progress 8", "interrupted 5");
    int kept = 1; // up to the end of the first epoch
    while (!events.get(kept - 1).name().equals("epoch")) {
      kept++;
    }
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", run);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    List<String> after = Files.readAllLines(file);
    assertThat(after.subList(0, kept)).isEqualTo(told.subList(0, kept));
    assertThat(HistoryLine.parse(after.get(kept))).isEqualTo(new HistoryLine("resumed", 5, 0));
    double seconds = 0;
    for (String line : after) {
      HistoryLine event = HistoryLine.parse(line);
      seconds += event.name().equals("epoch") ? event.seconds() : 0;
    }
    HistoryLine last = HistoryLine.parse(after.getLast());
    assertThat(last.name()).isEqualTo("finished");
    assertThat(last.seconds()).isEqualTo(seconds);
  }
}
