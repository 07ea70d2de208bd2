package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.app.TrainingView.EpochResult;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.tensorboard.Events;
import downhill.tensorboard.Events.Event;
import downhill.training.Checkpoints;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Started;
import downhill.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardViewTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1700000000, 500_000_000), ZoneOffset.UTC);

  private static final Dataset DATA =
      Dataset.of(new byte[] {0, 1, 2}, 1, 1, new int[] {0, 1, 0}, List.of("a", "b"));
  private static final Network NETWORK = Network.initial(Architecture.of(1, 2), 1);

  @TempDir Path folder;

  private static TrainingPlan plan() {
    return new TrainingPlan(
        TrainingData.of(
            DataOption.of("pom.xml", Map.of("data_given", "my_data|x")), new Datasets(DATA, DATA)),
        NETWORK,
        TrainingPlan.HE,
        TrainingConfiguration.defaults().withBatchSize(2).withLearningRate(0.25),
        Execution.singleThread(),
        Checkpoints.EVERY_EPOCH,
        null);
  }

  private List<Event> events() throws IOException {
    return Events.of(folder.resolve("events.out.tfevents.1700000000.downhill"));
  }

  @Test
  void drawsACurveForEachNumberOfAnEpoch() throws IOException {
    Evaluation test = Evaluation.of(NETWORK, DATA, Execution.singleThread());
    try (TensorBoardView view = TensorBoardView.create(folder, CLOCK)) {
      view.started(plan(), new Started(3, 2, 1, "scalar", 0, NETWORK), Path.of("run"));
      EpochFinished event =
          new EpochFinished(
              3,
              6,
              0.5,
              0.75,
              0.5,
              0.25,
              2,
              List.of(2.0),
              List.of(0.125),
              new Validation(0.3, 0.9),
              null,
              2,
              NETWORK);
      view.epochFinished(new EpochResult(event, 6, 1.5, test));
    }
    assertThat(events()).hasSize(3);
    assertThat(events().get(1).texts().get("settings"))
        .contains("| data | my\\_data\\|x |", "| network | 1-2 |", "| learning\\_rate | 0.25 |");
    assertThat(events().get(2))
        .isEqualTo(
            new Event(
                1700000000.5,
                6,
                "",
                curves(
                    "accuracy/test", (float) test.accuracy(),
                    "accuracy/train", 0.5f,
                    "accuracy/validation", 0.9f,
                    "dead_relus/layer_1", 0.125f,
                    "gradient_norm", 2f,
                    "gradient_norm/layer_1", 2f,
                    "learning_rate", 0.25f,
                    "loss/test", (float) test.loss(),
                    "loss/train", 0.75f,
                    "loss/validation", 0.3f,
                    "throughput/examples_per_second", 6f,
                    "throughput/gflops", 1.5f),
                Map.of()));
  }

  private static Map<String, Float> curves(Object... namesAndValues) {
    Map<String, Float> curves = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      curves.put((String) namesAndValues[i], (Float) namesAndValues[i + 1]);
    }
    return curves;
  }

  @Test
  void aResumedRunTakesBackWhatCameAfterItsCheckpoint() throws IOException {
    try (TensorBoardView view = TensorBoardView.create(folder, CLOCK)) {
      view.resumed(plan(), new Started(3, 2, 1, "scalar", 470, NETWORK), 3);
    }
    assertThat(events().getLast())
        .isEqualTo(new Event(1700000000.5, 471, "", Map.of(), Map.of("session", "status 1")));
  }

  @Test
  void addsAnyCurvesAndSettings() throws IOException {
    try (TensorBoardView view = TensorBoardView.create(folder, CLOCK)) {
      view.settings(1, new TreeMap<>(Map.of("b", "<i>", "a", "C:\\x\ny")));
      view.epoch(938, 2, new TreeMap<>(Map.of("dead_relus/layer_1", 3.0)));
    }
    assertThat(events().get(1).texts().get("settings"))
        .isEqualTo("| setting | value |\n|---|---|\n| a | C:\\\\x y |\n| b | &lt;i> |\n");
    assertThat(events().get(2))
        .isEqualTo(new Event(2, 938, "", Map.of("dead_relus/layer_1", 3f), Map.of()));
  }

  @Test
  void saysThatTheFolderCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> TensorBoardView.create(file, CLOCK))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("TensorBoard's events: " + file);
    TensorBoardView view = TensorBoardView.create(folder, CLOCK);
    view.close();
    assertThatThrownBy(() -> view.epoch(1, 1, new TreeMap<>(Map.of("a", 1.0))))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("tfevents");
  }
}
