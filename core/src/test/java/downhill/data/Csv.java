package downhill.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Tables for tests. */
final class Csv {
  /** Three kinds of flowers, each row measured in four numbers and seen in one of three places. */
  static final List<String> FLOWERS = List.of("rose", "tulip", "violet");

  private Csv() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  static Path write(Path file, String text) throws IOException {
    return Files.write(file, utf8(text));
  }

  static Path file(Path folder, String name, String text) throws IOException {
    return write(folder.resolve(name), text);
  }

  /** Learns from a table that is also what judges. */
  static Datasets load(Path folder, String text, CsvFormat format) throws IOException {
    Path train = file(folder, "train.csv", text);
    return CsvFile.load(train, train, 0.2, format, HEAP);
  }

  /** Returns a stream that gives only a few bytes at a time. */
  static InputStream slowly(byte[] bytes, int atATime) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int count) {
        return super.read(into, offset, Math.min(count, atATime));
      }
    };
  }

  /** Reads all records as texts. */
  static List<List<String>> records(CsvScanner scanner) throws IOException {
    List<List<String>> records = new ArrayList<>();
    while (scanner.next()) {
      List<String> record = new ArrayList<>();
      for (int f = 0; f < scanner.fields(); f++) {
        record.add(scanner.text(f));
      }
      records.add(record);
    }
    return records;
  }

  /** Returns a table of flowers with a header, easy to tell apart. */
  static String flowers(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("id,length,width,weight,age,place,label\n");
    for (int i = 0; i < rows; i++) {
      int kind = random.nextInt(3);
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.1f,%.2f,%.3e,%d,%s,%s%n",
              i,
              3 + 2 * kind + 0.4 * random.nextGaussian(),
              100 - 30 * kind + 5 * random.nextGaussian(),
              1e-6 * (1 + kind + 0.2 * random.nextGaussian()),
              1_700_000_000 + random.nextInt(86_400),
              List.of("forest", "meadow", "\"Gärten, privat\"").get(random.nextInt(3)),
              FLOWERS.get(kind)));
    }
    return text.toString();
  }

  /** Returns how flowers are read. */
  static CsvFormat format() {
    return CsvFormat.DEFAULT.withIgnored(List.of("id"));
  }

  /** Keeps rows on the heap. */
  static final TableCache HEAP = new TableCache(null, 1 << 30);

  /** Keeps rows in a file in this folder. */
  static TableCache in(Path folder) {
    return new TableCache(folder, 0);
  }

  /** Returns what a table became. */
  static TableSchema schema(Dataset data) {
    return Objects.requireNonNull(data.schema());
  }

  /** Returns the names of what lies in a folder, sorted. */
  static List<String> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
