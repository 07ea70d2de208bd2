package downhill.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {
  @TempDir private Path folder = Path.of("");

  private RunHistory history(String text) throws IOException {
    return RunHistory.read(Files.writeString(folder.resolve("history.jsonl"), text));
  }

  @Test
  void readsEpochs() throws IOException {
    RunHistory history = history(Example.HISTORY);
    assertThat(history.epochs()).containsExactly(1, 2);
    assertThat(history.values("train_loss")).containsExactly(1.5, 1);
    assertThat(history.values("test_loss")).containsExactly(Double.NaN, 1.2);
    assertThat(history.values("gradient_norm")).containsExactly(3, Double.NaN);
    assertThat(history.arrays("dead_relus")).hasSize(1);
    assertThat(history.arrays("dead_relus").getFirst()).containsExactly(0.25, 0.5);
    assertThat(history.arrays("train_loss")).isEmpty();
    assertThat(history.started("examples")).isEqualTo("60,000");
    assertThat(history.started("kernels")).isEqualTo("v");
    assertThat(history.started("seed")).isNull();
  }

  @Test
  void cutAnywhereItStillHasWhatCameBefore() throws IOException {
    int second = Example.HISTORY.indexOf("\"epoch\":2");
    int end = Example.HISTORY.length();
    for (int length = 0; length < end; length++) {
      RunHistory history = history(Example.HISTORY.substring(0, length));
      assertThat(history.epochs().length).as("cut after %d", length).isLessThanOrEqualTo(2);
      if (length >= second && length < end - 1) {
        assertThat(history.epochs()).as("cut after %d", length).containsExactly(1);
      }
    }
  }

  @Test
  void whatMeansNothingIsPassedOver() throws IOException {
    RunHistory history =
        history(
            """
            not JSON
            []

            {"event":"epoch"}
            {"event":"epoch","epoch":0.5}
            {"event":"epoch","epoch":-1}
            {"event":"epoch","epoch":1e300}
            {"event":7,"epoch":1}
            {"event":"epoch","epoch":3,"train_loss":1e999,"more":{"epoch":[{}]},"dead_relus":[[1],2]}
            {"event":"epoch","epoch":3.0,"train_loss":2,"dead_relus":[null,{"a":[]},0.5]}
            """);
    assertThat(history.epochs()).containsExactly(3);
    assertThat(history.values("train_loss")).containsExactly(2); // the later telling
    assertThat(history.arrays("dead_relus")).hasSize(3);
    assertThat(history.arrays("dead_relus").get(2)).containsExactly(0.5);
  }

  /** Training may go back by more than an epoch, and end before it comes there again. */
  @Test
  void whatWasTakenBackIsGone() throws IOException {
    RunHistory history =
        history(
            """
            {"event":"epoch","epoch":1,"step":10,"train_loss":3}
            {"event":"epoch","epoch":2,"step":20,"train_loss":5}
            {"event":"epoch","epoch":3,"step":30,"train_loss":9}
            {"event":"went_back","epoch":2,"step":15,"failed_step":34,"rate_factor":0.5}
            {"event":"epoch","epoch":2,"step":20,"train_loss":2}
            """);
    assertThat(history.epochs()).containsExactly(1, 2);
    assertThat(history.values("train_loss")).containsExactly(3, 2);
  }

  @Test
  void bytesOfNoCharacterAreNoObstacle() throws IOException {
    byte[] bytes =
        "{\"event\":\"epoch\",\"epoch\":1,\"x\":\"?\"}\n?".getBytes(StandardCharsets.US_ASCII);
    bytes[bytes.length - 1] = (byte) 0xff;
    bytes[bytes.length - 5] = (byte) 0xfe;
    Path file = Files.write(folder.resolve("bytes.jsonl"), bytes);
    assertThat(RunHistory.read(file).epochs()).containsExactly(1);
  }

  @Test
  void withoutAFileThereIsNothing() throws IOException {
    assertThat(RunHistory.read(folder.resolve("none")).epochs()).isEmpty();
    assertThat(RunHistory.read(null).epochs()).isEmpty();
  }
}
