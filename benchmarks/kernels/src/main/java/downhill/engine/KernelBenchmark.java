package downhill.engine;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The three products of one layer for a batch, on one thread. Operations in a second times 2 · in ·
 * out · examples is what dense arithmetic would have to do for the same answer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 5, // the compiler decides anew in each
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class KernelBenchmark {
  private static final int EXAMPLES = 64;

  /** inputs × outputs. */
  @Param({"784x512", "1024x1024"})
  public String layer = "";

  /** Share of the factors that are not zero: an image or a ReLU's output, and anything else. */
  @Param({"0.5", "1.0"})
  public double density;

  private Layer weights;
  private Signals below;
  private Signals above;
  private Products products;
  private long step;

  @Setup
  public void prepare() {
    int x = layer.indexOf('x');
    int in = Integer.parseInt(layer.substring(0, x));
    int out = Integer.parseInt(layer.substring(x + 1));
    weights = Layer.of(in, out, Philox.heWeights(1, 1, out, in), new float[out]);
    below = Signals.hidden(in, EXAMPLES, 0, true);
    above = Signals.hidden(out, EXAMPLES, 1, true);
    products =
        new Products(
            Kernels.choose("AUTO"), new Signals[] {below, above}, EXAMPLES, new Dropout(0, 0));
    SplittableRandom random = new SplittableRandom(1);
    for (int b = 0; b < EXAMPLES; b++) {
      fill(random, below, below.a, below.aMasks, b);
      fill(random, above, above.delta, above.deltaMasks, b);
    }
  }

  private void fill(
      SplittableRandom random, Signals level, float[] values, long[] masks, int example) {
    for (int unit = 0; unit < level.units; unit++) {
      if (random.nextDouble() < density) {
        values[level.at(example, unit)] = (float) (0.1 + random.nextDouble());
        masks[level.maskAt(example, unit)] |= 1L << unit;
      }
    }
  }

  @Benchmark
  public float forward() {
    products.forwardShare(weights, below, above, EXAMPLES, true, 0, 1);
    return above.a[0];
  }

  @Benchmark
  public float backward() {
    products.backwardShare(weights, above, below, EXAMPLES, 0, 1);
    return below.delta[0];
  }

  @Benchmark
  public float descend() {
    products.begin(++step);
    int chunks = Math.ceilDiv(weights.in, Products.INPUTS);
    for (int unit = 0; unit < weights.outP; unit += Block.WIDTH) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        products.descend(weights, below, above, unit, chunk, EXAMPLES, 1e-9f, chunk > 0);
      }
    }
    return weights.w[0];
  }
}
