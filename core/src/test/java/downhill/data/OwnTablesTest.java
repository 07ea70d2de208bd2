package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as people have them: what they did not mean is told so that they can mend it at once. */
class OwnTablesTest {
  private static final int ROWS = 40;

  @TempDir private Path folder = Path.of("");

  /** Returns a table of {@link #ROWS} rows below a header. */
  private static String table(String header, IntFunction<String> row) {
    return IntStream.range(0, ROWS)
        .mapToObj(row)
        .collect(Collectors.joining("\n", header + "\n", "\n"));
  }

  private Datasets load(String text, CsvFormat format) throws IOException {
    return CsvFile.load(Csv.file(folder, "own.csv", text), null, 0.25, format, Csv.HEAP);
  }

  @Test
  void allColumnsThatAreOfNoUseAreToldAtOnce() throws IOException {
    String text =
        table(
            "id,\"who, in full\",size,empty,price,label",
            i -> "x%d,\"Mr. %d\",%d,,%s,%s".formatted(i, i, i % 7, i == 0 ? "-" : i, i % 2));
    CsvFormat format = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    assertThatExceptionOfType(UnusableColumnsException.class)
        .isThrownBy(() -> load(text, format))
        .withMessageStartingWith(
            folder.resolve("own.csv")
                + ": line 2, column 1 (id): expected texts that come up more than once, found another"
                + " in each of 40 rows, 'x0' first; leave")
        .withMessageEndingWith("; nor can anything be learned from who, in full, empty, price")
        .satisfies(e -> {
          List<UnusableColumn> columns = e.columns();
          assertThat(columns).extracting(UnusableColumn::number).containsExactly(1, 2, 4, 5);
          assertThat(columns)
              .extracting(UnusableColumn::name)
              .containsExactly("id", "who, in full", "empty", "price");
          assertThat(columns.get(2).reason())
              .isEqualTo("expected a value in some row, found none at all");
          assertThat(columns.get(3).reason())
              .isEqualTo("expected a number, as 39 of the 39 different texts below are, found '-'");
          // What it says is what leaves them out.
          List<String> names = columns.stream().map(UnusableColumn::name).toList();
          assertThat(load(text, format.withIgnored(names)).train().features()).isEqualTo(1);
        });
  }

  @Test
  void whatIsSaidToHoldCategoriesIsNotSaidToBeOfNoUse() {
    String text =
        IntStream.rangeClosed(0, Dataset.MAX_CLASSES)
            .mapToObj(i -> "n%d,%d".formatted(i, i % 2))
            .collect(Collectors.joining("\n", "who,label\n", "\n"));
    assertThatThrownBy(() -> load(text, CsvFormat.DEFAULT))
        .isInstanceOf(UnusableColumnsException.class)
        .hasMessageContaining("expected at most 4096 different texts");
    assertThatThrownBy(() -> load(text, CsvFormat.DEFAULT.withCategorical(List.of("who"))))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("expected at most 4096 different texts");
  }

