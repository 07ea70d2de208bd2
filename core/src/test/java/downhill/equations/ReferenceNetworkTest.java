package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceNetworkTest {
  /** The derivation's running example. */
  private final ReferenceNetwork running =
      new ReferenceNetwork(
          new double[][][] {{{1, 1}, {1, -1}}, {{1, 1}, {3, 2}}},
          new double[][] {{-1, 0}, {4, Math.log(3)}});

  private final double[] x = {1, 2};

  @Test
  void goesForwardThroughTheRunningExample() {
    ForwardPass pass = running.forward(x);
    assertThat(pass.activations(0)).containsExactly(1, 2);
    assertThat(pass.logits(1)).containsExactly(2, -1);
    assertThat(pass.activations(1)).containsExactly(2, 0);
    assertThat(pass.logits(2)).containsExactly(6, 6 + Math.log(3));
    assertThat(pass.probabilities()).containsExactly(new double[] {0.25, 0.75}, within(1e-15));
    assertThat(pass.loss(0)).isCloseTo(Math.log(4), within(1e-14));
  }

  @Test
  void goesBackwardThroughTheRunningExample() {
    Gradients gradients = running.gradients(x, 0);
    assertMatrix(gradients.weights(2), new double[][] {{-1.5, 0}, {1.5, 0}});
    assertMatrix(new double[][] {gradients.biases(2)}, new double[][] {{-0.75, 0.75}});
    assertMatrix(gradients.weights(1), new double[][] {{1.5, 3}, {0, 0}});
    assertMatrix(new double[][] {gradients.biases(1)}, new double[][] {{1.5, 0}});
    // (W¹)ᵀ (3/2, 0)
    assertMatrix(new double[][] {running.inputGradient(x, 0)}, new double[][] {{1.5, 1.5}});
  }

  @Test
  void aStepDownhillTakesAllGradientsBeforeAnyUpdate() {
    ReferenceNetwork next = running.descend(running.gradients(x, 0), 0.1);
    assertMatrix(next.weights(2), new double[][] {{1.15, 1}, {2.85, 2}});
    // Had W² been updated first, δ¹ would be −3/4 · 1.15 + 3/4 · 2.85 = 1.275 and not 1.5.
    assertMatrix(next.weights(1), new double[][] {{0.85, 0.7}, {1, -1}});
    assertMatrix(new double[][] {next.biases(1)}, new double[][] {{-1.15, 0}});
    assertThat(next.forward(x).loss(0)).isCloseTo(0.2676, within(1e-4));
    assertThat(running.weights(1)[0]).containsExactly(1, 1);
  }

  @Test
  void theL1TermPullsWeightsAndLeavesBiases() {
    Gradients gradients = running.gradients(x, 0);
    ReferenceNetwork next = running.descend(gradients, 0.1, 0.5);
    // From the step without the term, another −0.1 · 0.5 · sgn(W)
    assertMatrix(next.weights(1), new double[][] {{0.8, 0.65}, {0.95, -0.95}});
    assertMatrix(new double[][] {next.biases(1)}, new double[][] {{-1.15, 0}});
  }

  /** Widths, from softmax regression to 25 hidden layers. */
  static Stream<int[]> networks() {
    return Stream.of(
        new int[] {4, 3},
        new int[] {1, 1, 2},
        new int[] {4, 5, 4, 3},
        new int[] {9, 16, 12, 8, 5},
        Example.widths(6, 12, 12, 4),
        Example.widths(6, 12, 25, 4),
        Example.widths(6, 12, 26, 4));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyGradientMatchesCentralDifferences(int[] widths) {
    int compared = 0;
    int skipped = 0;
    for (long seed = 1; seed <= 3; seed++) {
      Example e = Example.seeded(seed, widths);
      ReferenceNetwork network = e.network();
      Gradients gradients = network.gradients(e.x(), e.label());
      Wiggles wiggles = new Wiggles(network, network.forward(e.x()), e.label());
      for (int l = 1; l <= network.depth(); l++) {
        for (int i = 0; i < network.width(l); i++) {
          OptionalDouble bias = wiggles.lossByBias(l, i);
          if (bias.isPresent()) {
            assertThat(gradients.biases(l)[i])
                .as("%s, b of layer %d, %d", e, l, i)
                .isCloseTo(bias.getAsDouble(), within(1e-8));
          }
          for (int j = 0; j < network.width(l - 1); j++) {
            OptionalDouble weight = wiggles.lossByWeight(l, i, j);
            if (weight.isPresent()) {
              compared++;
              assertThat(gradients.weights(l)[i][j])
                  .as("%s, W of layer %d, %d, %d", e, l, i, j)
                  .isCloseTo(weight.getAsDouble(), within(1e-8));
            } else {
              skipped++;
            }
          }
        }
      }
    }
    assertThat(skipped).as("skipped, beside %d compared", compared).isLessThan(compared / 4);
  }

  @Test
  void inputGradientMatchesCentralDifferences() {
    Example e = Example.seeded(5, 6, 7, 5, 4);
    double[] gradient = e.network().inputGradient(e.x(), e.label());
    for (int j = 0; j < 6; j++) {
      int index = j;
      double measured =
          CentralDifferences.extrapolated(
              xj -> {
                double[] moved = e.x();
                moved[index] = xj;
                return e.network().forward(moved).loss(e.label());
              },
              e.x()[j],
              CentralDifferences.STEP);
      assertThat(gradient[j]).as("%s, x %d", e, j).isCloseTo(measured, within(1e-10));
    }
  }

  @Test
  void aBatchsGradientIsTheMeanOfItsExamples() {
    ReferenceNetwork network = Example.seeded(2, 4, 5, 3).network();
    double[][] xs = {{0.1, 0.9, 0.3, 0.5}, {0.8, 0, 0.4, 0.2}, {0.6, 0.7, 0, 1}};
    int[] labels = {2, 0, 1};
    Gradients mean = network.meanGradients(xs, labels);
    double weight = 0;
    double bias = 0;
    double loss = 0;
    for (int n = 0; n < 3; n++) {
      weight += network.gradients(xs[n], labels[n]).weights(1)[2][1] / 3;
      bias += network.gradients(xs[n], labels[n]).biases(2)[1] / 3;
      loss += network.forward(xs[n]).loss(labels[n]) / 3;
    }
    assertThat(mean.weights(1)[2][1]).isCloseTo(weight, within(1e-15));
    assertThat(mean.biases(2)[1]).isCloseTo(bias, within(1e-15));
    assertThat(network.meanLoss(xs, labels)).isCloseTo(loss, within(1e-15));
    // It is also the derivative of the mean loss.
    double[][][] weights = {network.weights(1), network.weights(2)};
    double[][] biases = {network.biases(1), network.biases(2)};
    double measured =
        CentralDifferences.extrapolated(
            w -> {
              weights[1][0][3] = w;
              return new ReferenceNetwork(weights, biases).meanLoss(xs, labels);
            },
            weights[1][0][3],
            CentralDifferences.STEP);
    assertThat(mean.weights(2)[0][3]).isCloseTo(measured, within(1e-10));
  }

  @Test
  void aBatchOfOneIsTheExampleItself() {
    Gradients one = running.meanGradients(new double[][] {x}, new int[] {0});
    assertThat(one.weights(1)).isDeepEqualTo(running.gradients(x, 0).weights(1));
  }

  @Test
  void stepsDownhillLowerTheLoss() {
    Example e = Example.seeded(3, 4, 8, 8, 3);
    ReferenceNetwork network = e.network();
    double before = network.forward(e.x()).loss(e.label());
    for (int step = 0; step < 50; step++) {
      network = network.descend(network.gradients(e.x(), e.label()), 0.05);
      double after = network.forward(e.x()).loss(e.label());
      assertThat(after).as("step %d", step).isLessThan(before);
      before = after;
    }
  }

  @Test
  void goesOnFromOtherLogits() {
    ForwardPass pass = running.forward(x);
    ForwardPass same = running.forwardFrom(pass, 1, pass.logits(1));
    assertThat(same.logits(2)).containsExactly(pass.logits(2));
    assertThat(same.sameActivePattern(pass)).isTrue();
    // a¹ = (2, 1): z² = (2 + 1 + 4, 6 + 2 + ln 3), and the second unit has woken up
    ForwardPass other = running.forwardFrom(pass, 1, new double[] {2, 1});
    assertThat(other.logits(2)).containsExactly(new double[] {7, 8 + Math.log(3)}, within(1e-14));
    assertThat(other.activations(0)).containsExactly(x);
    assertThat(other.sameActivePattern(pass)).isFalse();
  }

  @Test
  void initialWeightsAreHesAndBiases0() {
    ReferenceNetwork network = ReferenceNetwork.random(new SplittableRandom(1), 800, 200, 10);
    double sum = 0;
    double squares = 0;
    for (double[] row : network.weights(1)) {
      for (double w : row) {
        sum += w;
        squares += w * w;
      }
    }
    int n = 800 * 200;
    // Variance 2/800 = 0.0025; with 160,000 draws it is known to 0.35 %, the mean to 0.000125.
    assertThat(squares / n).isCloseTo(0.0025, within(0.0000450));
    assertThat(sum / n).isCloseTo(0, within(0.0006));
    assertThat(network.biases(1)).containsOnly(0).hasSize(200);
    assertThat(network.width(0)).isEqualTo(800);
    assertThat(network.width(2)).isEqualTo(10);
    assertThat(network.depth()).isEqualTo(2);
  }

  @Test
  void keepsItsParametersToItself() {
    double[][][] weights = {{{1, 2}}};
    double[][] biases = {{3}};
    ReferenceNetwork network = new ReferenceNetwork(weights, biases);
    weights[0][0][0] = 9;
    biases[0][0] = 9;
    network.weights(1)[0][1] = 9;
    network.biases(1)[0] = 9;
    assertThat(network.weights(1)).isDeepEqualTo(new double[][] {{1, 2}});
    assertThat(network.biases(1)).containsExactly(3);
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReferenceNetwork(new double[0][][], new double[0][]))
        .withMessage(
            "expected weights and biases of the same number of layers, at least 1, found 0 and 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ReferenceNetwork(
                new double[][][] {new double[5][4], new double[3][4]},
                new double[][] {new double[5], new double[3]}))
        .withMessage(
            "row 0 of the weights of layer 2: expected 5 values, one per unit of layer 1, found 4");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ReferenceNetwork(new double[][][] {new double[5][4]}, new double[1][4]))
        .withMessage("biases of layer 1: expected 5 values, one per row of its weights, found 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReferenceNetwork.random(new SplittableRandom(1), 4))
        .withMessage("widths: expected at least two, inputs and classes, found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReferenceNetwork.random(new SplittableRandom(1), 4, 0, 3))
        .withMessage("widths: expected 1 or more, found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> running.weights(3))
        .withMessage("layer: expected 1 to 2, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> running.forward(new double[3]))
        .withMessage("a: expected 2 values, one per column of W, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> running.meanGradients(new double[2][2], new int[3]))
        .withMessage("expected as many inputs as labels, at least 1, found 2 and 3");
  }

  private static void assertMatrix(double[][] found, double[][] expected) {
    assertThat(found).hasDimensions(expected.length, expected[0].length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).containsExactly(expected[i], within(1e-14));
    }
  }
}
