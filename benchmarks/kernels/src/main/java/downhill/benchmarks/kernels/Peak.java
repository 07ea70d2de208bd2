package downhill.benchmarks.kernels;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Flops;
import downhill.benchmarks.harness.Worker;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this processor can do: fused multiply-adds on registers alone, on so many threads at once.
 * It takes turns like a contestant, because what two virtual cores are worth changes within minutes
 * where a host puts them now on two cores, now on the two hardware threads of one. Its epoch is a
 * window of {@link Flops#PEAK_WINDOW} for each thread; they take rounds as they come, so that the
 * faster core does more, as the engine's threads do.
 */
final class Peak implements Contestant {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /**
   * Processors with vectors of 128 bits have up to four units for them, as Apple's and Neoverse V2;
   * those with longer ones have two.
   */
  private static final boolean FOUR_UNITS = S.vectorBitSize() == 128;

  /** Sums that do not wait for each other: at least what the latency of all units asks for. */
  private static final int SUMS = FOUR_UNITS ? 16 : 10;

  /** Turns of the loop in one call of a round. */
  private static final int TURNS = 100_000;

  private static final int ROUNDS =
      (int) Math.round(Flops.PEAK_WINDOW / (2.0 * SUMS * S.length() * TURNS));

  private static volatile float result;

  private final AtomicInteger left = new AtomicInteger();
  private final CyclicBarrier beginning;
  private final CyclicBarrier end;

  private Peak(int threads) {
    beginning = new CyclicBarrier(threads, () -> left.set(threads * ROUNDS));
    end = new CyclicBarrier(threads);
    for (int t = 1; t < threads; t++) {
      Thread.ofPlatform().daemon().start(this::helpForever);
    }
  }

  private void helpForever() {
    try {
      while (true) {
        epoch();
      }
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float roundOfTen(float a, float b) {
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
    for (int i = 0; i < TURNS; i++) {
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

  private static float roundOfSixteen(float a, float b) {
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
    FloatVector s10 = FloatVector.broadcast(S, 10);
    FloatVector s11 = FloatVector.broadcast(S, 11);
    FloatVector s12 = FloatVector.broadcast(S, 12);
    FloatVector s13 = FloatVector.broadcast(S, 13);
    FloatVector s14 = FloatVector.broadcast(S, 14);
    FloatVector s15 = FloatVector.broadcast(S, 15);
    for (int i = 0; i < TURNS; i++) {
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
      s10 = s10.fma(x, y);
      s11 = s11.fma(x, y);
      s12 = s12.fma(x, y);
      s13 = s13.fma(x, y);
      s14 = s14.fma(x, y);
      s15 = s15.fma(x, y);
    }
    return s0.add(s1)
        .add(s2)
        .add(s3)
        .add(s4)
        .add(s5)
        .add(s6)
        .add(s7)
        .add(s8)
        .add(s9)
        .add(s10)
        .add(s11)
        .add(s12)
        .add(s13)
        .add(s14)
        .add(s15)
        .lane(0);
  }

  @Override
  public String version() {
    return "fused multiply-adds, " + S.vectorBitSize() + " bits";
  }

  @Override
  public void epoch() throws InterruptedException, BrokenBarrierException {
    beginning.await();
    while (left.getAndDecrement() > 0) {
      result = FOUR_UNITS ? roundOfSixteen(0.5f, 0.25f) : roundOfTen(0.5f, 0.25f);
    }
    end.await();
  }

  /** Returns 0: it learns nothing. */
  @Override
  public double accuracy() {
    return 0;
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, task -> new Peak(task.threads()));
  }
}
