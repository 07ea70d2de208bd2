package downhill.app;

import downhill.evaluation.Evaluation;
import downhill.tensorboard.EventFile;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A training run as curves over its steps, in an event file for TensorBoard. */
final class TensorBoardView implements TrainingView, AutoCloseable {
  private final EventFile events;
  private final Clock clock;

  private TensorBoardView(EventFile events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /**
   * Begins a new event file.
   *
   * @param folder where; made if it is missing
   */
  static TensorBoardView create(Path folder, Clock clock) {
    try {
      return new TensorBoardView(EventFile.create(folder, seconds(clock)), clock);
    } catch (IOException e) {
      throw CommandException.refused(
          "TensorBoard's events: " + Failure.describe(e), "give a folder that can be written");
    }
  }

  @Override
  public void started(TrainingPlan plan, Started event, Path folder) {
    SortedMap<String, String> settings = plan.provenance(plan.configuration().epochs());
    settings.put("data", plan.data().option().name());
    settings.put("kernels", event.kernels());
    settings.put("network", plan.initial().architecture().toString());
    settings.put("threads", Integer.toString(event.threads()));
    settings(seconds(clock), settings);
  }

  /** Takes back what was told after the checkpoint; the rest stands in the first file. */
  @Override
  public void resumed(TrainingPlan plan, Started event, int epoch) {
    write(() -> events.restart(event.step() + 1, seconds(clock)));
  }

  @Override
  public void progressed(Progressed event) {} // a point an epoch is enough

  @Override
  public void epochFinished(EpochResult result) {
    EpochFinished event = result.event();
    SortedMap<String, Double> scalars =
        new TreeMap<>(
            Map.of(
                "loss/train", event.loss(),
                "accuracy/train", event.accuracy(),
                "learning_rate", event.learningRate(),
                "gradient_norm", event.gradientNorm(),
                "throughput/examples_per_second", result.examplesPerSecond(),
                "throughput/gflops", result.gflops()));
    Validation validation = event.validation();
    if (validation != null) {
      scalars.put("loss/validation", validation.loss());
      scalars.put("accuracy/validation", validation.accuracy());
    }
    Evaluation test = result.test();
    if (test != null) {
      scalars.put("loss/test", test.loss());
      scalars.put("accuracy/test", test.accuracy());
    }
    for (int l = 0; l < event.layerNorms().size(); l++) {
      scalars.put("gradient_norm/layer_" + (l + 1), event.layerNorms().get(l));
    }
    for (int l = 0; l < event.idleUnits().size(); l++) {
      scalars.put("dead_relus/layer_" + (l + 1), event.idleUnits().get(l));
    }
    epoch(event.step(), seconds(clock), scalars);
  }

  @Override
  public void wentBack(WentBack event) {
    write(() -> events.restart(event.step() + 1, seconds(clock)));
  }

  @Override
  public void finished(Outcome outcome, Saved saved) {}

  @Override
  public void interrupted(Saved saved) {}

  @Override
  public void failed(String message, long step, Saved saved) {}

  /** Shows what the run was asked to do, as a table. */
  void settings(double wallTime, SortedMap<String, String> settings) {
    StringBuilder table = new StringBuilder("| setting | value |\n|---|---|\n");
    settings.forEach(
        (name, value) -> table.append("| %s | %s |\n".formatted(cell(name), cell(value))));
    write(() -> events.text("settings", 0, wallTime, table.toString()));
  }

  private static String cell(String text) {
    return Text.clean(text).replace("<", "&lt;").replaceAll("([\\\\`*_{}\\[\\]|])", "\\\\$1");
  }

  /**
   * Adds a point to each curve.
   *
   * @param step steps done, over all epochs
   * @param wallTime the time, in seconds since 1970
   * @param scalars values by the name of their curve
   */
  void epoch(long step, double wallTime, SortedMap<String, Double> scalars) {
    write(() -> events.scalars(step, wallTime, scalars));
  }

  private static double seconds(Clock clock) {
    Instant now = clock.instant();
    return now.getEpochSecond() + now.getNano() * 1e-9;
  }

  @Override
  public void close() {
    write(events::close);
  }

  private interface Writing {
    void run() throws IOException;
  }

  private static void write(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw CommandException.failed(
          Failure.describe(e), Failure.remedy(e) + ", and go on with --resume", e);
    }
  }
}
