package downhill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.engine.Philox.Purpose;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhiloxTest {
  /** The known answers that the authors of Philox publish with their Random123 library. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000,"
        + " 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff,"
        + " 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0,"
        + " d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void agreesWithThePublishedVectors(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    Philox.block(c, k[0], k[1]);
    assertThat(c).containsExactly(words(expected));
  }

  private static int[] words(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToInt(HexFormat::fromHexDigits).toArray();
  }

  @Test
  void seedPurposeEpochAndIndexAllCount() {
    long bits = Philox.bits(Philox.room(), 1, Purpose.SHUFFLE, 2, 3);
    assertThat(Philox.bits(Philox.room(), 1, Purpose.SHUFFLE, 2, 3)).isEqualTo(bits);
    assertThat(
            new long[] {
              Philox.bits(Philox.room(), 1L << 32 | 1, Purpose.SHUFFLE, 2, 3),
              Philox.bits(Philox.room(), 2, Purpose.SHUFFLE, 2, 3),
              Philox.bits(Philox.room(), 1, Purpose.WEIGHTS, 2, 3),
              Philox.bits(Philox.room(), 1, Purpose.SHUFFLE, 3, 3),
              Philox.bits(Philox.room(), 1, Purpose.SHUFFLE, 2, 4),
              Philox.bits(Philox.room(), 1, Purpose.SHUFFLE, 2, 1L << 32 | 3)
            })
        .doesNotContain(bits)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 60_000})
  void aPermutationHoldsEveryPositionOnce(int n) {
    int[] order = new int[n];
    Philox.permutation(order, 7, 1);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    assertThat(sorted).containsExactly(IntStream.range(0, n).toArray());
  }

  @Test
  void theFirstOrderOfSeedOne() {
    int[] order = new int[10];
    Philox.permutation(order, 1, 1);
    assertThat(order).containsExactly(7, 6, 2, 0, 9, 8, 1, 5, 3, 4);
  }

  @Test
  void everyEpochHasItsOwnPermutation() {
    int[] first = new int[100];
    int[] second = new int[100];
    Philox.permutation(first, 7, 1);
    Philox.permutation(second, 7, 2);
    assertThat(first).isNotEqualTo(second);
    Philox.permutation(second, 7, 1);
    assertThat(second).as("whatever was there before").containsExactly(first);
  }

  /** All 24 orders of 4 things come up as often as chance allows: χ² with 23 degrees of freedom. */
  @Test
  void permutationsAreUniform() {
    int[] counts = new int[256];
    int trials = 24_000;
    int[] order = new int[4];
    for (int epoch = 1; epoch <= trials; epoch++) {
      Philox.permutation(order, 99, epoch);
      counts[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]]++;
    }
    double expected = trials / 24.0;
    double chiSquare =
        Arrays.stream(counts)
                .filter(n -> n > 0)
                .mapToDouble(n -> n - expected)
                .map(d -> d * d)
                .sum()
            / expected;
    assertThat(Arrays.stream(counts).filter(n -> n > 0).count()).isEqualTo(24);
    assertThat(chiSquare).isLessThan(49.7); // exceeded by chance once in a thousand times
  }

  @Test
  void heWeightsHaveTheirMeanAndDeviation() {
    int in = 50;
    float[] W = Philox.heWeights(3, 1, 2000, in);
    double mean = 0;
    double square = 0;
    double fourth = 0;
    for (float w : W) {
      mean += w;
      square += (double) w * w;
      fourth += (double) w * w * w * w;
    }
    mean /= W.length;
    square /= W.length;
    fourth /= W.length;
    assertThat(mean).isBetween(-0.003, 0.003);
    assertThat(Math.sqrt(square)).isBetween(0.198, 0.202); // √(2/50) = 0.2
    assertThat(fourth / (square * square)).as("kurtosis of a normal").isBetween(2.9, 3.1);
  }
}
