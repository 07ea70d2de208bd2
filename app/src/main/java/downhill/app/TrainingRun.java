package downhill.app;

import downhill.training.Pace;
import downhill.training.Trainer;
import downhill.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One training run, with all that has to be open while it lasts. */
final class TrainingRun {
  private final TrainingPlan plan;
  private final TrainingView screen;
  private final Trainer trainer;

  /** Makes a run; refuses what the trainer refuses. */
  TrainingRun(TrainingPlan plan, TrainingView screen) {
    this.plan = plan;
    this.screen = screen;
    try {
      this.trainer = new Trainer(plan.configuration(), plan.execution()).with(plan.checkpoints());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw CommandException.refused(e, "see downhill train --help for what each setting means");
    }
  }

  /**
   * Sets who may hold the training between its steps.
   *
   * @return this run
   */
  TrainingRun with(Pace pace) {
    trainer.with(pace);
    return this;
  }

  /** Asks the training to stop after the current step; safe to call from any thread. */
  void stop() {
    trainer.stop();
  }

  /**
   * Trains, and returns the exit status.
   *
   * @param output the run folder; null for the next free one
   */
  int start(@Nullable Path output) {
    boolean isNew = output == null || !Files.exists(output);
    RunFolder folder = RunFolder.create(output);
    try (Interruption interruption = Interruption.watch(trainer::stop);
        TensorBoardView curves = curves(folder, isNew)) { // perhaps in that folder
      try (History history = History.create(folder.history())) {
        return session(folder, history, interruption, curves).start();
      }
    }
  }

  private @Nullable TensorBoardView curves(RunFolder folder, boolean isNew) {
    try {
      return curves();
    } catch (CommandException e) {
      if (isNew) {
        try {
          Files.delete(folder.path()); // what is refused leaves nothing behind
        } catch (IOException left) {
          e.addSuppressed(left);
        }
      }
      throw e;
    }
  }

  /**
   * Goes on with a run, and returns the exit status.
   *
   * @param history that of the folder
   * @param warning told if there can be no curves any more: that must not end the run
   */
  int resume(
      RunFolder folder,
      History history,
      History.Past past,
      TrainingState from,
      Consumer<String> warning) {
    try (Interruption interruption = Interruption.watch(trainer::stop);
        TensorBoardView curves = curvesIfPossible(warning)) {
      history.cut(past);
      folder.sweep();
      return session(folder, history, interruption, curves).resume(from, past);
    }
  }

  private @Nullable TensorBoardView curves() {
    return plan.tensorboard() == null
        ? null
        : TensorBoardView.create(plan.tensorboard(), Clock.systemUTC());
  }

  private @Nullable TensorBoardView curvesIfPossible(Consumer<String> warning) {
    try {
      return curves();
    } catch (CommandException e) {
      warning.accept(Failure.describe(e) + "; the run goes on without them");
      return null;
    }
  }

  private TrainingSession session(
      RunFolder folder,
      History history,
      Interruption interruption,
      @Nullable TensorBoardView curves) {
    List<TrainingView> views = new ArrayList<>();
    views.add(JsonView.complete(history::add, Clock.systemUTC()));
    views.add(screen);
    if (curves != null) {
      views.add(curves);
    }
    return new TrainingSession(plan, trainer, folder, history, views, interruption);
  }
}
