package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables from files: what is refused, and what looks like it and is not. */
class CsvRefusalTest {
  @TempDir private Path folder = Path.of("");

  /** Returns a column of numbers from 1 on below a first text. */
  private static String numbersBelow(String first, int numbers) {
    StringBuilder text = new StringBuilder("label,a\nx,\"" + first + "\"\n");
    for (int i = 1; i <= numbers; i++) {
      text.append(i % 2 == 0 ? "x," : "y,").append(i).append(".5\n");
    }
    return text.toString();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(withMarks(), textsAboveNumbers(), textsThatDiffer(), mistakes())
        .flatMap(cases -> cases);
  }

  private static Stream<Arguments> withMarks() {
    return Stream.of(
            "1,5",
            "-1,234",
            "1,234.56",
            "1.234,56",
            "1.234.567",
            "1 234,5",
            "1'234",
            "1’234.5",
            "1\u202f234",
            "$1,200",
            "-$5",
            "45%",
            "12.5 %",
            "7,50 €",
            "12,34,567.50")
        .map(number ->
            Arguments.of(
                "label,a\nx,\"%s\"\ny,2\n".formatted(number),
                "line 2, column 2 (a): expected a number with a decimal point and no other marks, or"
                    + " a category, found '%s'; if".formatted(number)));
  }

  private static Stream<Arguments> textsAboveNumbers() {
    return Stream.of("n/a", "-", "None", "#N/A", "inf", "12 kg", "1e")
        .map(text ->
            Arguments.of(
                numbersBelow(text, 10),
                "line 2, column 2 (a): expected a number, as 10 of the 10 different texts below are,"
                    + " found '%s'; leave".formatted(text)));
  }

  /** Returns a column of texts, each made of the number of its row. */
  private static String texts(String column, int rows) {
    StringBuilder text = new StringBuilder("name,label\n");
    for (int i = 1; i <= rows; i++) {
      text.append(column.formatted(i)).append(i % 2 == 0 ? ",x\n" : ",y\n");
    }
    return text.toString();
  }

  private static Stream<Arguments> textsThatDiffer() {
    String begin = "line 2, column 1 (name): expected ";
    return Stream.of(
        Arguments.of(
            texts("Mr. %d", 20),
            begin
                + "texts that come up more than once, found another in each of 20 rows, 'Mr. 1'"
                + " first; leave the column out, unless it holds categories, which has to be said"),
        Arguments.of(
            texts("a %1$d,b %1$d,c %1$d", 20).replaceFirst("name", "name,ticket,cabin"),
            "which has to be said; nor can anything be learned from ticket, cabin"),
        Arguments.of(
            texts("2026-11-%02d", 28), begin + "texts that come up more than once, found another"),
        Arguments.of(
            texts("cats/%d.JPG", 20), "; the first line of a list of pictures is path,label"),
        Arguments.of(
            texts("%d.png", Dataset.MAX_CLASSES + 1),
            "should be a number; the first line of a list of pictures is path,label"));
  }

