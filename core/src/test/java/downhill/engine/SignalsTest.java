package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where activations lie: each in a place of its own, in no more memory than trainers count on. */
class SignalsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "10, 3",
    "16, 5",
    "17, 5",
    "48, 2",
    "63, 4",
    "64, 4",
    "65, 4",
    "128, 2",
    "129, 3",
    "300, 7",
    "784, 3",
    "1, 1000",
    "17, 1000",
    "57, 300"
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

  private static Kernels vector() {
    return Kernels.vector().orElseThrow(() -> new AssertionError("the Vector API is not there"));
  }

  /** Whole panels, whole vectors and what is left of both take ways of their own. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 17, 63, 64, 65, 100, 128, 130, 784})
  void loadsEveryByte(int units) {
    int offset = 3;
    int first = 2;
    int past = 7;
    byte[] source = new byte[offset + (past - first) * units];
    for (int i = offset; i < source.length; i++) {
      source[i] = (byte) (i % 3 == 0 ? 0 : i * 37);
    }
    for (Kernels kernels : List.of(Kernels.scalar(), vector())) {
      Signals level = Signals.input(units, past + 1);
      level.load(first, first, source, offset, kernels);
      level.load(first, past, source, offset, kernels);
      for (int b = 0; b <= past; b++) {
        for (int unit = 0; unit < level.unitsP; unit++) {
          boolean loaded = b >= first && b < past && unit < units;
          int v = loaded ? source[offset + (b - first) * units + unit] & 0xff : 0;
          assertThat(level.a[level.at(b, unit)]).isEqualTo(v / 255f);
          boolean bit = (level.aMasks[level.maskAt(b, unit)] >>> unit % Long.SIZE & 1) == 1;
          assertThat(bit).as("bit of example %d, unit %d", b, unit).isEqualTo(v != 0);
        }
      }
    }
  }

  /** The quotient of floats is the nearest float, and so is what takes its place. */
  @Test
  void scalesAllBytesToTheLastBit() {
    byte[] all = new byte[256];
    for (int v = 0; v < 256; v++) {
      all[v] = (byte) v;
    }
    float[] scaled = new float[256];
    vector().scale(all, 0, 256, scaled, 0);
    for (int v = 0; v < 256; v++) {
      assertThat(scaled[v]).isEqualTo(v / 255f);
    }
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
        .isLessThan(2 * (capacity + 16L) * (Math.max(level.units, 56) + 16L));
  }
}
