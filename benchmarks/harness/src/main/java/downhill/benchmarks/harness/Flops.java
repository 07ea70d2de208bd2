package downhill.benchmarks.harness;

/** The unit of the processor's peak. */
public final class Flops {
  /**
   * What each thread does of fused multiply-adds on registers in one window of the peak: about a
   * tenth of a second.
   */
  public static final double PEAK_WINDOW = 25e9;

  private Flops() {}
}
