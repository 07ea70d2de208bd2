package downhill.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who goes on, and for how long. */
class HalvingTest {
  @ParameterizedTest
  @CsvSource({
    "27, 9, 3, '27 9 3', '1 3 9', 63",
    "27, 27, 3, '27 9 3 1', '1 3 9 27', 81",
    "10, 9, 3, '10 3 1', '1 3 9', 22",
    "9, 100, 3, '9 3 1', '11 33 100', 232",
    "8, 4, 2, '8 4 2', '1 2 4', 16",
    "5, 7, 1, '5', '7', 35",
    "1, 9, 3, '1', '9', 9",
    "27, 1, 3, '27', '1', 27",
    "2, 9, 3, '2', '9', 18",
  })
  void rungs(int trials, int epochs, int factor, String counts, String ends, long all) {
    Halving halving = new Halving(trials, epochs, factor);
    assertThat(IntStream.rangeClosed(1, halving.rungs()).map(halving::trials))
        .containsExactlyElementsOf(numbers(counts));
    assertThat(IntStream.rangeClosed(1, halving.rungs()).map(halving::epochs))
        .containsExactlyElementsOf(numbers(ends));
    assertThat(halving.allEpochs()).isEqualTo(all);
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
  }

  @Test
  void everyHalvingOfAnySizeNarrows() {
    for (int factor = 2; factor < 6; factor++) {
      for (int trials = 1; trials < 60; trials++) {
        for (int epochs = 1; epochs < 60; epochs++) {
          Halving halving = new Halving(trials, epochs, factor);
          assertThat(halving.trials(1)).isEqualTo(trials);
          assertThat(halving.epochs(halving.rungs())).isEqualTo(epochs);
          assertThat(halving.epochs(1)).isPositive();
          for (int rung = 2; rung <= halving.rungs(); rung++) {
            assertThat(halving.trials(rung)).isPositive().isLessThan(halving.trials(rung - 1));
            assertThat(halving.epochs(rung)).isGreaterThan(halving.epochs(rung - 1));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 9, 3", "10001, 9, 3", "9, 0, 3", "9, 9, 0"})
  void refusesWhatMakesNoSense(int trials, int epochs, int factor) {
    assertThatThrownBy(() -> new Halving(trials, epochs, factor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  private static Result result(int trial, int rung, double accuracy, double loss) {
    return new Result(trial, rung, List.of(new Validation(loss, accuracy)), null);
  }

  private static Result diverged(int trial, int rung) {
    return new Result(trial, rung, List.of(), "step 3");
  }

  private static List<Integer> ranking(Monitor monitor, Result... results) {
    return Leaderboard.of(Arrays.asList(results), monitor).ranking().stream()
        .map(Result::trial)
        .toList();
  }

  @Test
  void theMonitoredValueDecidesThenTheOtherThenTheNumber() {
    Result[] results = {
      result(1, 1, 0.8, 0.5),
      result(2, 1, 0.9, 0.6),
      result(3, 1, 0.8, 0.4),
      result(4, 1, 0.9, 0.6),
      diverged(5, 1)
    };
    assertThat(ranking(Monitor.ACCURACY, results)).containsExactly(2, 4, 3, 1, 5);
    assertThat(ranking(Monitor.LOSS, results)).containsExactly(3, 1, 2, 4, 5);
  }

  @Test
  void theLastEpochCountsAndNotTheBest() {
    Result fell =
        new Result(1, 1, List.of(new Validation(0.1, 0.99), new Validation(0.9, 0.5)), null);
    assertThat(ranking(Monitor.ACCURACY, fell, result(2, 1, 0.6, 0.8))).containsExactly(2, 1);
  }

  @Test
  void laterRungsComeBeforeEarlierOnesAndDivergedOnesLast() {
    assertThat(
            ranking(
                Monitor.ACCURACY,
                result(1, 1, 0.95, 0.1),
                result(2, 1, 0.97, 0.1),
                result(3, 1, 0.96, 0.1),
                result(2, 2, 0.4, 2),
                diverged(3, 2)))
        .containsExactly(2, 1, 3);
  }

  @Test
  void theBestGoOnInTheOrderOfTheirNumbersAndDivergedOnesNever() {
    List<Result> results = new ArrayList<>();
    double[] accuracies = {0.1, 0.7, 0.3, 0.9, 0.8, 0.2};
    for (int i = 0; i < accuracies.length; i++) {
      results.add(result(i + 1, 1, accuracies[i], 1));
    }
    results.add(diverged(7, 1));
    Leaderboard board = Leaderboard.of(results, Monitor.ACCURACY);
    assertThat(board.best(3)).containsExactly(2, 4, 5);
    assertThat(board.best(100)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(board.best()).map(Result::trial).hasValue(4);
    assertThat(Leaderboard.of(List.of(diverged(1, 1)), Monitor.LOSS).best()).isEmpty();
  }
}
