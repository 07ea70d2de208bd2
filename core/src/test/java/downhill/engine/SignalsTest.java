package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where activations lie: each in a place of its own, in no more memory than trainers count on. */
class SignalsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1", "10, 3", "16, 5", "17, 5", "48, 2", "63, 4", "64, 4", "65, 4", "128, 2", "129, 3",
    "300, 7", "784, 3"
  })
  void everyNumberHasItsPlace(int units, int capacity) {
    Signals hidden = Signals.hidden(units, capacity, 1, true);
    check(hidden, capacity);
    for (int unit = 0; unit < units; unit += hidden.panel) {
      // What the engine steps through by the stride alone.
      assertThat(hidden.at(capacity - 1, unit))
          .isEqualTo(hidden.at(0, unit) + (capacity - 1) * hidden.stride);
      assertThat(hidden.maskAt(capacity - 1, unit))
          .isEqualTo(hidden.maskAt(0, unit) + (capacity - 1) * hidden.words);
    }
    Signals logits = Signals.logits(units, capacity, 1, true);
    check(logits, capacity);
    assertThat(logits.at(capacity - 1, units - 1))
        .as("logits side by side")
        .isEqualTo(logits.at(capacity - 1, 0) + units - 1);
  }

  private static void check(Signals level, int capacity) {
    BitSet places = new BitSet();
    BitSet bits = new BitSet();
    for (int b = 0; b < capacity; b++) {
      for (int unit = 0; unit < level.units; unit++) {
        places.set(level.at(b, unit));
        bits.set(level.maskAt(b, unit) * Long.SIZE + unit % Long.SIZE);
      }
    }
    assertThat(places.cardinality()).isEqualTo(capacity * level.units);
    assertThat(bits.cardinality()).isEqualTo(capacity * level.units);
    assertThat(places.length()).isLessThanOrEqualTo(level.a.length);
    assertThat(bits.length()).isLessThanOrEqualTo(level.aMasks.length * Long.SIZE);
    assertThat((long) level.a.length)
        .as("what a trainer's bound on the batch size counts on")
        .isLessThan(2 * (capacity + 16L) * (level.units + 16L));
  }
}
