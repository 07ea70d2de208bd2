package downhill.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.training.Stopping.Monitor;
import downhill.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder belongs to the search that began in it. */
class TuningFolderTest {
  private static final Result RESULT = new Result(1, 1, List.of(new Validation(0.5, 0.75)), null);

  @TempDir private Path path = Path.of("");

  private static TuningPlan plan(long seed) {
    Map<Tunable, Range> space =
        Map.of(Tunable.LEARNING_RATE, Range.parse(Tunable.LEARNING_RATE, "0.001..0.1"));
    return new TuningPlan(
        "data",
        "00",
        Map.of("network", "4-3"),
        new TreeMap<>(space),
        new Halving(3, 3, 3),
        seed,
        Monitor.ACCURACY,
        0.25);
  }

  private void assertThatNoneBegins() {
    assertThatThrownBy(() -> TuningFolder.create(path, plan(2)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(path + ": expected a folder without a search, found tuning.jsonl");
  }

  @Test
  void noSecondSearchBeginsWhereOneIs() throws IOException {
    Path record = path.resolve(TuningFolder.RECORD);
    try (TuningFolder first = TuningFolder.create(path, plan(1))) {
      assertThatNoneBegins();
      first.add(RESULT); // to the record that is there, and not to one that was replaced
    }
    byte[] written = Files.readAllBytes(record);
    assertThatNoneBegins();
    assertThat(record).hasBinaryContent(written);
    try (TuningFolder again = TuningFolder.open(path)) {
      assertThat(again.plan()).isEqualTo(plan(1));
      assertThat(again.results()).containsExactly(RESULT);
    }
    try (Stream<Path> files = Files.list(path)) {
      assertThat(files).containsExactly(record);
    }
  }

  /** What a kill or a power cut may leave of a search that was about to begin. */
  @ParameterizedTest
  @ValueSource(strings = {"", "{\"downhill.tuning\":1"})
  void aRecordWithoutAPlanIsNoSearch(String left) throws IOException {
    Path record = Files.writeString(path.resolve(TuningFolder.RECORD), left);
    assertThatThrownBy(() -> TuningFolder.open(path))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(record + ":1: expected the plan of a search, found nothing; ")
        .hasMessageEndingWith("it has not begun yet, or was killed before it did");
    assertThatNoneBegins();
  }
}
