package downhill.app;

import downhill.app.TrainingPlan.EpochResult;
import downhill.app.TrainingPlan.Saved;
import downhill.evaluation.Evaluation;
import downhill.tensorboard.EventFile;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
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
  private long stepsPerEpoch;
  private double learningRate;

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
  public void started(TrainingPlan plan, Started event) {
    stepsPerEpoch = event.stepsPerEpoch();
    learningRate = plan.configuration().learningRate();
    SortedMap<String, String> settings = plan.provenance(plan.configuration().epochs());
    settings.put("data", plan.dataName());
    settings.put("kernels", event.kernels());
    settings.put("network", plan.initial().architecture().toString());
    settings.put("threads", Integer.toString(event.threads()));
    settings(seconds(clock), settings);
  }

  @Override
  public void progressed(Progressed event) {} // a point an epoch is enough

  @Override
  public void epochFinished(EpochResult result) {
    epoch(
        result.epoch() * stepsPerEpoch,
        seconds(clock),
        new TreeMap<>(
            Map.of(
                "loss/train", result.trainLoss(),
                "loss/test", result.testLoss(),
                "accuracy/train", result.trainAccuracy(),
                "accuracy/test", result.testAccuracy(),
                "learning_rate", learningRate,
                "throughput/examples_per_second", result.examplesPerSecond(),
                "throughput/gflops", result.gflops())));
  }

  @Override
  public void finished(EpochResult last, Evaluation evaluation, Saved saved) {}

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
          Failure.describe(e), "make room on the disk, and train again", e);
    }
  }
}
