package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final List<String> NAMES = List.of("low", "high");

  // Three images of 1 × 2
  private final byte[] values = bytes(0, 51, 102, 153, 204, 255);
  private final int[] labels = {0, 1, 1};
  private final Dataset data = Dataset.of(values, 1, 2, labels, NAMES);

  @Test
  void saysWhatItHolds() {
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.height()).isEqualTo(1);
    assertThat(data.width()).isEqualTo(2);
    assertThat(data.features()).isEqualTo(2);
    assertThat(data.classes()).isEqualTo(2);
    assertThat(data.classNames()).containsExactly("low", "high");
    assertThat(labelsOf(data)).containsExactly(0, 1, 1);
    assertThat(data).hasToString("3 examples of 1 × 2, 2 classes");
  }

  @Test
  void scalesBytesTo0To1() {
    assertThat(data.example(0)).containsExactly(0f, 0.2f);
    assertThat(data.example(1)).containsExactly(0.4f, 0.6f);
    assertThat(data.example(2)).containsExactly(0.8f, 1f);
  }

  @Test
  void copiesRawBytes() {
    byte[] into = bytes(9, 9, 9, 9);
    data.copyTo(1, into, 1);
    assertThat(into).isEqualTo(bytes(9, 102, 153, 9));
    assertThatThrownBy(() -> data.copyTo(3, into, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.copyTo(0, into, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    byte[] several = bytes(9, 9, 9, 9, 9, 9);
    data.copyTo(new int[] {7, 2, 0, 7}, 1, 2, several, 1);
    assertThat(several).isEqualTo(bytes(9, 204, 255, 0, 51, 9));
    data.copyTo(new int[0], 0, 0, several, 6);
    for (int[] examples : new int[][] {{0, 3}, {0, -1}, {0}}) {
      assertThatThrownBy(() -> data.copyTo(examples, 0, 2, several, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> data.copyTo(new int[] {0, 1}, 0, 2, several, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.copyTo(new int[] {0, 1}, 1, -1, several, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    data.slice(1, 3).copyTo(new int[] {1, 0}, 0, 2, several, 2);
    assertThat(several).isEqualTo(bytes(9, 204, 204, 255, 102, 153));
    assertThatThrownBy(() -> data.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.example(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void isNotChangedByWhatItWasMadeFrom() {
    String before = data.sha256();
    values[0] = 1;
    labels[0] = 1;
    assertThat(data.example(0)[0]).isZero();
    assertThat(data.label(0)).isZero();
    assertThat(data.sha256()).isEqualTo(before);
  }

  @Test
  void slices() {
    Dataset slice = data.slice(1, 3).slice(1, 2);
    assertThat(slice.size()).isEqualTo(1);
    assertThat(labelsOf(slice)).containsExactly(1);
    assertThat(slice.example(0)).containsExactly(0.8f, 1f);
    byte[] into = new byte[2];
    slice.copyTo(0, into, 0);
    assertThat(into).isEqualTo(bytes(204, 255));
    assertThatThrownBy(() -> slice.label(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slice.copyTo(-1, into, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.slice(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> data.slice(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one example");
  }

  @Test
  void hashesWhatTrainingDependsOn() {
    // printf '\0\0\0\3\0\0\0\1\0\0\0\2\0\0\0\2\0\063\146\231\314\377\0\0\0\0\0\0\0\1\0\0\0\1'
    //   | sha256sum
    assertThat(data.sha256())
        .isEqualTo("0591f89bd77c2f755e3319625f07fb48b97bbcd68b3cfb5d92f4032ef655d7b6");
    assertThat(Dataset.of(values, 1, 2, labels, List.of("a", "b")).sha256())
        .isEqualTo(data.sha256());
    assertThat(data.slice(0, 3).sha256()).isEqualTo(data.sha256());
    assertThat(data.slice(1, 3).sha256())
        .isEqualTo(Dataset.of(bytes(102, 153, 204, 255), 1, 2, new int[] {1, 1}, NAMES).sha256())
        .isNotEqualTo(data.sha256());
    assertThat(
            List.of(
                Dataset.of(values, 2, 1, labels, NAMES).sha256(),
                Dataset.of(values, 1, 2, new int[] {1, 0, 1}, NAMES).sha256(),
                Dataset.of(values, 1, 2, labels, List.of("low", "high", "top")).sha256(),
                Dataset.of(bytes(0, 51, 102, 153, 205, 255), 1, 2, labels, NAMES).sha256(),
                data.sha256()))
        .doesNotHaveDuplicates();
  }

  /** Three images of 1 × 2 in three channels, one after the other. */
  @Test
  void channels() {
    byte[] planes = bytes(0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23, 4, 5, 14, 15, 24, 25);
    Dataset colours = Dataset.of(planes, 3, 1, 2, labels, NAMES);
    assertThat(colours.channels()).isEqualTo(3);
    assertThat(colours.features()).isEqualTo(6);
    assertThat(colours.shape()).isEqualTo("3 × 1 × 2");
    assertThat(colours).hasToString("3 examples of 3 × 1 × 2, 2 classes");
    assertThat(data.channels()).isEqualTo(1);
    assertThat(colours.example(1))
        .containsExactly(2 / 255f, 3 / 255f, 12 / 255f, 13 / 255f, 22 / 255f, 23 / 255f);
    assertThat(colours.slice(1, 2).channels()).isEqualTo(3);
    assertThat(colours.select(new int[] {2}).shape()).isEqualTo("3 × 1 × 2");
    assertThat(colours.sha256())
        .isNotEqualTo(Dataset.of(planes, 1, 6, labels, NAMES).sha256())
        .isNotEqualTo(Dataset.of(planes, 2, 1, 3, labels, NAMES).sha256());
    assertRejected(() -> Dataset.of(planes, 4, 1, 2, labels, NAMES), "3 × 4 × 1 × 2 bytes");
    assertRejected(() -> Dataset.of(planes, 0, 1, 2, labels, NAMES), "channels, height and width");
    assertRejected(
        () -> new Datasets(colours, Dataset.of(planes, 1, 6, labels, NAMES)),
        "test: expected images of 3 × 1 × 2, as in the training data, found 1 × 6");
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertRejected(() -> Dataset.of(bytes(), 1, 2, new int[0], NAMES), "at least one example");
    assertRejected(() -> Dataset.of(values, 0, 2, labels, NAMES), "height and width");
    assertRejected(() -> Dataset.of(values, 1, -2, labels, NAMES), "height and width");
    assertRejected(
        () -> Dataset.of(values, 1, 3, labels, NAMES),
        "values: expected 3 × 1 × 3 bytes, one image for each label, found 6");
    assertRejected(() -> Dataset.of(bytes(1, 2, 3, 4), 1, 1, labels, NAMES), "found 4");
    // 65536 · 65536 overflows to 0
    assertRejected(() -> Dataset.of(bytes(), 65536, 65536, labels, NAMES), "found 0");
    assertRejected(
        () -> Dataset.of(values, 1, 2, new int[] {0, 2, 1}, NAMES),
        "labels[1]: expected 0 to 1, found 2");
    assertRejected(() -> Dataset.of(values, 1, 2, new int[] {0, 1, -1}, NAMES), "found -1");
  }

  @Test
  void rejectsUselessClassNames() {
    assertRejected(() -> Dataset.of(values, 1, 2, labels, List.of()), "found 0");
    assertRejected(
        () -> Dataset.of(values, 1, 2, labels, Collections.nCopies(5000, "x")), "found 5000");
    assertRejected(() -> Dataset.of(values, 1, 2, labels, List.of("a", "a")), "'a' again");
    assertRejected(() -> Dataset.of(values, 1, 2, labels, List.of("a", " ")), "class 1");
    assertRejected(
        () -> Dataset.of(values, 1, 2, labels, List.of("a\u001b[2J", "b")), "control characters");
  }

  @Test
  void trainAndTestMustFit() {
    Dataset other = Dataset.of(values, 2, 1, labels, NAMES);
    Dataset renamed = Dataset.of(values, 1, 2, labels, List.of("low", "top"));
    assertThat(new Datasets(data, data.slice(0, 1)).test().size()).isEqualTo(1);
    assertRejected(
        () -> new Datasets(data, other),
        "test: expected images of 1 × 2, as in the training data, found 2 × 1");
    assertRejected(() -> new Datasets(data, renamed), "found [low, top]");
  }

  private static int[] labelsOf(Dataset data) {
    return IntStream.range(0, data.size()).map(data::label).toArray();
  }

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
