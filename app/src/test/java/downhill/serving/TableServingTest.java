package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.serving.Wire.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of tables, which take raw values column by column. */
class TableServingTest {
  private static final int MOST = 100;

  private static final TableSchema MIXED =
      new TableSchema(
          List.of(
              new Column.Numeric("length", 1.5, 0.25),
              new Column.Categorical(
                  "home", List.of("air", "sea", "land"), List.of(0.5, 0.25, 0.25)),
              new Column.Numeric("year", 2013.372, 0.173)),
          "kind",
          Missing.MEAN);

  private static final TableSchema STRICT = new TableSchema(MIXED.columns(), "kind", Missing.ERROR);

  private static final TableSchema NUMERIC =
      new TableSchema(
          List.of(new Column.Numeric("a", 1, 2), new Column.Numeric("b", 3, 0.5)),
          "kind",
          Missing.ERROR);

  private static Model model(TableSchema schema) {
    Network network = Network.initial(Architecture.of(schema.inputs(), 7, 3), 5);
    return new Model(network, List.of("bird", "fish", "cat"), new TreeMap<>(), schema);
  }

  private static float[] inputs(TableSchema schema, String json, byte... tensors)
      throws RefusedException {
    byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(text, text.length + tensors.length);
    System.arraycopy(tensors, 0, body, text.length, tensors.length);
    ServedModel served =
        new ServedModel(
            "m",
            "1",
            new ModelLoader.Loaded(
                "5-7-3",
                schema.inputs(),
                List.of("x", "y", "z"),
                new RowEncoder(schema),
                "test",
                NOTHING),
            new ModelMetrics());
    return RequestReader.read(
            served, MOST, body, body.length, text.length, new MemoryBudget(1 << 24).claim())
        .x();
  }

  private static final Classifier NOTHING =
      new Classifier() {
        @Override
        public void classify(float[] x, int from, int count, float[] probabilities, int[] classes) {
          throw new AssertionError("nothing is to be computed");
        }

        @Override
        public void close() {}
      };

  private static String column(String name, String type, String data) {
    int n = data.split(",").length;
    return "{'name':'%s','shape':[%d],'datatype':'%s','data':[%s]}".formatted(name, n, type, data);
  }

  private static String request(String... columns) {
    return "{'inputs':[" + String.join(",", columns) + "]}";
  }

  private static float[] rows(TableSchema schema, List<List<String>> rows) {
    RowEncoder encoder = new RowEncoder(schema);
    float[] x = new float[rows.size() * schema.inputs()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(encoder.encode(rows.get(i)), 0, x, i * schema.inputs(), schema.inputs());
    }
    return x;
  }

  private static final List<List<String>> TWO =
      List.of(List.of("0.1", "sea", "2017"), List.of("-3e2", "land", "1.7976931348623157"));

  @Test
  void columnsComeInAnyOrderWithTheBitsOfAFile() throws Exception {
    String json =
        request(
            column("year", "FP64", "2017,1.7976931348623157"),
            column("LENGTH", "FP64", "0.1,-3e2"),
            "{'name':'home','shape':[2,1],'datatype':'BYTES','data':[['sea'],['land']]}");
    assertThat(inputs(MIXED, json)).containsExactly(rows(MIXED, TWO));
    String texts =
        request(
            column("length", "BYTES", "'0.1','-3e2'"),
            column("home", "BYTES", "'sea','land'"),
            column("year", "BYTES", "'2017','1.7976931348623157'"));
    assertThat(inputs(MIXED, texts)).containsExactly(rows(MIXED, TWO));
  }

