package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables from files: what they become. */
class CsvFileTest {
  @TempDir private Path folder = Path.of("");

  /** By hand: means, deviations, levels and their order. */
  @Test
  void becomesInputs() throws IOException {
    Dataset data =
        Csv.load(
                folder,
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
    assertThat(Csv.schema(data))
        .isEqualTo(
            new TableSchema(
                List.of(
                    new Column.Numeric("size", 3, 1),
                    new Column.Categorical(
                        "place", List.of("air", "land", "sea"), List.of(0.125, 0.125, 0.75)),
                    new Column.Numeric("same", 7, 0)),
                "label",
                Missing.ERROR));
    assertThat(Csv.schema(data))
        .hasToString("2 numeric columns, 1 categorical (3 levels), label 'label'");
    assertThatThrownBy(() -> data.copyTo(0, new byte[5], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("found numbers");
  }

  @Test
  void missingValuesBecomeTheMean() throws IOException {
    Dataset data =
        Csv.load(
                folder,
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
    assertThat(Csv.schema(data).columns().getFirst())
        .isEqualTo(new Column.Numeric("n", 4, 1 / Math.sqrt(8.0 / 3)));
    assertThat(data.example(0)).containsExactly(0, 1, 0);
    assertThat(data.example(1)[0]).isEqualTo((float) (-2 / Math.sqrt(8.0 / 3)), within(1e-6f));
    assertThat(data.example(1)).endsWith(0.75f, 0.25f);
    assertThat(data.example(3)).containsExactly(0, 0, 1);
  }

  /** What is held out teaches nothing; which rows it is depends on nothing but the table. */
  @Test
  void learnsFromTheTrainingPartAlone() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(500, 1));
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
    assertThat(Csv.schema(data.test())).isEqualTo(Csv.schema(data.train()));
    Split split = data.train().split(0.25, 9);
    assertThat(Csv.schema(split.train())).isNotEqualTo(Csv.schema(data.train()));
    assertThat(Csv.schema(split.validation())).isEqualTo(Csv.schema(split.train()));
    assertThat(data.test().with(Csv.schema(split.train())).sha256())
        .isEqualTo(data.test().sha256());
    assertThat(CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP).test().sha256())
        .isEqualTo(data.test().sha256());
    Dataset other = CsvFile.load(file, null, 0.3, Csv.format(), Csv.HEAP).test();
    assertThat(other.sha256()).isNotEqualTo(data.test().sha256());
  }

  @Test
  void classesAndLevelsOfNumbersAreInTheirOrder() throws IOException {
    Dataset data =
        Csv.load(
                folder,
                "label,z\n10,100\n9,20\n-1,3\n10,3\n",
                CsvFormat.DEFAULT.withCategorical(List.of("z")))
            .train();
    assertThat(data.classNames()).containsExactly("-1", "9", "10");
    assertThat(Csv.schema(data).columns().getFirst())
        .extracting(column -> ((Column.Categorical) column).levels())
        .isEqualTo(List.of("3", "20", "100"));
    assertThat(data.example(0)).containsExactly(0, 0, 1);
  }

  @Test
  void findsTheLabel() throws IOException {
    assertThat(Csv.load(folder, "a,Class\n1,x\n2,y\n", CsvFormat.DEFAULT).train().classNames())
        .containsExactly("x", "y");
    assertThat(
            Csv.schema(
                    Csv.load(folder, "x,b\n1,2\n2,3\n", CsvFormat.DEFAULT.withLabel("1")).train())
                .label())
        .isEqualTo("x");
    CsvFormat bare = CsvFormat.DEFAULT.withHeader(false).withLabel("2");
    Dataset numbered = Csv.load(folder, "1,x,5\n2,y,6\n", bare).train();
    assertThat(numbered.classNames()).containsExactly("x", "y");
    assertThat(Csv.schema(numbered).names()).containsExactly("1", "3");
    // A column without a name goes by its number.
    assertThat(
            Csv.schema(Csv.load(folder, ",a,label\n0,1,x\n1,2,y\n", CsvFormat.DEFAULT).train())
                .names())
        .containsExactly("1", "a");
  }

  /** As pandas writes a table that has numbers for names, with its index in front. */
  @Test
  void aNameThatIsANumberIsTheColumnsThatHasIt() throws IOException {
    String pandas = ",0,1,2,label\n0,5,6,7,x\n1,7,8,9,y\n";
    assertThat(Csv.schema(Csv.load(folder, pandas, CsvFormat.DEFAULT).train()).names())
        .containsExactly("column 1", "0", "1", "2");
    CsvFormat without = CsvFormat.DEFAULT.withIgnored(List.of("column 1"));
    Dataset data = Csv.load(folder, pandas, without).train();
    assertThat(Csv.schema(data).names()).containsExactly("0", "1", "2");
    assertThat(data.example(0)).containsExactly(-1, -1, -1);
    String more = "a,,2,column 2,label\n1,2,3,4,x\n2,3,4,5,y\n";
    assertThat(Csv.schema(Csv.load(folder, more, CsvFormat.DEFAULT).train()).names())
        .containsExactly("a", "column column 2", "2", "column 2");
    String free = "3,,a,label\n1,2,3,x\n2,3,4,y\n";
    assertThat(Csv.schema(Csv.load(folder, free, CsvFormat.DEFAULT).train()).names())
        .containsExactly("3", "2", "a");
  }

  @Test
  void readsTabsAndPackedFiles() throws IOException {
    String commas = "a,b,label\n1,2,x\n3,4,y\n";
    String tabs = commas.replace(',', '\t');
    String hash = Csv.load(folder, commas, CsvFormat.DEFAULT).train().sha256();
    for (Path file :
        List.of(
            Csv.file(folder, "t.tsv", tabs),
            Files.write(folder.resolve("t.TSV.gz"), Csv.gzip(Csv.utf8(tabs))),
            Files.write(folder.resolve("t.csv.gz"), Csv.gzip(Csv.utf8(commas))))) {
      assertThat(CsvFile.load(file, file, 0, CsvFormat.DEFAULT, Csv.HEAP).train().sha256())
          .as(file.toString())
          .isEqualTo(hash);
    }
    Path semicolons = Csv.file(folder, "s.csv", commas.replace(',', ';'));
    CsvFormat format = CsvFormat.DEFAULT.withSeparator(';');
    assertThat(CsvFile.load(semicolons, semicolons, 0, format, Csv.HEAP).train().sha256())
        .isEqualTo(hash);
  }

  /** The order of columns and levels in another file, and what stands beside them, do not count. */
  @Test
  void readsOtherFilesByTheSchema() throws IOException {
    Path train = Csv.file(folder, "train.csv", "a,c,label\n1,x,p\n3,y,q\n5,z,p\n");
    Path test = Csv.file(folder, "test.csv", "more,label,c,a\nm,q,z,5\nm,q,x,1\n");
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
      Path other = Csv.file(folder, "other.csv", parts[0]);
      assertThatThrownBy(() -> CsvFile.load(train, other, 0, CsvFormat.DEFAULT, Csv.HEAP))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("other.csv")
          .hasMessageContaining(parts[1]);
    }
  }

