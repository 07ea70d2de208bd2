package downhill.training;

/** The loss or a weight is no longer a finite number, so training stopped. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;
  private final int epoch;

  DivergedException(long step, int epoch, double learningRate) {
    super(
        "the loss or a weight is no longer finite at step %d (epoch %d, learning rate %s)"
            .formatted(step, epoch, learningRate));
    this.step = step;
    this.epoch = epoch;
  }

  /** Returns the step, counted from 1 over all epochs. */
  public long step() {
    return step;
  }

  /** Returns the epoch, from 1. */
  public int epoch() {
    return epoch;
  }
}
