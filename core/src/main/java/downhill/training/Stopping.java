package downhill.training;

import java.io.Serializable;
import java.util.Objects;

/**
 * When training ends before its last epoch, and which of its networks it returns, by what happens
 * on the validation set.
 *
 * @param monitor what counts
 * @param patience how many epochs in a row may pass without a better value; 0 to train to the end
 * @param keepBest whether the network of the best epoch is returned, and not the last one's
 */
public record Stopping(Monitor monitor, int patience, boolean keepBest) implements Serializable {
  /** What counts as better: a lower loss or a higher accuracy on the validation set. */
  public enum Monitor {
    /** The lower the better. */
    LOSS,
    /** The higher the better. */
    ACCURACY
  }

  /** Every epoch is done, and the last network is returned. */
  public static final Stopping NEVER = new Stopping(Monitor.LOSS, 0, false);

  /** Checks the settings. */
  public Stopping {
    Objects.requireNonNull(monitor, "monitor");
    Settings.atLeast("patience", 0, patience);
  }

  /** Returns whether a validation set is needed. */
  public boolean needsValidation() {
    return patience > 0 || keepBest;
  }
}