  /** The columns stay what they are, and another one beside them says the class. */
  @Test
  void readsAnotherLabelBesideTheSameColumns() throws IOException {
    Path file =
        Csv.file(folder, "train.csv", "a,c,label,size\n1,x,p,big\n3,y,q,big\n5,x,p,small\n");
    CsvFormat learning = CsvFormat.DEFAULT.withIgnored(List.of("size"));
    TableSchema schema = Csv.schema(CsvFile.load(file, file, 0, learning, Csv.HEAP).train());
    Path test = Csv.file(folder, "test.csv", "size,label,c,a\nsmall,,y,3\n");
    for (String label : List.of("size", "4")) {
      Datasets data =
          CsvFile.read(
              file, test, 0, CsvFormat.DEFAULT.withLabel(label), schema, null, Csv.in(folder));
      assertThat(data.train().classNames()).containsExactly("big", "small");
      assertThat(IntStream.range(0, 3).map(data.train()::label)).containsExactly(0, 0, 1);
      assertThat(data.test().label(0)).isEqualTo(1);
      assertThat(data.test().example(0)).containsExactly(data.train().example(1));
      assertThat(Csv.schema(data.train()))
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
    Path one = Csv.file(folder, "one.csv", "a,c,label,size\n1,x,p,big\n3,y,q,big\n");
    assertThatThrownBy(() ->
            CsvFile.read(one, one, 0, CsvFormat.DEFAULT.withLabel("size"), schema, null, Csv.HEAP))
        .hasMessageContaining("line 2, column 4 (size): expected at least two classes");
  }

  /** What was learned elsewhere stays, however often the rows are divided. */
  @Test
  void partsKeepWhatWasLearnedElsewhere() throws IOException {
    Dataset own = Csv.load(folder, Csv.flowers(60, 1), Csv.format()).train();
    TableSchema other = Csv.schema(Csv.load(folder, Csv.flowers(500, 2), Csv.format()).train());
    assertThat(Csv.schema(own.split(0.5, 1).train())).isNotEqualTo(Csv.schema(own));
    Split split = own.with(other).split(0.5, 1);
    assertThat(Csv.schema(split.train())).isEqualTo(other);
    assertThat(Csv.schema(split.validation())).isEqualTo(other);
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
    Path file = Csv.file(folder, "wide.csv", text.append('\n').toString());
    CsvFormat format = CsvFormat.DEFAULT.withIgnored(ignored);
    Datasets data = CsvFile.load(file, file, 0, format, Csv.HEAP);
    assertThat(data.test().features()).isEqualTo(150_000);
    long rows =
        CsvFile.forEachRow(
            file,
            CsvFormat.DEFAULT,
            Csv.schema(data.train()),
            (line, inputs) -> assertThat(inputs).hasSize(150_000));
    assertThat(rows).isEqualTo(2);
  }
}
