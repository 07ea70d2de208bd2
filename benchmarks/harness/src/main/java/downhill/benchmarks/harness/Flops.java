package downhill.benchmarks.harness;

import java.util.List;

/** What training costs, counted once for everybody. */
public final class Flops {
  /**
   * What each thread does of fused multiply-adds on registers in one window of the peak: about a
   * tenth of a second.
   */
  public static final double PEAK_WINDOW = 25e9;

  private Flops() {}

  /**
   * Returns the floating-point operations that training takes for one example: with P weights, P₁
   * of them in the first layer, 2P forward, 2P for the gradient, and 2(P − P₁) for δ one level
   * down.
   *
   * @param widths n_0 … n_L
   */
  public static double perExample(List<Integer> widths) {
    double all = 0;
    for (int l = 1; l < widths.size(); l++) {
      all += (double) widths.get(l - 1) * widths.get(l);
    }
    double first = (double) widths.get(0) * widths.get(1);
    return 4 * all + 2 * (all - first);
  }
}
