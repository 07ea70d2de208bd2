package downhill.app;

import downhill.modelfile.Checkpoint;
import downhill.modelfile.CheckpointFile;
import downhill.network.Execution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A run that was stopped, ready to go on from its last checkpoint; its folder is taken. */
final class Resumption implements AutoCloseable {
  private final RunFolder folder;
  private final History history;
  private final Checkpoint checkpoint;
  private final @Nullable String warning;
  private final TrainingPlan plan;

  private Resumption(RunFolder folder, History history, Execution execution, ReadingView reading) {
    this.folder = folder;
    this.history = history;
    CheckpointFile.Loaded loaded = load(folder.path());
    this.checkpoint = loaded.checkpoint();
    this.warning = loaded.warning();
    this.plan = CheckpointSettings.plan(checkpoint, folder.path(), execution, reading);
  }

  /**
   * Trains to the end, and returns the exit status.
   *
   * @param reading shows how images are read, where the data is images
   */
  static int run(
      Path run, Execution execution, TrainingView view, ReadingView reading, Terminal terminal) {
    try (@Nullable Resumption resumption = of(run, execution, reading)) {
      if (resumption == null) {
        terminal.error("note: " + Text.clean(run.toString()) + " is finished; nothing was changed");
        return ExitStatus.OK;
      }
      if (resumption.warning != null) {
        terminal.error("warning: " + Text.clean(resumption.warning));
      }
      return resumption.run(
          new TrainingRun(resumption.plan, view),
          warning -> terminal.error("warning: " + Text.clean(warning)));
    }
  }

  /**
   * Takes a run's folder and reads its last checkpoint.
   *
   * @param reading shows how images are read, where the data is images
   * @return null where the run is finished
   */
  static @Nullable Resumption of(Path run, Execution execution, ReadingView reading) {
    RunFolder folder = RunFolder.of(run);
    if (!CheckpointFile.isIn(run)) {
      throw CommandException.refused(
          "%s: expected a run folder that holds %s, found none in it"
              .formatted(run, CheckpointFile.NAME),
          "a run that was stopped before its first checkpoint has to begin again");
    }
    History history = History.resume(folder.history());
    boolean taken = false;
    try {
      if (history.past(Long.MAX_VALUE).finished()) {
        return null;
      }
      Resumption resumption = new Resumption(folder, history, execution, reading);
      taken = true;
      return resumption;
    } finally {
      if (!taken) {
        history.close();
      }
    }
  }

  /**
   * Trains to the end, and returns the exit status.
   *
   * @param warnings told of what is amiss, but must not end the run
   */
  int run(TrainingRun training, Consumer<String> warnings) {
    History.Past past = history.past(checkpoint.state().step());
    return training.resume(folder, history, past, checkpoint.state(), warnings);
  }

  TrainingPlan plan() {
    return plan;
  }

  RunFolder folder() {
    return folder;
  }

  private static CheckpointFile.Loaded load(Path run) {
    try {
      CheckpointFile.Loaded loaded = CheckpointFile.load(run);
      CheckpointFile.settle(run, loaded);
      return loaded;
    } catch (IOException e) {
      throw CommandException.refused(
          e, "a run that was stopped before its first checkpoint has to begin again");
    }
  }

  /** Gives the folder back. */
  @Override
  public void close() {
    history.close();
  }
}
