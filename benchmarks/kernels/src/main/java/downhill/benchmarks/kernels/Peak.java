package downhill.benchmarks.kernels;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this processor can do: fused multiply-adds on registers alone, on so many threads at once.
 * Started with the number of threads and the number of windows of a tenth of a second; prints
 * {@code gflops MEDIAN MAX}, all threads together.
 */
final class Peak {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /** Sums that do not wait for each other: more than the latency of two units asks for. */
  private static final int SUMS = 10;

  private static final int ROUNDS = 100_000;
  private static final AtomicLong done = new AtomicLong();
  private static volatile float result;

  private Peak() {}

  private static float round(float a, float b) {
    FloatVector x = FloatVector.broadcast(S, a);
    FloatVector y = FloatVector.broadcast(S, b);
    FloatVector s0 = FloatVector.broadcast(S, 0);
    FloatVector s1 = FloatVector.broadcast(S, 1);
    FloatVector s2 = FloatVector.broadcast(S, 2);
    FloatVector s3 = FloatVector.broadcast(S, 3);
    FloatVector s4 = FloatVector.broadcast(S, 4);
    FloatVector s5 = FloatVector.broadcast(S, 5);
    FloatVector s6 = FloatVector.broadcast(S, 6);
    FloatVector s7 = FloatVector.broadcast(S, 7);
    FloatVector s8 = FloatVector.broadcast(S, 8);
    FloatVector s9 = FloatVector.broadcast(S, 9);
    for (int i = 0; i < ROUNDS; i++) {
      s0 = s0.fma(x, y);
      s1 = s1.fma(x, y);
      s2 = s2.fma(x, y);
      s3 = s3.fma(x, y);
      s4 = s4.fma(x, y);
      s5 = s5.fma(x, y);
      s6 = s6.fma(x, y);
      s7 = s7.fma(x, y);
      s8 = s8.fma(x, y);
      s9 = s9.fma(x, y);
    }
    return s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).lane(0);
  }

  public static void main(String[] arguments) throws InterruptedException {
    int threads = Integer.parseInt(arguments[0]);
    double[] gflops = new double[Integer.parseInt(arguments[1])];
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            while (true) {
              result = round(0.5f, 0.25f);
              done.addAndGet(ROUNDS);
            }
          });
    }
    Thread.sleep(1000); // to compile
    for (int w = 0; w < gflops.length; w++) {
      long before = done.get();
      long start = System.nanoTime();
      Thread.sleep(100);
      double rounds = done.get() - before;
      gflops[w] = rounds * SUMS * S.length() * 2 / (System.nanoTime() - start);
    }
    Arrays.sort(gflops);
    System.out.println("gflops " + gflops[gflops.length / 2] + " " + gflops[gflops.length - 1]);
  }
}
