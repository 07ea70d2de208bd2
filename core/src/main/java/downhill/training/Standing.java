package downhill.training;

import downhill.training.Stopping.Monitor;

/**
 * What training remembers of the epochs so far: which was the best, and how long ago.
 *
 * @param bestEpoch the epoch of the best value, from 1; 0 before the first
 * @param best the best value of the monitor; NaN before the first
 * @param waited epochs since then
 * @param plateauBest the lowest loss that the schedule has seen
 * @param plateauWaited epochs since then, or since the rate was lowered
 * @param plateaus how often the schedule has lowered the rate
 */
public record Standing(
    int bestEpoch, double best, int waited, double plateauBest, int plateauWaited, int plateaus) {
  /** Before the first epoch. */
  static final Standing START = new Standing(0, Double.NaN, 0, Double.POSITIVE_INFINITY, 0, 0);

  /** Returns what is remembered after an epoch that was validated. */
  Standing after(int epoch, TrainingConfiguration configuration, Validation score) {
    boolean byLoss = configuration.stopping().monitor() == Monitor.LOSS;
    double value = byLoss ? score.loss() : score.accuracy();
    // NaN is the best before the first epoch, and no better than anything else after it.
    boolean better = Double.isNaN(best) || (byLoss ? value < best : value > best);
    Standing next =
        better
            ? new Standing(epoch, value, 0, plateauBest, plateauWaited, plateaus)
            : new Standing(bestEpoch, best, waited + 1, plateauBest, plateauWaited, plateaus);
    return next.plateau(configuration.schedule(), score.loss());
  }

  /** Returns what a schedule that waits for a lower loss remembers after an epoch. */
  Standing plateau(Schedule schedule, double loss) {
    Schedule base = schedule instanceof Schedule.Warmup warmup ? warmup.then() : schedule;
    if (!(base instanceof Schedule.Plateau plateau)) {
      return this;
    }
    if (loss < plateauBest) {
      return new Standing(bestEpoch, best, waited, loss, 0, plateaus);
    }
    boolean lower = plateauWaited + 1 >= plateau.patience();
    return new Standing(
        bestEpoch,
        best,
        waited,
        plateauBest,
        lower ? 0 : plateauWaited + 1,
        lower ? plateaus + 1 : plateaus);
  }

  /** Returns whether training ends here. */
  boolean isOver(Stopping stopping) {
    return stopping.patience() > 0 && waited >= stopping.patience();
  }
}
