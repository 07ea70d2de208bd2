package downhill.app;

import downhill.app.TrainingPlan.EpochResult;
import downhill.app.TrainingPlan.Saved;
import downhill.evaluation.Evaluation;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.training.DivergedException;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingEvent;
import downhill.training.TrainingEvent.CheckpointReached;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Finished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One training run: listens to the trainer, tests and saves the model after each epoch, and tells
 * the views. The model of the last finished epoch is safe on the disk whatever happens next.
 */
final class TrainingRun {
  private final TrainingPlan plan;
  private final TrainingView screen;
  private final Trainer trainer;

  /** Makes a run; refuses what the trainer refuses. */
  TrainingRun(TrainingPlan plan, TrainingView screen) {
    this.plan = plan;
    this.screen = screen;
    try {
      this.trainer = new Trainer(plan.configuration(), plan.execution());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw CommandException.refused(e, "see downhill train --help for what each setting means");
    }
  }

  /**
   * Trains, and returns the exit status.
   *
   * @param output the run folder; null for the next free one
   */
  int run(@Nullable Path output) {
    try (Interruption interruption = Interruption.watch(trainer::stop)) {
      RunFolder folder = RunFolder.create(output);
      try (History history = History.create(folder.history())) {
        TrainingView record = JsonView.complete(history::add, Clock.systemUTC());
        return new Listener(folder, List.of(record, screen), interruption).train();
      }
    }
  }

  private final class Listener {
    private final RunFolder folder;
    private final List<TrainingView> views;
    private final Interruption interruption;
    private double seconds;
    private int savedEpochs;
    private @Nullable EpochResult last;
    private @Nullable Evaluation lastEvaluation;

    Listener(RunFolder folder, List<TrainingView> views, Interruption interruption) {
      this.folder = folder;
      this.views = views;
      this.interruption = interruption;
    }

    int train() {
      try {
        if (!interruption.requested()) {
          trainer.train(plan.initial(), plan.train(), this::onEvent);
        }
        if (last != null
            && lastEvaluation != null
            && last.epoch() == plan.configuration().epochs()) {
          EpochResult result = last;
          Evaluation evaluation = lastEvaluation;
          tell(view -> view.finished(result, evaluation, saved()));
          return ExitStatus.OK;
        }
        tell(view -> view.interrupted(saved()));
        return ExitStatus.INTERRUPTED;
      } catch (DivergedException e) {
        tellAll(view -> view.failed(Failure.describe(e), e.step(), saved()), e);
        throw diverged(e);
      } catch (StandardOutput.ClosedException e) {
        views.getFirst().interrupted(saved()); // the record alone: nobody looks at the screen
        throw e;
      } catch (RuntimeException | OutOfMemoryError e) {
        Failure failure = Failure.of(e);
        tellAll(view -> view.failed(failure.message(), 0, saved()), e);
        throw e;
      }
    }

    private void onEvent(TrainingEvent event) {
      if (interruption.requested()) {
        trainer.stop(); // also where the signal came before the training
      }
      switch (event) {
        case Started started -> tell(view -> view.started(plan, started));
        case Progressed progressed -> tell(view -> view.progressed(progressed));
        case EpochFinished finished -> onEpoch(finished);
        case CheckpointReached checkpoint -> {}
        case WentBack wentBack -> {}
        case Finished finished -> {}
      }
    }

    private void onEpoch(EpochFinished event) {
      seconds += event.seconds();
      save(event);
      if (interruption.requested() && event.epoch() < plan.configuration().epochs()) {
        return; // the model is safe; testing it would only keep the user waiting
      }
      Evaluation evaluation = Evaluation.of(event.network(), plan.test(), plan.execution());
      double rate = plan.train().size() / event.seconds();
      EpochResult result =
          new EpochResult(
              event.epoch(),
              event.seconds(),
              rate,
              rate * plan.initial().architecture().trainingFlops() / 1e9,
              event.loss(),
              event.accuracy(),
              evaluation.loss(),
              evaluation.accuracy());
      last = result;
      lastEvaluation = evaluation;
      tell(view -> view.epochFinished(result));
    }

    private void save(EpochFinished event) {
      try {
        ModelFile.save(
            new Model(event.network(), plan.train().classNames(), plan.provenance(event.epoch())),
            folder.model());
        savedEpochs = event.epoch();
      } catch (IOException e) {
        throw CommandException.failed(
            "the model of epoch %d can't be saved: %s"
                .formatted(event.epoch(), Failure.describe(e)),
            "make room on the disk, and train again; " + TextView.onDisk(saved()),
            e);
      }
    }

    private Saved saved() {
      return new Saved(folder.path(), savedEpochs, seconds);
    }

    private void tell(Consumer<TrainingView> message) {
      views.forEach(message);
    }

    // For the last words of a run that failed: a view that can't be written must not hide why.
    private void tellAll(Consumer<TrainingView> message, Throwable cause) {
      for (TrainingView view : views) {
        try {
          message.accept(view);
        } catch (RuntimeException e) {
          if (!e.equals(cause)) { // nothing may suppress itself
            cause.addSuppressed(e);
          }
        }
      }
    }

    private CommandException diverged(DivergedException e) {
      double rate =
          Math.min(
              plan.configuration().learningRate() / 10,
              TrainingConfiguration.defaults().learningRate());
      return CommandException.failed(
          Failure.describe(e),
          "try --learning-rate %s; %s"
              .formatted(
                  Text.setting(Double.parseDouble(Text.significant(rate, 2))),
                  TextView.onDisk(saved())),
          e);
    }
  }
}
