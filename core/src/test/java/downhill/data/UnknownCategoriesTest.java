package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Categories that training did not have: a mistake, or the mean where somebody says so. */
class UnknownCategoriesTest {
  private static final CsvFormat MEAN = CsvFormat.DEFAULT.withUnknown(Missing.MEAN);

  private static final String KNOWN = "home,size,label\nsea,1,a\nsea,2,b\nair,3,a\nsea,4,b\n";

  /** In rows 2, 4 and 5 homes that nobody knows. */
  private static final String MORE =
      "home,size,label\nair,1,a\nmoon,2,b\nsea,3,a\nmars,4,b\nmoon,2,a\n";

  /** What stands for those: the sea is three fourths of what is known. */
  private static final float[] SHARES = {0.25f, 0.75f};

  @TempDir private Path folder = Path.of("");

  private Path more = Path.of("");

  @BeforeEach
  void write() throws IOException {
    more = Csv.file(folder, "more.csv", MORE);
  }

  private Datasets known(CsvFormat format) throws IOException {
    return Csv.load(folder, KNOWN, format);
  }

  private static float[] home(float[] example) {
    return new float[] {example[0], example[1]};
  }

  /** Whether or not the model takes missing values: what is unknown is not missing. */
  @Test
  void theMeanIsTakenForThem() throws IOException {
    for (Missing missing : Missing.values()) {
      Dataset train = known(CsvFormat.DEFAULT.withMissing(missing)).train();
      TableSchema schema = Csv.schema(train);
      Path cache = Files.createDirectory(folder.resolve("cache-" + missing));
      for (TableCache where : List.of(Csv.HEAP, Csv.in(cache), Csv.in(cache))) {
        Dataset read = CsvFile.read(more, MEAN, schema, train.classNames(), where);
        assertThat(home(read.example(0))).containsExactly(1, 0);
        assertThat(home(read.example(1))).containsExactly(SHARES);
        assertThat(home(read.example(2))).containsExactly(0, 1);
        assertThat(home(read.example(3))).containsExactly(SHARES);
        assertThat(home(read.example(4))).containsExactly(SHARES);
        assertThat(read.unknownCategories())
            .containsExactly(new UnknownCategories("home", 3, "moon", 3));
        // The same file is no less of a mistake where nobody says so.
        assertThatThrownBy(
                () -> CsvFile.read(more, CsvFormat.DEFAULT, schema, train.classNames(), where))
            .hasMessageContaining(
                "line 3, column 1 (home): expected a value that was there in training, air, sea,"
                    + " found 'moon', and in other rows mars");
      }
    }
  }

  /** Keeps rows, and what is told of them before they come. */
  private record Consumer(List<float[]> rows, List<String> told) implements CsvFile.RowConsumer {
    @Override
    public void accept(long line, float[] inputs) {
      rows.add(inputs);
    }

    @Override
    public void unknown(long line, String column, String category) {
      told.add(line + " " + column + " " + category + " before row " + rows.size());
    }
  }

  @Test
  void rowByRowTheSameBits() throws IOException {
    TableSchema schema = Csv.schema(known(CsvFormat.DEFAULT).train());
    Dataset all = CsvFile.read(more, MEAN, schema, List.of("a", "b"), Csv.HEAP);
    List<float[]> rows = new ArrayList<>();
    List<String> told = new ArrayList<>();
    CsvFile.RowConsumer consumer = new Consumer(rows, told);
    CsvFile.forEachRow(more, MEAN, schema, consumer);
    assertThat(told)
        .containsExactly(
            "3 home moon before row 1", "5 home mars before row 3", "6 home moon before row 4");
    RowEncoder encoder = new RowEncoder(schema, MEAN);
    for (int i = 0; i < rows.size(); i++) {
      String[] fields = MORE.lines().skip(i + 1L).findFirst().orElseThrow().split(",", -1);
      assertThat(rows.get(i)).containsExactly(all.example(i));
      assertThat(encoder.encode(List.of(fields[0], fields[1]))).containsExactly(all.example(i));
      assertThat(encoder.encode(Map.of("home", fields[0], "size", fields[1])))
          .containsExactly(all.example(i));
    }
    assertThatThrownBy(() -> CsvFile.forEachRow(more, CsvFormat.DEFAULT, schema, consumer))
        .hasMessageContaining("line 3, column 1 (home): expected one of air, sea, found 'moon'");
  }

