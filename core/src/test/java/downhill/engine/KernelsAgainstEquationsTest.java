package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.equations.Preliminaries;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kernel against the specification, one product at a time. The bound is that of a sum of n
 * fused multiply-adds: n + 2 roundings of half a unit, relative to the sum of the magnitudes.
 */
class KernelsAgainstEquationsTest {
  /** Half a unit in the last place of 1, the largest relative error of one rounding. */
  private static final double U = 0x1p-24;

  private static final int[] SIZES = {1, 2, 3, 15, 16, 17, 33, 64, 257, 4097};

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.scalar(), Kernels.vector().orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void forward(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(11);
    for (int in : SIZES) {
      for (int out : new int[] {1, 10, 16, 33, 150}) {
        Case c = new Case(random, in, out, 5);
        for (boolean relu : new boolean[] {true, false}) {
          c.forward(kernels, relu);
          for (int b = 0; b < c.examples; b++) {
            for (int i = 0; i < out; i++) {
              double z = Preliminaries.linear(c.W[i], c.a[b], c.b[i]);
              double magnitude = Preliminaries.linear(abs(c.W[i]), abs(c.a[b]), Math.abs(c.b[i]));
              double expected = relu ? Preliminaries.relu(z) : z;
              float found = c.to.a[c.to.at(b, i)];
              assertThat(Math.abs(found - expected))
                  .as("z[%d][%d] of %s", b, i, c)
                  .isLessThanOrEqualTo((in + 2) * U * magnitude);
              if (relu) {
                assertThat(c.to.aMasks[c.to.maskAt(b, i)] >>> i & 1).isEqualTo(found == 0 ? 0 : 1);
              }
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void backward(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(12);
    for (int out : SIZES) {
      for (int in : new int[] {1, 10, 16, 33, 150}) {
        Case c = new Case(random, in, out, 5);
        new Products(kernels).backwardShare(c.layer, c.to, c.from, c.examples, 0, 1);
        for (int b = 0; b < c.examples; b++) {
          double[] sums = Preliminaries.transposeTimes(c.W, c.delta[b]);
          double[] magnitudes = Preliminaries.transposeTimes(abs(c.W), abs(c.delta[b]));
          for (int j = 0; j < in; j++) {
            double expected = Preliminaries.reluDerivative(c.a[b][j]) * sums[j];
            float found = c.from.delta[c.from.at(b, j)];
            assertThat(Math.abs(found - expected))
                .as("delta[%d][%d] of %s", b, j, c)
                .isLessThanOrEqualTo((out + 2) * U * magnitudes[j]);
            assertThat(c.from.deltaMasks[c.from.maskAt(b, j)] >>> j & 1)
                .isEqualTo(found == 0 ? 0 : 1);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void descend(Kernels kernels) {
    SplittableRandom random = new SplittableRandom(13);
    float rate = 0.375f;
    for (int examples : new int[] {1, 2, 3, 15, 16, 17, 64, 120, 200, 256, 1025}) {
      for (int in : new int[] {1, 16, 33, 130}) {
        for (int out : new int[] {1, 10, 33, 150}) {
          Case c = new Case(random, in, out, examples);
          c.descend(kernels, rate);
          float[] W = c.layer.weights();
          float[] biases = c.layer.biases();
          for (int i = 0; i < out; i++) {
            double biasGradient = 0;
            double biasMagnitude = 0;
            for (int b = 0; b < examples; b++) {
              biasGradient += c.delta[b][i];
              biasMagnitude += Math.abs(c.delta[b][i]);
            }
            assertThat(Math.abs(biases[i] - (c.b[i] - rate * biasGradient)))
                .as("b[%d] of %s", i, c)
                .isLessThanOrEqualTo(bound(examples, rate * biasMagnitude, c.b[i]));
            for (int j = 0; j < in; j++) {
              double gradient = 0;
              double magnitude = 0;
              for (int b = 0; b < examples; b++) {
                double term = c.delta[b][i] * c.a[b][j]; // (δ ⊗ a)_ij
                gradient += term;
                magnitude += Math.abs(term);
              }
              assertThat(Math.abs(W[i * in + j] - (c.W[i][j] - rate * gradient)))
                  .as("W[%d][%d] of %s", i, j, c)
                  .isLessThanOrEqualTo(bound(examples, rate * magnitude, c.W[i][j]));
            }
          }
        }
      }
    }
  }

  private static double bound(int n, double stepMagnitude, double parameter) {
    return (n + 3) * U * stepMagnitude + U * Math.abs(parameter);
  }

  private static double[] abs(double[] v) {
    double[] result = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      result[i] = Math.abs(v[i]);
    }
    return result;
  }

  private static double[][] abs(double[][] m) {
    double[][] result = new double[m.length][];
    for (int i = 0; i < m.length; i++) {
      result[i] = abs(m[i]);
    }
    return result;
  }

  /**
   * A layer between two levels with random numbers, in the engine's layouts and as plain arrays.
   */
  private static final class Case {
    final int examples;
    final double[][] W;
    final double[] b;
    final double[][] a;
    final double[][] delta;
    final Layer layer;
    final Signals from;
    final Signals to;

    Case(SplittableRandom random, int in, int out, int examples) {
      this.examples = examples;
      W = new double[out][in];
      b = new double[out];
      a = new double[examples][in];
      delta = new double[examples][out];
      float[] weights = new float[out * in];
      float[] biases = new float[out];
      for (int i = 0; i < out; i++) {
        b[i] = biases[i] = (float) random.nextGaussian();
        for (int j = 0; j < in; j++) {
          W[i][j] = weights[i * in + j] = (float) random.nextGaussian();
        }
      }
      layer = Layer.of(in, out, weights, biases);
      // With room for more: an epoch's last batch is smaller than the others.
      int capacity = 2 * examples;
      from = Signals.hidden(in, capacity, 0, true);
      to =
          out % 2 == 0
              ? Signals.hidden(out, capacity, 1, true)
              : Signals.logits(out, capacity, 1, true);
      for (int e = 0; e < examples; e++) {
        float[] row = new float[in];
        for (int j = 0; j < in; j++) {
          // As after a ReLU: about half of them 0.
          a[e][j] = row[j] = (float) Math.max(0, random.nextGaussian());
        }
        from.load(e, e + 1, row, 0, Kernels.scalar());
        for (int i = 0; i < out; i++) {
          float d = (float) random.nextGaussian();
          delta[e][i] = d;
          to.delta[to.at(e, i)] = d;
          to.deltaMasks[to.maskAt(e, i)] |= 1L << i;
        }
      }
    }

    void forward(Kernels kernels, boolean relu) {
      new Products(kernels).forwardShare(layer, from, to, examples, relu, 0, 1);
    }

    void descend(Kernels kernels, float rate) {
      Dropout none = new Dropout(0, 0);
      Products products = new Products(kernels, new Signals[] {from}, 2 * examples, none);
      products.begin(1);
      for (int unit = 0; unit < layer.outP; unit += Block.WIDTH) {
        for (int chunk = 0; chunk * Products.INPUTS < layer.in; chunk++) {
          products.descend(layer, from, to, unit, chunk, examples, rate, chunk > 0);
        }
      }
    }

    @Override
    public String toString() {
      return layer.in + " -> " + layer.out + ", " + examples + " examples";
    }
  }
}
