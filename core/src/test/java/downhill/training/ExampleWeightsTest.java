package downhill.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import downhill.data.Dataset;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExampleWeightsTest {
  private static final Architecture WIDTHS = Architecture.of(5, 33, 3);
  private static final Execution TWO = new Execution(2, Kernel.VECTOR);

  private static Dataset data(int[] examples) {
    byte[] values = new byte[examples.length * 5];
    int[] labels = new int[examples.length];
    for (int i = 0; i < examples.length; i++) {
      Random random = new Random(examples[i]);
      labels[i] = random.nextInt(3);
      for (int j = 0; j < 5; j++) {
        values[i * 5 + j] = (byte) random.nextInt(256);
      }
    }
    return Dataset.of(values, 1, 5, labels, List.of("a", "b", "c"));
  }

  private static Network trained(Dataset data, int batch, Execution execution) {
    return trained(data, batch, execution, List.of());
  }

  private static Network trained(
      Dataset data, int batch, Execution execution, List<Double> classWeights) {
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(3, batch, 0.2, 1)
            .withShuffle(false)
            .withRegularization(Regularization.NONE.withClassWeights(classWeights));
    return new Trainer(configuration, execution).train(Network.initial(WIDTHS, 1), data);
  }

  @Test
  void anExampleThatCountsTwoIsLikeTwoOfThem() {
    Dataset weighted = data(new int[] {1, 2, 3, 4}).withWeights(new float[] {2, 1, 0, 3});
    Network repeated = trained(data(new int[] {1, 1, 2, 4, 4, 4}), 6, TWO);
    Network network = trained(weighted, 4, TWO);
    for (int l = 1; l <= 2; l++) {
      assertThat(network.weights(l))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(repeated.weights(l));
    }
  }

  /** All of them are powers of two, so the products are exact. */
  @Test
  void weightsOfExamplesAndOfClassesAreMultiplied() {
    Dataset plain = data(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    List<Double> classes = List.of(2.0, 0.5, 4.0);
    float[] weights = new float[plain.size()];
    float[] products = new float[plain.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 2 == 0 ? 1f : 0.25f;
      products[i] = (float) (classes.get(plain.label(i)) * weights[i]);
    }
    Network both = trained(plain.withWeights(weights), 5, TWO, classes);
    Network product = trained(plain.withWeights(products), 5, TWO);
    assertThat(both.weights(1)).isEqualTo(product.weights(1));
    assertThat(both.biases(2)).isEqualTo(product.biases(2));
    assertThat(trained(plain.withWeights(weights), 5, TWO).weights(1))
        .isNotEqualTo(both.weights(1));
  }

  /** Each list has a number above 0, but no example has two of them. */
  @Test
  void examplesThatCountNothingTogetherAreRefused() {
    Dataset data = data(new int[] {1, 2, 3, 4});
    float[] weights = new float[4];
    List<Double> classes = new ArrayList<>(List.of(1.0, 1.0, 1.0));
    classes.set(data.label(0), 0.0);
    weights[0] = 1;
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(1, 4, 0.2, 1)
            .withRegularization(Regularization.NONE.withClassWeights(classes));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Trainer(configuration, TWO)
                .train(Network.initial(WIDTHS, 1), data.withWeights(weights)))
        .withMessageStartingWith("weights: expected one above 0");
    // A part of the data may hold none of those that count.
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trained(data.withWeights(weights).slice(1, 4), 3, TWO))
        .withMessageStartingWith("weights: expected one above 0");
  }

  /** Mislabelled, the first thousand would make a good network look hopeless. */
  @Test
  void whatCountsNothingJudgesNoCheckpoint() {
    int n = 1200;
    float[] weights = new float[n];
    byte[] values = new byte[n * 5];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      int kind = i % 3;
      boolean counts = i >= 1000;
      weights[i] = counts ? 1 : 0;
      values[i * 5 + kind] = (byte) 255;
      labels[i] = counts ? kind : (kind + 1) % 3;
    }
    Dataset data = Dataset.of(values, 1, 5, labels, List.of("a", "b", "c")).withWeights(weights);
    List<TrainingEvent> back = new ArrayList<>();
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(300, 100, 2, 1).withRetries(3);
    Network network =
        new Trainer(configuration, TWO)
            .with(Checkpoints.EVERY_EPOCH)
            .train(
                Network.initial(WIDTHS, 1),
                data,
                event -> {
                  if (event instanceof TrainingEvent.WentBack) {
                    back.add(event);
                  }
                });
    assertThat(back).isEmpty();
    assertThat(Evaluation.of(network, data.slice(0, 1000), TWO).loss())
        .as("these would have called it hopeless")
        .isGreaterThan(10 * Math.log(3));
  }

  @Test
  void weightsThatAreAllAlikeChangeNothing() {
    Dataset plain = data(new int[] {1, 2, 3, 4, 5, 6, 7});
    Dataset ones = plain.withWeights(new float[] {4, 4, 4, 4, 4, 4, 4});
    assertThat(trained(ones, 3, TWO).weights(1)).isEqualTo(trained(plain, 3, TWO).weights(1));
  }

  @Test
  void threadsAndKernelsChangeNoBit() {
    int[] examples = new Random(9).ints(300, 0, 1000).toArray();
    Dataset plain = data(examples);
    float[] weights = new float[examples.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = examples[i] % 7 / 3f;
    }
    Dataset weighted = plain.withWeights(weights);
    Network expected = trained(weighted, 67, TWO);
    for (Execution other :
        List.of(new Execution(1, Kernel.SCALAR), new Execution(3, Kernel.VECTOR))) {
      Network network = trained(weighted, 67, other);
      assertThat(network.weights(1)).isEqualTo(expected.weights(1));
      assertThat(network.biases(2)).isEqualTo(expected.biases(2));
    }
    assertThat(trained(plain, 67, TWO).weights(1)).isNotEqualTo(expected.weights(1));
  }

  @Test
  void aBatchThatCountsNothingMovesNothing() {
    Dataset data = data(new int[] {1, 2, 3, 4}).withWeights(new float[] {1, 1, 0, 0});
    Network one = trained(data.slice(0, 2), 2, TWO);
    assertThat(trained(data, 2, TWO).weights(1)).isEqualTo(one.weights(1));
  }
}
