package downhill.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** A table small enough for a test: animals of three kinds, which two numbers or a word tell. */
final class TinyTable {
  private TinyTable() {}

  /** Writes a table with a header, each row another one. */
  static Path write(Path file, int rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("id,length,weight,home,legs,kind\r\n");
    for (int i = 0; i < rows; i++) {
      int kind = i % 3;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.1f,%.2f,%s,%d,%s\r\n",
              i,
              List.of(20, 50, 190).get(kind) + 3 * random.nextGaussian(),
              List.of(0.3, 2.0, 150.0).get(kind) * random.nextDouble(0.9, 1.1),
              List.of("air", "sea", "land").get(kind),
              List.of(2, 0, 4).get(kind),
              List.of("bird", "fish", "\"cat, large\"").get(kind)));
    }
    return Files.writeString(file, text);
  }
}