  /** Diabetes of Pima, iris and adult as they come: without a header. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "6,148,33.6,1\n1,85,26.6,0\n8,183,23.3,1\n",
        "5.1,3.5,setosa\n6.3,2.9,virginica\n4.9,3.0,setosa\n",
        "39,State-gov,<=50K\n50,Private,>50K\n38,State-gov,<=50K\n",
        "39,?,<=50K\n50,Private,>50K\n38,Private,<=50K\n"
      })
  void aFirstLineThatIsARowIsRefused(String text) throws IOException {
    int columns = text.substring(0, text.indexOf('\n')).split(",", -1).length;
    CsvFormat format =
        CsvFormat.DEFAULT.withLabel(Integer.toString(columns)).withMissing(Missing.MEAN);
    assertThatThrownBy(() -> load(text + text, format))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "line 1, column %d (%s): expected the names of the columns in the first line"
                .formatted(
                    columns, text.substring(0, text.indexOf('\n')).split(",", -1)[columns - 1]));
    Datasets all = load(text + text, format.withHeader(false));
    assertThat(all.train().size() + all.test().size()).isEqualTo(6);
  }

  /** Names that look like values and are none: numbers that count, wavelengths, a class's name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0,1,2\n5,1,2\n1,0,2\n3,1,0\n2,5,0\n",
        ",0,1,2\n0,5,1,2\n1,1,0,2\n2,3,1,0\n3,2,5,0\n",
        "400.5,401.0,kind\n1,2,x\n2,3,y\n1,2,x\n2,3,y\n",
        "words,letters,spam\n1,2,spam\n2,3,ham\n1,2,spam\n2,3,ham\n"
      })
  void aHeaderOfNumbersIsAHeader(String text) throws IOException {
    int columns = text.substring(0, text.indexOf('\n')).split(",", -1).length;
    Datasets all = load(text, CsvFormat.DEFAULT.withLabel(Integer.toString(columns)));
    assertThat(all.train().size() + all.test().size()).isEqualTo(4);
    assertThat(all.train().features()).isEqualTo(columns - 1);
  }

  @Test
  void columnsThatNumberTheRowsAreFound() throws IOException {
    String text =
        table(
            "id,year,half,shuffled,gap,age,label",
            i ->
                "%d,%d,%d.5,%d,%d,%d,%s"
                    .formatted(i, 1980 + i, i, (i * 7) % ROWS, i + i / 2, i % 9, i % 2));
    for (TableCache cache : List.of(Csv.HEAP, Csv.in(folder))) {
      Path file = Csv.file(folder, "own.csv", text);
      Datasets data = CsvFile.load(file, null, 0.25, CsvFormat.DEFAULT, cache);
      // Of the file, whatever part of its rows is asked.
      assertThat(data.train().rowNumbers()).containsExactly("id", "year", "shuffled", "gap");
      assertThat(data.test().rowNumbers()).isEqualTo(data.train().rowNumbers());
    }
    String twice = text.replace("\n7,", "\n6,");
    assertThat(load(twice, CsvFormat.DEFAULT).train().rowNumbers())
        .containsExactly("year", "shuffled", "gap");
    String missing = text.replace("\n7,", "\n,");
    CsvFormat mean = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    assertThat(load(missing, mean).train().rowNumbers()).containsExactly("year", "shuffled", "gap");
    String few = text.substring(0, text.indexOf("\n19,") + 1);
    assertThat(load(few, CsvFormat.DEFAULT).train().rowNumbers()).isEmpty();
    assertThat(Dataset.of(new byte[ROWS], 1, 1, new int[ROWS], List.of("x")).rowNumbers())
        .isEmpty();
  }

  @Test
  void rowsWithoutAnyValueAreLikeEmptyLines() throws IOException {
    String text = "a,b,label\n1,2,x\n,,\n2,3,y\n1,2,x\n2,3,y\n , ,\n\"\",,\n";
    Datasets all = load(text, CsvFormat.DEFAULT);
    assertThat(all.train().size() + all.test().size()).isEqualTo(4);
    CsvFormat mean = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    TableSchema schema = Csv.schema(load(text, mean).train());
    List<Long> lines = new ArrayList<>();
    CsvFile.forEachRow(folder.resolve("own.csv"), mean, schema, (line, row) -> lines.add(line));
    assertThat(lines).as("rows to predict").containsExactly(2L, 4L, 5L, 6L);
    assertThatThrownBy(() -> load(text + "3,4,\n", CsvFormat.DEFAULT))
        .hasMessageContaining(
            "line 9, column 3 (label): expected a class, found none; leave the row out");
    assertThatThrownBy(() -> load(text + "NA,,\n", CsvFormat.DEFAULT))
        .hasMessageContaining("line 9, column 1 (a): expected a value, found none");
  }

  /** A name that is used has to be found again in other files. */
  @Test
  void columnsThatAreLeftOutMayShareAName() throws IOException {
    String text = "id,a,id,label\n1,2,4,x\n2,3,5,y\n1,2,4,x\n2,3,5,y\n";
    String again =
        "line 1, column 3: expected a name of its own for each column that is used, found 'id'"
            + " again; rename one, or leave out all of that name by their numbers";
    for (List<String> ignored : List.of(List.<String>of(), List.of("3"), List.of("1"))) {
      assertThatThrownBy(() -> load(text, CsvFormat.DEFAULT.withIgnored(ignored)))
          .hasMessageContaining(again);
    }
    assertThatThrownBy(() -> load(text, CsvFormat.DEFAULT.withIgnored(List.of("id"))))
        .hasMessageContaining("expected the name of one column, found 'id' for several; give its");
    Dataset both = load(text, CsvFormat.DEFAULT.withIgnored(List.of("1", "3"))).train();
    assertThat(Csv.schema(both).names()).containsExactly("a");
    // A model that looks at neither takes them as others beside its own.
    Path file = Csv.file(folder, "more.csv", text);
    List<String> classes = List.of("x", "y");
    assertThat(CsvFile.read(file, CsvFormat.DEFAULT, Csv.schema(both), classes, Csv.HEAP).size())
        .isEqualTo(4);
    TableSchema one =
        Csv.schema(load(text.replaceFirst("id,a,id", "id,a,b"), CsvFormat.DEFAULT).train());
    Path two = Csv.file(folder, "two.csv", "id,a,b,id,label\n1,2,4,9,x\n2,3,5,9,y\n");
    assertThatThrownBy(() -> CsvFile.read(two, CsvFormat.DEFAULT, one, classes, Csv.HEAP))
        .hasMessageContaining("found 'id' again");
    assertThatThrownBy(() -> CsvFile.forEachRow(two, CsvFormat.DEFAULT, one, (line, row) -> {}))
        .hasMessageContaining("found 'id' again");
  }

