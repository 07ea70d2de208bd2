package downhill.app;

import downhill.evaluation.Evaluation;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import downhill.training.Validation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A training run as JSON, one object a line: for programs, and for the run folder's history. */
final class JsonView implements TrainingView {
  private final Consumer<String> lines;
  private final @Nullable Clock clock;
  private int stepsPerEpoch;
  private int batchSize = 1;

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
  public void started(TrainingPlan plan, Started event, Path folder) {
    begin(plan, event);
    TrainingConfiguration c = plan.configuration();
    TrainingData data = plan.data();
    JsonObject started =
        event("started")
            .put("network", plan.initial().architecture().toString())
            .put("parameters", plan.initial().architecture().parameters())
            .put("initial", plan.origin())
            .put("data", data.option().name())
            .put("examples", event.examples());
    if (data.validation() != null) {
      started.put("validation_examples", data.validation().size());
    }
    if (data.weights() != null) {
      started.put("example_weights_sha256", data.weights().sha256());
    }
    started
        .put("test_examples", data.test().size())
        .put("classes", data.train().classes())
        .put("epochs", c.epochs())
        .put("batch_size", c.batchSize())
        .put("steps_per_epoch", event.stepsPerEpoch())
        .put("learning_rate", c.learningRate())
        .put("seed", c.seed())
        .put("shuffle", c.shuffle())
        .object("recipe");
    plan.settings().forEach(started::put);
    started.end().put("threads", event.threads()).put("kernels", event.kernels());
    write(inFolder(started, folder));
  }

  @Override
  public void resumed(TrainingPlan plan, Started event, int epoch) {
    begin(plan, event);
    write(
        event("resumed")
            .put("epoch", epoch)
            .put("step", event.step())
            .put("threads", event.threads())
            .put("kernels", event.kernels()));
  }

  /** Names the run folder, but not to the history, which lies in it. */
  private JsonObject inFolder(JsonObject event, Path folder) {
    return clock == null ? event.put("folder", folder.toString()) : event;
  }

  private void begin(TrainingPlan plan, Started event) {
    stepsPerEpoch = event.stepsPerEpoch();
    batchSize = plan.configuration().batchSize();
  }

  @Override
  public void progressed(Progressed event) {
    if (clock != null) {
      long before = (event.epoch() - 1L) * stepsPerEpoch;
      write(
          event("progress")
              .put("epoch", event.epoch())
              .put("step", before + Math.ceilDiv(event.examplesDone(), batchSize))
              .put("examples", event.examplesDone())
              .put("seconds", event.seconds())
              .put("train_loss", event.loss()));
    }
  }

  @Override
  public void epochFinished(EpochResult result) {
    EpochFinished epoch = result.event();
    JsonObject event =
        event("epoch")
            .put("epoch", epoch.epoch())
            .put("step", epoch.step())
            .put("seconds", epoch.seconds())
            .put("train_loss", epoch.loss())
            .put("train_accuracy", epoch.accuracy());
    Validation validation = epoch.validation();
    if (validation != null) {
      event
          .put("validation_loss", validation.loss())
          .put("validation_accuracy", validation.accuracy())
          .put("best_epoch", epoch.bestEpoch());
    }
    Evaluation test = result.test();
    if (test != null) {
      event.put("test_loss", test.loss()).put("test_accuracy", test.accuracy());
    }
    write(
        event
            .put("learning_rate", epoch.learningRate())
            .put("gradient_norm", epoch.gradientNorm())
            .put("gradient_norms", epoch.layerNorms().stream().mapToDouble(x -> x).toArray())
            .put("dead_relus", epoch.idleUnits().stream().mapToDouble(x -> x).toArray())
            .put("examples_per_second", result.examplesPerSecond())
            .put("gflops", result.gflops()));
  }

  @Override
  public void wentBack(WentBack event) {
    write(
        event("went_back")
            .put("epoch", event.epoch())
            .put("step", event.step())
            .put("failed_step", event.failed())
            .put("rate_factor", event.rateFactor()));
  }

  @Override
  public void finished(Outcome outcome, Saved saved) {
    JsonObject event =
        event("finished")
            .put("epochs", outcome.epochs())
            .put("early", outcome.early())
            .put("seconds", saved.seconds());
    if (outcome.bestEpoch() > 0) {
      event.put("best_epoch", outcome.bestEpoch());
    }
    write(
        inFolder(event, saved.folder())
            .put("test_loss", outcome.test().loss())
            .put("test_accuracy", outcome.test().accuracy())
            .put("model", saved.model().toString())
            .put("report", saved.report().toString()));
  }

  @Override
  public void interrupted(Saved saved) {
    JsonObject event = event("interrupted");
    if (saved.step() >= 0) {
      event.put("step", saved.step());
    }
    write(saved(event, saved));
  }

  @Override
  public void failed(String message, long step, Saved saved) {
    JsonObject event = event("failed").put("message", message);
    if (step > 0) {
      event.put("step", step);
    }
    write(saved(event, saved));
  }

  private JsonObject saved(JsonObject event, Saved saved) {
    inFolder(event, saved.folder()).put("epochs", saved.epochs()).put("seconds", saved.seconds());
    return saved.epochs() > 0
        ? event.put("model", saved.model().toString())
        : event.putNull("model");
  }
}
