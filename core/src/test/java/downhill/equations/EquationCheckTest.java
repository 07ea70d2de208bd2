package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EquationCheckTest {
  static Stream<int[]> networks() {
    return Stream.of(
        new int[] {784, 512, 128, 64, 10},
        new int[] {4, 5, 4, 3},
        new int[] {784, 10},
        Example.widths(784, 32, 25, 10));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyEquationHoldsToOnePartInTenMillion(int[] widths) {
    for (long seed = 1; seed <= 3; seed++) {
      ReferenceNetwork network = Example.seeded(seed, widths).network();
      double[] x = pixels(seed, widths[0]);
      List<EquationCheck.Result> results = EquationCheck.run(network, x, 2, seed, 100);
      for (EquationCheck.Result result : results) {
        assertThat(result.largestError()).as("seed %d: %s", seed, result).isLessThan(1e-7);
        assertThat(result.comparisons()).as("seed %d: %s", seed, result).isPositive();
        // Differences that hardly ever avoid a kink would prove nothing.
        assertThat(result.skipped())
            .as("seed %d: %s", seed, result)
            .isLessThanOrEqualTo(result.comparisons() / 2);
      }
    }
  }

  /** Half the pixels black, the others anything above 0 and up to 1. */
  private static double[] pixels(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, n)
        .mapToDouble(j -> j % 2 == 0 ? 0 : random.nextInt(1, 256) / 255.0)
        .toArray();
  }

  @Test
  void listsEveryEquationInOrder() {
    Example e = Example.seeded(1, 4, 5, 4, 3);
    List<EquationCheck.Result> results = EquationCheck.run(e.network(), e.x(), e.label(), 1, 100);
    List<String> expected =
        Stream.concat(
                Stream.concat(
                    IntStream.rangeClosed(1, 19).mapToObj(n -> "(" + n + ")"), Stream.of("§7")),
                IntStream.rangeClosed(20, 22).mapToObj(n -> "(" + n + ")"))
            .toList();
    assertThat(results).extracting(EquationCheck.Result::equation).isEqualTo(expected);
  }

  @Test
  void aNetworkWithoutHiddenLayersHasNoUseForTheRecursion() {
    Example e = Example.seeded(1, 4, 3);
    assertThat(EquationCheck.run(e.network(), e.x(), e.label(), 1, 100))
        .extracting(EquationCheck.Result::equation)
        .contains("(3)", "(10)", "(12)", "(14)", "(22)")
        .doesNotContain("(13)", "(16)", "(17)", "(18)", "(19)");
  }

  @Test
  void smallLayersAreCheckedInFull() {
    Example e = Example.seeded(1, 4, 5, 4, 3);
    List<EquationCheck.Result> results = EquationCheck.run(e.network(), e.x(), e.label(), 1, 100);
    // (10): 3 × 4 weights of the last layer; (18): 5 × 4 and 4 × 5 of the hidden ones.
    assertThat(counted(results, "(10)")).isEqualTo(12);
    assertThat(counted(results, "(18)")).isEqualTo(40);
    assertThat(counted(results, "(6)")).isEqualTo(9);
  }

  private static int counted(List<EquationCheck.Result> results, String equation) {
    return results.stream()
        .filter(result -> result.equation().equals(equation))
        .mapToInt(result -> result.comparisons() + result.skipped())
        .sum();
  }

  @Test
  void theSameSeedGivesTheSameResults() {
    Example e = Example.seeded(1, 30, 20, 3);
    assertThat(EquationCheck.run(e.network(), e.x(), e.label(), 7, 10))
        .isEqualTo(EquationCheck.run(e.network(), e.x(), e.label(), 7, 10));
  }

  @Test
  void aWiggleAcrossTheKinkIsSkippedAndCounted() {
    // One hidden unit at z = 0 exactly: every wiggle of its bias switches it.
    ReferenceNetwork network =
        new ReferenceNetwork(new double[][][] {{{1}}, {{1}, {-1}}}, new double[][] {{0}, {0, 0}});
    List<EquationCheck.Result> results = EquationCheck.run(network, new double[] {0}, 0, 1, 100);
    assertThat(results)
        .filteredOn(result -> result.equation().equals("(19)"))
        .singleElement()
        .satisfies(result -> assertThat(result.skipped()).isEqualTo(1))
        .satisfies(result -> assertThat(result.comparisons()).isZero());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Example e = Example.seeded(1, 4, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EquationCheck.run(e.network(), e.x(), 0, 1, 0))
        .withMessage("samplesPerLayer: expected 1 or more, found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EquationCheck.run(e.network(), e.x(), 3, 1, 10))
        .withMessage("label: expected 0 to 2, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EquationCheck.run(e.network(), new double[5], 0, 1, 10))
        .withMessage("a: expected 4 values, one per column of W, found 5");
  }

  @Test
  void errorsAreRelativeToTheLargestOfTheirSet() {
    Comparison comparison = new Comparison("(6)", "");
    comparison.compare(8, 8);
    comparison.compare(1, 1.5); // off by 1/2 beside 8: 1/16
    comparison.endSet();
    comparison.compare(2, 2.0625); // off by 1/16 beside 33/16: 1/33
    assertThat(comparison.result().largestError()).isEqualTo(1.0 / 16);
    assertThat(comparison.result().comparisons()).isEqualTo(3);
  }

  @Test
  void errorsOfSmallSetsAreRelativeToTheFloor() {
    Comparison comparison = new Comparison("(6)", "");
    comparison.compare(1e-9, 2e-9);
    assertThat(comparison.result().largestError()).isEqualTo(1e-9 / 1e-3);
  }

  @Test
  void whatIsNotANumberIsInfinitelyWrong() {
    Comparison comparison = new Comparison("(6)", "");
    comparison.compare(Double.NaN, 1);
    comparison.compare(1, 1);
    assertThat(comparison.result().largestError()).isInfinite();
  }
}
