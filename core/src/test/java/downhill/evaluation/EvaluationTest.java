package downhill.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  // By hand:            taken for 0  1  2
  //   of class 0 (3):             2  1  0
  //   of class 1 (2):             0  2  0
  //   of class 2 (3):             1  1  1
  private final int[] labels = {0, 0, 0, 1, 1, 2, 2, 2};
  private final int[] predicted = {0, 0, 1, 1, 1, 0, 1, 2};
  private final double[] losses = {0.25, 0.5, 1, 0.125, 0.125, 2, 3, 1};
  private final Evaluation evaluation = Evaluation.of(3, labels, predicted, losses);

  @Test
  void accuracyAndLoss() {
    assertThat(evaluation.examples()).isEqualTo(8);
    assertThat(evaluation.classes()).isEqualTo(3);
    assertThat(evaluation.accuracy()).isEqualTo(5.0 / 8);
    assertThat(evaluation.loss()).isEqualTo(1);
    assertThat(evaluation).hasToString("accuracy 62.50 %, loss 1.0000, 8 examples");
  }

  @Test
  void confusion() {
    assertThat(evaluation.confusionMatrix())
        .isDeepEqualTo(new int[][] {{2, 1, 0}, {0, 2, 0}, {1, 1, 1}});
    assertThat(evaluation.confusion(2, 0)).isEqualTo(1);
    assertThat(evaluation.confusion(0, 2)).isZero();
    evaluation.confusionMatrix()[0][0] = 99;
    assertThat(evaluation.confusion(0, 0)).isEqualTo(2);
    assertThatThrownBy(() -> evaluation.confusion(0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> evaluation.confusion(-1, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void scoresOfEachClass() {
    // F1 = 2PR/(P + R): 2·(2/3)·(2/3)/(4/3) = 2/3; 2·(1/2)·1/(3/2) = 2/3; 2·1·(1/3)/(4/3) = 1/2
    assertThat(evaluation.scores(0)).isEqualTo(new ClassScores(2.0 / 3, 2.0 / 3, 2.0 / 3, 3));
    assertThat(evaluation.scores(1)).isEqualTo(new ClassScores(0.5, 1, 2.0 / 3, 2));
    assertThat(evaluation.scores(2)).isEqualTo(new ClassScores(1, 1.0 / 3, 0.5, 3));
    assertThatThrownBy(() -> evaluation.scores(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void macroAverage() {
    ClassScores macro = evaluation.macroAverage();
    assertThat(macro.precision()).isCloseTo(13.0 / 18, within(1e-15));
    assertThat(macro.recall()).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(macro.f1()).isCloseTo(11.0 / 18, within(1e-15));
    assertThat(macro.support()).isEqualTo(8);
  }

  @Test
  void whatIsNotDefinedIsNaN() {
    // Class 1 is there and never taken; 2 is taken and not there; 3 is neither.
    Evaluation odd =
        Evaluation.of(4, new int[] {0, 0, 1}, new int[] {0, 2, 0}, new double[] {1, 1, 1});
    assertThat(odd.scores(0)).isEqualTo(new ClassScores(0.5, 0.5, 0.5, 2));
    assertThat(odd.scores(1)).isEqualTo(new ClassScores(Double.NaN, 0, 0, 1));
    assertThat(odd.scores(2)).isEqualTo(new ClassScores(0, Double.NaN, 0, 0));
    assertThat(odd.scores(3)).isEqualTo(new ClassScores(Double.NaN, Double.NaN, Double.NaN, 0));
    assertThat(odd.macroAverage()).isEqualTo(new ClassScores(0.25, 0.25, 0.5 / 3, 3));
  }

  @Test
  void lossIsSummedInOrderInDouble() {
    // 1e16 swallows each 1 that comes after it, so the order shows.
    int[] zeros = new int[3];
    assertThat(Evaluation.of(1, zeros, zeros, new double[] {1, 1, 1e16}).loss())
        .isEqualTo((1e16 + 2) / 3)
        .isNotEqualTo(Evaluation.of(1, zeros, zeros, new double[] {1e16, 1, 1}).loss());
  }

  @Test
  void rowsColumnsAndDiagonalAddUp() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int classes = 1 + random.nextInt(12);
      int n = 1 + random.nextInt(200);
      int[] actual = random.ints(n, 0, classes).toArray();
      int[] taken = random.ints(n, 0, classes).toArray();
      Evaluation some = Evaluation.of(classes, actual, taken, new double[n]);
      int support = 0;
      double recalled = 0;
      for (int k = 0; k < classes; k++) {
        ClassScores scores = some.scores(k);
        support += scores.support();
        recalled += scores.support() == 0 ? 0 : scores.recall() * scores.support();
        int of = k;
        assertThat(Arrays.stream(actual).filter(a -> a == of).count())
            .as("seed %d, round %d", seed, round)
            .isEqualTo(scores.support());
        double harmonic =
            2 * scores.precision() * scores.recall() / (scores.precision() + scores.recall());
        if (!Double.isNaN(harmonic)) {
          assertThat(scores.f1()).isCloseTo(harmonic, within(1e-12));
        }
      }
      assertThat(support).as("seed %d, round %d", seed, round).isEqualTo(n);
      assertThat(recalled / n).isCloseTo(some.accuracy(), within(1e-12));
    }
  }

  @Test
  void rejectsAnswersThatDoNotFit() {
    assertThatThrownBy(() -> Evaluation.of(2, new int[0], new int[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Evaluation.of(2, new int[2], new int[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 2, 1 and 2");
    assertThatThrownBy(() -> Evaluation.of(2, new int[] {2}, new int[1], new double[1]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new ClassScores(1.5, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision: expected 0 to 1, or NaN, found 1.5");
    assertThatThrownBy(() -> new ClassScores(1, 0, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
