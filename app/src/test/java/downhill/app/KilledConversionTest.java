package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process killed while it writes the rows of a table leaves nothing that anybody uses. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledConversionTest {
  private static final int MOST_STARTS = 20;

  @TempDir private Path folder = Path.of("");

  private static Object[] training(Path table, Path output, Object... more) {
    return Stream.concat(
            Stream.of("train", "--data", table, "--output", output, "--label", "kind"),
            Stream.concat(
                Stream.of("--ignore", "id", "--network", "6-3", "--batch-size", 4096),
                Stream.concat(Stream.of("--epochs", 1), Stream.of(more))))
        .toArray();
  }

  private static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static boolean isHalf(Path file) {
    try {
      return file.toString().endsWith(".tmp") && Files.size(file) > 1 << 20;
    } catch (NoSuchFileException e) {
      return false; // it was completed in between
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void endsInTheSameBytesAndLeavesNothing() throws Exception {
    Path table = TinyTable.write(folder.resolve("animals.csv"), 400_000, 1);
    Path expected = folder.resolve("expected");
    CommandLineRun first = CommandLineRun.of(training(table, expected));
    assertThat(first.status()).as(first.err()).isZero();
    Path cache = Files.createDirectory(folder.resolve("cache"));
    int started = 0;
    while (content(cache).stream().noneMatch(KilledConversionTest::isHalf)) {
      assertThat(started).as("starts that were not killed in time").isLessThan(MOST_STARTS);
      content(cache).forEach(file -> assertThat(file.toFile().delete()).isTrue());
      killInConversion(table, folder.resolve("killed" + started++), cache);
    }
    assertThat(content(cache))
        .singleElement()
        .satisfies(file ->
            assertThat(file.getFileName().toString())
                .matches("\\.animals\\.csv-[0-9a-f]{16}\\.downhill-rows\\.[0-9a-f]{16}\\.tmp"));
    for (String again : List.of("second", "third")) {
      Path output = folder.resolve(again);
      CommandLineRun run = CommandLineRun.of(training(table, output, "--cache", cache));
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(output.resolve("model.safetensors"))
          .hasSameBinaryContentAs(expected.resolve("model.safetensors"));
      assertThat(content(cache))
          .singleElement()
          .satisfies(file -> assertThat(file.toString()).endsWith(".downhill-rows"));
    }
  }

  private void killInConversion(Path table, Path output, Path cache) throws Exception {
    Process process =
        Downhill.process(folder, training(table, output, "--cache", cache))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (process.isAlive() && content(cache).stream().noneMatch(KilledConversionTest::isHalf)) {
        Thread.sleep(1);
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }
}
