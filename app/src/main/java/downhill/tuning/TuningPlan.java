package downhill.tuning;

import downhill.training.Stopping.Monitor;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the trials of a search are a function of, besides the data itself. Immutable; safe to
 * share.
 *
 * @param data what to call the data again, as the option {@code --data} has it
 * @param dataSha256 the SHA-256 of the training data, before a part of it is held out
 * @param base the settings that are not drawn, as text by the names of options
 * @param space what is drawn
 * @param halving how many trials, for how long
 * @param seed the seed of the draws, of what is held out, and of each training
 * @param monitor what counts as better
 * @param validation the share of the training data to hold out and judge by
 */
public record TuningPlan(
    String data,
    String dataSha256,
    Map<String, String> base,
    SortedMap<Tunable, Range> space,
    Halving halving,
    long seed,
    Monitor monitor,
    double validation) {
  /** Copies the maps. */
  public TuningPlan {
    base = Collections.unmodifiableMap(new LinkedHashMap<>(base));
    space = Collections.unmodifiableSortedMap(new TreeMap<>(space));
    if (!(validation > 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "validation: expected a share above 0 and below 1, found " + validation);
    }
  }

  /**
   * Returns what is drawn for a trial.
   *
   * @param trial the trial, from 1
   */
  public Map<Tunable, String> draw(int trial) {
    Map<Tunable, String> drawn = new EnumMap<>(Tunable.class);
    space.forEach((setting, range) ->
        drawn.put(setting, range.draw(Draws.uniform(seed, trial, setting.number()))));
    String optimizer = drawn.get(Tunable.OPTIMIZER);
    if (optimizer != null && !hasMomentum(optimizer)) {
      drawn.remove(Tunable.MOMENTUM);
    }
    String network =
        drawn.getOrDefault(Tunable.NETWORK, base.getOrDefault(Tunable.NETWORK.key(), ""));
    if (network.matches("\\d+-\\d+")) {
      drawn.remove(Tunable.DROPOUT); // there are no hidden units to drop
    }
    return drawn;
  }

  /** Returns the settings of which there is more than one value. */
  public List<Tunable> searched() {
    return space.entrySet().stream()
        .filter(entry -> entry.getValue().isSearched())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns whether {@link Tunable#MOMENTUM} is one of an optimizer's settings. */
  private static boolean hasMomentum(String optimizer) {
    return optimizer.equals("momentum") || optimizer.equals("nesterov");
  }

  /**
   * Returns all settings of a trial, as text by the names of options.
   *
   * @param trial the trial, from 1
   */
  public Map<String, String> settings(int trial) {
    Map<String, String> settings = new LinkedHashMap<>(base);
    space.keySet().forEach(setting -> settings.remove(setting.key()));
    draw(trial).forEach((setting, value) -> settings.put(setting.key(), value));
    String optimizer = settings.get(Tunable.OPTIMIZER.key());
    if (space.containsKey(Tunable.OPTIMIZER) && optimizer != null && !hasMomentum(optimizer)) {
      settings.remove(Tunable.MOMENTUM.key());
    }
    if (settings.getOrDefault(Tunable.NETWORK.key(), "").matches("\\d+-\\d+")) {
      settings.remove(Tunable.DROPOUT.key());
    }
    settings.put("epochs", Integer.toString(halving.epochs()));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}
