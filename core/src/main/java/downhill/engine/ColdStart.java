package downhill.engine;

/**
 * The first work of a JVM, which the scalar kernels are done with sooner. Until C2 has compiled the
 * vector kernels, each of their operations is a call that makes an object, and it takes them about
 * two seconds to get over that; the scalar ones are plain loops, and as fast as they will be after
 * half a second. Since both give the same bits, who does what is a matter of time alone. Safe to
 * share.
 */
final class ColdStart {
  /**
   * Work that is for the vector kernels though they have to be compiled for it, in flops of dense
   * arithmetic: three fifths of where a training on two threads takes as long by either of them.
   */
  static final double FLOPS = 6e10;

  /** Work that adds up to so much is for them too, though all of it is little. */
  static final double MANY_FLOPS = 4 * FLOPS;

  /** What an example of a narrow network takes besides: it is loaded, judged and waited for. */
  static final double EXAMPLE_FLOPS = 35_000;

  private double asked;

  /**
   * Counts work that is asked for, and returns whether it is for the vector kernels.
   *
   * @param examples how many examples
   * @param flops what one of them takes
   */
  synchronized boolean isOverWith(double examples, double flops) {
    double work = examples * (flops + EXAMPLE_FLOPS);
    asked += work >= FLOPS ? MANY_FLOPS : work;
    return asked >= MANY_FLOPS;
  }
}
