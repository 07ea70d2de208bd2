package downhill.benchmarks.harness;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What every contestant trains: Linear and ReLU layers with a softmax at the end, by plain gradient
 * descent on the mean cross-entropy of a batch, pixels scaled to 0..1.
 *
 * @param widths n_0 … n_L
 * @param batch examples of a step; the last of an epoch may have fewer
 * @param rate the learning rate
 * @param decay what the rate is multiplied by after each epoch; 1 for all but those whose time to
 *     accuracy is measured, since only these can do it
 * @param threads how many threads may work
 * @param seed the seed of the initial weights
 */
public record Task(
    List<Integer> widths, int batch, double rate, double decay, int threads, long seed) {
  private static final Set<String> KEYS =
      Set.of("network", "batch", "rate", "decay", "threads", "seed");

  /** Copies the widths. */
  public Task {
    widths = List.copyOf(widths);
  }

  /**
   * Reads {@code network=784-128-10 batch=64 rate=0.1 decay=1 threads=2 seed=1}, in any order.
   *
   * @throws IllegalArgumentException if one of the six is missing, or there is another
   */
  public static Task parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 0
          || values.put(argument.substring(0, equals), argument.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("expected key=value once each, found " + argument);
      }
    }
    if (!values.keySet().equals(KEYS)) {
      throw new IllegalArgumentException(
          "expected the keys " + KEYS + ", found " + values.keySet());
    }
    return new Task(
        Arrays.stream(value(values, "network").split("-", -1)).map(Integer::valueOf).toList(),
        Integer.parseInt(value(values, "batch")),
        Double.parseDouble(value(values, "rate")),
        Double.parseDouble(value(values, "decay")),
        Integer.parseInt(value(values, "threads")),
        Long.parseLong(value(values, "seed")));
  }

  private static String value(Map<String, String> values, String key) {
    return Objects.requireNonNull(values.get(key), key);
  }

  /**
   * Returns this task, for a contestant whose rate can't change.
   *
   * @throws IllegalArgumentException if it should
   */
  public Task atConstantRate() {
    if (decay != 1) {
      throw new IllegalArgumentException(
          "decay: this contestant trains at a constant rate, so expected 1, found " + decay);
    }
    return this;
  }

  /** Returns the widths as in {@code 784-128-10}. */
  public String network() {
    return widths.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }
}
