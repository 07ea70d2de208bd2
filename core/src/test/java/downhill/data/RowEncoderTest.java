package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Raw rows become what training has seen, bit for bit. */
class RowEncoderTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column.Numeric("n", 10, 0.5),
              new Column.Categorical("c", List.of("x", "y z"), List.of(0.25, 0.75))),
          "label",
          Missing.MEAN);

  private final RowEncoder encoder = new RowEncoder(SCHEMA);

  @TempDir private Path folder = Path.of("");

  @Test
  void everyWayToGiveARow() {
    assertThat(encoder.encode(List.of(" 14 ", "y z"))).containsExactly(2, 0, 1);
    assertThat(encoder.encode(List.of("?", ""))).containsExactly(0, 0.25f, 0.75f);
    assertThat(encoder.encode(Map.of("c", "x", "n", 8))).containsExactly(-1, 1, 0);
    assertThat(encoder.encode(Map.of("n", "8.5"))).containsExactly(-0.75f, 0.25f, 0.75f);
    Map<String, Object> nothing = new HashMap<>();
    assertThat(encoder.encode(nothing)).containsExactly(0, 0.25f, 0.75f);
    assertThat(encoder.encode(new double[] {12, 0})).containsExactly(1, 1, 0);
    assertThat(encoder.encode(new double[] {Double.NaN, Double.NaN}))
        .containsExactly(0, 0.25f, 0.75f);
    assertThat(SCHEMA.inputs()).isEqualTo(3);
    assertThat(SCHEMA.inputNames()).startsWith("n").element(2).isEqualTo("c = y z");
  }

  /** Categories that are numbers may come as numbers. */
  @Test
  void levelsThatAreWholeNumbers() {
    TableSchema digits =
        new TableSchema(
            List.of(new Column.Categorical("d", List.of("1", "2"), List.of(0.5, 0.5))),
            "label",
            Missing.ERROR);
    assertThat(new RowEncoder(digits).encode(Map.of("d", 2))).containsExactly(0, 1);
  }

  @Test
  void saysWhatIsWrong() {
    assertWrong(() -> encoder.encode(List.of("1")), "expected 2 values, one for each of [n, c]");
    assertWrong(
        () -> encoder.encode(List.of("a", "x")),
        "column 'n': expected a number, or no value, found 'a'");
    assertWrong(
        () -> encoder.encode(List.of("1", "z")), "column 'c': expected one of x, y z, or no value");
    assertWrong(() -> encoder.encode(Map.of("m", 1)), "expected values of [n, c], found 'm'");
    assertWrong(() -> encoder.encode(Map.of("n", true)), "column 'n': expected a number");
    assertWrong(() -> encoder.encode(new double[] {1, 2}), "column 'c': expected a level's number");
    assertWrong(() -> encoder.encode(new double[] {1, 0.5}), "from 0 to 1, found '0.5'");
    assertWrong(() -> encoder.encode(new double[1]), "expected 2 values");
    assertWrong(() -> encoder.encode(Map.of("n", 1e300)), "column 'n': expected a number nearer");
    RowEncoder strict = new RowEncoder(new TableSchema(SCHEMA.columns(), "label", Missing.ERROR));
    assertWrong(() -> strict.encode(List.of("", "x")), "column 'n': expected a value, found none");
    assertWrong(() -> strict.encode(Map.of("n", 1)), "column 'c': expected a value, found none");
  }

  private static void assertWrong(Runnable encode, String message) {
    assertThatThrownBy(encode::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theSameBitsAsTraining() throws IOException {
    String text = Csv.flowers(300, 8);
    Path file = Csv.write(folder.resolve("flowers.csv"), text);
    Dataset data = CsvFile.load(file, file, 0, Csv.format(), Csv.in(folder)).train();
    TableSchema schema = Objects.requireNonNull(data.schema());
    List<float[]> rows = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    long count =
        CsvFile.forEachRow(
            file,
            CsvFormat.DEFAULT,
            schema,
            (line, inputs) -> {
              lines.add(line);
              rows.add(inputs.clone());
            });
    assertThat(count).isEqualTo(300);
    assertThat(lines).startsWith(2L, 3L).endsWith(301L);
    for (int i = 0; i < 300; i++) {
      assertThat(Arrays.equals(rows.get(i), data.example(i))).isTrue();
    }
  }

  @Test
  void rowsWithoutAHeader() throws IOException {
    Path bare = Csv.write(folder.resolve("bare.csv"), "14,x\n10,y z\n");
    List<float[]> rows = new ArrayList<>();
    CsvFormat format = CsvFormat.DEFAULT.withHeader(false);
    CsvFile.forEachRow(bare, format, SCHEMA, (line, inputs) -> rows.add(inputs));
    assertThat(rows.getFirst()).containsExactly(2, 1, 0);
    assertThat(rows.getLast()).containsExactly(0, 0, 1);
    Path wrong = Csv.write(folder.resolve("wrong.csv"), "14,x\n10,w\n");
    assertThatThrownBy(
            () -> CsvFile.forEachRow(wrong, format, SCHEMA, (line, inputs) -> rows.add(inputs)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "wrong.csv: line 2, column 2 (c): expected one of x, y z, or no value, found 'w'");
    Path many = Csv.write(folder.resolve("many.csv"), "14,x\n10,x,1\n");
    assertThatThrownBy(
            () -> CsvFile.forEachRow(many, format, SCHEMA, (line, inputs) -> rows.add(inputs)))
        .hasMessageContaining("line 2, column 3: expected 2 fields");
  }

  @Test
  void schemasThatAreNone() {
    assertThatThrownBy(() -> new Column.Numeric("n", Double.NaN, 1))
        .hasMessageContaining("finite mean");
    assertThatThrownBy(() -> new Column.Numeric("n", 0, -1)).hasMessageContaining("scale");
    assertThatThrownBy(() -> new Column.Categorical("c", List.of(), List.of()))
        .hasMessageContaining("expected levels");
    assertThatThrownBy(() -> new Column.Categorical("c", List.of("x", "x"), List.of(1.0, 0.0)))
        .hasMessageContaining("no two alike");
    assertThatThrownBy(() -> new Column.Categorical("c", List.of("x"), List.of(2.0)))
        .hasMessageContaining("share from 0 to 1");
    assertThatThrownBy(() -> new TableSchema(List.of(), "l", Missing.ERROR))
        .hasMessageContaining("at least one");
    Column n = new Column.Numeric("l", 0, 1);
    assertThatThrownBy(() -> new TableSchema(List.of(n), "l", Missing.ERROR))
        .hasMessageContaining("'l' twice");
  }
}
