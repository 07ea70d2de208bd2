package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datasets described in numbers, and what is in them twice. */
class DatasetSummaryTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Test
  void valuesByHand() {
    // Two examples of three values: 0, 0.2, 1 and 0, 0.6, 1
    Dataset data = Dataset.of(bytes(0, 51, 255, 0, 153, 255), 1, 3, new int[] {1, 1}, NAMES);
    DatasetSummary summary = DatasetSummary.of(data);
    assertThat(summary.examples()).isEqualTo(2);
    assertThat(summary.classCounts()).containsExactly(0, 2, 0);
    assertThat(summary.least()).isZero();
    assertThat(summary.greatest()).isEqualTo(1);
    assertThat(summary.mean()).isCloseTo(2.8 / 6, within(1e-7));
    // Σv² = 0.04 + 1 + 0.36 + 1 = 2.4
    double deviation = Math.sqrt(2.4 / 6 - (2.8 / 6) * (2.8 / 6));
    assertThat(summary.deviation()).isCloseTo(deviation, within(1e-7));
    assertThat(summary.zeros()).isEqualTo(2 / 6.0);
    assertThat(summary.constant()).isEqualTo(2);
    assertThat(summary.imbalance()).isInfinite();
  }

  @Test
  void largeValuesLeaveTheDeviationRight() {
    float[] values = new float[100_000];
    Arrays.fill(values, 1_000_000 + 0.0625f);
    int[] labels = new int[values.length];
    DatasetSummary alike = DatasetSummary.of(Dataset.ofFloats(values.clone(), 1, labels, NAMES));
    assertThat(alike.deviation()).isZero();
    assertThat(alike.mean()).isEqualTo(1_000_000.0625);
    for (int i = 0; i < values.length; i += 2) {
      values[i] += 0.125f;
    }
    DatasetSummary two = DatasetSummary.of(Dataset.ofFloats(values, 1, labels, NAMES));
    assertThat(two.deviation()).isEqualTo(0.0625);
  }

  @Test
  void imbalanceIsLargestOverSmallest() {
    Dataset data = Dataset.of(bytes(1, 2, 3, 4, 5, 6), 1, 1, new int[] {0, 1, 1, 1, 2, 2}, NAMES);
    assertThat(DatasetSummary.of(data).imbalance()).isEqualTo(3);
    assertThat(DatasetSummary.of(data.slice(0, 1)).constant()).isEqualTo(1);
  }

  @Test
  void duplicatesWithinAndBetween() {
    Dataset train = Dataset.of(bytes(1, 2, 3, 4, 1, 2, 1, 2), 1, 2, new int[] {0, 1, 0, 2}, NAMES);
    Dataset test =
        Dataset.of(bytes(9, 9, 3, 4, 9, 9, 2, 1, 1, 2), 1, 2, new int[] {0, 1, 0, 0, 1}, NAMES);
    Duplicates found = Duplicates.of(new Datasets(train, test));
    assertThat(found.train()).isEqualTo(2);
    assertThat(found.test()).isEqualTo(1);
    assertThat(found.between()).isEqualTo(2);
    assertThat(found.contradictions()).isEqualTo(2);
    Duplicates.Place first = new Duplicates.Place(false, 0);
    assertThat(found.first())
        .containsExactly(
            new Duplicates.Pair(new Duplicates.Place(false, 2), first, false),
            new Duplicates.Pair(new Duplicates.Place(false, 3), first, true),
            new Duplicates.Pair(
                new Duplicates.Place(true, 1), new Duplicates.Place(false, 1), false),
            new Duplicates.Pair(
                new Duplicates.Place(true, 2), new Duplicates.Place(true, 0), false),
            new Duplicates.Pair(new Duplicates.Place(true, 4), first, true));
  }

  /** A column without scale is 0 for all, and −0 where the value was below the mean. */
  @Test
  void zerosOfBothSignsAreEqual() {
    float[] values = {0f, 1, -0f, 1, -0f, 1};
    Dataset all = Dataset.ofFloats(values, 2, new int[3], NAMES);
    Duplicates found = Duplicates.of(new Datasets(all.slice(0, 2), all.slice(2, 3)));
    assertThat(found.train()).isEqualTo(1);
    assertThat(found.between()).isEqualTo(1);
  }

  /** Against every pair compared. */
  @Test
  void manyDuplicates() {
    Random random = new Random(3);
    byte[] values = new byte[2000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) random.nextInt(6);
    }
    int[] labels = random.ints(1000, 0, 3).toArray();
    Dataset all = Dataset.of(values, 1, 2, labels, NAMES);
    Duplicates found = Duplicates.of(new Datasets(all.slice(0, 600), all.slice(600, 1000)));
    int train = 0;
    int between = 0;
    int contradictions = 0;
    for (int i = 0; i < 1000; i++) {
      for (int j = 0; j < i; j++) {
        if (values[2 * i] == values[2 * j] && values[2 * i + 1] == values[2 * j + 1]) {
          train += i < 600 ? 1 : 0;
          between += i >= 600 && j < 600 ? 1 : 0;
          contradictions += labels[i] != labels[j] ? 1 : 0;
          break;
        }
      }
    }
    assertThat(found.train()).isEqualTo(train);
    assertThat(found.between()).isEqualTo(between);
    assertThat(found.contradictions()).isEqualTo(contradictions);
    assertThat(found.first()).hasSize(Duplicates.SHOWN);
  }
}
