package downhill.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Architecture}: its written form, its counts and what it refuses. */
class WidthsTest {
  @Test
  void theDocumentsNetwork() {
    Architecture figure1 = Architecture.parse("784-512-128-64-10");
    assertThat(figure1).isEqualTo(Architecture.of(784, 512, 128, 64, 10));
    assertThat(figure1).hasSameHashCodeAs(Architecture.of(784, 512, 128, 64, 10));
    assertThat(figure1).hasToString("784-512-128-64-10");
    assertThat(figure1.layers()).isEqualTo(4);
    assertThat(figure1.inputs()).isEqualTo(784);
    assertThat(figure1.width(2)).isEqualTo(128);
    assertThat(figure1.classes()).isEqualTo(10);
    // Weights 401408 + 65536 + 8192 + 640, biases 512 + 128 + 64 + 10.
    assertThat(figure1.parameters()).isEqualTo(475_776 + 714);
    // 4 · 475776 + 2 · (475776 − 401408).
    assertThat(figure1.trainingFlops()).isEqualTo(2_051_840);
  }

  @Test
  void frozenLayersHaveNoGradients() {
    Architecture figure1 = Architecture.parse("784-512-128-64-10");
    // All forward; gradients of the last two; backward through the last alone.
    assertThat(figure1.trainingFlops(List.of(1, 2)))
        .isEqualTo(2 * 475_776 + 2 * (8192 + 640) + 2 * 640);
    // The first learns, so everything goes backward down to the second.
    assertThat(figure1.trainingFlops(List.of(2, 4)))
        .isEqualTo(2 * 475_776 + 2 * (401_408 + 8192) + 2 * (475_776 - 401_408));
    assertThat(figure1.trainingFlops(List.of())).isEqualTo(figure1.trainingFlops());
  }

  @Test
  void softmaxRegressionIsANetwork() {
    assertThat(Architecture.parse("784-10").layers()).isEqualTo(1);
    assertThat(Architecture.parse("1-2").parameters()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "784",
        "784-",
        "-784-10",
        "784--10",
        "784,10",
        "784-x-10",
        "784 - 10",
        "784-10\n",
        "784-1e2-10",
        "9999999999-10"
      })
  void whatIsNoListOfWidths(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse(text))
        .withMessageContaining("'" + text + "'")
        .withMessageContaining("784-512-128-64-10");
  }

  @ParameterizedTest
  @CsvSource({
    "784-0-10, found 0",
    "0-10, found 0",
    "784-1, at least 2 classes",
    "784-1048577-10, found 1048577",
    "784-1048576-1048576-10, layer 2 would have 1099511627776"
  })
  void whatMakesNoNetwork(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.parse(text))
        .withMessageContaining(text)
        .withMessageContaining(reason);
  }

  @Test
  void negativeWidthsAndTooFew() {
    assertThatIllegalArgumentException().isThrownBy(() -> Architecture.of(5, -1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Architecture.of(5));
    assertThatIllegalArgumentException().isThrownBy(() -> Architecture.of());
  }
}
