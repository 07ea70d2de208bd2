package downhill.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.equations.ForwardPass;
import downhill.equations.ReferenceNetwork;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  private static final Network NETWORK = Network.initial(Architecture.of(30, 40, 20, 7), 4);

  /** Wider than a panel, with panels that are full and one that is not. */
  private static final Network WIDE = Network.initial(Architecture.of(784, 300, 130, 10), 5);

  /**
   * A 2-2-2 network by hand: W¹ = [[1, −1], [0, 2]], b¹ = [0, 1], W² = [[1, 1], [−1, 0]], b² = 0.
   */
  @Test
  void aWorkedExample() {
    Network network =
        Network.of(
            Architecture.of(2, 2, 2),
            new float[][] {{1, -1, 0, 2}, {1, 1, -1, 0}},
            new float[][] {{0, 1}, {0, 0}});
    // x = [1, 0.5]: z¹ = [0.5, 2], a¹ the same, z² = [2.5, −0.5].
    assertThat(network.probabilities(new float[] {1, 0.5f})[0])
        .isCloseTo((float) (1 / (1 + Math.exp(-3))), within(1e-7f));
    // x = [0, 1]: z¹ = [−1, 3], a¹ = [0, 3], z² = [3, 0].
    assertThat(network.probabilities(new float[] {0, 1})[1])
        .isCloseTo((float) (1 / (1 + Math.exp(3))), within(1e-7f));
    assertThat(network.classify(new float[] {0, 1})).isZero();
  }

  @Test
  void gettersGiveBackWhatWasPutIn() {
    float[] W1 = NETWORK.weights(1);
    float[] W2 = NETWORK.weights(2);
    float[] W3 = NETWORK.weights(3);
    Network again =
        Network.of(
            NETWORK.architecture(),
            new float[][] {W1, W2, W3},
            new float[][] {new float[40], new float[20], new float[7]});
    assertThat(again.weights(2)).containsExactly(W2);
    W2[0] = 17;
    assertThat(again.weights(2)[0]).as("a copy").isNotEqualTo(17);
    again.weights(2)[0] = 18;
    assertThat(again.weights(2)[0]).as("a copy").isNotEqualTo(18);
    assertThat(again.biases(3)).hasSize(7).containsOnly(0);
    assertThatThrownBy(() -> again.weights(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> again.biases(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void networksOfTheSameBitsAreEqual() {
    Architecture widths = Architecture.of(3, 4, 2);
    Network network = Network.initial(widths, 1);
    assertThat(Network.initial(widths, 1)).isEqualTo(network).hasSameHashCodeAs(network);
    assertThat(network)
        .isNotEqualTo(Network.initial(widths, 2))
        .isNotEqualTo(Network.initial(Architecture.of(4, 3, 2), 1))
        .isNotEqualTo(widths);
    for (int l = 1; l <= 2; l++) {
      float[][] W = {network.weights(1), network.weights(2)};
      float[][] b = {network.biases(1), network.biases(2)};
      assertThat(Network.of(widths, W, b)).isEqualTo(network);
      float last = W[l - 1][W[l - 1].length - 1];
      W[l - 1][W[l - 1].length - 1] = Math.nextUp(last);
      assertThat(Network.of(widths, W, b)).as("weights %d", l).isNotEqualTo(network);
      W[l - 1][W[l - 1].length - 1] = last;
      b[l - 1][1] = -0f;
      assertThat(Network.of(widths, W, b)).as("biases %d", l).isNotEqualTo(network);
    }
  }

  @Test
  void initialWeightsAreAFunctionOfTheSeed() {
    Architecture widths = Architecture.of(30, 40, 20, 7);
    assertThat(Network.initial(widths, 4).weights(1)).containsExactly(NETWORK.weights(1));
    assertThat(Network.initial(widths, 5).weights(1)).isNotEqualTo(NETWORK.weights(1));
    assertThat(NETWORK.biases(1)).containsOnly(0);
    Network square = Network.initial(Architecture.of(9, 9, 9), 4);
    assertThat(square.weights(1)).as("each layer its own").isNotEqualTo(square.weights(2));
  }

  /** Numbers, not only equality: what a seed gave once it gives for ever, on every machine. */
  @Test
  void theFirstWeightsOfSeedOne() {
    float[] W = Network.initial(Architecture.of(784, 10), 1).weights(1);
    int[] bits = new int[4];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(W[i]);
    }
    assertThat(bits).containsExactly(-1115186594, 1032637437, -1115327126, 1030145373);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Architecture widths = Architecture.of(2, 3);
    float[] six = new float[6];
    float[] three = new float[3];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(widths, new float[][] {six, six}, new float[][] {three}))
        .withMessageContaining("expected 1 weight matrices");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(widths, new float[][] {three}, new float[][] {three}))
        .withMessage("weights of layer 1: expected 6 values for [3, 2], found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(widths, new float[][] {six}, new float[][] {six}))
        .withMessage("biases of layer 1: expected 3 values for [3], found 6");
    float[] broken = {0, 0, 0, 0, Float.NaN, 0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.of(widths, new float[][] {broken}, new float[][] {three}))
        .withMessage("weights of layer 1: expected finite numbers, found NaN at index 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NETWORK.classify(new float[29]))
        .withMessageContaining("expected 30 inputs, found 29");
    float[] x = new float[30];
    x[3] = Float.NaN;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NETWORK.probabilities(x))
        .withMessage("input 3: expected a finite number, found NaN");
  }

  private static byte[] examples(int n) {
    return examples(NETWORK, n);
  }

  private static byte[] examples(Network network, int n) {
    byte[] examples = new byte[n * network.architecture().inputs()];
    new SplittableRandom(2).nextBytes(examples);
    return examples;
  }

  private static float[] scaled(byte[] examples, int i) {
    return scaled(NETWORK, examples, i);
  }

  private static float[] scaled(Network network, byte[] examples, int i) {
    int inputs = network.architecture().inputs();
    float[] x = new float[inputs];
    for (int j = 0; j < inputs; j++) {
      x[j] = (examples[i * inputs + j] & 0xFF) / 255f;
    }
    return x;
  }

  /** One at a time or many, from bytes or floats, any threads and kernels: the same bits. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 127, 128, 129, 300})
  void predictionsAreTheSameHoweverTheyAreAskedFor(int n) {
    assertSame(NETWORK, n);
    assertSame(WIDE, n);
  }

  private static void assertSame(Network network, int n) {
    int inputs = network.architecture().inputs();
    int classes = network.architecture().classes();
    byte[] examples = examples(network, n);
    float[] x = new float[n * inputs];
    for (int i = 0; i < n; i++) {
      System.arraycopy(scaled(network, examples, i), 0, x, i * inputs, inputs);
    }
    try (Predictor scalar = new Predictor(network, new Execution(1, Kernel.SCALAR));
        Predictor vector = new Predictor(network, new Execution(3, Kernel.VECTOR))) {
      Predictions one = scalar.predict(examples, 0, n);
      Predictions other = vector.predict(x, 0, n);
      assertThat(one.count()).isEqualTo(n);
      assertThat(one.classes()).isEqualTo(classes);
      for (int i = 0; i < n; i++) {
        float[] alone = scaled(network, examples, i);
        assertThat(other.probabilities(i)).containsExactly(one.probabilities(i));
        assertThat(network.probabilities(alone)).containsExactly(one.probabilities(i));
        assertThat(network.classify(alone)).isEqualTo(one.label(i));
        assertThat(other.label(i)).isEqualTo(one.label(i));
        for (int k = 0; k < classes; k++) {
          assertThat(other.logit(i, k)).isEqualTo(one.logit(i, k));
        }
      }
      Predictions part = vector.predict(examples, n - 1, 1);
      assertThat(part.probabilities(0)).containsExactly(one.probabilities(n - 1));
    }
  }

  @Test
  void agreesWithTheEquations() {
    double[][][] weights = new double[3][][];
    double[][] biases = new double[3][];
    for (int l = 1; l <= 3; l++) {
      int in = NETWORK.architecture().width(l - 1);
      float[] W = NETWORK.weights(l);
      weights[l - 1] = new double[NETWORK.architecture().width(l)][in];
      biases[l - 1] = new double[weights[l - 1].length];
      for (int i = 0; i < W.length; i++) {
        weights[l - 1][i / in][i % in] = W[i];
      }
    }
    ReferenceNetwork reference = new ReferenceNetwork(weights, biases);
    byte[] examples = examples(50);
    try (Predictor predictor = new Predictor(NETWORK, Execution.defaults())) {
      Predictions predictions = predictor.predict(examples, 0, 50);
      for (int i = 0; i < 50; i++) {
        double[] x = new double[30];
        for (int j = 0; j < 30; j++) {
          x[j] = (examples[i * 30 + j] & 0xFF) / 255.0;
        }
        ForwardPass pass = reference.forward(x);
        for (int k = 0; k < 7; k++) {
          assertThat((double) predictions.logit(i, k)).isCloseTo(pass.logits(3)[k], within(1e-5));
          assertThat((double) predictions.probability(i, k))
              .isCloseTo(pass.probabilities()[k], within(1e-6));
          assertThat(predictions.loss(i, k)).isCloseTo(pass.loss(k), within(1e-5));
        }
      }
    }
  }

  @Test
  void isSafeToShareBetweenThreads() throws Exception {
    byte[] examples = examples(200);
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        Predictor predictor = new Predictor(NETWORK, Execution.singleThread())) {
      Predictions expected = predictor.predict(examples, 0, 200);
      Callable<Void> classifyAll =
          () -> {
            for (int i = 0; i < 200; i++) {
              assertThat(NETWORK.probabilities(scaled(examples, i)))
                  .containsExactly(expected.probabilities(i));
            }
            return null;
          };
      for (Future<Void> done :
          threads.invokeAll(Stream.generate(() -> classifyAll).limit(4).toList())) {
        done.get();
      }
    }
  }

  @Test
  void aPredictorRefusesWhatIsNotThere() {
    try (Predictor predictor = new Predictor(NETWORK, Execution.singleThread())) {
      byte[] two = new byte[60];
      assertThat(predictor.predict(two, 0, 0).count()).isZero();
      assertThatThrownBy(() -> predictor.predict(two, 1, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> predictor.predict(new byte[61], 0, 1))
          .withMessageContaining("multiple of 30");
      assertThatThrownBy(() -> predictor.predict(two, 0, 1).loss(0, 7))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Execution(0, Kernel.AUTO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Predictor(NETWORK, Execution.singleThread(), -1))
        .withMessage("examples: expected 0 or more, found -1");
  }

  /** NaN would be class 0, as everything is that is no number. */
  @Test
  void aPredictorRefusesWhatIsNoNumber() {
    for (Kernel kernel : new Kernel[] {Kernel.SCALAR, Kernel.VECTOR}) {
      try (Predictor predictor = new Predictor(NETWORK, new Execution(2, kernel))) {
        float[] many = new float[40 * 30];
        Arrays.fill(many, 0.5f);
        assertThat(predictor.predict(many, 0, 40).count()).isEqualTo(40);
        many[67] = Float.NaN;
        for (int count : new int[] {2, 39}) { // one by one, and together
          assertThatIllegalArgumentException()
              .isThrownBy(() -> predictor.predict(many, 1, count))
              .withMessage("example 2: expected finite values, found NaN at index 7");
        }
        assertThat(predictor.predict(many, 3, 37).count()).as("without it").isEqualTo(37);
      }
    }
  }

  @Test
  void aNewLastLayerIsThatOfANewNetwork() {
    Network network = Network.initial(Architecture.of(7, 5, 4, 3), 1);
    Network changed = network.withNewLastLayer(6, 9);
    assertThat(changed.architecture()).hasToString("7-5-4-6");
    for (int l = 1; l <= 2; l++) {
      assertThat(changed.weights(l)).isEqualTo(network.weights(l));
      assertThat(changed.biases(l)).isEqualTo(network.biases(l));
    }
    Network fresh = Network.initial(Architecture.of(7, 5, 4, 6), 9);
    assertThat(changed.weights(3)).isEqualTo(fresh.weights(3));
    assertThat(changed.biases(3)).containsOnly(0);
    assertThat(network.architecture()).hasToString("7-5-4-3");
    assertThatThrownBy(() -> network.withNewLastLayer(1, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 classes");
  }

  @Test
  void moreAnswersThanAnArrayHoldsAreRefused() {
    Network network = Network.initial(Architecture.of(1, 4096), 1);
    try (Predictor predictor = new Predictor(network, Execution.singleThread())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> predictor.predict(new byte[600_000], 0, 600_000))
          .withMessage(
              "count: expected at most 524287 examples of 4096 classes at once, found 600000");
    }
  }
}
