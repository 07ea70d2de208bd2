package downhill.app;

import downhill.app.TrainingPlan.EpochResult;
import downhill.app.TrainingPlan.Saved;
import downhill.evaluation.Evaluation;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A training run as JSON, one object a line: for programs, and for the run folder's history. */
final class JsonView implements TrainingView {
  private final Consumer<String> lines;
  private final @Nullable Clock clock;

  private JsonView(Consumer<String> lines, @Nullable Clock clock) {
    this.lines = lines;
    this.clock = clock;
  }

  /** For standard output: no progress within an epoch, and no times. */
  static JsonView brief(Consumer<String> lines) {
    return new JsonView(lines, null);
  }

  /** For the history: every event, with its time. */
  static JsonView complete(Consumer<String> lines, Clock clock) {
    return new JsonView(lines, clock);
  }

  private JsonObject event(String name) {
    JsonObject event = new JsonObject().put("event", name);
    if (clock != null) {
      event.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    }
    return event;
  }

  private void write(JsonObject event) {
    lines.accept(event.line());
  }

  @Override
  public void started(TrainingPlan plan, Started event) {
    TrainingConfiguration c = plan.configuration();
    write(
        event("started")
            .put("network", plan.initial().architecture().toString())
            .put("parameters", plan.initial().architecture().parameters())
            .put("initial", plan.origin())
            .put("data", plan.dataName())
            .put("examples", event.examples())
            .put("test_examples", plan.test().size())
            .put("classes", plan.train().classes())
            .put("epochs", c.epochs())
            .put("batch_size", c.batchSize())
            .put("steps_per_epoch", event.stepsPerEpoch())
            .put("learning_rate", c.learningRate())
            .put("seed", c.seed())
            .put("shuffle", c.shuffle())
            .put("threads", event.threads())
            .put("kernels", event.kernels()));
  }

  @Override
  public void progressed(Progressed event) {
    if (clock != null) {
      write(
          event("progress")
              .put("epoch", event.epoch())
              .put("examples", event.examplesDone())
              .put("seconds", event.seconds())
              .put("train_loss", event.loss()));
    }
  }

  @Override
  public void epochFinished(EpochResult result) {
    write(
        event("epoch")
            .put("epoch", result.epoch())
            .put("seconds", result.seconds())
            .put("train_loss", result.trainLoss())
            .put("train_accuracy", result.trainAccuracy())
            .put("test_loss", result.testLoss())
            .put("test_accuracy", result.testAccuracy())
            .put("examples_per_second", result.examplesPerSecond())
            .put("gflops", result.gflops()));
  }

  @Override
  public void finished(EpochResult last, Evaluation evaluation, Saved saved) {
    write(
        event("finished")
            .put("epochs", last.epoch())
            .put("seconds", saved.seconds())
            .put("test_loss", evaluation.loss())
            .put("test_accuracy", evaluation.accuracy())
            .put("model", saved.model().toString()));
  }

  @Override
  public void interrupted(Saved saved) {
    write(saved(event("interrupted"), saved));
  }

  @Override
  public void failed(String message, long step, Saved saved) {
    JsonObject event = event("failed").put("message", message);
    if (step > 0) {
      event.put("step", step);
    }
    write(saved(event, saved));
  }

  private static JsonObject saved(JsonObject event, Saved saved) {
    event.put("epochs", saved.epochs()).put("seconds", saved.seconds());
    return saved.epochs() > 0
        ? event.put("model", saved.model().toString())
        : event.putNull("model");
  }
}