  private static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("a,label\n1,x\n2\n", "line 3, column 2 (label): expected 2 fields"),
        Arguments.of("a,label\n1,x\n2,y,3\n", "line 3, column 3: expected 2 fields"),
        Arguments.of("a,label\n1,x\n2.x,y\n", "line 3, column 1 (a): expected a number, as above"),
        Arguments.of("a,label\n1,x\n1e39,y\n", "line 3, column 1 (a): expected a number up to"),
        Arguments.of("a,label\n1,x\n,y\n", "line 3, column 1 (a): expected a value, found none"),
        Arguments.of("a,label\n1,x\n2,\n", "line 3, column 2 (label): expected a class"),
        Arguments.of(
            "a,label\n1,x\n2,\u3000\n", "line 3, column 2 (label): expected a class, found none"),
        Arguments.of(
            "a,label\n1,x\n2,\u2003\n", "line 3, column 2 (label): expected a class, found none"),
        Arguments.of("a,label\n1,x\n2,\"y\nz\"\n", "line 3, column 2 (label): expected the name"),
        Arguments.of("a,label\n1,x\n2,\"y\n", "line 3, column 2 (label): expected a quote"),
        Arguments.of("a,label\n1,x\n2,x\n", "line 2, column 2 (label): expected at least two"),
        Arguments.of("a,a,label\n1,2,x\n", "line 1, column 2: expected a name of its own"),
        Arguments.of("a,b\n1,2\n", "line 1, column 1: expected one column called label, class"),
        Arguments.of("a,class,label\n1,2,3\n", "expected one column called label, class"),
        Arguments.of("label\nx\ny\n", "line 1, column 1: expected a column beside 'label'"),
        Arguments.of("a,label\n", "line 2, column 1: expected rows"),
        Arguments.of("", "line 1, column 1: expected rows"));
  }

  /** Every mistake names file, line and column, and leaves nothing behind. */
  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsMalformed(String text, String message) throws IOException {
    Path file = Csv.file(folder, "bad.csv", text);
    for (TableCache cache : List.of(Csv.HEAP, Csv.in(folder))) {
      assertThatThrownBy(() -> CsvFile.load(file, null, 0.5, CsvFormat.DEFAULT, cache))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining(message);
      assertThat(Csv.content(folder)).containsExactly("bad.csv");
    }
  }

  @Test
  void whatLooksLikeANumberMayBeACategory() throws IOException {
    CsvFormat format = CsvFormat.DEFAULT.withCategorical(List.of("a"));
    Path file =
        Csv.file(folder, "sizes.csv", "a,label\n\"1,5\",x\n\"2,5\",y\n\"1,5\",x\n\"2,5\",y\n");
    assertThat(CsvFile.load(file, null, 0.5, format, Csv.HEAP).train().features()).isEqualTo(2);
  }

  /** Codes are categories, whether some look like numbers or not; many numbers if it is said. */
  @Test
  void textsBesideNumbersMayBeCategories() throws IOException {
    assertThat(Csv.load(folder, numbersBelow("A", 9), CsvFormat.DEFAULT).train().features())
        .isEqualTo(10);
    assertThat(
            Csv.load(folder, "label,a\nx,12 kg\ny,1 and 2\n", CsvFormat.DEFAULT).train().features())
        .isEqualTo(2);
    StringBuilder half = new StringBuilder(numbersBelow("B0", 10));
    for (int i = 1; i < 10; i++) {
      half.append("x,B").append(i).append('\n');
    }
    half.append("x,B1\n");
    assertThat(Csv.load(folder, half.toString(), CsvFormat.DEFAULT).train().features())
        .isEqualTo(20);
    CsvFormat said = CsvFormat.DEFAULT.withCategorical(List.of("a"));
    assertThat(Csv.load(folder, numbersBelow("n/a", 50), said).train().features()).isEqualTo(51);
  }

  /** Few texts, one that comes up again, or what is said to be categories. */
  @Test
  void textsThatDifferMayBeCategories() throws IOException {
    assertThat(Csv.load(folder, texts("Mr. %d", 19), CsvFormat.DEFAULT).train().features())
        .isEqualTo(19);
    String again = texts("Mr. %d", 40) + "Mr. 7,x\n";
    assertThat(Csv.load(folder, again, CsvFormat.DEFAULT).train().features()).isEqualTo(40);
    CsvFormat said = CsvFormat.DEFAULT.withCategorical(List.of("name"));
    assertThat(Csv.load(folder, texts("Mr. %d", 40), said).train().features()).isEqualTo(40);
    // What is missing is no text.
    String holes = texts("Mr. %d", 40) + ",x\n";
    assertThatThrownBy(() -> Csv.load(folder, holes, CsvFormat.DEFAULT.withMissing(Missing.MEAN)))
        .hasMessageContaining("found another in each of 40 rows");
  }

  @Test
  void refusesPartsThatAreNoneBeforeItReads() {
    Path none = folder.resolve("none.csv");
    for (double fraction : new double[] {0, 1, -1, Double.NaN}) {
      assertThatThrownBy(() -> CsvFile.load(none, null, fraction, CsvFormat.DEFAULT, Csv.HEAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("fraction: expected more than 0 and less than 1");
    }
  }

  @Test
  void refusesWrongEncodingInTheMiddleOfAFileOfRows() throws IOException {
    byte[] bytes = Csv.utf8(Csv.flowers(20_000, 3));
    bytes[bytes.length - 3] = (byte) 0xe4;
    Path file = Files.write(folder.resolve("bad.csv"), bytes);
    assertThatThrownBy(() -> CsvFile.load(file, null, 0.5, Csv.format(), Csv.in(folder)))
        .hasMessageContaining("line 20001, column 7 (label): expected text in UTF-8");
    assertThat(Csv.content(folder)).containsExactly("bad.csv");
  }

  @Test
  void refusesColumnsThatAreNone() throws IOException {
    for (CsvFormat format :
        List.of(
            CsvFormat.DEFAULT.withLabel("nothing"),
            CsvFormat.DEFAULT.withLabel("9"),
            CsvFormat.DEFAULT.withIgnored(List.of("b")),
            CsvFormat.DEFAULT.withCategorical(List.of("b")))) {
      assertThatThrownBy(() -> Csv.load(folder, "a,label\n1,x\n2,y\n", format))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected the name or the number of a column (1 to 2)");
    }
    assertThatThrownBy(() ->
            Csv.load(folder, "a,label\n1,x\n", CsvFormat.DEFAULT.withIgnored(List.of("label"))))
        .hasMessageContaining("is the label");
    assertThatThrownBy(() ->
            Csv.load(
                folder,
                "a,label\n1,x\n2,y\n",
                CsvFormat.DEFAULT.withIgnored(List.of("a")).withCategorical(List.of("a"))))
        .hasMessageContaining("both");
    assertThatThrownBy(() ->
            Csv.load(
                folder, "a,b,label\n,1,x\n,2,y\n", CsvFormat.DEFAULT.withMissing(Missing.MEAN)))
        .hasMessageContaining("column 1 (a): expected a value in some row");
    StringBuilder names = new StringBuilder("who,label\n");
    for (int i = 0; i <= Dataset.MAX_CLASSES; i++) {
      names.append("person ").append(i).append(',').append(i % 2).append('\n');
    }
    assertThatThrownBy(() -> Csv.load(folder, names.toString(), CsvFormat.DEFAULT))
        .hasMessageContaining("line 4098, column 1 (who): expected at most 4096 different texts");
  }

  @ParameterizedTest
  @ValueSource(chars = {'"', '\n', 'a', '5', '.', '-', 'é', '\0'})
  void refusesSeparatorsThatCanBeNone(char separator) {
    assertThatThrownBy(() -> CsvFormat.DEFAULT.withSeparator(separator))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separator");
  }

  /** What a network would see as infinite is refused wherever it stands, and named. */
  @Test
  void refusesNumbersThatAreTooFarFromWhatWasLearned() throws IOException {
    Path train = Csv.file(folder, "train.csv", "a,label\n1e-30,x\n2e-30,y\n3e-30,x\n");
    Path test = Csv.file(folder, "test.csv", "label,a\n\nx,1e-30\ny,1e10\n");
    String number = ": expected a number nearer to the mean 2.0E-30";
    for (TableCache cache : List.of(Csv.HEAP, Csv.in(folder))) {
      assertThatThrownBy(() -> CsvFile.load(train, test, 0, CsvFormat.DEFAULT, cache))
          .isInstanceOf(IOException.class)
          .hasMessage(test + ": line 4, column 2 (a)" + number + ", found 1e10");
    }
    // Rows that were read for another model, and are mapped now: there are no lines any more.
    TableSchema schema =
        Csv.schema(CsvFile.load(train, train, 0, CsvFormat.DEFAULT, Csv.HEAP).train());
    CsvFile.load(test, test, 0, CsvFormat.DEFAULT, Csv.in(folder));
    assertThatThrownBy(() ->
            CsvFile.read(
                test, CsvFormat.DEFAULT, schema, List.of("x", "y"), new TableCache(folder, 0)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(test + ": row 2, column 2 (a)" + number)
        .hasMessageEndingWith("found 1.0E10");
  }

  @Test
  void refusesHeldOutNumbersThatAreTooFarFromWhatWasLearned() throws IOException {
    StringBuilder text = new StringBuilder("a,label\n");
    for (int i = 0; i < 40; i++) {
      text.append(i % 5 + 1).append("e-30,").append(i % 2 == 0 ? "x" : "y").append('\n');
    }
    Path table = Csv.file(folder, "d.csv", text.toString());
    Dataset all = CsvFile.load(table, table, 0, CsvFormat.DEFAULT, Csv.HEAP).train();
    Dataset held = CsvFile.load(table, null, 0.2, CsvFormat.DEFAULT, Csv.HEAP).test();
    List<String> lines = new ArrayList<>(Files.readAllLines(table));
    int refused = 0;
    int row = 0;
    for (int i = 0; i < 40; i++) {
      List<String> other = new ArrayList<>(lines);
      other.set(i + 1, "1e10," + (i % 2 == 0 ? "x" : "y"));
      Files.write(table, other);
      try {
        CsvFile.load(table, null, 0.2, CsvFormat.DEFAULT, Csv.HEAP);
      } catch (IOException e) {
        assertThat(e)
            .hasMessageStartingWith(table + ": row " + (i + 1) + ", column 1 (a): expected a");
        refused++;
        row = i;
      }
    }
    assertThat(refused).isEqualTo(held.size());
    // A part that was learned from holds it; other parts are judged as they always were.
    lines.set(row + 1, "1e10," + (row % 2 == 0 ? "x" : "y"));
    Files.write(table, lines);
    Dataset learned = CsvFile.load(table, table, 0, CsvFormat.DEFAULT, Csv.HEAP).train();
    assertThat(learned.size()).isEqualTo(all.size());
    assertThat(learned.slice(0, row).with(Csv.schema(all)).size()).isEqualTo(row);
    assertThatThrownBy(() -> learned.with(Csv.schema(all)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("row " + (row + 1) + ", column 1 (a): expected a number nearer");
  }

  /** A packed table that is cut or damaged: told with the line that it still has. */
  @Test
  void packedTablesThatAreCutAreToldWithTheirLine() throws IOException {
    byte[] packed = Csv.gzip(Csv.utf8(Csv.flowers(5_000, 2)));
    for (int length = packed.length - 1; length > 20; length -= packed.length / 5) {
      Path cut = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(packed, length));
      assertThatThrownBy(() -> CsvFile.load(cut, null, 0.2, Csv.format(), Csv.HEAP))
          .isInstanceOf(IOException.class)
          .message()
          .matches(
              "\\Q%s\\E: line \\d+, column \\d+( \\(\\w+\\))?: byte %d: expected more packed data, found the end; the file is cut short"
                  .formatted(cut, length));
    }
  }
}
