package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  /** Returns examples of 1 × 3 that hold their own index. */
  private static Dataset numbered(int... labels) {
    byte[] values = new byte[3 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      values[3 * i] = (byte) (i >> 16);
      values[3 * i + 1] = (byte) (i >> 8);
      values[3 * i + 2] = (byte) i;
    }
    return Dataset.of(values, 1, 3, labels, NAMES);
  }

  private static int[] indices(Dataset data) {
    byte[] bytes = new byte[3];
    return IntStream.range(0, data.size())
        .map(i -> {
          data.copyTo(i, bytes, 0);
          return (bytes[0] & 0xff) << 16 | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff);
        })
        .toArray();
  }

  /** Returns labels with so many of each class, mixed. */
  private static int[] labels(int... counts) {
    List<Integer> labels = new ArrayList<>();
    for (int k = 0; k < counts.length; k++) {
      for (int n = 0; n < counts[k]; n++) {
        labels.add(new SplittableRandom(31L * k + n).nextInt(labels.size() + 1), k);
      }
    }
    return labels.stream().mapToInt(k -> k).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    // fraction, held out of 1, 2, 10 and 1000
    "0.0001, 0, 1, 1, 1",
    "0.1, 0, 1, 1, 100",
    "0.1234, 0, 1, 1, 123",
    "0.25, 0, 1, 3, 250", // 2.5 rounds up
    "0.5, 0, 1, 5, 500",
    "0.9999, 0, 1, 9, 999"
  })
  void holdsOutTheShareOfEachClass(double fraction, int of1, int of2, int of10, int of1000) {
    Dataset data = numbered(labels(1, 2, 10, 1000));
    Split split = data.split(fraction, 7);
    assertThat(split.validation().classCounts()).containsExactly(of1, of2, of10, of1000);
    assertThat(split.train().classCounts())
        .containsExactly(1 - of1, 2 - of2, 10 - of10, 1000 - of1000);
    assertThat(split.train().classNames()).isEqualTo(NAMES);
    assertThat(split.validation())
        .hasToString("%d examples of 1 × 3, 4 classes".formatted(of1 + of2 + of10 + of1000));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 0x9E3779B97F4A7C15L})
  void everyExampleIsInOnePartWithItsLabelAndInOrder(long seed) {
    int[] labels = labels(50, 300, 70, 500);
    Split split = numbered(labels).split(0.2, seed);
    List<Integer> all = new ArrayList<>();
    for (Dataset part : List.of(split.train(), split.validation())) {
      int[] indices = indices(part);
      assertThat(indices).isSorted();
      for (int i = 0; i < part.size(); i++) {
        assertThat(part.label(i)).isEqualTo(labels[indices[i]]);
        all.add(indices[i]);
      }
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 920).boxed().toList());
  }

  /** The numbers are from a few lines of Python with SplitMix64 written out. */
  @Test
  void isTheSameForGood() {
    Dataset data = numbered(IntStream.range(0, 32).map(i -> i % 4).toArray());
    assertThat(indices(data.split(0.25, 1).validation()))
        .containsExactly(0, 1, 7, 13, 16, 26, 30, 31);
    assertThat(indices(data.split(0.25, 2).validation()))
        .containsExactly(0, 2, 9, 12, 21, 26, 27, 31);
    assertThat(data.split(0.25, 1).train().sha256())
        .isEqualTo(data.split(0.25, 1).train().sha256())
        .isNotEqualTo(data.split(0.25, 2).train().sha256());
  }

  @Test
  void theKeysAreThoseOfTheGeneratorItNames() {
    for (long seed : new long[] {0, 1, -42, Long.MAX_VALUE}) {
      // java.util's is the same one today.
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 100; i++) {
        assertThat(Split.key(seed, i)).isEqualTo(random.nextLong());
      }
    }
    assertThat(Split.key(0, 0)).isEqualTo(0xE220A8397B1DCDAFL); // from Vigna's splitmix64.c
  }

  /**
   * Over many seeds each example is held out as often as another: χ² with 19 degrees of freedom.
   */
  @Test
  void everyExampleIsAsLikelyAsAnother() {
    Dataset data = numbered(new int[20]);
    int trials = 4000;
    int[] held = new int[20];
    for (int seed = 0; seed < trials; seed++) {
      for (int index : indices(data.split(0.25, seed).validation())) {
        held[index]++;
      }
    }
    double expected = trials * 0.25;
    double chiSquare =
        Arrays.stream(held).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(chiSquare).isLessThan(43.8); // exceeded by chance less than once in a thousand times
  }

  @Test
  void neighbouringSeedsHoldOutUnrelatedExamples() {
    Dataset data = numbered(new int[1000]);
    int[] first = indices(data.split(0.5, 1).validation());
    int[] second = indices(data.split(0.5, 2).validation());
    long both = Arrays.stream(first).filter(i -> Arrays.binarySearch(second, i) >= 0).count();
    assertThat(both).isBetween(200L, 300L);
  }

  @Test
  void aSliceIsSplitLikeADatasetOfItsOwn() {
    int[] labels = labels(20, 20, 20, 20);
    Split ofSlice = numbered(labels).slice(10, 70).split(0.3, 5);
    Split ofCopy = numbered(Arrays.copyOfRange(labels, 10, 70)).split(0.3, 5);
    assertThat(Arrays.stream(indices(ofSlice.validation())).map(i -> i - 10))
        .containsExactly(
            Arrays.stream(indices(ofCopy.validation())).boxed().toArray(Integer[]::new));
    Dataset part = ofSlice.train().slice(3, 9);
    assertThat(indices(part)).isEqualTo(Arrays.copyOfRange(indices(ofSlice.train()), 3, 9));
    byte[] bytes = new byte[3 * part.size()];
    for (int i = 0; i < part.size(); i++) {
      part.copyTo(i, bytes, 3 * i);
    }
    int[] classes = IntStream.range(0, part.size()).map(part::label).toArray();
    assertThat(part.sha256()).isEqualTo(Dataset.of(bytes, 1, 3, classes, NAMES).sha256());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
  void rejectsWhatIsNoFraction(double fraction) {
    Dataset data = numbered(0, 0, 1, 1);
    assertRejected(
        () -> data.split(fraction, 1),
        "fraction: expected more than 0 and less than 1 to hold out, found " + fraction);
  }

  @Test
  void rejectsToHoldOutNothing() {
    assertRejected(
        () -> numbered(0, 1, 2, 3).split(0.5, 1),
        "split: expected two examples or more of a class, to hold one out, found no such class in"
            + " 4 examples of 1 × 3, 4 classes");
  }

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
