package downhill.app;

import downhill.data.Dataset;
import downhill.data.Split;
import downhill.network.Execution;
import downhill.training.Trainer;
import downhill.tuning.Candidate;
import downhill.tuning.Leaderboard;
import downhill.tuning.Meaning;
import downhill.tuning.Result;
import downhill.tuning.Tunable;
import downhill.tuning.Tuner;
import downhill.tuning.TuningFolder;
import downhill.tuning.TuningPicture;
import downhill.tuning.TuningPlan;
import downhill.tuning.TuningReport;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A search that is about to begin or to go on: checks that it can, and then does it. */
final class TuningSession {
  private static final String HINT = "see downhill tune --help for what each setting means";

  private final TuningPlan plan;
  private final DataOption data;
  private final Split split;
  private final Execution execution;
  private final Meaning meaning;

  /** Makes a session; refuses a search of which some trial could not be trained. */
  TuningSession(TuningPlan plan, DataOption data, Dataset examples, Execution execution) {
    this.plan = plan;
    this.data = data;
    this.execution = execution;
    this.split = split(examples, plan.validation(), plan.seed());
    this.meaning = new TrialSettings(split.train());
    for (int trial = 1; trial <= plan.halving().trials(); trial++) {
      check(trial);
    }
  }

  /** Holds out what trials are judged by. */
  static Split split(Dataset examples, double validation, long seed) {
    try {
      return examples.split(validation, seed);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "--validation takes a share as in 0.2 or 1/6");
    }
  }

  private void check(int trial) {
    Map<String, String> settings = plan.settings(trial);
    Candidate candidate;
    try {
      candidate = meaning.of(settings);
      candidate.configuration().checkFrozen(candidate.network());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw CommandException.refused(e, HINT);
    }
    ModelFit.check(
        "network " + candidate.network(),
        candidate.network(),
        data.name(),
        split.train(),
        "give --network widths that begin and end as the data asks for");
    if (candidate.configuration().batchSize() > split.train().size()) {
      throw CommandException.refused(
          "--batch-size: trial %d has %s, but there are %s to learn from"
              .formatted(
                  trial,
                  settings.get(Tunable.BATCH_SIZE.key()),
                  Text.count(split.train().size(), data.noun())),
          "give --batch-size smaller values, or --validation a smaller share");
    }
    try {
      new Trainer(candidate.configuration(), execution).check(candidate.network(), split.train());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /** Searches, and returns the exit status. */
  int run(TuningFolder folder, TuningView view) throws IOException {
    Tuner tuner = new Tuner(folder, meaning, split, execution, view::told);
    try (Interruption interruption = Interruption.watch(tuner::stop)) {
      Optional<Leaderboard> found = search(tuner, folder, view, interruption);
      if (found.isEmpty()) {
        return ExitStatus.INTERRUPTED;
      }
      if (found.get().best().isEmpty()) {
        throw noneIsLeft();
      }
      return ExitStatus.OK;
    }
  }

  private Optional<Leaderboard> search(
      Tuner tuner, TuningFolder folder, TuningView view, Interruption interruption)
      throws IOException {
    try {
      view.started(folder, split);
      Optional<Leaderboard> found = interruption.requested() ? Optional.empty() : tuner.run();
      if (found.isPresent()) {
        write(folder, found.get());
        view.finished(found.get());
      } else {
        view.interrupted();
      }
      return found;
    } catch (StandardOutput.ClosedException e) {
      throw e; // nobody is there to be told
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      tellFailed(view, e);
      throw e;
    }
  }

  // A view that can't be written must not hide why the search failed.
  private static void tellFailed(TuningView view, Throwable cause) {
    try {
      view.failed(Failure.of(cause).message());
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private void write(TuningFolder folder, Leaderboard leaderboard) throws IOException {
    folder.write(TuningReport.TABLE, TuningReport.table(plan, leaderboard));
    Optional<Result> best = leaderboard.best();
    if (best.isPresent()) {
      folder.write(TuningReport.RECIPE, TuningReport.recipe(plan, best.get()));
    }
    folder.write(TuningReport.PICTURE, TuningPicture.draw(plan, leaderboard, data.name()));
  }

  private CommandException noneIsLeft() {
    String message =
        "every one of %s diverged".formatted(Text.count(plan.halving().trials(), "trial"));
    return CommandException.failed(
        message, "give --learning-rate a lower range", new IllegalStateException(message));
  }
}
