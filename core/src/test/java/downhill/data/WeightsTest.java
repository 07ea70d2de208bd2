package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
  private static final Dataset DATA =
      Dataset.ofFloats(
          new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, new int[] {0, 0, 1, 1}, List.of("a", "b"));

  @Test
  void numbersAreTakenAsTheyAre() {
    assertThat(DATA.example(1)).containsExactly(3, 4);
    assertThat(DATA.hasBytes()).isFalse();
    assertThat(DATA.schema()).isNull();
    assertThat(DATA.slice(2, 4).example(1)).containsExactly(7, 8);
    assertThatThrownBy(
            () -> Dataset.ofFloats(new float[] {1, Float.NaN}, 2, new int[] {0}, List.of("a", "b")))
        .hasMessage("values of example 0: expected finite numbers, found NaN at index 1");
    assertThatThrownBy(() -> Dataset.ofFloats(new float[3], 2, new int[] {0}, List.of("a")))
        .hasMessageContaining("expected 1 × 2 numbers");
  }

  @Test
  void aFileOfThemNamesItsMistakes(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w.txt");
    Files.writeString(file, "\uFEFF0.5\n2\n");
    assertThat(WeightFile.read(file, 2)).containsExactly(0.5f, 2);
    Files.write(file, new byte[] {'1', '\n', '1', '\n', (byte) 0xff, '\n'});
    assertThatThrownBy(() -> WeightFile.read(file, 3))
        .hasMessageStartingWith(file + ":3: expected what an example counts");
    for (String text :
        new String[] {"1f", "0x1p3", "-1", "-1e-50", "Infinity", "1e39", "", "NaN"}) {
      Files.writeString(file, "1\n" + text + "\n");
      assertThatThrownBy(() -> WeightFile.read(file, 2))
          .hasMessageStartingWith(file + ":2: expected what an example counts");
    }
    for (String text : new String[] {"1e-50", "1e-400"}) {
      Files.writeString(file, "1\n" + text + "\n");
      assertThatThrownBy(() -> WeightFile.read(file, 2))
          .hasMessage(
              "%s:2: expected 0 or at least 1.4E-45, the least that a 32-bit number can be, found '%s'"
                  .formatted(file, text));
    }
    Files.writeString(file, "0e-99\n.5\n");
    assertThat(WeightFile.read(file, 2)).containsExactly(0, 0.5f);
    assertThatThrownBy(() -> WeightFile.read(folder, 3))
        .hasMessage(folder + ": expected a text file with a number a line, found a folder");
  }

  @Test
  void weightsGoWithTheirExamples() {
    Dataset weighted = DATA.withWeights(new float[] {0, 0.5f, 2, 3});
    assertThat(weighted.weight(1)).isEqualTo(0.5f);
    assertThat(weighted.slice(1, 3).weight(1)).isEqualTo(2);
    assertThat(weighted.select(new int[] {3, 0}).weight(0)).isEqualTo(3);
    Dataset part = weighted.slice(2, 4).withWeights(new float[] {7, 9});
    assertThat(part.weight(0)).isEqualTo(7);
    assertThat(part.slice(1, 2).weight(0)).isEqualTo(9);
    Split split = weighted.split(0.5, 1);
    for (Dataset side : List.of(split.train(), split.validation())) {
      for (int i = 0; i < side.size(); i++) {
        int row = (int) side.example(i)[0] / 2;
        assertThat(side.weight(i)).isEqualTo(weighted.weight(row));
      }
    }
    assertThat(DATA.weight(0)).isOne();
    assertThat(DATA.hasWeights()).isFalse();
  }

  @Test
  void weightsChangeTheChecksum() {
    Dataset ones = DATA.withWeights(new float[] {1, 1, 1, 1});
    assertThat(ones.sha256()).isNotEqualTo(DATA.sha256());
    assertThat(ones.sha256()).isNotEqualTo(DATA.withWeights(new float[] {1, 1, 1, 2}).sha256());
  }

  @Test
  void badWeightsAreRefused() {
    assertThatThrownBy(() -> DATA.withWeights(new float[3]))
        .hasMessage("weights: expected 4, one for each example, found 3");
    assertThatThrownBy(() -> DATA.withWeights(new float[] {1, -1, 1, 1}))
        .hasMessage("weights[1]: expected a finite number that is not negative, found -1.0");
    assertThatThrownBy(() -> DATA.withWeights(new float[] {1, 1, 1, Float.NaN}))
        .hasMessageContaining("found NaN");
    assertThatThrownBy(() -> DATA.withWeights(new float[4]))
        .hasMessage("weights: expected one that is not 0, found none");
  }
}
