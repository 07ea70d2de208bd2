package downhill.app;

import downhill.modelfile.CheckpointFile;
import downhill.network.Execution;
import java.io.IOException;
import java.nio.file.Path;

/** Goes on with a run from its last checkpoint. */
final class Resumption {
  private Resumption() {}

  /** Trains to the end, and returns the exit status. */
  static int run(Path run, Execution execution, TrainingView view, Terminal terminal) {
    RunFolder folder = RunFolder.of(run);
    if (!CheckpointFile.isIn(run)) {
      throw CommandException.refused(
          "%s: expected a run folder that holds %s, found none in it"
              .formatted(run, CheckpointFile.NAME),
          "a run that was stopped before its first checkpoint has to begin again");
    }
    try (History history = History.resume(folder.history())) {
      if (history.past(Long.MAX_VALUE).finished()) {
        terminal.error("note: " + Text.clean(run.toString()) + " is finished; nothing was changed");
        return ExitStatus.OK;
      }
      CheckpointFile.Loaded loaded = load(run);
      if (loaded.warning() != null) {
        terminal.error("warning: " + Text.clean(loaded.warning()));
      }
      TrainingPlan plan = CheckpointSettings.plan(loaded.checkpoint(), run, execution);
      History.Past past = history.past(loaded.checkpoint().state().step());
      return new TrainingRun(plan, view)
          .resume(
              folder,
              history,
              past,
              loaded.checkpoint().state(),
              warning -> terminal.error("warning: " + Text.clean(warning)));
    }
  }

  private static CheckpointFile.Loaded load(Path run) {
    try {
      return CheckpointFile.load(run);
    } catch (IOException e) {
      throw CommandException.refused(
          e, "a run that was stopped before its first checkpoint has to begin again");
    }
  }
}
