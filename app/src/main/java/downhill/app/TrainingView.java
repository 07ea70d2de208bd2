package downhill.app;

import downhill.app.TrainingPlan.EpochResult;
import downhill.app.TrainingPlan.Saved;
import downhill.evaluation.Evaluation;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;

/** Shows or records a training run. Told of everything in order, on the main thread. */
interface TrainingView {
  /** Training begins. */
  void started(TrainingPlan plan, Started event);

  /** Some steps are done. */
  void progressed(Progressed event);

  /** An epoch is over, tested and saved. */
  void epochFinished(EpochResult result);

  /**
   * All epochs are over.
   *
   * @param last the last one
   * @param evaluation what the network does on the test set
   */
  void finished(EpochResult last, Evaluation evaluation, Saved saved);

  /** The run was asked to stop, and did. */
  void interrupted(Saved saved);

  /**
   * The run failed.
   *
   * @param step the step at which the loss was no longer finite; 0 for another failure
   */
  void failed(String message, long step, Saved saved);
}
