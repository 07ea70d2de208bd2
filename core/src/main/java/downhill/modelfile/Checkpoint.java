package downhill.modelfile;

import downhill.training.TrainingState;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint holds. Immutable; safe to share.
 *
 * @param state where training stands
 * @param settings whatever else it takes to go on, by name (names of a–z, 0–9, '_' and '.'); copied
 */
public record Checkpoint(TrainingState state, SortedMap<String, String> settings) {
  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one is not as it should be, or a value is no text
   */
  public Checkpoint {
    Objects.requireNonNull(state, "state");
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      if (!setting.getKey().matches("[a-z0-9_.]{1,100}")) {
        throw new IllegalArgumentException(
            "settings: expected names of a–z, 0–9, '_' and '.', found "
                + ModelFileException.quoted(setting.getKey()));
      }
      if (!Json.isWellFormed(setting.getValue())) {
        throw new IllegalArgumentException(
            "settings: expected text for '%s', found unpaired surrogates"
                .formatted(setting.getKey()));
      }
    }
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }
}
