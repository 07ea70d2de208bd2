package downhill.tuning;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last result of each trial, the best first: those of a later rung before those of an earlier
 * one, and diverged ones last. At one rung the monitored value decides, then the other one, then
 * the lower number. Immutable; safe to share.
 *
 * @param ranking one result for each trial
 */
public record Leaderboard(List<Result> ranking) {
  /** Copies the list. */
  public Leaderboard {
    ranking = List.copyOf(ranking);
  }

  /** Ranks trials by the last of their results. */
  static Leaderboard of(Collection<Result> results, Monitor monitor) {
    Map<Integer, Result> last = new HashMap<>();
    for (Result result : results) {
      last.merge(result.trial(), result, (a, b) -> a.rung() > b.rung() ? a : b);
    }
    return new Leaderboard(last.values().stream().sorted(order(monitor)).toList());
  }

  private static Comparator<Result> order(Monitor monitor) {
    Comparator<Result> byAccuracy = Comparator.comparingDouble(r -> -accuracy(r.last()));
    Comparator<Result> byLoss = Comparator.comparingDouble(r -> loss(r.last()));
    return Comparator.comparing(Result::isDiverged)
        .thenComparing(Comparator.comparingInt(Result::rung).reversed())
        .thenComparing(
            monitor == Monitor.LOSS
                ? byLoss.thenComparing(byAccuracy)
                : byAccuracy.thenComparing(byLoss))
        .thenComparingInt(Result::trial);
  }

  private static double accuracy(@Nullable Validation last) {
    return last == null ? 0 : last.accuracy();
  }

  private static double loss(@Nullable Validation last) {
    return last == null ? Double.POSITIVE_INFINITY : last.loss();
  }

  /** Returns the best result; none where every trial diverged. */
  public Optional<Result> best() {
    return ranking.stream().findFirst().filter(result -> !result.isDiverged());
  }

  /** Returns the numbers of the best trials, at most some, in ascending order. */
  List<Integer> best(int count) {
    return ranking.stream()
        .filter(result -> !result.isDiverged())
        .limit(count)
        .map(Result::trial)
        .sorted()
        .toList();
  }
}
