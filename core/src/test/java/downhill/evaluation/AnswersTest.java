package downhill.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Kernel;
import downhill.network.Network;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final double LOG2 = Math.log(2);

  private final Answers answers =
      Answers.of(
          2,
          List.of(
              new Answer(0, 0, 0, 0.75, 0.2877),
              new Answer(1, 1, 0, 0.75, 2 * LOG2),
              new Answer(2, 1, 1, 0.5, LOG2),
              new Answer(3, 0, 1, 0.875, 3 * LOG2),
              new Answer(4, 0, 1, 0.5, LOG2),
              new Answer(5, 1, 0, 0.875, 3 * LOG2)));

  @Test
  void theWorstMistakesAreTheWrongAnswersOfTheGreatestLoss() {
    assertThat(answers.worstMistakes(3)).extracting(Answer::example).containsExactly(3, 5, 1);
    assertThat(answers.worstMistakes(99)).extracting(Answer::example).containsExactly(3, 5, 1, 4);
    assertThat(answers.worstMistakes(0)).isEmpty();
  }

  @Test
  void theLeastSureMayBeRightOrWrong() {
    assertThat(answers.leastSure(4)).extracting(Answer::example).containsExactly(2, 4, 0, 1);
  }

  @Test
  void theProbabilityOfTheTrueClassComesFromTheLoss() {
    assertThat(answers.get(1).labelProbability()).isCloseTo(0.25, within(1e-15));
    assertThat(answers.get(0).labelProbability()).isEqualTo(0.75);
    assertThat(answers.get(3).right()).isFalse();
    assertThatThrownBy(() -> answers.get(6)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theyAreSummedUp() {
    assertThat(answers.size()).isEqualTo(6);
    assertThat(answers.evaluation().accuracy()).isEqualTo(2.0 / 6);
    assertThat(answers.evaluation().confusionMatrix()).isDeepEqualTo(new int[][] {{1, 2}, {2, 1}});
    // Bins: 0.5 twice, one right; 0.75 twice, one right; 0.875 twice, none right.
    assertThat(answers.calibration().expectedError())
        .isCloseTo((2 * 0 + 2 * 0.25 + 2 * 0.875) / 6, within(1e-15));
  }

  @Test
  void aNetworkIsAskedAboutEveryExample() {
    // One input, logits (x, −x): p of the first class is 1 / (1 + e^(−2x)).
    Network network =
        Network.of(Architecture.of(1, 2), new float[][] {{1, -1}}, new float[][] {{0, 0}});
    Dataset data =
        Dataset.of(
            new byte[] {0, (byte) 255, (byte) 51}, 1, 1, new int[] {0, 1, 0}, List.of("a", "b"));
    Answers found = Answers.of(network, data, Execution.singleThread());
    double sure = 1 / (1 + Math.exp(-2));
    double less = 1 / (1 + Math.exp(-0.4));
    assertThat(found.get(0)).isEqualTo(new Answer(0, 0, 0, 0.5, LOG2));
    assertThat(found.get(1).predicted()).isZero();
    assertThat(found.get(1).probability()).isCloseTo(sure, within(1e-6));
    assertThat(found.get(1).loss()).isCloseTo(-Math.log(1 - sure), within(1e-6));
    assertThat(found.get(2).probability()).isCloseTo(less, within(1e-6));
    assertThat(found.evaluation().loss())
        .isEqualTo(Evaluation.of(network, data, Execution.singleThread()).loss());
  }

  /** More of them than one forward pass takes. */
  @Test
  void everyAnswerIsThatOfItsExample() {
    int n = 2500;
    Random random = new Random(6);
    float[] floats = new float[n * 5];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    byte[] bytes = new byte[n * 5];
    random.nextBytes(bytes);
    int[] labels = random.ints(n, 0, 3).toArray();
    List<String> names = List.of("a", "b", "c");
    assertAnswers(Dataset.ofFloats(floats, 5, labels, names));
    assertAnswers(Dataset.of(bytes, 1, 5, labels, names));
  }

  private static void assertAnswers(Dataset data) {
    Network network = Network.initial(Architecture.of(5, 8, 3), 1);
    Answers found = Answers.of(network, data, new Execution(2, Kernel.VECTOR));
    assertThat(found.size()).isEqualTo(data.size());
    for (int i = 0; i < data.size(); i++) {
      float[] x = data.example(i);
      Answer answer = found.get(i);
      float[] probabilities = network.probabilities(x);
      assertThat(answer.example()).isEqualTo(i);
      assertThat(answer.label()).as("example %d", i).isEqualTo(data.label(i));
      assertThat(answer.predicted()).as("example %d", i).isEqualTo(network.classify(x));
      assertThat(answer.probability())
          .as("example %d", i)
          .isCloseTo(probabilities[answer.predicted()], within(1e-6));
      assertThat(answer.loss())
          .as("example %d", i)
          .isCloseTo(-Math.log(probabilities[data.label(i)]), within(1e-4));
    }
  }

  @Test
  void examplesAreNumberedFromZero() {
    assertThatThrownBy(() -> Answers.of(2, List.of(new Answer(1, 0, 0, 1, 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected example 0, found 1");
  }
}
