package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two real processes, whose epochs take 0.2 s. */
class PairsTest {
  private static Map<String, Object> measured(int batchOfFirst, int batchOfSecond)
      throws InterruptedException {
    Map<String, Object> row = new LinkedHashMap<>();
    Pairs.measure(
        row,
        SessionTest.pretender(batchOfFirst),
        2e9,
        SessionTest.pretender(batchOfSecond),
        1e9,
        new Pairs.Plan(2, 1, true));
    return row;
  }

  @Test
  void bothAreKeptStartByStart() throws Exception {
    Map<String, Object> row = measured(8, 8);
    assertThat(row).containsEntry("starts", 2).containsKey("rule").doesNotContainKey("problem");
    for (String who : new String[] {"own_", "other_"}) {
      assertThat(Fields.numbers(row, who + "gflops")).hasSize(2).allMatch(speed -> speed > 0);
      assertThat(Fields.lists(row, who + "turns")).hasSize(2).noneMatch(turn -> turn.isEmpty());
      assertThat(Fields.lists(row, who + "warm_ups")).hasSize(2).allMatch(one -> one.size() > 2);
    }
    Ratios ratios = Ratios.of(row).orElseThrow();
    assertThat(ratios.starts()).isEqualTo(2);
    assertThat(ratios.median()).as("the same time, for twice the work").isBetween(0.5, 8.0);
  }

  @Test
  void ofTwoOfWhichOneFailsOnlyTheReasonIsKept() throws Exception {
    assertThat(measured(8, 1)).containsOnlyKeys("problem");
    assertThat(Fields.text(measured(1, 8), "problem")).contains("no such network");
  }
}
