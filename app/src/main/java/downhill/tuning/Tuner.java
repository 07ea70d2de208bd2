package downhill.tuning;

import downhill.data.Split;
import downhill.network.Execution;
import downhill.training.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Searches: draws trials, trains them rung by rung, and writes down what comes of each, so that the
 * search can be taken up again wherever it was left.
 */
public final class Tuner {
  private final TuningFolder folder;
  private final Meaning meaning;
  private final Split split;
  private final Execution execution;
  private final Consumer<TuningEvent> listener;

  private volatile boolean stopped;
  private volatile @Nullable Trainer current;

  /**
   * Makes a tuner.
   *
   * @param folder its plan, what is known so far, and where to write
   * @param meaning what settings mean
   * @param split what to learn from, and what to judge by
   * @param execution where and how it runs
   * @param listener told of every event, on the thread that searches
   */
  public Tuner(
      TuningFolder folder,
      Meaning meaning,
      Split split,
      Execution execution,
      Consumer<TuningEvent> listener) {
    this.folder = folder;
    this.meaning = meaning;
    this.split = split;
    this.execution = execution;
    this.listener = listener;
  }

  /**
   * Searches to the end.
   *
   * @return the ranking of all trials; nothing if it was stopped before the end
   * @throws IOException if something can't be written
   */
  public Optional<Leaderboard> run() throws IOException {
    TuningPlan plan = folder.plan();
    Halving halving = plan.halving();
    List<Integer> contestants = IntStream.rangeClosed(1, halving.trials()).boxed().toList();
    for (int rung = 1; rung <= halving.rungs(); rung++) {
      for (int trial : contestants) {
        if (!isKnown(trial, rung) && !run(trial, rung)) {
          return Optional.empty();
        }
      }
      contestants = rung == halving.rungs() ? List.of() : at(rung).best(halving.trials(rung + 1));
      folder.keepTrials(contestants);
    }
    return Optional.of(leaderboard());
  }

  /** Returns the ranking by what is known so far. */
  public Leaderboard leaderboard() {
    return Leaderboard.of(folder.results(), folder.plan().monitor());
  }

  /**
   * Asks the search to stop after the current step of the current training. Safe to call from any
   * thread.
   */
  public void stop() {
    stopped = true;
    Trainer trainer = current;
    if (trainer != null) {
      trainer.stop();
    }
  }

  private Leaderboard at(int rung) {
    return Leaderboard.of(
        folder.results().stream().filter(result -> result.rung() == rung).toList(),
        folder.plan().monitor());
  }

  private boolean isKnown(int trial, int rung) {
    return folder.results().stream()
        .anyMatch(result -> result.trial() == trial && result.rung() == rung);
  }

  private boolean run(int number, int rung) throws IOException {
    TuningPlan plan = folder.plan();
    Candidate candidate = meaning.of(plan.settings(number));
    Trainer trainer = new Trainer(candidate.configuration(), execution);
    current = trainer;
    if (stopped) {
      return false; // asked to before the trainer could be told
    }
    Trial trial = new Trial(number, rung, candidate, folder.trial(number), trainer, listener);
    @Nullable Result result = trial.run(split, plan.halving().epochs(rung));
    if (result == null || (stopped && result.isDiverged())) {
      return false; // a stop may tell earlier that the weights are not finite: it is done again
    }
    folder.add(result);
    listener.accept(new TuningEvent.RungFinished(result, trial.seconds()));
    return true;
  }
}
