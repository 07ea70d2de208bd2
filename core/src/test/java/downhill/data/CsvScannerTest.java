package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of separated values, whole and broken. */
class CsvScannerTest {
  private static List<List<String>> read(byte[] bytes, char separator) throws IOException {
    try (CsvScanner scanner =
        CsvScanner.of(new ByteArrayInputStream(bytes), "file.csv", separator)) {
      return Csv.records(scanner);
    }
  }

  private static List<List<String>> read(String text) throws IOException {
    return read(Csv.utf8(text), ',');
  }

  @Test
  void readsRecords() throws IOException {
    assertThat(read("a,b\n1,2\n")).containsExactly(List.of("a", "b"), List.of("1", "2"));
    assertThat(read("a,b\r\n1,2")).containsExactly(List.of("a", "b"), List.of("1", "2"));
    assertThat(read("a,b\r1,2\r")).containsExactly(List.of("a", "b"), List.of("1", "2"));
    assertThat(read("\n\r\n\ra\n\n\nb\n\n")).containsExactly(List.of("a"), List.of("b"));
    assertThat(read("  \na\n   \r\nb\n  ")).containsExactly(List.of("a"), List.of("b"));
    assertThat(read("  a\n \"b\" \n" + " ".repeat(300_000) + "\nc"))
        .containsExactly(List.of("a"), List.of("b"), List.of("c"));
    assertThat(read(" ,\n ")).containsExactly(List.of("", ""));
    assertThat(read(",\n,,")).containsExactly(List.of("", ""), List.of("", "", ""));
    assertThat(read("")).isEmpty();
    assertThat(read("\n\n")).isEmpty();
    assertThat(read("x")).containsExactly(List.of("x"));
  }

  @Test
  void readsQuotes() throws IOException {
    assertThat(read("\"a\",\"b,c\",\"d\"\"e\"\"\",\"\"\n"))
        .containsExactly(List.of("a", "b,c", "d\"e\"", ""));
    assertThat(read("\"two\r\nlines\",x")).containsExactly(List.of("two\r\nlines", "x"));
    assertThat(read("5\" pipe,a \"b\" c")).containsExactly(List.of("5\" pipe", "a \"b\" c"));
    assertThat(read("  \"a\"  ,  b c  \n")).containsExactly(List.of("a", "b c"));
    assertThat(read("\"\"\"\"")).containsExactly(List.of("\""));
  }

  @Test
  void readsOtherSeparators() throws IOException {
    assertThat(read(Csv.utf8("a\tb c\t\n"), '\t')).containsExactly(List.of("a", "b c", ""));
    assertThat(read(Csv.utf8("1,5;2,5"), ';')).containsExactly(List.of("1,5", "2,5"));
    assertThat(read(Csv.utf8("a b  c"), ' ')).containsExactly(List.of("a", "b", "", "c"));
  }

  @Test
  void readsMarksAndPackedFilesAndAllLetters() throws IOException {
    String text = "Größe,犬,𝒳\n";
    List<String> expected = List.of("Größe", "犬", "𝒳");
    assertThat(read(text)).containsExactly(expected);
    assertThat(read("\uFEFF" + text)).containsExactly(expected);
    assertThat(read(Csv.gzip(Csv.utf8("\uFEFF" + text)), ',')).containsExactly(expected);
    byte[] twice = Csv.gzip(Csv.utf8(text));
    byte[] members = new byte[2 * twice.length];
    System.arraycopy(twice, 0, members, 0, twice.length);
    System.arraycopy(twice, 0, members, twice.length, twice.length);
    assertThat(read(members, ',')).containsExactly(expected, expected);
  }

  @Test
  void knowsTheLineOfEachField() throws IOException {
    String text = "a,b\r\n\"1\n2\",3\r\n\n\"\r\n\",\"\r\"\n9,9";
    try (CsvScanner scanner =
        CsvScanner.of(new ByteArrayInputStream(Csv.utf8(text)), "file.csv", ',')) {
      List<Long> lines = new ArrayList<>();
      while (scanner.next()) {
        lines.add(scanner.line());
        lines.add(scanner.line(1));
      }
      assertThat(lines).containsExactly(1L, 1L, 2L, 3L, 5L, 6L, 8L, 8L);
    }
  }

