package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final int UNITS = 512;

  private static float[] ones(Dropout dropout, long step, int level, int b) {
    float[] a = new float[UNITS];
    Arrays.fill(a, 1);
    dropout.apply(a, 0, UNITS, step, level, b, 0);
    return a;
  }

  /** Each unit goes with chance p and no other, and its neighbour does not care. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.25, 0.5, 0.9})
  void dropsAsManyAsItSays(double p) {
    Dropout dropout = new Dropout(3, p);
    int n = 0;
    int dropped = 0;
    int pairs = 0;
    double sum = 0;
    for (int b = 0; b < 400; b++) {
      float[] a = ones(dropout, 1 + b % 5, 1 + b % 3, b);
      for (int i = 0; i < UNITS; i++) {
        assertThat(a[i] == 0 || a[i] == (float) (1 / (1 - p))).as("%s", a[i]).isTrue();
        n++;
        sum += a[i];
        dropped += a[i] == 0 ? 1 : 0;
        pairs += i > 0 && a[i] == 0 && a[i - 1] == 0 ? 1 : 0;
      }
    }
    // Five deviations, of which chance makes one in two million.
    double deviation = Math.sqrt(p * (1 - p) / n);
    assertThat((double) dropped / n).isCloseTo(p, within(5 * deviation));
    assertThat(sum / n).as("the expectation stays").isCloseTo(1, within(5 * deviation / (1 - p)));
    double both = p * p;
    assertThat((double) pairs / (n - 400))
        .as("both of two neighbours")
        .isCloseTo(both, within(10 * Math.sqrt(both * (1 - both) / n)));
  }

  /** The choice depends on seed, step, level and row, each. */
  @Test
  void everyPlaceHasItsOwn() {
    float[] mask = ones(new Dropout(3, 0.5), 7, 1, 2);
    assertThat(ones(new Dropout(3, 0.5), 7, 1, 2)).containsExactly(mask);
    assertThat(ones(new Dropout(4, 0.5), 7, 1, 2)).isNotEqualTo(mask);
    assertThat(ones(new Dropout(3 + (1L << 32), 0.5), 7, 1, 2)).isNotEqualTo(mask);
    assertThat(ones(new Dropout(3, 0.5), 8, 1, 2)).isNotEqualTo(mask);
    assertThat(ones(new Dropout(3, 0.5), 7, 2, 2)).isNotEqualTo(mask);
    assertThat(ones(new Dropout(3, 0.5), 7, 1, 3)).isNotEqualTo(mask);
  }

  /** A level is done in pieces of its width, by whoever comes. */
  @Test
  void inPiecesAsInOne() {
    Dropout dropout = new Dropout(3, 0.3);
    float[] pieces = new float[UNITS];
    Arrays.fill(pieces, 1);
    int[] ends = {0, 128, 256, 384, 400, UNITS};
    for (int e = 1; e < ends.length; e++) {
      dropout.apply(pieces, ends[e - 1], ends[e] - ends[e - 1], 7, 1, 2, ends[e - 1]);
    }
    assertThat(pieces).containsExactly(ones(dropout, 7, 1, 2));
  }

  @Test
  void offWithoutAChance() {
    assertThat(new Dropout(3, 0).isOn()).isFalse();
    assertThat(new Dropout(3, 0.5).isOn()).isTrue();
  }
}
