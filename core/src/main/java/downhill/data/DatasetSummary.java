package downhill.data;

import java.util.Arrays;
import java.util.List;

/**
 * What the examples of a dataset are like, in numbers. Values are taken as a network sees them:
 * bytes divided by 255. Immutable; safe to share.
 *
 * @param examples how many there are
 * @param classCounts how many of each class
 * @param least the least of all values
 * @param greatest the greatest of all values
 * @param mean the mean of all values
 * @param deviation their standard deviation, √(Σ(v − mean)²/n)
 * @param zeros the share of values that are 0, 0..1
 * @param constant how many features have the same value in every example
 */
public record DatasetSummary(
    int examples,
    List<Integer> classCounts,
    double least,
    double greatest,
    double mean,
    double deviation,
    double zeros,
    int constant) {
  /** Copies the list. */
  public DatasetSummary {
    classCounts = List.copyOf(classCounts);
  }

  /** Looks at every value. */
  public static DatasetSummary of(Dataset data) {
    int features = data.features();
    float[] first = data.example(0);
    boolean[] varies = new boolean[features];
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    // Of what the values are beyond the first one, or large values would leave nothing of the rest.
    double shift = first[0];
    double sum = 0;
    double squares = 0;
    long zeros = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] x = data.example(i);
      for (int j = 0; j < features; j++) {
        float v = x[j];
        least = Math.min(least, v);
        greatest = Math.max(greatest, v);
        double beyond = v - shift;
        sum += beyond;
        squares += beyond * beyond;
        zeros += v == 0 ? 1 : 0;
        varies[j] |= v != first[j];
      }
    }
    double n = (double) data.size() * features;
    double mean = sum / n; // less the shift
    int constant = 0;
    for (boolean each : varies) {
      constant += each ? 0 : 1;
    }
    return new DatasetSummary(
        data.size(),
        Arrays.stream(data.classCounts()).boxed().toList(),
        least,
        greatest,
        shift + mean,
        Math.sqrt(Math.max(0, squares / n - mean * mean)),
        zeros / n,
        constant);
  }

  /**
   * Returns how many examples the largest class has for one of the smallest; infinite where a class
   * has none.
   */
  public double imbalance() {
    int most = 0;
    int fewest = Integer.MAX_VALUE;
    for (int count : classCounts) {
      most = Math.max(most, count);
      fewest = Math.min(fewest, count);
    }
    return (double) most / fewest;
  }
}