  /** Where the pieces of a file end, which the operating system decides, must not matter. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  void piecesDoNotMatter(int size) throws IOException {
    for (String text :
        List.of(
            "a,\"b\"\"c\",d\r\n\"x\r\ny\",\"\",é\r\r\n1,2,3",
            "\uFEFFa\r\n\"\"\"\"\r\n",
            "\"a\" ,b\n , \n",
            "a\n   \r\n  b\n  ")) {
      byte[] bytes = Csv.utf8(text);
      try (CsvScanner scanner = CsvScanner.of(Csv.slowly(bytes, size), "file.csv", ',')) {
        assertThat(Csv.records(scanner)).isEqualTo(read(text));
      }
    }
  }

  /** Fields larger than the buffer, and records that lie across its end. */
  @Test
  void readsHugeFields() throws IOException {
    String huge = "x".repeat(3 << 20);
    String quotes = "\"\"".repeat(400_000);
    List<List<String>> expected = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(i).append(',').append("y".repeat(20_011)).append('\n');
      expected.add(List.of(Integer.toString(i), "y".repeat(20_011)));
    }
    text.append(huge).append(",\"").append(quotes).append("\"\nlast,1\n");
    expected.add(List.of(huge, "\"".repeat(400_000)));
    expected.add(List.of("last", "1"));
    assertThat(read(text.toString()).equals(expected)).isTrue();
  }

  /** Against an implementation that isn't ours. */
  @Test
  void agreesWithFastCsv() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    List<String> pieces = List.of("a", "1.5", "é", "犬", ",", "\"\"", "\n", "\r\n", ";", "x y");
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      int records = random.nextInt(1, 6);
      for (int r = 0; r < records; r++) {
        int fields = random.nextInt(1, 6);
        for (int f = 0; f < fields; f++) {
          text.append(f == 0 ? "" : ",").append(field(random, pieces));
        }
        text.append(List.of("\n", "\r\n", "\r").get(random.nextInt(3)));
      }
      List<List<String>> expected = new ArrayList<>();
      try (CsvReader<CsvRecord> reader =
          CsvReader.builder()
              .allowExtraFields(true)
              .allowMissingFields(true)
              .ofCsvRecord(text.toString())) {
        for (CsvRecord record : reader) {
          expected.add(record.getFields());
        }
      }
      assertThat(read(text.toString())).as(text.toString()).isEqualTo(expected);
    }
  }

  // Without spaces at its ends, which FastCSV keeps.
  private static String field(SplittableRandom random, List<String> pieces) {
    boolean quoted = random.nextBoolean();
    StringBuilder field = new StringBuilder(quoted ? "\"" : "v");
    for (int p = random.nextInt(4); p > 0; p--) {
      String piece = pieces.get(random.nextInt(pieces.size()));
      boolean plain = Stream.of(",", "\"\"", "\n", "\r\n").noneMatch(piece::equals);
      field.append(quoted || plain ? piece : "");
    }
    return field.append(quoted ? "\"" : "").toString();
  }

  static List<Arguments> wrongQuotes() {
    return List.of(
        Arguments.of("a,\"b", "line 1, column 2: expected a quote that closes the one here"),
        Arguments.of("a\nb\n\"c\nd\ne", "line 3, column 1: expected a quote that closes the one"),
        Arguments.of("a,\"b\"c\n", "line 1, column 2: expected ',' or the end of the line after"),
        Arguments.of("a,\"b\n\"c,\"d\"\n", "closes the one of line 1, found more text"),
        Arguments.of("\"a\"\"", "line 1, column 1: expected a quote"));
  }

  @ParameterizedTest
  @MethodSource("wrongQuotes")
  void sayWhereAQuoteIsWrong(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("file.csv: line ")
        .hasMessageContaining(message);
  }

  @Test
  void sayWhereTheEncodingIsWrong() {
    byte[] latin = "a,b\nx,Größe\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(latin, ','))
        .hasMessage(
            "file.csv: line 2, column 2: expected text in UTF-8, found the byte 0xf6; save the file as UTF-8");
    byte[] quoted = "a,b\n\"x\ny\",\"ö\"\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(quoted, ',')).hasMessageContaining("line 3, column 2: expected");
    assertThatThrownBy(() -> read("a,b\n".getBytes(StandardCharsets.UTF_16), ','))
        .hasMessageContaining("line 1, column 1: expected text in UTF-8, found UTF-16");
    assertThatThrownBy(() -> read("a,b\n1".getBytes(StandardCharsets.UTF_16BE), ','))
        .hasMessageContaining("line 1, column 1: expected text in UTF-8, found a zero byte");
    assertThatThrownBy(() -> read(new byte[] {'a', ',', '"', 0, '"'}, ','))
        .hasMessageContaining("line 1, column 2: expected text in UTF-8, found a zero byte");
    // A character that is cut at the end of its field.
    assertThatThrownBy(() -> read(new byte[] {'a', ',', (byte) 0xc3, '\n'}, ','))
        .hasMessageContaining("line 1, column 2: expected text in UTF-8");
  }

  @Test
  void sayWhereAPackedFileIsCut() {
    byte[] packed = Csv.gzip(Csv.utf8("a,b\n1,2\n".repeat(1000)));
    byte[] cut = Arrays.copyOf(packed, packed.length - 9);
    assertThatThrownBy(() -> read(cut, ','))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("file.csv: line 2001, column 1: byte ")
        .hasMessageContaining("cut short");
  }
}