  @Test
  void whatIsMissingIsNotUnknown() throws IOException {
    TableSchema schema = Csv.schema(known(CsvFormat.DEFAULT).train());
    Path gaps = Csv.file(folder, "gaps.csv", "home,size,label\n?,1,a\nmoon,1,a\n");
    assertThatThrownBy(() -> CsvFile.read(gaps, MEAN, schema, List.of("a", "b"), Csv.HEAP))
        .hasMessageContaining("line 2, column 1 (home): expected a value, found none");
    RowEncoder encoder = new RowEncoder(schema, MEAN);
    assertThatThrownBy(() -> encoder.encode(List.of("", "1")))
        .hasMessage(
            "column 'home': expected a value, found none; this model takes no missing values");
    TableSchema filled = Csv.schema(known(CsvFormat.DEFAULT.withMissing(Missing.MEAN)).train());
    Dataset read = CsvFile.read(gaps, MEAN, filled, List.of("a", "b"), Csv.HEAP);
    assertThat(read.example(0)).containsExactly(read.example(1));
    assertThat(read.unknownCategories())
        .containsExactly(new UnknownCategories("home", 1, "moon", 3));
  }

  /** What a file of test rows has, and the one that is learned from has not. */
  @Test
  void testRowsMayHaveThem() throws IOException {
    Path train = Csv.file(folder, "train.csv", KNOWN);
    assertThatThrownBy(() -> CsvFile.load(train, more, 0.2, CsvFormat.DEFAULT, Csv.HEAP))
        .hasMessageContaining("more.csv: line 3, column 1 (home)");
    Datasets read = CsvFile.load(train, more, 0.2, MEAN, Csv.HEAP);
    assertThat(read.train().unknownCategories()).isEmpty();
    assertThat(read.test().unknownCategories()).hasSize(1);
    assertThat(home(read.test().example(1))).containsExactly(SHARES);
    assertThat(Csv.schema(read.train())).isEqualTo(Csv.schema(known(CsvFormat.DEFAULT).train()));
  }

  /** Spaces in quotes are part of no field, whatever stands between these. */
  @Test
  void spacesMakeNothingUnknown() throws IOException {
    TableSchema schema = Csv.schema(known(CsvFormat.DEFAULT.withMissing(Missing.MEAN)).train());
    Path spaces = Csv.file(folder, "spaces.csv", "home size\n\" sea \" 1\n\" \" 2\n");
    List<float[]> rows = new ArrayList<>();
    List<String> told = new ArrayList<>();
    CsvFile.forEachRow(spaces, MEAN.withSeparator(' '), schema, new Consumer(rows, told));
    assertThat(told).isEmpty();
    assertThat(home(rows.getFirst())).containsExactly(0, 1);
    assertThat(home(rows.getLast())).containsExactly(SHARES);
  }

  /** Nothing can be taken for a class. */
  @Test
  void classesAreKnown() throws IOException {
    TableSchema schema = Csv.schema(known(CsvFormat.DEFAULT).train());
    Path others = Csv.file(folder, "others.csv", "home,size,label\nsea,1,a\nsea,1,c\n");
    assertThatThrownBy(() -> CsvFile.read(others, MEAN, schema, List.of("a", "b"), Csv.HEAP))
        .hasMessageContaining("line 3, column 3 (label): expected a class that was there");
  }

  @Test
  void examplesOfBytesHaveNone() {
    assertThat(Dataset.of(new byte[2], 1, 1, new int[2], List.of("x")).unknownCategories())
        .isEmpty();
  }
}
