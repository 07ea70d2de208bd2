package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions that can't be loaded beside others that can. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SkippedVersionsTest {
  @TempDir private Path folder = Path.of("");

  /** A folder with the versions 1 and 3, and a version 2 that was cut short. */
  private Path runs = Path.of("");

  private Path second = Path.of("");

  @BeforeEach
  void train() throws IOException {
    runs = folder.resolve("runs");
    second = runs.resolve("2/model.safetensors");
    Models.save(Models.lamps("one", "-"), runs.resolve("1/model.safetensors"));
    Models.save(Models.lamps("three", "-"), runs.resolve("3.safetensors"));
    cutShort(Models.save(Models.lamps("two", "-"), second));
  }

  private static void cutShort(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  private static void look(Serving serving) {
    for (int i = 0; i < 4; i++) {
      serving.models().look();
    }
  }

  private static void assertVersions(Serving serving, String versions) throws IOException {
    assertThat(Wire.get(serving.uri(), "/v2/models/m").text())
        .contains("\"versions\":[%s],".formatted(versions));
  }

  private static int failedLoads(Serving serving, int version) throws IOException {
    String name =
        "downhill_model_failed_loads_total{model=\"m\",version=\"%d\"} ".formatted(version);
    return Wire.get(serving.uri(), "/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void theOthersAreServed() throws IOException {
    try (Serving serving = Serving.of("m=" + runs)) {
      assertVersions(serving, "\"1\",\"3\"");
      assertThat(Wire.get(serving.uri(), "/v2/health/ready").text()).isEqualTo("{\"ready\":true}");
      assertThat(Wire.get(serving.uri(), "/v2/models/m/ready").status()).isEqualTo(200);
      Wire.Answer absent = Wire.get(serving.uri(), "/v2/models/m/versions/2/ready");
      assertThat(absent.status()).isEqualTo(404);
      assertThat(absent.text()).contains("expected a version out of [1, 3], found 2");
      assertThat(failedLoads(serving, 1)).isZero();
      assertThat(failedLoads(serving, 2)).isOne();
      assertThat(serving.heard().lines()).hasSize(3);
      assertThat(serving.heard().lines().getLast())
          .startsWith("skipped m 2: " + second + ": ")
          .doesNotContain("\n");
      look(serving);
      assertThat(serving.heard().lines()).as("its file is the same").hasSize(3);
      assertThat(failedLoads(serving, 2)).isOne();
    }
  }

  @Test
  void itIsServedOnceItHasBeenMended() throws IOException {
    try (Serving serving = Serving.of("m=" + runs)) {
      Files.writeString(second, "no model either");
      look(serving);
      assertThat(serving.heard().lines()).hasSize(4);
      assertThat(serving.heard().lines().getLast()).startsWith("skipped m 2: ");
      assertThat(failedLoads(serving, 2)).isEqualTo(2);
      Models.save(Models.lamps("two", "-"), second);
      look(serving);
      assertThat(serving.heard().lines()).endsWith("loaded m 2 2-2");
      assertVersions(serving, "\"1\",\"2\",\"3\"");
      cutShort(second);
      look(serving);
      assertThat(serving.heard().lines().getLast()).startsWith("kept m: ");
      assertVersions(serving, "\"1\",\"2\",\"3\"");
    }
  }

  @Test
  void oneThatComesLaterIsPassedOverToo() throws IOException {
    Models.save(Models.lamps("two", "-"), second);
    try (Serving serving = Serving.of("m=" + runs)) {
      cutShort(Models.save(Models.lamps("four", "-"), runs.resolve("4/model.safetensors")));
      look(serving);
      assertThat(serving.heard().lines()).hasSize(4);
      assertThat(serving.heard().lines().getLast()).startsWith("skipped m 4: ");
      assertVersions(serving, "\"1\",\"2\",\"3\"");
      assertThat(failedLoads(serving, 4)).isOne();
    }
  }

  @Test
  void withoutAnyTheServerDoesNotStart() throws IOException {
    cutShort(runs.resolve("1/model.safetensors"));
    cutShort(runs.resolve("3.safetensors"));
    assertThatThrownBy(() -> Serving.of("m=" + runs))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(runs.resolve("1/model.safetensors") + ": ");
    Path good = Models.save(Models.lamps("a", "b"), folder.resolve("good.safetensors"));
    assertThatThrownBy(() -> Serving.of("good=" + good, "m=" + runs))
        .as("each model needs one")
        .isInstanceOf(IOException.class);
  }
}
