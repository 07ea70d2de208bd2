package downhill.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a network's probabilities can be trusted: of the answers given with 80 %, 80 % should be
 * right. Answers are sorted into bins of equal width by the probability of the predicted class (the
 * confidence); bin m of M holds those above (m − 1)/M up to m/M, and the first also 0.
 *
 * @param bins the bins, from confidence 0 to 1; copied
 */
public record Calibration(List<Bin> bins) {
  /** The number of bins, that of Guo et al., <i>On calibration of modern neural networks</i>. */
  public static final int BINS = 15;

  /** Copies the list. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * The answers within a range of confidence.
   *
   * @param count how many
   * @param confidence their mean confidence, 0..1; {@code NaN} where there are none
   * @param accuracy the share of them that is right, 0..1; {@code NaN} where there are none
   */
  public record Bin(int count, double confidence, double accuracy) {}

  /**
   * Sorts answers into bins.
   *
   * @param confidences [n], the probability of each predicted class, 0..1
   * @param right [n], whether it was the right class
   * @throws IllegalArgumentException if the arrays differ in length, or a confidence is not within
   *     0..1
   */
  static Calibration of(float[] confidences, boolean[] right) {
    if (confidences.length != right.length) {
      throw new IllegalArgumentException(
          "expected a confidence for each answer, found %d for %d"
              .formatted(confidences.length, right.length));
    }
    int[] counts = new int[BINS];
    int[] hits = new int[BINS];
    double[] sums = new double[BINS];
    for (int i = 0; i < confidences.length; i++) {
      float confidence = confidences[i];
      if (!(confidence >= 0 && confidence <= 1)) {
        throw new IllegalArgumentException(
            "example %d: expected a probability of 0 to 1, found %s".formatted(i, confidence));
      }
      int bin = Math.max(0, (int) Math.ceil((double) confidence * BINS) - 1);
      counts[bin]++;
      hits[bin] += right[i] ? 1 : 0;
      sums[bin] += confidence;
    }
    List<Bin> bins = new ArrayList<>();
    for (int m = 0; m < BINS; m++) {
      bins.add(new Bin(counts[m], sums[m] / counts[m], (double) hits[m] / counts[m]));
    }
    return new Calibration(bins);
  }

  /** Returns the number of answers. */
  public int count() {
    return bins.stream().mapToInt(Bin::count).sum();
  }

  /**
   * Returns the expected calibration error, Σ (n_m / n) |accuracy_m − confidence_m|: by how much
   * confidence and accuracy differ on average, 0..1.
   */
  public double expectedError() {
    double sum = 0;
    for (Bin bin : bins) {
      if (bin.count > 0) {
        sum += bin.count * Math.abs(bin.accuracy - bin.confidence);
      }
    }
    return sum / count();
  }

  /** Returns the mean confidence of all answers, 0..1. */
  public double confidence() {
    double sum = 0;
    for (Bin bin : bins) {
      if (bin.count > 0) {
        sum += bin.count * bin.confidence;
      }
    }
    return sum / count();
  }
}
