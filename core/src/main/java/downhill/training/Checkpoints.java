package downhill.training;

/**
 * When training tells a {@link TrainingEvent.CheckpointReached}. Copying the state takes a little
 * time, so nobody gets it who does not ask.
 *
 * @param everySteps after how many steps, from 0 on; 0 for only at the start and at the end of each
 *     epoch, −1 for never
 */
public record Checkpoints(long everySteps) {
  /** Never. */
  public static final Checkpoints NEVER = new Checkpoints(-1);

  /**
   * At the start, at the end of each epoch, and where training is asked to stop; there only without
   * retries, since where training goes back to must not depend on when it was stopped.
   */
  public static final Checkpoints EVERY_EPOCH = new Checkpoints(0);

  /** Checks the setting. */
  public Checkpoints {
    Settings.atLeast("steps between checkpoints", -1, everySteps);
  }

  /** Returns whether one is due after some steps, at least 1. */
  boolean isDue(long steps) {
    return everySteps > 0 && steps % everySteps == 0;
  }

  boolean atEpochs() {
    return everySteps == 0;
  }

  boolean atStop() {
    return everySteps >= 0;
  }
}
