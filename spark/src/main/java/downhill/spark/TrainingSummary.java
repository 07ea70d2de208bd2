package downhill.spark;

import java.util.List;

/**
 * How a model was trained. Not saved with it.
 *
 * @param history epoch by epoch, those before a checkpoint that training went on from excepted
 * @param resumedAfter the epoch of that checkpoint; 0 for a training from the start
 * @param bestEpoch the epoch whose weights the model has
 */
public record TrainingSummary(List<Progress> history, int resumedAfter, int bestEpoch) {
  /** Copies the list. */
  public TrainingSummary {
    history = List.copyOf(history);
  }

  /** Returns the loss of each epoch, as other summaries of Spark have it. */
  public double[] objectiveHistory() {
    return history.stream().mapToDouble(Progress::loss).toArray();
  }

  /** Returns how many epochs were trained. */
  public int totalIterations() {
    return history.size();
  }
}
