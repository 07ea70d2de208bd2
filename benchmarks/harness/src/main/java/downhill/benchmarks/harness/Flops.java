package downhill.benchmarks.harness;

/** The unit of the processor's peak. */
public final class Flops {
  /**
   * What a window of the peak has for each thread, two for each fused multiply-add on registers:
   * some tenths of a second.
   */
  public static final double PEAK_WINDOW = 25e9;

  private Flops() {}
}
