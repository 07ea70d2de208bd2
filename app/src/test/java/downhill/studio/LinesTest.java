package downhill.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A history that grows is read once, line by line. */
class LinesTest {
  @TempDir private Path folder;

  private final AtomicInteger seen = new AtomicInteger();

  private Lines lines() {
    return new Lines(
        folder.resolve("x"),
        line -> {
          seen.incrementAndGet();
          return !line.startsWith("-");
        });
  }

  private void add(String text) throws IOException {
    Files.writeString(
        folder.resolve("x"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void onlyWhatIsNewIsRead() throws IOException {
    Lines lines = lines();
    assertThat(lines.all()).isEmpty();
    add("a\n-\nb\nha");
    assertThat(lines.all()).containsExactly("a", "b");
    add("lf\u00e4\n");
    assertThat(lines.all()).containsExactly("a", "b", "half\u00e4");
    assertThat(lines.all()).hasSize(3);
    assertThat(seen).hasValue(4);
  }

  @Test
  void whatWasCutIsReadAnew() throws IOException {
    Lines lines = lines();
    add("a\nb\nc\n");
    assertThat(lines.all()).hasSize(3);
    Files.writeString(folder.resolve("x"), "a\nd\n");
    assertThat(lines.all()).containsExactly("a", "d");
    Files.writeString(folder.resolve("x"), "a\ne\nf\n");
    assertThat(lines.all()).as("grown longer than before").containsExactly("a", "e", "f");
  }

  @Test
  @Timeout(20)
  void theFirstAndTheLastAreKept() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      text.append(i).append('\n');
    }
    add(text.toString());
    long began = System.nanoTime();
    assertThat(lines().all()).hasSize(Lines.MOST).startsWith("0", "195001").endsWith("199999");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }
}
