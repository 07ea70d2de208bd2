package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MasksTest {
  @Test
  void transposesEveryBit() {
    SplittableRandom random = new SplittableRandom(1);
    for (int repeat = 0; repeat < 20; repeat++) {
      long[] square = random.longs(Long.SIZE).toArray();
      long[] transposed = square.clone();
      Masks.transpose(transposed);
      for (int r = 0; r < Long.SIZE; r++) {
        for (int c = 0; c < Long.SIZE; c++) {
          assertThat(transposed[c] >>> r & 1)
              .as("bit %d of word %d", r, c)
              .isEqualTo(square[r] >>> c & 1);
        }
      }
    }
  }
}
