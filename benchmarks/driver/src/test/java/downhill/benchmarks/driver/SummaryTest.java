package downhill.benchmarks.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  void aTaskSaysWhatIsWrongWithIt() {
    assertThat(
            Task.parse("network=784-10", "batch=8", "rate=0.1", "decay=0.9", "threads=2", "seed=1"))
        .isEqualTo(new Task(List.of(784, 10), 8, 0.1, 0.9, 2, 1));
    assertThatThrownBy(() -> Task.parse("network=784-10", "batch=8"))
        .hasMessageContaining("expected the keys");
    assertThatThrownBy(() -> Task.parse("network")).hasMessageContaining("key=value");
    Task constant = new Task(List.of(784, 10), 8, 0.1, 1, 2, 1);
    assertThat(constant.atConstantRate()).isSameAs(constant);
    assertThatThrownBy(() -> new Task(List.of(784, 10), 8, 0.1, 0.9, 2, 1).atConstantRate())
        .hasMessageContaining("expected 1, found 0.9");
  }
}
