package downhill.app;

import downhill.evaluation.Evaluation;
import downhill.report.Reports;
import downhill.training.TrainingEvent.EpochFinished;
import downhill.training.TrainingEvent.Progressed;
import downhill.training.TrainingEvent.Started;
import downhill.training.TrainingEvent.WentBack;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Shows or records a training run. Told of everything in order, on the main thread. */
interface TrainingView {
  /**
   * An epoch that is over and saved.
   *
   * @param event what the trainer says of it
   * @param examplesPerSecond training examples in a second of training
   * @param gflops billions of floating-point operations in a second of training
   * @param test what the network does on the test set; null where there is a validation set
   */
  record EpochResult(
      EpochFinished event, double examplesPerSecond, double gflops, @Nullable Evaluation test) {}

  /**
   * What training came to.
   *
   * @param epochs how many were done
   * @param early whether it ended before the last for want of improvement
   * @param bestEpoch the epoch whose network is the result, where the best is kept; else 0
   * @param test what the network does on the test set
   */
  record Outcome(int epochs, boolean early, int bestEpoch, Evaluation test) {}

  /**
   * What lies on the disk when a run is over.
   *
   * @param folder the run folder
   * @param epochs the epochs that the saved model has seen; 0 where none is saved
   * @param step the step of the last checkpoint; −1 where there is none
   * @param seconds time spent on training alone
   */
  record Saved(Path folder, int epochs, long step, double seconds) {
    Path model() {
      return folder.resolve(RunFolder.MODEL);
    }

    Path report() {
      return folder.resolve(Reports.REPORT);
    }
  }

  /**
   * Training begins.
   *
   * @param folder the run folder
   */
  void started(TrainingPlan plan, Started event, Path folder);

  /**
   * Training goes on where it was stopped.
   *
   * @param epoch the epoch that goes on, from 1
   */
  void resumed(TrainingPlan plan, Started event, int epoch);

  /** Some steps are done. */
  void progressed(Progressed event);

  /** An epoch is over, judged and saved. */
  void epochFinished(EpochResult result);

  /** The loss was far off or no longer finite, and training went back. */
  void wentBack(WentBack event);

  /** All training is over. */
  void finished(Outcome outcome, Saved saved);

  /** The run was asked to stop, and did. */
  void interrupted(Saved saved);

  /**
   * The run failed.
   *
   * @param step the step at which the loss was no longer finite; 0 for another failure
   */
  void failed(String message, long step, Saved saved);
}
