package downhill.tuning;

import downhill.training.Validation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a trial at a rung.
 *
 * @param trial the trial, from 1
 * @param rung the rung, from 1
 * @param curve what the network does on the validation set after each epoch, from the first
 * @param diverged why the trial ended before the rung did; null where it did not
 */
public record Result(int trial, int rung, List<Validation> curve, @Nullable String diverged) {
  /** Copies the list, and checks that there is something to judge by. */
  public Result {
    curve = List.copyOf(curve);
    if (curve.isEmpty() && diverged == null) {
      throw new IllegalArgumentException("result of trial " + trial + ": no epoch to judge it by");
    }
  }

  /** Returns how many epochs were finished. */
  public int epochs() {
    return curve.size();
  }

  /** Returns whether the trial ended because a number was no longer finite. */
  public boolean isDiverged() {
    return diverged != null;
  }

  /** Returns what counts: the last epoch; null where none was finished. */
  public @Nullable Validation last() {
    return curve.isEmpty() ? null : curve.getLast();
  }
}
