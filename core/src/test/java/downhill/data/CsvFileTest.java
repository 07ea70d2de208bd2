package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables from files: what they become, and what is refused. */
class CsvFileTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String name, String text) throws IOException {
    return Csv.write(folder.resolve(name), text);
  }

  private static TableSchema schema(Dataset data) {
    return Objects.requireNonNull(data.schema());
  }

  private Datasets load(String text, CsvFormat format) throws IOException {
    Path train = file("train.csv", text);
    return CsvFile.load(train, train, 0.2, format, Csv.HEAP);
  }

  private static List<String> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** By hand: means, deviations, levels and their order. */
  @Test
  void becomesInputs() throws IOException {
    Dataset data =
        load(
                """
                size,place,label,same
                1,sea,yes,7
                5,land,no,7
                3,sea,yes,7
                3,air,yes,7
                3,sea,yes,7
                3,sea,yes,7
                3,sea,yes,7
                3,sea,no,7
                """,
                CsvFormat.DEFAULT)
            .train();
    assertThat(data).hasToString("8 examples of 1 × 5, 2 classes");
    assertThat(data.classNames()).containsExactly("no", "yes");
    assertThat(data.hasBytes()).isFalse();
    assertThat(data.example(0)).containsExactly(-2, 0, 0, 1, 0);
    assertThat(data.example(1)).containsExactly(2, 0, 1, 0, 0);
    assertThat(data.example(3)).containsExactly(0, 1, 0, 0, 0);
    assertThat(IntStream.range(0, 8).map(data::label)).containsExactly(1, 0, 1, 1, 1, 1, 1, 0);
    assertThat(schema(data))
        .isEqualTo(
            new TableSchema(
                List.of(
                    new Column.Numeric("size", 3, 1),
                    new Column.Categorical(
                        "place", List.of("air", "land", "sea"), List.of(0.125, 0.125, 0.75)),
                    new Column.Numeric("same", 7, 0)),
                "label",
                Missing.ERROR));
    assertThat(schema(data))
        .hasToString("2 numeric columns, 1 categorical (3 levels), label 'label'");
    assertThatThrownBy(() -> data.copyTo(0, new byte[5], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("found numbers");
  }

  @Test
  void missingValuesBecomeTheMean() throws IOException {
    Dataset data =
        load(
                """
                n,c,label
                ,x,a
                2,?,b
                4,x,a
                NA,y,b
                6,x,a
                """,
                CsvFormat.DEFAULT.withMissing(Missing.MEAN))
            .train();
    assertThat(schema(data).columns().getFirst())
        .isEqualTo(new Column.Numeric("n", 4, 1 / Math.sqrt(8.0 / 3)));
    assertThat(data.example(0)).containsExactly(0, 1, 0);
    assertThat(data.example(1)[0]).isEqualTo((float) (-2 / Math.sqrt(8.0 / 3)), within(1e-6f));
    assertThat(data.example(1)).endsWith(0.75f, 0.25f);
    assertThat(data.example(3)).containsExactly(0, 0, 1);
  }

  /** What is held out teaches nothing; which rows it is depends on nothing but the table. */
  @Test
  void learnsFromTheTrainingPartAlone() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(500, 1));
    Datasets data = CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP);
    assertThat(data.train().size() + data.test().size()).isEqualTo(500);
    int[] train = data.train().classCounts();
    int[] test = data.test().classCounts();
    for (int k = 0; k < 3; k++) {
      assertThat((double) test[k] / (train[k] + test[k])).isCloseTo(0.2, within(0.01));
    }
    for (int j = 0; j < 4; j++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < data.train().size(); i++) {
        double x = data.train().example(i)[j];
        sum += x;
        squares += x * x;
      }
      assertThat(sum / data.train().size()).isCloseTo(0, within(1e-6));
      assertThat(squares / data.train().size()).isCloseTo(1, within(1e-6));
    }
    assertThat(schema(data.test())).isEqualTo(schema(data.train()));
    Split split = data.train().split(0.25, 9);
    assertThat(schema(split.train())).isNotEqualTo(schema(data.train()));
    assertThat(schema(split.validation())).isEqualTo(schema(split.train()));
    assertThat(data.test().with(schema(split.train())).sha256()).isEqualTo(data.test().sha256());
    assertThat(CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP).test().sha256())
        .isEqualTo(data.test().sha256());
    Dataset other = CsvFile.load(file, null, 0.3, Csv.format(), Csv.HEAP).test();
    assertThat(other.sha256()).isNotEqualTo(data.test().sha256());
  }

  @Test
  void classesAndLevelsOfNumbersAreInTheirOrder() throws IOException {
    Dataset data =
        load("label,z\n10,100\n9,20\n-1,3\n10,3\n", CsvFormat.DEFAULT.withCategorical(List.of("z")))
            .train();
    assertThat(data.classNames()).containsExactly("-1", "9", "10");
    assertThat(schema(data).columns().getFirst())
        .extracting(column -> ((Column.Categorical) column).levels())
        .isEqualTo(List.of("3", "20", "100"));
    assertThat(data.example(0)).containsExactly(0, 0, 1);
  }

  @Test
  void findsTheLabel() throws IOException {
    assertThat(load("a,Class\n1,x\n2,y\n", CsvFormat.DEFAULT).train().classNames())
        .containsExactly("x", "y");
    assertThat(schema(load("x,b\n1,2\n2,3\n", CsvFormat.DEFAULT.withLabel("1")).train()).label())
        .isEqualTo("x");
    CsvFormat bare = CsvFormat.DEFAULT.withHeader(false).withLabel("2");
    Dataset numbered = load("1,x,5\n2,y,6\n", bare).train();
    assertThat(numbered.classNames()).containsExactly("x", "y");
    assertThat(schema(numbered).names()).containsExactly("1", "3");
    // A column without a name goes by its number.
    assertThat(schema(load(",a,label\n0,1,x\n1,2,y\n", CsvFormat.DEFAULT).train()).names())
        .containsExactly("1", "a");
  }

  @Test
  void readsTabsAndPackedFiles() throws IOException {
    String commas = "a,b,label\n1,2,x\n3,4,y\n";
    String tabs = commas.replace(',', '\t');
    String hash = load(commas, CsvFormat.DEFAULT).train().sha256();
    for (Path file :
        List.of(
            file("t.tsv", tabs),
            Files.write(folder.resolve("t.TSV.gz"), Csv.gzip(Csv.utf8(tabs))),
            Files.write(folder.resolve("t.csv.gz"), Csv.gzip(Csv.utf8(commas))))) {
      assertThat(CsvFile.load(file, file, 0, CsvFormat.DEFAULT, Csv.HEAP).train().sha256())
          .as(file.toString())
          .isEqualTo(hash);
    }
    Path semicolons = file("s.csv", commas.replace(',', ';'));
    CsvFormat format = CsvFormat.DEFAULT.withSeparator(';');
    assertThat(CsvFile.load(semicolons, semicolons, 0, format, Csv.HEAP).train().sha256())
        .isEqualTo(hash);
  }

  /** The order of columns and levels in another file, and what stands beside them, do not count. */
  @Test
  void readsOtherFilesByTheSchema() throws IOException {
    Path train = file("train.csv", "a,c,label\n1,x,p\n3,y,q\n5,z,p\n");
    Path test = file("test.csv", "more,label,c,a\nm,q,z,5\nm,q,x,1\n");
    Datasets data = CsvFile.load(train, test, 0, CsvFormat.DEFAULT, Csv.HEAP);
    assertThat(data.test().example(0)).containsExactly(data.train().example(2));
    assertThat(data.test().example(1)).containsExactly(data.train().example(0));
    assertThat(data.test().label(0)).isEqualTo(1);
    for (String wrong :
        List.of(
            "a,c,label\n1,x,r\n|line 2, column 3 (label): expected a class that was there",
            "a,c,label\n1,x,q\n2,w,q\n|line 3, column 2 (c): expected a value that was there",
            "a,label\n1,q\n|line 1, column 1: expected a column called 'c', found a, label",
            "a,c,Label\n1,x,q\n|expected a column called 'label'",
            "a,c,label\nx,x,q\n|line 2, column 1 (a): expected a number")) {
      String[] parts = wrong.split("\\|", -1);
      Path other = file("other.csv", parts[0]);
      assertThatThrownBy(() -> CsvFile.load(train, other, 0, CsvFormat.DEFAULT, Csv.HEAP))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other.csv")
          .hasMessageContaining(parts[1]);
    }
  }

  /** The columns stay what they are, and another one beside them says the class. */
  @Test
  void readsAnotherLabelBesideTheSameColumns() throws IOException {
    Path file = file("train.csv", "a,c,label,size\n1,x,p,big\n3,y,q,big\n5,x,p,small\n");
    CsvFormat learning = CsvFormat.DEFAULT.withIgnored(List.of("size"));
    TableSchema schema = schema(CsvFile.load(file, file, 0, learning, Csv.HEAP).train());
    Path test = file("test.csv", "size,label,c,a\nsmall,,y,3\n");
    for (String label : List.of("size", "4")) {
      Datasets data =
          CsvFile.read(
              file, test, 0, CsvFormat.DEFAULT.withLabel(label), schema, null, Csv.in(folder));
      assertThat(data.train().classNames()).containsExactly("big", "small");
      assertThat(IntStream.range(0, 3).map(data.train()::label)).containsExactly(0, 0, 1);
      assertThat(data.test().label(0)).isEqualTo(1);
      assertThat(data.test().example(0)).containsExactly(data.train().example(1));
      assertThat(schema(data.train()))
          .isEqualTo(new TableSchema(schema.columns(), "size", Missing.ERROR));
    }
    for (String wrong :
        List.of(
            "a|label: expected a column that is no input of the model, found 'a'",
            "2|label: expected a column that is no input of the model, found 'c'",
            "5|label: expected the name or the number of a column (1 to 4), found '5'")) {
      String[] parts = wrong.split("\\|", -1);
      CsvFormat format = CsvFormat.DEFAULT.withLabel(parts[0]);
      assertThatThrownBy(() -> CsvFile.read(file, test, 0, format, schema, null, Csv.HEAP))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": " + parts[1]);
    }
    Path one = file("one.csv", "a,c,label,size\n1,x,p,big\n3,y,q,big\n");
    assertThatThrownBy(() ->
            CsvFile.read(one, one, 0, CsvFormat.DEFAULT.withLabel("size"), schema, null, Csv.HEAP))
        .hasMessageContaining("line 2, column 4 (size): expected at least two classes");
  }

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
            "leave the column out, and for the same reason ticket, cabin, unless it holds"),
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
    Path file = file("bad.csv", text);
    for (TableCache cache : List.of(Csv.HEAP, Csv.in(folder))) {
      assertThatThrownBy(() -> CsvFile.load(file, null, 0.5, CsvFormat.DEFAULT, cache))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining(message);
      assertThat(content(folder)).containsExactly("bad.csv");
    }
  }

  @Test
  void whatLooksLikeANumberMayBeACategory() throws IOException {
    CsvFormat format = CsvFormat.DEFAULT.withCategorical(List.of("a"));
    Path file = file("sizes.csv", "a,label\n\"1,5\",x\n\"2,5\",y\n\"1,5\",x\n\"2,5\",y\n");
    assertThat(CsvFile.load(file, null, 0.5, format, Csv.HEAP).train().features()).isEqualTo(2);
  }

  /** Codes are categories, whether some look like numbers or not; many numbers if it is said. */
  @Test
  void textsBesideNumbersMayBeCategories() throws IOException {
    assertThat(load(numbersBelow("A", 9), CsvFormat.DEFAULT).train().features()).isEqualTo(10);
    assertThat(load("label,a\nx,12 kg\ny,1 and 2\n", CsvFormat.DEFAULT).train().features())
        .isEqualTo(2);
    StringBuilder half = new StringBuilder(numbersBelow("B0", 10));
    for (int i = 1; i < 10; i++) {
      half.append("x,B").append(i).append('\n');
    }
    half.append("x,B1\n");
    assertThat(load(half.toString(), CsvFormat.DEFAULT).train().features()).isEqualTo(20);
    CsvFormat said = CsvFormat.DEFAULT.withCategorical(List.of("a"));
    assertThat(load(numbersBelow("n/a", 50), said).train().features()).isEqualTo(51);
  }

  /** Few texts, one that comes up again, or what is said to be categories. */
  @Test
  void textsThatDifferMayBeCategories() throws IOException {
    assertThat(load(texts("Mr. %d", 19), CsvFormat.DEFAULT).train().features()).isEqualTo(19);
    String again = texts("Mr. %d", 40) + "Mr. 7,x\n";
    assertThat(load(again, CsvFormat.DEFAULT).train().features()).isEqualTo(40);
    CsvFormat said = CsvFormat.DEFAULT.withCategorical(List.of("name"));
    assertThat(load(texts("Mr. %d", 40), said).train().features()).isEqualTo(40);
    // What is missing is no text.
    String holes = texts("Mr. %d", 40) + ",x\n";
    assertThatThrownBy(() -> load(holes, CsvFormat.DEFAULT.withMissing(Missing.MEAN)))
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

  /** What was learned elsewhere stays, however often the rows are divided. */
  @Test
  void partsKeepWhatWasLearnedElsewhere() throws IOException {
    Dataset own = load(Csv.flowers(60, 1), Csv.format()).train();
    TableSchema other = schema(load(Csv.flowers(500, 2), Csv.format()).train());
    assertThat(schema(own.split(0.5, 1).train())).isNotEqualTo(schema(own));
    Split split = own.with(other).split(0.5, 1);
    assertThat(schema(split.train())).isEqualTo(other);
    assertThat(schema(split.validation())).isEqualTo(other);
  }

  @Test
  void refusesWrongEncodingInTheMiddleOfAFileOfRows() throws IOException {
    byte[] bytes = Csv.utf8(Csv.flowers(20_000, 3));
    bytes[bytes.length - 3] = (byte) 0xe4;
    Path file = Files.write(folder.resolve("bad.csv"), bytes);
    assertThatThrownBy(() -> CsvFile.load(file, null, 0.5, Csv.format(), Csv.in(folder)))
        .hasMessageContaining("line 20001, column 7 (label): expected text in UTF-8");
    assertThat(content(folder)).containsExactly("bad.csv");
  }

  @Test
  void refusesColumnsThatAreNone() throws IOException {
    for (CsvFormat format :
        List.of(
            CsvFormat.DEFAULT.withLabel("nothing"),
            CsvFormat.DEFAULT.withLabel("9"),
            CsvFormat.DEFAULT.withIgnored(List.of("b")),
            CsvFormat.DEFAULT.withCategorical(List.of("b")))) {
      assertThatThrownBy(() -> load("a,label\n1,x\n2,y\n", format))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected the name or the number of a column (1 to 2)");
    }
    assertThatThrownBy(
            () -> load("a,label\n1,x\n", CsvFormat.DEFAULT.withIgnored(List.of("label"))))
        .hasMessageContaining("is the label");
    assertThatThrownBy(() ->
            load(
                "a,label\n1,x\n2,y\n",
                CsvFormat.DEFAULT.withIgnored(List.of("a")).withCategorical(List.of("a"))))
        .hasMessageContaining("both");
    assertThatThrownBy(
            () -> load("a,b,label\n,1,x\n,2,y\n", CsvFormat.DEFAULT.withMissing(Missing.MEAN)))
        .hasMessageContaining("column 1 (a): expected a value in some row");
    StringBuilder names = new StringBuilder("who,label\n");
    for (int i = 0; i <= Dataset.MAX_CLASSES; i++) {
      names.append("person ").append(i).append(',').append(i % 2).append('\n');
    }
    assertThatThrownBy(() -> load(names.toString(), CsvFormat.DEFAULT))
        .hasMessageContaining("line 4098, column 1 (who): expected at most 4096 different texts");
  }

  @ParameterizedTest
  @ValueSource(chars = {'"', '\n', 'a', '5', '.', '-', 'é', '\0'})
  void refusesSeparatorsThatCanBeNone(char separator) {
    assertThatThrownBy(() -> CsvFormat.DEFAULT.withSeparator(separator))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separator");
  }

  private static void assertSame(Dataset one, Dataset other) {
    assertThat(one.sha256()).isEqualTo(other.sha256());
    assertThat(one.schema()).isEqualTo(other.schema());
    assertThat(one.classNames()).isEqualTo(other.classNames());
    for (int i = 0; i < one.size(); i++) {
      assertThat(Arrays.equals(one.example(i), other.example(i))).isTrue();
      assertThat(one.label(i)).isEqualTo(other.label(i));
    }
  }

  /** On the heap, in a file, or first here and then there: the same bits. */
  @Test
  void whereRowsLieDoesNotMatter() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(3000, 2));
    CsvFormat format = Csv.format().withMissing(Missing.MEAN);
    Datasets heap = CsvFile.load(file, null, 0.2, format, Csv.HEAP);
    assertThat(content(folder)).containsExactly("flowers.csv");
    Datasets spilled = CsvFile.load(file, null, 0.2, format, new TableCache(null, 50_000));
    assertThat(content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Datasets mapped = CsvFile.load(file, null, 0.2, format, Csv.in(cache));
    Path rows = cache.resolve(content(cache).getFirst());
    assertThat(content(cache)).hasSize(1);
    assertThat(rows.getFileName().toString()).matches("flowers\\.csv-[0-9a-f]{16}\\.downhill-rows");
    for (Datasets other : List.of(spilled, mapped)) {
      assertSame(heap.train(), other.train());
      assertSame(heap.test(), other.test());
      assertSame(heap.train().split(0.3, 4).train(), other.train().split(0.3, 4).train());
      assertSame(heap.train().slice(5, 90), other.train().slice(5, 90));
    }
    assertThat(Files.readAllBytes(rows))
        .isEqualTo(Files.readAllBytes(folder.resolve("flowers.csv.downhill-rows")));
  }

  /**
   * A file of rows is used again while it is whole and the table is the same, and not otherwise.
   */
  @Test
  void filesOfRowsAreUsedAgain() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    Datasets first = CsvFile.load(file, null, 0.2, Csv.format(), cache);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(rows, old);
    assertSame(first.train(), CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    // For a schema that is there already, for missing values as the mean, and where memory is
    // ample.
    TableSchema schema = schema(first.train());
    CsvFile.read(file, CsvFormat.DEFAULT, schema, first.train().classNames(), cache);
    CsvFile.load(file, null, 0.2, Csv.format().withMissing(Missing.MEAN), cache);
    CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP);
    assertThat(Files.getLastModifiedTime(rows)).isEqualTo(old);
    // Read in another way.
    CsvFile.load(file, null, 0.2, CsvFormat.DEFAULT, cache);
    assertThat(Files.getLastModifiedTime(rows)).isNotEqualTo(old);
    CsvFile.load(file, null, 0.2, Csv.format(), cache);
    // Damaged in one bit anywhere, cut, or longer.
    byte[] good = Files.readAllBytes(rows);
    for (int at = 0; at < good.length; at += 1 + good.length / 50) {
      byte[] bad = good.clone();
      bad[at] = (byte) (bad[at] ^ 16);
      Files.write(rows, bad);
      assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
      assertThat(Files.readAllBytes(rows)).isEqualTo(good);
    }
    for (int length : new int[] {0, 1, 8, 19, 20, 21, good.length - 8, good.length - 1}) {
      Files.write(rows, Arrays.copyOf(good, length));
      assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
    }
    Files.write(rows, Arrays.copyOf(good, good.length + 8));
    assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
    // The table changes.
    Files.writeString(file, Csv.flowers(400, 3), StandardCharsets.UTF_8);
    assertThat(CsvFile.load(file, null, 0.2, Csv.format(), cache).test().sha256())
        .isNotEqualTo(first.test().sha256());
    assertThat(content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
  }

  /** Whether missing values are refused or not does not matter where there are none. */
  @Test
  void rowsWithoutMissingValuesServeAll() throws IOException {
    TableCache cache = Csv.in(folder);
    CsvFormat mean = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Path whole = file("whole.csv", "a,label\n1,x\n2,y\n");
    CsvFile.load(whole, whole, 0, mean, cache);
    Path rows = cache.file(whole);
    Files.setLastModifiedTime(rows, old);
    CsvFile.load(whole, whole, 0, CsvFormat.DEFAULT, cache);
    assertThat(Files.getLastModifiedTime(rows)).isEqualTo(old);
    Path holes = file("holes.csv", "a,label\n1,x\n,y\n");
    CsvFile.load(holes, holes, 0, mean, cache);
    assertThatThrownBy(() -> CsvFile.load(holes, holes, 0, CsvFormat.DEFAULT, cache))
        .hasMessageContaining("line 3, column 1 (a): expected a value, found none");
  }

  /** What a network would see as infinite is refused wherever it stands, and named. */
  @Test
  void refusesNumbersThatAreTooFarFromWhatWasLearned() throws IOException {
    Path train = file("train.csv", "a,label\n1e-30,x\n2e-30,y\n3e-30,x\n");
    Path test = file("test.csv", "label,a\n\nx,1e-30\ny,1e10\n");
    String number = ": expected a number nearer to the mean 2.0E-30";
    for (TableCache cache : List.of(Csv.HEAP, Csv.in(folder))) {
      assertThatThrownBy(() -> CsvFile.load(train, test, 0, CsvFormat.DEFAULT, cache))
          .isInstanceOf(IOException.class)
          .hasMessage(test + ": line 4, column 2 (a)" + number + ", found 1e10");
    }
    // Rows that were read for another model, and are mapped now: there are no lines any more.
    TableSchema schema = schema(CsvFile.load(train, train, 0, CsvFormat.DEFAULT, Csv.HEAP).train());
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
    Path table = file("d.csv", text.toString());
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
    assertThat(learned.slice(0, row).with(schema(all)).size()).isEqualTo(row);
    assertThatThrownBy(() -> learned.with(schema(all)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("row " + (row + 1) + ", column 1 (a): expected a number nearer");
  }

  /** The time grows with the columns, and not with their square. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void readsWideTables() throws IOException {
    int columns = 200_000;
    StringBuilder text = new StringBuilder("label");
    List<String> ignored = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      text.append(",column").append(c);
      if (c % 4 == 0) {
        ignored.add("column" + c);
      }
    }
    for (String label : List.of("x", "y")) {
      text.append('\n').append(label).append(",1".repeat(columns));
    }
    Path file = file("wide.csv", text.append('\n').toString());
    CsvFormat format = CsvFormat.DEFAULT.withIgnored(ignored);
    Datasets data = CsvFile.load(file, file, 0, format, Csv.HEAP);
    assertThat(data.test().features()).isEqualTo(150_000);
    long rows =
        CsvFile.forEachRow(
            file,
            CsvFormat.DEFAULT,
            schema(data.train()),
            (line, inputs) -> assertThat(inputs).hasSize(150_000));
    assertThat(rows).isEqualTo(2);
  }

  private List<String> classes(Path table, TableCache cache) throws IOException {
    Dataset data = CsvFile.load(table, table, 0.2, CsvFormat.DEFAULT, cache).train();
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.classNames().get(data.label(i)))
        .toList();
  }

  /** Tables of one name, size and time in two folders have their own rows, and keep them. */
  @Test
  void tablesOfOneNameDoNotMixInOneFolder() throws IOException {
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path one = Files.createDirectory(folder.resolve("A")).resolve("d.csv");
    Path other = Files.createDirectory(folder.resolve("B")).resolve("d.csv");
    Csv.write(one, "a,label\n1,x\n2,y\n");
    Csv.write(other, "a,label\n1,y\n2,x\n");
    for (Path table : List.of(one, other)) {
      Files.setLastModifiedTime(table, time);
    }
    assertThat(classes(one, Csv.in(cache))).containsExactly("x", "y");
    assertThat(classes(other, Csv.in(cache))).containsExactly("y", "x");
    assertThat(content(cache)).hasSize(2);
    for (String rows : content(cache)) {
      Files.setLastModifiedTime(cache.resolve(rows), time);
    }
    assertThat(classes(one, Csv.in(cache))).containsExactly("x", "y");
    assertThat(classes(other, Csv.in(cache))).containsExactly("y", "x");
    for (String rows : content(cache)) {
      assertThat(Files.getLastModifiedTime(cache.resolve(rows))).isEqualTo(time);
    }
    // One table has one file, however it is named.
    Path link = Files.createSymbolicLink(folder.resolve("A/link"), folder.resolve("A"));
    assertThat(classes(link.resolve("d.csv"), Csv.in(cache))).containsExactly("x", "y");
    assertThat(content(cache)).hasSize(2);
  }

  /** Other rows that came to the same place, and look the same from there but for the content. */
  @Test
  void rowsOfAnotherTableInTheSamePlaceAreNotUsed() throws IOException {
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    TableCache cache = Csv.in(folder);
    Path table = file("d.csv", "a,label\n1,x\n2,y\n");
    Files.setLastModifiedTime(table, time);
    assertThat(classes(table, cache)).containsExactly("x", "y");
    // Written over in place, as cp -p does.
    Csv.write(table, "a,label\n1,y\n2,x\n");
    Files.setLastModifiedTime(table, time);
    assertThat(classes(table, cache)).containsExactly("y", "x");
    // Moved there.
    Path other = file("e.csv", "a,label\n1,x\n2,y\n");
    Files.setLastModifiedTime(other, time);
    Files.move(other, table, StandardCopyOption.REPLACE_EXISTING);
    assertThat(classes(table, cache)).containsExactly("x", "y");
    // Beside a link that leads to another table now.
    Path links = Files.createDirectory(folder.resolve("links"));
    Path first = file("first.csv", "a,label\n1,y\n2,x\n");
    Path second = file("second.csv", "a,label\n1,x\n2,y\n");
    TableCache beside = new TableCache(null, 0);
    Path link = Files.createSymbolicLink(links.resolve("d.csv"), first);
    assertThat(classes(link, beside)).containsExactly("y", "x");
    Files.delete(link);
    Files.createSymbolicLink(link, second);
    assertThat(classes(link, beside)).containsExactly("x", "y");
  }

  /**
   * What a killed program has left is deleted; what is being written, here or elsewhere, is not.
   */
  @Test
  void leftoversAreDeletedUnlessSomebodyWritesThem() throws Exception {
    Path file = file("flowers.csv", Csv.flowers(40, 2));
    String begin = ".flowers.csv.downhill-rows.";
    Path left = Files.writeString(folder.resolve(begin + "0123456789abcdef.tmp"), "half");
    Path others = Files.writeString(folder.resolve(".flowers.csv.tmp"), "not ours");
    Path written = Files.writeString(folder.resolve(begin + "fedcba9876543210.tmp"), "half");
    Path source =
        Files.writeString(
            folder.resolve("Lock.java"),
            """
            void main(String[] args) throws Exception {
              var file = new java.io.RandomAccessFile(args[0], "rw");
              IO.println(file.getChannel().lock().isValid());
              System.in.read();
            }
            """);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                source.toString(),
                written.toString())
            .redirectErrorStream(true)
            .start();
    Path target = folder.resolve("flowers.csv.downhill-rows");
    try (HalfWritten own = HalfWritten.create(target)) {
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("true");
      own.write(ByteBuffer.wrap(new byte[4]));
      int before = content(folder).size();
      CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP);
      assertThat(left).doesNotExist();
      assertThat(others).exists();
      assertThat(written).exists();
      assertThat(content(folder)).hasSize(before - 1);
    } finally {
      other.destroyForcibly();
      other.waitFor();
    }
    CsvFile.load(file, null, 0.2, Csv.format(), new TableCache(null, 0));
    assertThat(content(folder))
        .containsExactly(
            ".flowers.csv.tmp", "Lock.java", "flowers.csv", "flowers.csv.downhill-rows");
  }

  /** Whoever closes a file loses the program's lock on it, so no thread may open another's. */
  @Test
  void whatAnotherThreadWritesStaysLockedByWhateverPathOneComesToIt() throws Exception {
    Path file = file("flowers.csv", Csv.flowers(40, 2));
    Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    assertThat(relative).isRelative();
    Path source =
        Files.writeString(
            folder.resolve("Look.java"),
            """
            void main(String[] args) throws Exception {
              var file = new java.io.RandomAccessFile(args[0], "rw");
              IO.println(file.getChannel().tryLock() == null ? "locked" : "free");
            }
            """);
    try (HalfWritten own = HalfWritten.create(Csv.in(relative).file(file))) {
      own.write(ByteBuffer.wrap(new byte[4]));
      for (Path cache : List.of(relative, folder)) {
        CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(cache));
      }
      List<String> written =
          content(folder).stream().filter(name -> name.endsWith(".tmp")).toList();
      assertThat(written).hasSize(1);
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  source.toString(),
                  folder.resolve(written.getFirst()).toString())
              .redirectErrorStream(true)
              .start();
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
      assertThat(other.waitFor()).isZero();
    }
  }

  /** Rows that can't be read are as good as not there, and make room for others. */
  @Test
  void aFileOfRowsThatCannotBeReadIsReplaced() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    Dataset data = CsvFile.load(file, null, 0.2, Csv.format(), cache).train();
    byte[] good = Files.readAllBytes(rows);
    // To root nothing is forbidden; but a file of the kernel's own can't be mapped by anybody.
    Files.setPosixFilePermissions(rows, Set.of());
    assertSame(data, CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    Path kernel = Path.of("/sys/kernel/uevent_seqnum");
    assertThat(kernel).isRegularFile();
    assertThatThrownBy(() -> TableFile.open(kernel)).isInstanceOf(IOException.class);
    Files.delete(rows);
    Files.createSymbolicLink(rows, kernel);
    assertSame(data, CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    assertThat(Files.isSymbolicLink(rows)).isFalse();
    assertThat(Files.readAllBytes(rows)).isEqualTo(good);
  }

  /** Neither is the file of rows as good as not there, nor is there no room to write it. */
  @Test
  void anInterruptIsNoFaultOfTheRows() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    assertInterrupted(file, cache, "interrupted while writing " + rows);
    assertThat(content(folder)).containsExactly("flowers.csv");
    CsvFile.load(file, null, 0.2, Csv.format(), cache);
    assertInterrupted(file, cache, "interrupted while reading " + rows);
    assertThat(content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
  }

  private static void assertInterrupted(Path file, TableCache cache, String message) {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> CsvFile.load(file, null, 0.2, Csv.format(), cache))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage(message);
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
  }

  /** A dataset that is in use is not harmed by the next conversion. */
  @Test
  void aFileOfRowsThatIsReplacedStaysForThoseWhoReadIt() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(400, 2));
    Dataset before = CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder)).train();
    String hash = before.sha256();
    Files.writeString(file, Csv.flowers(100, 3), StandardCharsets.UTF_8);
    CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder));
    assertThat(before.sha256()).isEqualTo(hash);
  }

  @Test
  void refusesAFolderInTheRowsPlace() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(40, 2));
    Path taken = Files.createDirectory(folder.resolve("flowers.csv.downhill-rows"));
    assertThatThrownBy(() -> CsvFile.load(file, null, 0.2, Csv.format(), new TableCache(null, 0)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(taken + ": expected a file for the rows of the table, or nothing");
    assertThat(content(folder)).hasSize(2);
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

  @Test
  void refusesAFolderThatIsNotThere() throws IOException {
    Path file = file("flowers.csv", Csv.flowers(40, 2));
    assertThatThrownBy(
            () -> CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder.resolve("nowhere"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere: expected a folder");
  }
}
