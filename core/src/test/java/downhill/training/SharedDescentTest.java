package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Steps that many take together, against those of one trainer. */
class SharedDescentTest {
  private static final Architecture WIDTHS = Architecture.of(7, 40, 5, 3);
  private static final Execution ONE = new Execution(1, Kernel.SCALAR);
  private static final Execution TWO = new Execution(2, Kernel.VECTOR);

  private static Dataset data(int n, boolean weighted) {
    Random random = new Random(3);
    float[] values = new float[n * 7];
    int[] labels = new int[n];
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(3);
      weights[i] = 0.5f + random.nextFloat();
      for (int j = 0; j < 7; j++) {
        values[i * 7 + j] = (float) random.nextGaussian() + (j == labels[i] ? 2 : 0);
      }
    }
    Dataset data = Dataset.ofFloats(values, 7, labels, List.of("a", "b", "c"));
    return weighted ? data.withWeights(weights) : data;
  }

  private static TrainingConfiguration configuration() {
    return TrainingConfiguration.descent(2, 60, 0.1, 5)
        .withShuffle(false)
        .withOptimizer(Optimizer.Adam.defaults())
        .withRegularization(
            Regularization.NONE.withL2(0.01).withWeightDecay(0.1).withClipNorm(0.5));
  }

  @Test
  void aGradientOfAnotherShapeIsRefused() {
    TrainingConfiguration c = configuration();
    SharedDescent descent =
        new SharedDescent(c, TrainingState.start(c, Network.initial(WIDTHS, 1)));
    float[][] weights = {new float[7 * 40], new float[40 * 5], new float[5 * 3]};
    float[][] biases = {new float[40], new float[5], new float[4]};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> descent.apply(new PartialMean(weights, biases, 1, 1, 0, 1), 0.1, 1, 1))
        .withMessage("gradient of layer 3: expected 15 weights and 3 biases, found 15 and 4");
    float[][] two = {weights[0], weights[1]};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> descent.apply(new PartialMean(two, biases, 1, 1, 0, 1), 0.1, 1, 1))
        .withMessage("gradient: expected one of 3 layers, found 2 of weights and 3 of biases");
  }

  @Test
  void stepsThatAreNoneAreRefused() {
    TrainingConfiguration c = configuration();
    SharedDescent descent =
        new SharedDescent(c, TrainingState.start(c, Network.initial(WIDTHS, 1)));
    float[][] weights = {new float[7 * 40], new float[40 * 5], new float[5 * 3]};
    float[][] biases = {new float[40], new float[5], new float[3]};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> descent.apply(new PartialMean(weights, biases, 1, 1, 0, 1), 0.1, 0, 1))
        .withMessage("step: expected 1 or more, found 0");
  }

  @Test
  void batchesThatAreNoneAreRefused() {
    Dataset all = data(10, false);
    Network network = Network.initial(WIDTHS, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GradientWorker(configuration(), network, all, 0, ONE))
        .withMessage("most: expected 1 or more, found 0");
    try (GradientWorker worker = new GradientWorker(configuration(), network, all, 4, ONE)) {
      assertRefused(worker, 0, 1, 0, 4, "epoch: expected 1 or more, found 0");
      assertRefused(worker, 1, 0, 0, 4, "number: expected 1 or more, found 0");
      assertRefused(worker, 1, 1, 0, 0, "count: expected 1 to 4 examples, found 0");
      assertRefused(worker, 1, 1, 0, 5, "count: expected 1 to 4 examples, found 5");
      String begins = "from: expected 0 to 6, where a batch of 4 of the 10 examples may begin, ";
      assertRefused(worker, 1, 1, -1, 4, begins + "found -1");
      assertRefused(worker, 1, 1, 7, 4, begins + "found 7");
      assertRefused(worker, 1, 1, Integer.MAX_VALUE, 4, begins + "found 2147483647");
      assertThat(worker.of(1, 1, 6, 4).examples()).isEqualTo(4);
    }
    try (GradientWorker worker =
        new GradientWorker(configuration(), network, all, Integer.MAX_VALUE, ONE)) {
      assertRefused(worker, 1, 1, 0, 11, "count: expected 1 to 10 examples, found 11");
    }
  }

  private static void assertRefused(
      GradientWorker worker, int epoch, long number, int from, int count, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> worker.of(epoch, number, from, count))
        .withMessage(message);
  }

  /** Takes two epochs of whole batches, each computed in parts. */
  private static Network together(TrainingConfiguration c, List<Dataset> parts, Execution machine) {
    Network initial = Network.initial(WIDTHS, 1);
    SharedDescent descent = new SharedDescent(c, TrainingState.start(c, initial));
    for (int epoch = 1; epoch <= 2; epoch++) {
      List<PartialMean> gradients = new ArrayList<>();
      for (Dataset part : parts) {
        try (GradientWorker worker =
            new GradientWorker(c, descent.network(), part, part.size(), machine)) {
          gradients.add(worker.of(epoch, epoch, 0, part.size()));
        }
      }
      descent.apply(PartialMean.mean(gradients), 0.1, epoch, epoch);
    }
    return descent.network();
  }

  private static void assertNear(Network one, Network other, float distance) {
    for (int l = 1; l <= WIDTHS.layers(); l++) {
      assertThat(one.weights(l))
          .usingComparatorWithPrecision(distance)
          .containsExactly(other.weights(l));
      assertThat(one.biases(l))
          .usingComparatorWithPrecision(distance)
          .containsExactly(other.biases(l));
    }
  }

  @Test
  void partsOfABatchGiveTheStepOfTheWhole() {
    for (boolean weighted : new boolean[] {false, true}) {
      Dataset all = data(60, weighted);
      Network whole = new Trainer(configuration(), TWO).train(Network.initial(WIDTHS, 1), all);
      List<Dataset> parts = List.of(all.slice(0, 13), all.slice(13, 50), all.slice(50, 60));
      // Adam divides by √v, so a gradient near 0 may show the last bit of its sum.
      assertNear(together(configuration(), parts, TWO), whole, 2e-4f);
      assertNear(together(configuration(), List.of(all), TWO), whole, 2e-4f);
    }
  }

  @Test
  void theMachineChangesNoBit() {
    Dataset all = data(60, true);
    List<Dataset> parts = List.of(all.slice(0, 13), all.slice(13, 60));
    assertNear(
        together(configuration(), parts, ONE),
        together(configuration(), parts, TWO),
        Float.MIN_VALUE);
  }

  /** A gradient that is no number is told, and the next one is right again. */
  @Test
  void aWorkerChangesNothing() {
    float[] values = new float[4 * 7];
    Arrays.fill(values, 0, 7, 3e38f); // so the first example overflows
    Arrays.fill(values, 7, values.length, 0.5f);
    Dataset all = Dataset.ofFloats(values, 7, new int[] {0, 1, 2, 0}, List.of("a", "b", "c"));
    Network network = Network.initial(WIDTHS, 1);
    try (GradientWorker worker = new GradientWorker(configuration(), network, all, 2, TWO);
        GradientWorker fresh = new GradientWorker(configuration(), network, all, 2, TWO)) {
      PartialMean broken = worker.of(1, 1, 0, 1);
      assertThat(broken.weights()[2]).contains(Float.NaN);
      assertThat(worker.of(1, 2, 1, 2).weights()[0]).isEqualTo(fresh.of(1, 2, 1, 2).weights()[0]);
    }
  }

  @Test
  void lossAndCountsAddUp() {
    Dataset all = data(60, true);
    Network network = Network.initial(WIDTHS, 1);
    List<PartialMean> parts = new ArrayList<>();
    for (Dataset part : List.of(all.slice(0, 13), all.slice(13, 60))) {
      try (GradientWorker worker =
          new GradientWorker(configuration(), network, part, part.size(), TWO)) {
        parts.add(worker.of(1, 1, 0, part.size()));
      }
    }
    PartialMean sum = PartialMean.mean(parts);
    double loss = 0;
    double weight = 0;
    for (int i = 0; i < 60; i++) {
      loss += all.weight(i) * -Math.log(network.probabilities(all.example(i))[all.label(i)]);
      weight += all.weight(i);
    }
    assertThat(sum.loss()).isCloseTo(loss, within(1e-4));
    assertThat(sum.weight()).isCloseTo(weight, within(1e-9));
    assertThat(sum.examples()).isEqualTo(60);
  }

  /** Whoever asks for gradients may go back to an epoch. */
  @Test
  void everyEpochHasItsOwnOrderWhateverCameBefore() {
    TrainingConfiguration shuffled = configuration().withShuffle(true);
    Dataset all = data(60, false);
    Network network = Network.initial(WIDTHS, 1);
    List<float[]> gradients = new ArrayList<>();
    try (GradientWorker worker = new GradientWorker(shuffled, network, all, 13, TWO)) {
      for (int epoch : new int[] {1, 2, 1, 3}) {
        float[] found = worker.of(epoch, 1, 0, 13).weights()[0];
        try (GradientWorker fresh = new GradientWorker(shuffled, network, all, 13, TWO)) {
          assertThat(found).as("epoch %d", epoch).isEqualTo(fresh.of(epoch, 1, 0, 13).weights()[0]);
        }
        gradients.add(found);
      }
    }
    assertThat(gradients.get(1)).isNotEqualTo(gradients.get(0));
    assertThat(gradients.get(3)).isNotEqualTo(gradients.get(0)).isNotEqualTo(gradients.get(1));
  }

  /** What sees nothing of its inputs does not miss them; hidden units it does. */
  @Test
  void aWorkerDropsInputsAndHiddenUnitsApart() {
    Network he = Network.initial(WIDTHS, 1);
    float[] ones = new float[40];
    Arrays.fill(ones, 1);
    Network blind =
        Network.of(
            WIDTHS,
            new float[][] {new float[40 * 7], he.weights(2), he.weights(3)},
            new float[][] {ones, he.biases(2), he.biases(3)});
    Regularization whole = Regularization.NONE;
    Regularization inputs = whole.withInputDropout(0.5);
    Regularization hidden = whole.withDropout(0.5);
    assertThat(gradient(blind, inputs, 5)).isEqualTo(gradient(blind, whole, 5));
    assertThat(gradient(blind, hidden, 5))
        .isNotEqualTo(gradient(blind, whole, 5))
        .isNotEqualTo(gradient(blind, hidden, 6));
    assertThat(gradient(he, inputs, 5))
        .isNotEqualTo(gradient(he, whole, 5))
        .isNotEqualTo(gradient(he, inputs, 6));
  }

  /** Returns the last layer's gradient of all examples at once. */
  private static float[] gradient(Network network, Regularization regularization, long seed) {
    TrainingConfiguration configuration =
        configuration().withSeed(seed).withRegularization(regularization);
    Dataset all = data(60, false);
    try (GradientWorker worker = new GradientWorker(configuration, network, all, 60, TWO)) {
      return worker.of(1, 1, 0, 60).weights()[2];
    }
  }
}
