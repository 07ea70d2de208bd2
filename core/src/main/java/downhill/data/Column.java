package downhill.data;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** A column of a table, and what its values become at the inputs of a network. Immutable. */
public sealed interface Column {
  /** Returns its name, or its number in the file, from 1, where it has none. */
  String name();

  /** Returns how many inputs of the network it fills. */
  int inputs();

  /**
   * A column of numbers: x becomes (x − mean) · scale, computed in double and rounded to float.
   *
   * @param name its name
   * @param mean what becomes 0: the mean of the values that training learned from
   * @param scale the reciprocal of their standard deviation; 0 where they are all alike, so that
   *     the column says nothing
   */
  record Numeric(String name, double mean, double scale) implements Column {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite, or the scale is negative
     */
    public Numeric {
      Objects.requireNonNull(name, "name");
      if (!Double.isFinite(mean) || !Double.isFinite(scale) || scale < 0) {
        throw new IllegalArgumentException(
            "column '%s': expected a finite mean, and a finite scale of at least 0, found %s and %s"
                .formatted(name, mean, scale));
      }
    }

    @Override
    public int inputs() {
      return 1;
    }

    /** Returns the input for a value; for NaN, which stands for a missing one, that of the mean. */
    float input(double value) {
      return standardised(value, mean, scale);
    }

    /** Returns whether the input for a value is finite. */
    boolean takes(double value) {
      return Float.isFinite(input(value));
    }

    /** Returns which values that are, as messages say it. */
    String range() {
      return "a number nearer to the mean " + mean;
    }

    static float standardised(double value, double mean, double scale) {
      return Double.isNaN(value) ? 0 : (float) ((value - mean) * scale);
    }
  }

  /**
   * A column of categories: each level has an input of its own, which is 1 for this level and 0 for
   * the others (one-hot).
   *
   * @param name its name
   * @param levels the texts it may hold, at least one, no two alike
   * @param shares for each level, the share of it among the values that training learned from; a
   *     missing value becomes these
   */
  record Categorical(String name, List<String> levels, List<Double> shares) implements Column {
    /**
     * Checks and copies the lists.
     *
     * @throws IllegalArgumentException if there is no level, one stands there twice, or the shares
     *     are not one for each, from 0 to 1
     */
    public Categorical {
      Objects.requireNonNull(name, "name");
      levels = List.copyOf(levels);
      shares = List.copyOf(shares);
      if (levels.isEmpty() || new HashSet<>(levels).size() < levels.size()) {
        throw new IllegalArgumentException(
            "column '%s': expected levels, no two alike, found %s".formatted(name, levels));
      }
      if (shares.size() != levels.size() || shares.stream().anyMatch(s -> !(s >= 0 && s <= 1))) {
        throw new IllegalArgumentException(
            "column '%s': expected a share from 0 to 1 for each of %d levels, found %s"
                .formatted(name, levels.size(), shares));
      }
    }

    @Override
    public int inputs() {
      return levels.size();
    }
  }
}