  @Test
  void floatsAreThoseOfTheirType() throws Exception {
    String json =
        request(
            column("length", "FP32", "0.1"),
            column("home", "BYTES", "'air'"),
            column("year", "INT32", "2017"));
    double rounded = 0.1f;
    assertThat(inputs(MIXED, json))
        .containsExactly(rows(MIXED, List.of(List.of("" + rounded, "air", "2017"))));
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127",
    "UINT8, 0, 255",
    "INT16, -32768, 32767",
    "UINT16, 0, 65535",
    "INT32, -2147483648, 2147483647",
    "UINT32, 0, 4294967295",
  })
  void theLeastAndTheGreatestOfAType(String type, String least, String greatest) throws Exception {
    String json = request(column("a", type, least), column("b", type, greatest));
    assertThat(inputs(NUMERIC, json))
        .containsExactly(rows(NUMERIC, List.of(List.of(least, greatest))));
  }

  @Test
  void theSameBehindTheJson() throws Exception {
    String json =
        "{'inputs':[{'name':'length','shape':[2],'datatype':'FP64','parameters':{'binary_data_size':16}},"
            + "{'name':'home','shape':[2],'datatype':'BYTES','parameters':{'binary_data_size':15}},"
            + "{'name':'year','shape':[2],'datatype':'FP64','parameters':{'binary_data_size':16}}]}";
    ByteBuffer bytes = ByteBuffer.allocate(47).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(0.1).putDouble(-3e2);
    bytes.putInt(3).put("sea".getBytes(StandardCharsets.UTF_8));
    bytes.putInt(4).put("land".getBytes(StandardCharsets.UTF_8));
    bytes.putDouble(2017).putDouble(1.7976931348623157);
    assertThat(inputs(MIXED, json, bytes.array())).containsExactly(rows(MIXED, TWO));
    bytes.putInt(16, 4);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> inputs(MIXED, json, bytes.array()))
        .withMessageContaining("input 'home', value 1: expected four bytes of length");
    bytes.putInt(16, -1);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> inputs(MIXED, json, bytes.array()));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> inputs(MIXED, json, new byte[46]))
        .withMessageContaining("expected 47 bytes behind the JSON");
  }

  @Test
  void missingValuesAreNullOrAsInAFile() throws Exception {
    float[] expected = rows(MIXED, List.of(List.of("", "?", "NaN")));
    assertThat(
            inputs(
                MIXED,
                request(
                    column("length", "FP32", "null"),
                    column("home", "BYTES", "null"),
                    column("year", "INT64", "null"))))
        .containsExactly(expected);
    assertThat(
            inputs(
                MIXED,
                request(
                    column("length", "BYTES", "''"),
                    column("home", "BYTES", "'NA'"),
                    column("year", "BYTES", "'nan'"))))
        .containsExactly(expected);
    assertRefused(
        STRICT,
        request(
            column("length", "FP32", "1,null"),
            column("home", "BYTES", "'air','air'"),
            column("year", "FP32", "1,2")),
        "example 1: column 'length': expected a value, found none");
  }

  @Test
  void oneTensorWhereAllAreNumbers() throws Exception {
    String whole = "{'inputs':[{'name':'input','shape':[2,2],'datatype':'FP64','data':[%s]}]}";
    float[] expected = rows(NUMERIC, List.of(List.of("1", "2.5"), List.of("3", "4")));
    assertThat(inputs(NUMERIC, whole.formatted("1,2.5,3,4"))).containsExactly(expected);
    assertThat(inputs(NUMERIC, whole.formatted("[1,2.5],[3,4]"))).containsExactly(expected);
    assertRefused(NUMERIC, whole.formatted("1,2.5,3"), "expected 4 values for the shape [2, 2]");
    assertRefused(NUMERIC, whole.formatted("[1],[2],[3],[4]"), "in arrays of 1");
    assertRefused(
        MIXED, whole.formatted("1,2,3,4"), "name of a column out of [length, home, year]");
  }

  private static void assertRefused(TableSchema schema, String json, String fragment) {
    assertThatExceptionOfType(RefusedException.class)
        .as(json)
        .isThrownBy(() -> inputs(schema, json))
        .withMessageContaining(fragment)
        .satisfies(refused -> assertThat(refused.text()).hasSizeLessThan(400));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a | FP64 | 1,2 | b | FP64 | 1 | input 'b': expected 2 values, as many as of the column"
            + " before",
        "a | FP64 | 1 | a | FP64 | 1 | expected each column once, found 'a' twice",
        "a | FP64 | 1 | c | FP64 | 1 | out of [a, b], found 'c'",
        "a | FP64 | 1 | kind | BYTES | 'x' | out of [a, b], found 'kind'",
        "a | FP64 | 'x' | b | FP64 | 1 | input 'a', value 0: expected a number or null for FP64,"
            + " found the string 'x'",
        "a | BYTES | 'x' | b | FP64 | 1 | example 0: column 'a': expected a number, found 'x'",
        "a | BYTES | 5 | b | FP64 | 1 | expected a string or null for BYTES",
        "a | INT8 | 1.5 | b | FP64 | 1 | expected whole numbers for INT8",
        "a | INT8 | 300 | b | FP64 | 1 | input 'a', value 0: expected -128 to 127 for INT8, found"
            + " 300",
        "a | INT8 | 1,-129 | b | FP64 | 1,2 | value 1: expected -128 to 127 for INT8, found -129",
        "a | UINT8 | -1 | b | FP64 | 1 | expected 0 to 255 for UINT8, found -1",
        "a | UINT8 | 256 | b | FP64 | 1 | expected 0 to 255",
        "a | INT16 | 32768 | b | FP64 | 1 | expected -32768 to 32767",
        "a | UINT16 | 65536 | b | FP64 | 1 | expected 0 to 65535",
        "a | INT32 | 2147483648 | b | FP64 | 1 | expected -2147483648 to 2147483647",
        "a | UINT32 | 4294967296 | b | FP64 | 1 | expected 0 to 4294967295",
        "a | INT64 | 1e19 | b | FP64 | 1 | expected -9223372036854775808 to",
        "a | UINT64 | -1 | b | FP64 | 1 | expected 0 to 18446744073709551615",
        "a | FP16 | 1.5 | b | FP64 | 1 | expected FP16 as bytes behind the JSON",
        "a | FP32 | 1e39 | b | FP64 | 1 | column 'a'",
        "a | STRING | 'x' | b | FP64 | 1 | expected a datatype out of BYTES, UINT8",
        "a | FP64 | 1e300 | b | FP64 | 1 | column 'a': expected a number nearer to the mean",
        "a | FP64 | true | b | FP64 | 1 | expected numbers, strings or null, found true",
        "a | FP64 | [1],2 | b | FP64 | 1 | found both",
        "a | FP64 | [1],[2,3] | b | FP64 | 1 | equal length",
        "a | FP64 | [[1]] | b | FP64 | 1 | found an array",
        "a | FP64 | 1 | b | FP64 | {} | found an object",
      })
  void columnsThatDoNotFit(
      String first,
      String type,
      String data,
      String second,
      String type2,
      String data2,
      String said) {
    assertRefused(NUMERIC, request(column(first, type, data), column(second, type2, data2)), said);
  }

  @Test
  void whatIsNotAllThere() {
    assertRefused(
        NUMERIC, "{'inputs':[]}", "expected a tensor for each column, found none for [a, b]");
    assertRefused(NUMERIC, request(column("b", "FP64", "1")), "found none for [a]");
    assertRefused(
        NUMERIC,
        request(column("a", "FP64", "1"), column("b", "FP64", "1"), column("a", "FP64", "1")),
        "expected at most 2, found more");
    assertRefused(
        NUMERIC,
        "{'inputs':[{'name':'a','shape':[1,2],'datatype':'FP64','data':[1,2]}]}",
        "expected the shape [n] or [n, 1] with n from 1, found [1, 2]");
    assertRefused(
        NUMERIC,
        "{'inputs':[{'name':'a','shape':[101],'datatype':'FP64','data':[1]}]}",
        "at most 100 examples");
    assertRefused(
        NUMERIC,
        request(column("a", "FP64", "1,".repeat(10 * MOST) + "1")),
        "expected at most 200 values, found more");
    assertRefused(
        MIXED,
        request(
            column("length", "FP64", "1"),
            column("home", "BYTES", "'moon\\u0007'"),
            column("year", "FP64", "1")),
        "example 0: column 'home': expected one of air, sea, land, or no value, found 'moon?'");
  }

  /** A category with many texts makes much of little: that has to be asked for, too. */
  @Test
  void inputsTakeMemoryOfTheBudget() throws Exception {
    List<String> levels = IntStream.range(0, 4000).mapToObj(k -> "" + k).toList();
    TableSchema wide =
        new TableSchema(
            List.of(new Column.Categorical("c", levels, Collections.nCopies(4000, 0.00025))),
            "kind",
            Missing.ERROR);
    String json = request(column("c", "INT32", "7,".repeat(99) + "7"));
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ServedModel served =
        new ServedModel(
            "m",
            "1",
            new ModelLoader.Loaded(
                "4000-2", 4000, List.of("x", "y"), new RowEncoder(wide), "test", NOTHING),
            new ModelMetrics());
    // 100 rows of 4,000 inputs are 1,600,000 bytes, which the first of these never has.
    assertOutOfMemory(served, body, new MemoryBudget(1_500_000), 413, "at most 1500000 bytes");
    MemoryBudget shared = new MemoryBudget(2_000_000);
    try (MemoryBudget.Claim other = shared.claim()) {
      other.take(1_000_000);
      assertOutOfMemory(served, body, shared, 503, "taken by other requests; try again");
    }
    try (MemoryBudget.Claim alone = shared.claim()) {
      assertThat(RequestReader.read(served, MOST, body, body.length, body.length, alone).count())
          .isEqualTo(100);
    }
  }

  private static void assertOutOfMemory(
      ServedModel served, byte[] body, MemoryBudget memory, int status, String message) {
    try (MemoryBudget.Claim claim = memory.claim()) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> RequestReader.read(served, MOST, body, body.length, body.length, claim))
          .withMessageContaining(message)
          .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
    }
  }

  /** Finite as inputs, and more than a float holds behind a layer. */
  @Test
  void valuesForWhichTheNetworkHasNoAnswer(@TempDir Path folder) throws IOException {
    Network network =
        Network.of(Architecture.of(2, 2), new float[][] {{200, 0, 0, 200}}, new float[][] {{0, 0}});
    List<String> names = List.of("x", "y");
    Path table = folder.resolve("table.safetensors");
    Models.save(new Model(network, names, new TreeMap<>(), NUMERIC), table);
    String json =
        request(column("a", "FP64", "1,1e38"), column("b", "FP64", "3,3")).replace('\'', '"');
    try (Serving serving = Serving.of(table.toString())) {
      Answer answer = Wire.post(serving.uri(), "/v2/models/table/infer", json);
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.text())
          .startsWith("{\"error\":\"example 1: expected values nearer to those that the model");
      assertThat(serving.heard().lines()).noneMatch(line -> line.startsWith("failed"));
    }
    // No pixel is too large, so that there the model is to blame.
    Network wild =
        Network.of(
            Architecture.of(2, 2), new float[][] {{3e38f, 3e38f, 0, 0}}, new float[][] {{0, 0}});
    Path pixels = folder.resolve("pixels.safetensors");
    Models.save(new Model(wild, names, new TreeMap<>()), pixels);
    try (Serving serving = Serving.of(pixels.toString())) {
      Answer answer =
          Wire.post(
              serving.uri(),
              "/v2/models/pixels/infer",
              "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[255,255]}]}");
      assertThat(answer.status()).isEqualTo(500);
      assertThat(serving.heard().lines().getLast())
          .startsWith("failed: ")
          .endsWith("its weights are too large");
    }
  }

  @Test
  void answersOverHttp(@TempDir Path folder) throws IOException {
    Model model = model(MIXED);
    Models.save(model, folder.resolve("zoo.safetensors"));
    try (Serving serving = Serving.of("zoo=" + folder.resolve("zoo.safetensors"))) {
      Answer about = Wire.request(serving.uri(), "GET", "/v2/models/zoo", "");
      assertThat(about.text())
          .contains(
              "\"inputs\":[{\"name\":\"length\",\"datatype\":\"FP64\",\"shape\":[-1]},"
                  + "{\"name\":\"home\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                  + "{\"name\":\"year\",\"datatype\":\"FP64\",\"shape\":[-1]}]");
      String json =
          request(
                  column("length", "FP64", "0.1"),
                  column("home", "BYTES", "'sea'"),
                  column("year", "FP64", "2017"))
              .replace('\'', '"');
      Answer answer = Wire.request(serving.uri(), "POST", "/v2/models/zoo/infer", json);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      float[] x = rows(MIXED, TWO.subList(0, 1));
      float[] p = model.network().probabilities(x);
      String label = model.classNames().get(model.network().classify(x));
      assertThat(answer.text())
          .contains(
              "\"data\":[%s,%s,%s]".formatted(p[0], p[1], p[2]), "\"data\":[\"" + label + "\"]");
      Answer wrong =
          Wire.request(serving.uri(), "POST", "/v2/models/zoo/infer", json.replace("sea", "moon"));
      assertThat(wrong.status()).isEqualTo(400);
      assertThat(wrong.text()).startsWith("{\"error\":\"example 0: column 'home'");
    }
  }
}
