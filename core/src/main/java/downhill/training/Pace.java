package downhill.training;

/**
 * Holds a training between two of its steps, to look at it or to let it wait. Nothing that is done
 * there changes a bit of the result, and the time it takes is not counted as training.
 */
public interface Pace {
  /** Never holds it. */
  Pace FREE =
      new Pace() {
        @Override
        public boolean isDue(long step) {
          return false;
        }

        @Override
        public void hold(Moment moment) {}
      };

  /**
   * Returns whether to hold the training here. Asked before every step, on the training thread.
   *
   * @param step steps done, over all epochs
   */
  boolean isDue(long step);

  /**
   * Holds the training: it goes on when this returns. Called on the training thread. A training
   * that is to end is stopped as ever, by {@link Trainer#stop}, and ends when this returns.
   */
  void hold(Moment moment);
}
