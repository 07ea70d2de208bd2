package downhill.benchmarks.harness;

/** The unit of the processor's peak. */
public final class Flops {
  /**
   * What a window of the peak has of fused multiply-adds on registers for each thread: some tenths
   * of a second.
   */
  public static final double PEAK_WINDOW = 25e9;

  private Flops() {}
}
