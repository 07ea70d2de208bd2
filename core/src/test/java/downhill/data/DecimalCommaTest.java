package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as spreadsheets write them where 1,5 is a number: the same bits as with points. */
class DecimalCommaTest {
  private static final CsvFormat COMMA = CsvFormat.DEFAULT.withDecimal(',');

  @TempDir private Path folder = Path.of("");

  /** Returns flowers with semicolons between fields, and commas in numbers. */
  private static String flowers(int rows) {
    return Csv.flowers(rows, 4)
        .replace("\"Gärten, privat\"", "Gärten")
        .replace(',', ';')
        .replaceAll("(\\d)\\.(\\d)", "$1,$2");
  }

  private Datasets load(String text, CsvFormat format) throws IOException {
    return CsvFile.load(Csv.file(folder, "comma.csv", text), null, 0.25, format, Csv.HEAP);
  }

  @Test
  void theSameBitsAsWithPoints() throws IOException {
    String text = flowers(300);
    assertThat(text.lines().skip(1)).allMatch(line -> line.matches("\\d+;-?\\d+,\\d;.*"));
    Path cache = Files.createDirectory(folder.resolve("cache"));
    List<String> without = List.of("id");
    Path comma = Csv.file(folder, "comma.csv", text);
    Path point = Csv.file(folder, "point.csv", text.replace(',', '.').replace(';', ','));
    CsvFormat format = COMMA.withIgnored(without);
    Datasets expected =
        CsvFile.load(point, null, 0.25, CsvFormat.DEFAULT.withIgnored(without), Csv.HEAP);
    TableSchema schema = Csv.schema(expected.train());
    assertThat(schema.columns().subList(0, 4)).allMatch(Column.Numeric.class::isInstance);
    for (TableCache where : List.of(Csv.HEAP, Csv.in(cache), Csv.in(cache))) {
      Datasets read = CsvFile.load(comma, null, 0.25, format, where);
      assertThat(read.train().sha256()).isEqualTo(expected.train().sha256());
      assertThat(read.test().sha256()).isEqualTo(expected.test().sha256());
      assertThat(read.train().schema()).isEqualTo(schema);
    }
    List<float[]> rows = new ArrayList<>();
    CsvFile.forEachRow(comma, COMMA, schema, (line, inputs) -> rows.add(inputs));
    Dataset all =
        CsvFile.read(point, CsvFormat.DEFAULT, schema, expected.train().classNames(), Csv.HEAP);
    assertThat(rows).hasSize(300);
    for (int i = 0; i < 300; i++) {
      assertThat(Arrays.equals(rows.get(i), all.example(i))).isTrue();
    }
  }

  @Test
  void rowsThatWereReadInTheOtherWayAreNotUsed() throws IOException {
    String text =
        IntStream.range(0, 30)
            .mapToObj(i -> "%d.%03d;k%d".formatted(i % 9, i % 7, i % 2))
            .collect(Collectors.joining("\n", "size;label\n", "\n"));
    Path file = Csv.file(folder, "sizes.csv", text);
    TableCache cache = Csv.in(folder);
    CsvFormat point = CsvFormat.DEFAULT.withSeparator(';');
    CsvFile.load(file, null, 0.25, point, cache);
    assertThatThrownBy(() -> CsvFile.load(file, null, 0.25, point.withDecimal(','), cache))
        .hasMessageContaining("line 2, column 1 (size): expected a number with a decimal comma")
        .hasMessageContaining("found '0.000'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"t.tsv|'\t'", "t.csv|;", "t.txt.gz|;", "T.TAB.gz|'\t'"})
  void aCommaInNumbersStandsBetweenNoFields(String name, char separator) {
    assertThat(COMMA.separatorOf(Path.of(name))).isEqualTo(separator);
    assertThat(COMMA.withSeparator('|').separatorOf(Path.of(name))).isEqualTo('|');
  }

  @Test
  void marksThatAreNone() {
    assertThatThrownBy(() -> CsvFormat.DEFAULT.withDecimal(';'))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decimal: expected a point or a comma, found U+003B");
  }

  /** The other mark may be one of thousands, and 1.234 another number: it is never guessed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.5", "1.234", "1.234,5", "1 234,5", "1,234.5", "12,5 %", "€ 3,20", "-7.0", ".5", "1.5e-05"
      })
  void otherMarksAreRefused(String text) {
    assertThat(Fields.hasMarks(text, ',')).isTrue();
    for (String rows : List.of(text + ";a\n2,5;b\n", "2,5;b\n" + text + ";a\n")) {
      assertThatThrownBy(() -> load("size;label\n" + rows, COMMA))
          .isInstanceOf(UnusableColumnsException.class)
          .hasMessageContaining("expected a number with a decimal comma and no other marks")
          .hasMessageContaining("found '" + text + "'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.12.2026", "1.2.3", "12:30", "A1,5", "1,5 kg", "1,2,3", "192.168.0.1"})
  void textsAreTexts(String text) {
    assertThat(Fields.hasMarks(text, ',')).isFalse();
  }

  /** The first text is a mistake where what is below are numbers with commas. */
  @Test
  void aTextAboveNumbers() {
    String text =
        IntStream.range(0, 30)
            .mapToObj(i -> "%d,5;k%d".formatted(i % 12, i % 2))
            .collect(Collectors.joining("\n", "size;label\n-;k0\n", "\n"));
    assertThatThrownBy(() -> load(text, COMMA))
        .hasMessageContaining("expected a number, as 12 of the 12 different texts below are");
  }

  @Test
  void aFirstLineThatIsARow() {
    String rows = "1,5;a\n2,5;b\n3,5;a\n";
    assertThatThrownBy(() -> load(rows + rows, COMMA.withLabel("2")))
        .hasMessageContaining("expected the names of the columns in the first line, found 'a'");
  }

  /** With commas between fields as well, numbers stand in quotes. */
  @Test
  void commasBetweenFields() throws IOException {
    CsvFormat commas = COMMA.withSeparator(',');
    Dataset read = load("size,label\n\"1,5\",a\n\"2,5\",b\n2,a\n3,b\n", commas).train();
    Column.Numeric size = (Column.Numeric) Csv.schema(read).columns().getFirst();
    assertThat(size.mean()).isBetween(1.75, 2.5);
    assertThatThrownBy(() -> load("size,label\n1,5,a\n2,5,b\n", commas))
        .hasMessageContaining("expected 2 fields, as in the first line, found 3");
  }

  @Test
  void rowsOfAProgram() {
    TableSchema schema =
        new TableSchema(List.of(new Column.Numeric("n", 1, 2)), "label", Missing.ERROR);
    RowEncoder encoder = new RowEncoder(schema, COMMA);
    assertThat(encoder.encode(List.of("1,25"))).containsExactly(0.5f);
    assertThatThrownBy(() -> encoder.encode(List.of("1.25")))
        .hasMessage("column 'n': expected a number with a decimal comma, found '1.25'");
  }
}
