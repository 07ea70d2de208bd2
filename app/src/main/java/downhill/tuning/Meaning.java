package downhill.tuning;

import java.util.Map;

/** What settings mean that are given as text. */
@FunctionalInterface
public interface Meaning {
  /**
   * Returns what settings mean.
   *
   * @param settings values by the names of options
   * @throws IllegalArgumentException if they have no meaning
   */
  Candidate of(Map<String, String> settings);
}
