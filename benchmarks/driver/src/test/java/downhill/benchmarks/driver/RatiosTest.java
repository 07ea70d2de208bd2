package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RatiosTest {
  /** The ranks are those of the tables for the sign test. */
  @Test
  void theMedianLiesBetweenTheseWithAConfidenceOf95Percent() {
    Map<Integer, List<Double>> ends =
        Map.of(
            1, List.of(),
            5, List.of(),
            6, List.of(1.0, 6.0),
            8, List.of(1.0, 8.0),
            9, List.of(2.0, 8.0),
            15, List.of(4.0, 12.0),
            25, List.of(8.0, 18.0));
    ends.forEach((n, expected) -> {
      List<Double> values =
          new ArrayList<>(IntStream.rangeClosed(1, n).mapToObj(i -> i * 1.0).toList());
      Collections.shuffle(values, new Random(n));
      assertThat(new Ratios(values, 1).interval()).as("%d values", n).isEqualTo(expected);
    });
  }

  @Test
  void onlyStartsThatAgreeAreSure() {
    List<Double> values = List.of(2.0, 3.0, 4.0, 3.0, 3.0, 3.0);
    assertThat(new Ratios(values, 2).areSureOf(1.9)).isTrue();
    assertThat(new Ratios(values, 2).areSureOf(2)).isTrue();
    assertThat(new Ratios(values, 2).areSureOf(2.5)).as("within the interval").isFalse();
    assertThat(new Ratios(values, 2).areSureOf(4)).as("it reaches up to the bar").isFalse();
    assertThat(new Ratios(values, 2).areSureOf(4.1)).as("that it is missed").isTrue();
    assertThat(new Ratios(values, 1).areSureOf(1.9)).as("there is one start").isFalse();
    assertThat(new Ratios(values.subList(0, 4), 2).areSureOf(1)).as("no interval").isFalse();
    List<Double> apart = new ArrayList<>(Collections.nCopies(12, 3.0));
    apart.addAll(Collections.nCopies(3, 1.0));
    assertThat(new Ratios(apart, 5).areSureOf(2)).as("the fifth start says otherwise").isFalse();
    assertThat(new Ratios(apart, 5).areSureOf(1)).isTrue();
  }

  @Test
  void whatIsBelowABarDoesNotLookAsIfItReachedIt() {
    List<Double> values = Collections.nCopies(6, 4.996);
    assertThat(new Ratios(values, 2).shownInterval()).isEqualTo("4.99–4.99");
    assertThat(new Ratios(values.subList(0, 5), 1).shownInterval()).isEqualTo("–");
  }
}