  /** Which of two says the class would be a guess. */
  @Test
  void labelsOfOneNameAreRefused() throws IOException {
    Path train = Csv.file(folder, "train.csv", "a,label\n1,x\n2,y\n1,x\n2,y\n");
    TableSchema schema =
        Csv.schema(CsvFile.load(train, train, 0, CsvFormat.DEFAULT, Csv.HEAP).train());
    Path judged = Csv.file(folder, "judged.csv", "label,a,label\nx,1,y\ny,2,x\n");
    List<String> classes = List.of("x", "y");
    assertThatThrownBy(() -> CsvFile.read(judged, CsvFormat.DEFAULT, schema, classes, Csv.HEAP))
        .hasMessageContaining("found 'label' again");
    for (String label : List.of("1", "3")) {
      CsvFormat format = CsvFormat.DEFAULT.withLabel(label);
      assertThatThrownBy(() -> CsvFile.read(judged, judged, 0, format, schema, null, Csv.HEAP))
          .hasMessageContaining("found 'label' again");
      String other = label.equals("1") ? "3" : "1";
      assertThatThrownBy(
              () -> CsvFile.load(judged, judged, 0, format.withIgnored(List.of(other)), Csv.HEAP))
          .hasMessageContaining("found 'label' again");
    }
    List<float[]> rows = new ArrayList<>();
    CsvFile.forEachRow(judged, CsvFormat.DEFAULT, schema, (line, row) -> rows.add(row));
    assertThat(rows).as("no class is asked for").hasSize(2);
  }

  @Test
  void marksAreToldWhereverTheyStand() {
    assertThatThrownBy(() -> load("ph;label\n7;a\n7,4;b\n", CsvFormat.DEFAULT.withSeparator(';')))
        .hasMessageContaining(
            "line 3, column 1 (ph): expected a number with a decimal point and no other marks, or a"
                + " category, found '7,4'");
    assertThatThrownBy(() -> load("ph,label\n7,a\nn/a,b\n", CsvFormat.DEFAULT))
        .hasMessageContaining("found 'n/a'; leave the field empty where there is no value; if")
        .isInstanceOfSatisfying(
            UnusableColumnsException.class,
            e ->
                assertThat(e.columns())
                    .containsExactly(
                        new UnusableColumn(
                            1, "ph", "expected a number, as above, found 'n/a' in line 3")));
  }

  @Test
  void separatorsThatAreOtherOnesAreTold() {
    assertThatThrownBy(() -> load("\"a\";\"label\"\n1;x\n", CsvFormat.DEFAULT))
        .hasMessageContaining(
            "expected ',' or the end of the line after the quote that closes the one of line 1,"
                + " found ';'; if that separates the fields, it has to be said");
    assertThatThrownBy(() -> load("a,label,\n1,x\n2,y\n", CsvFormat.DEFAULT))
        .hasMessageContaining(
            "line 2, column 3 (3): expected 3 fields, as in the first line, which ends in a"
                + " separator (take it away if no column follows), found 2");
    for (CsvFormat format :
        List.of(
            CsvFormat.DEFAULT.withHeader(false).withLabel("3"), CsvFormat.DEFAULT.withLabel("3"))) {
      assertThatThrownBy(() -> load("1,2,3\n1,x\n2,y\n", format))
          .hasMessageContaining("expected 3 fields, as in the first line, found 2");
    }
  }

  @Test
  void allForeignCategoriesOfAColumnAreTold() throws IOException {
    Dataset known =
        load(table("home,label", i -> i % 2 + "x,k" + i % 2), CsvFormat.DEFAULT).train();
    Path more = Csv.file(folder, "more.csv", "home,label\n0x,k0\nsea,k1\nair,k0\nsea,k0\n");
    assertThatThrownBy(() ->
            CsvFile.read(more, CsvFormat.DEFAULT, Csv.schema(known), known.classNames(), Csv.HEAP))
        .hasMessage(
            more
                + ": line 3, column 1 (home): expected a value that was there in training, 0x, 1x,"
                + " found 'sea', and in other rows air");
  }

  @Test
  void modelsThatTakeMissingValuesSaySo() throws IOException {
    CsvFormat mean = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    String text = table("home,size,label", i -> i % 2 + "x," + i % 3 + ",k" + i % 2);
    for (CsvFormat format : List.of(CsvFormat.DEFAULT, mean)) {
      RowEncoder encoder = new RowEncoder(Csv.schema(load(text, format).train()));
      String none = format.equals(mean) ? ", or no value" : "";
      assertThatThrownBy(() -> encoder.encode(List.of("sea", "1")))
          .hasMessage("column 'home': expected one of 0x, 1x%s, found 'sea'".formatted(none));
      assertThatThrownBy(() -> encoder.encode(List.of("0x", "big")))
          .hasMessage("column 'size': expected a number%s, found 'big'".formatted(none));
    }
  }
}
