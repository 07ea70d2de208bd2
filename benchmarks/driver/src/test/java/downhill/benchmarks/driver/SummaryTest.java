package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.benchmarks.harness.Flops;
import downhill.benchmarks.harness.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void theMiddleOfAnOddAndAnEvenNumber() {
    assertThat(Summary.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Summary(2, 1, 3, 3));
    assertThat(Summary.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Summary(2.5, 1, 4, 4));
    assertThatThrownBy(() -> Summary.of(List.of())).hasMessageContaining("at least one");
  }

  @Test
  void eachTurnCountsTheSame() {
    List<Double> fast = List.of(0.1, 0.1, 0.1, 0.1, 0.1);
    assertThat(Summary.ofTurns(List.of(fast, List.of(0.2, 0.2, 0.3), List.of(0.2))))
        .isEqualTo(new Summary(0.2, 0.1, 0.3, 9));
  }

  @Test
  void flopsByHand() {
    // P = 2·3 + 3·4 = 18, P₁ = 6: 4·18 + 2·12.
    assertThat(Flops.perExample(List.of(2, 3, 4))).isEqualTo(96);
    assertThat(Flops.perExample(List.of(784, 10))).isEqualTo(4 * 7840);
  }

  @Test
  void aTaskSaysWhatIsWrongWithIt() {
    assertThat(
            Task.parse("network=784-10", "batch=8", "rate=0.1", "decay=0.9", "threads=2", "seed=1"))
        .isEqualTo(new Task(List.of(784, 10), 8, 0.1, 0.9, 2, 1));
    assertThatThrownBy(() -> Task.parse("network=784-10", "batch=8"))
        .hasMessageContaining("expected the keys");
    assertThatThrownBy(() -> Task.parse("network")).hasMessageContaining("key=value");
  }
}
