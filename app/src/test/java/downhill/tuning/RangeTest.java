package downhill.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import downhill.training.Regularization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn: within its bounds, evenly, and the same for good. */
class RangeTest {
  private static final int MANY = 20_000;

  private static List<Double> draw(Tunable setting, String range) {
    Range parsed = Range.parse(setting, range);
    List<Double> drawn = new ArrayList<>();
    for (int trial = 1; trial <= MANY; trial++) {
      double u = Draws.uniform(5, trial, setting.number());
      assertThat(u).isGreaterThanOrEqualTo(0).isLessThan(1);
      drawn.add(Double.parseDouble(parsed.draw(u)));
    }
    return drawn;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  @Test
  void magnitudesWhereTheBoundsAreFarApart() {
    List<Double> rates = draw(Tunable.LEARNING_RATE, "0.001..0.1");
    assertThat(rates).allSatisfy(rate -> assertThat(rate).isBetween(0.001, 0.1));
    assertThat(median(rates)).isCloseTo(0.01, within(0.0005)); // the geometric mean
    assertThat(Collections.min(rates)).isLessThan(0.00101);
    assertThat(Collections.max(rates)).isGreaterThan(0.0999);
  }

  @Test
  void numbersWhereTheyAreNotOrBeginAtZero() {
    List<Double> dropouts = draw(Tunable.DROPOUT, "0..0.5");
    assertThat(dropouts).allSatisfy(dropout -> assertThat(dropout).isBetween(0.0, 0.5));
    assertThat(median(dropouts)).isCloseTo(0.25, within(0.01));
    List<Double> rates = draw(Tunable.LEARNING_RATE, "0.1..0.9");
    assertThat(median(rates)).isCloseTo(0.5, within(0.02));
  }

  /** The ratio of the bounds as they are written, which that of the doubles may miss. */
  @ParameterizedTest
  @CsvSource({
    "0.07..0.7, 0.221",
    "1.3e-6..1.3e-5, 4.11E-6",
    "0.03..0.3, 0.0949",
    "0.07..0.6999999999999999, 0.385",
    "0.09..0.8999999999999999, 0.495",
    "0.07..0.69, 0.38",
  })
  void tenTimesAsMuchIsFarApart(String range, String middle) {
    assertThat(Range.parse(Tunable.LEARNING_RATE, range).draw(0.5)).isEqualTo(middle);
  }

  @Test
  void wholeNumbersForCounts() {
    List<Double> sizes = draw(Tunable.BATCH_SIZE, "3..5");
    assertThat(sizes).containsOnly(3.0, 4.0, 5.0);
    assertThat(Range.parse(Tunable.BATCH_SIZE, "3..5").draw(0.4)).isEqualTo("4");
  }

  @Test
  void eachOfAListAlike() {
    Range list = Range.parse(Tunable.NETWORK, "4-3, 4-8-3 ,4-8-8-3");
    Map<String, Integer> counts = new HashMap<>();
    for (int trial = 1; trial <= MANY; trial++) {
      counts.merge(list.draw(Draws.uniform(1, trial, 1)), 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys("4-3", "4-8-3", "4-8-8-3");
    assertThat(counts.values())
        .allSatisfy(count -> assertThat(count).isCloseTo(MANY / 3, within(250)));
  }

  @Test
  void boundsAreKeptWhereRoundingWouldLeaveThem() {
    Range range = Range.parse(Tunable.LEARNING_RATE, "0.12345..0.12349");
    assertThat(range.draw(0)).isEqualTo("0.12345");
    assertThat(range.draw(0.999)).isEqualTo("0.12345");
  }

  /** Smaller ones are refused by training, and the whole search with them. */
  @Test
  void aDropoutTooSmallToBeOneIsNone() {
    Range dropouts = Range.parse(Tunable.DROPOUT, "0..0.3");
    assertThat(dropouts.draw(0)).isEqualTo("0");
    for (double u : new double[] {0x1p-53, 1e-9, 5e-5}) {
      assertThat(dropouts.draw(u)).as("u = %s", u).isEqualTo("0");
    }
    for (double u : new double[] {5.1e-5, 5.2e-5, 6e-5, 0.5}) {
      double drawn = Double.parseDouble(dropouts.draw(u));
      assertThat(Regularization.NONE.withDropout(drawn).dropout()).isPositive();
    }
    assertThat(Range.parse(Tunable.DROPOUT, "1e-9..1e-3").draw(0.1)).isEqualTo("0");
    assertThat(Range.parse(Tunable.L2, "0..0.3").draw(1e-9)).isEqualTo("3E-10");
  }

  /** Old searches give the same trials for good, so these numbers must never change. */
  @ParameterizedTest
  @CsvSource({
    "1,1,2,0.5827574740312167",
    "1,2,2,0.545963299984951",
    "1,1,3,0.9079582479452261",
    "-7,10000,10,0.008712191863506025"
  })
  void drawsArePinned(long seed, int trial, int setting, double expected) {
    assertThat(Draws.uniform(seed, trial, setting)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "learning-rate, 0..0.1, numbers above 0",
    "learning-rate, 0.3..0.1, lower bound before",
    "learning-rate, 0.1..0.1, lower bound before",
    "learning-rate, a..b, found 'a'",
    "learning-rate, 0.1.., found ''",
    "learning-rate, 0.1..NaN, found 'NaN'",
    "learning-rate, 1e-60..1, numbers above 0",
    "dropout, 0..1, from 0 to 1 (exclusive)",
    "dropout, -0.1..0.5, from 0 to 1 (exclusive)",
    "l1, -1, numbers from 0",
    "momentum, 1, from 0 to 1 (exclusive)",
    "batch-size, 1.5, whole numbers",
    "batch-size, 0..16, whole numbers",
    "network, 784-10..784-20-10, found an interval",
  })
  void refusesWhatMakesNoSense(String key, String text, String fragment) {
    Tunable setting = Tunable.of(key).orElseThrow();
    assertThatThrownBy(() -> Range.parse(setting, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--" + key + " ")
        .hasMessageContaining(fragment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", "16,,32", "16,", "16,16"})
  void refusesListsWithHolesAndTwins(String text) {
    assertThatThrownBy(() -> Range.parse(Tunable.BATCH_SIZE, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--batch-size");
  }

  @ParameterizedTest
  @CsvSource({"0.001..0.3", "'16,32'", "0..0.5", "1E-6..0.01", "7"})
  void whatIsWrittenIsReadAgain(String text) {
    Tunable setting = text.equals("16,32") ? Tunable.BATCH_SIZE : Tunable.L2;
    Range range = Range.parse(setting, text);
    assertThat(range).hasToString(text);
    assertThat(Range.parse(setting, range.toString())).isEqualTo(range);
  }
}
