package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas of tables in model files. */
class SchemaJsonTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column.Numeric("größe \"cm\"", -1.5e-7, 0.1),
              new Column.Categorical("c", List.of("x", "犬\n", ""), List.of(0.25, 0.75, 0.0))),
          "label",
          Missing.MEAN);

  private static final String JSON =
      "{\"label\":\"label\",\"missing\":\"mean\",\"columns\":[{\"name\":\"größe \\\"cm\\\"\","
          + "\"mean\":-1.5E-7,\"scale\":0.1},{\"name\":\"c\",\"levels\":[\"x\",\"犬\\n\",\"\"],"
          + "\"shares\":[0.25,0.75,0.0]}]}";

  @TempDir private Path folder = Path.of("");

  @Test
  void isWrittenAlwaysTheSame() {
    assertThat(SchemaJson.write(SCHEMA)).isEqualTo(JSON);
    assertThat(SchemaJson.read(JSON)).isEqualTo(SCHEMA);
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertThatThrownBy(
            () -> SchemaJson.read(JSON.replace("\"mean\":-1.5E-7", "\"mean\":1,\"mean\":-1.5E-7")))
        .hasMessageContaining("the key 'mean' stands there twice");
  }

  @Test
  void keepsEveryBit() {
    SplittableRandom random = new SplittableRandom(4);
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < 500; c++) {
      double mean = Double.longBitsToDouble(random.nextLong());
      double scale = Math.abs(Double.longBitsToDouble(random.nextLong()));
      if (Double.isFinite(mean) && Double.isFinite(scale)) {
        columns.add(new Column.Numeric("c" + c, mean, scale));
      }
    }
    TableSchema schema = new TableSchema(columns, "l", Missing.ERROR);
    assertThat(SchemaJson.read(SchemaJson.write(schema))).isEqualTo(schema);
  }

  private static Model model() {
    Network network = Network.initial(Architecture.of(4, 3, 2), 1);
    return new Model(
        network, List.of("a", "b"), new TreeMap<>(Map.of("test_fraction", "0.2")), SCHEMA);
  }

  @Test
  void goesThroughAModelFile() throws IOException {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(model(), file);
    Model read = ModelFile.load(file);
    assertThat(read.schema()).isEqualTo(SCHEMA);
    assertThat(read.provenance()).containsOnlyKeys("test_fraction");
    assertThat(ModelFile.bytes(read)).isEqualTo(ModelFile.bytes(model()));
    assertThat(new String(ModelFile.bytes(model()), StandardCharsets.UTF_8))
        .contains("\"downhill.input_scaling\":\"schema\"");
    assertThat(ModelFile.load(saved(Samples.GOLDEN)).schema()).isNull();
  }

  private Path saved(Model model) throws IOException {
    Path file = folder.resolve("other.safetensors");
    ModelFile.save(model, file);
    return file;
  }

  @Test
  void mustFitTheNetwork() {
    Network network = Network.initial(Architecture.of(5, 3, 2), 1);
    assertThatThrownBy(() -> new Model(network, List.of("a", "b"), new TreeMap<>(), SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected columns that fill the 5 inputs of 5-3-2, found 4");
    TableSchema broken =
        new TableSchema(List.of(new Column.Numeric("\ud800", 0, 1)), "label", Missing.ERROR);
    Network one = Network.initial(Architecture.of(1, 2), 1);
    assertThatThrownBy(() -> new Model(one, List.of("a", "b"), new TreeMap<>(), broken))
        .hasMessageContaining("surrogates");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"label\":1,\"missing\":\"mean\",\"columns\":[]}",
        "{\"label\":\"l\",\"missing\":\"zero\",\"columns\":[{\"name\":\"a\",\"mean\":0,\"scale\":1}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":0}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":0,\"scale\":-1}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":\"0\",\"scale\":1}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"levels\":[\"x\"]}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"levels\":[1],\"shares\":[1]}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"l\",\"mean\":0,\"scale\":1}]}",
        "{\"label\":\"l\",\"more\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":0,\"scale\":1}]}",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":0,\"scale\":1}]} 1",
        "{\"label\":\"l\",\"missing\":\"mean\",\"columns\":[{\"name\":\"a\",\"mean\":0,\"scale\":1}"
      })
  void refusesWhatIsMalformed(String json) throws IOException {
    assertThatThrownBy(() -> SchemaJson.read(json)).isInstanceOf(IllegalArgumentException.class);
    String text = new String(ModelFile.bytes(model()), StandardCharsets.UTF_8);
    StringBuilder quoted = new StringBuilder();
    Json.append(quoted, SchemaJson.write(SCHEMA));
    StringBuilder other = new StringBuilder();
    Json.append(other, json);
    String header = text.substring(text.indexOf('{'), text.indexOf("}}") + 2);
    assertThat(header).contains(quoted);
    int buffer = 4 * (4 * 3 + 3 + 3 * 2 + 2);
    Path bad =
        Files.write(
            folder.resolve("bad.safetensors"),
            Samples.file(header.replace(quoted.toString(), other.toString()), buffer));
    assertThatThrownBy(() -> ModelFile.load(bad))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("bad.safetensors: metadata key 'downhill.schema': expected");
  }

  @Test
  void refusesASchemaBesideBytes() throws IOException {
    StringBuilder schema = new StringBuilder();
    Json.append(schema, JSON);
    String header =
        Samples.TINY.replace(
            "{\"0.weight\"",
            ("{\"__metadata__\":{\"downhill.version\":\"1\",\"downhill.architecture\":\"2-2\","
                    + "\"downhill.class_names\":\"[\\\"a\\\",\\\"b\\\"]\","
                    + "\"downhill.input_scaling\":\"x/255\",\"downhill.schema\":%s},\"0.weight\"")
                .formatted(schema));
    Path bad =
        Files.write(folder.resolve("bad.safetensors"), Samples.file(header, Samples.TINY_BUFFER));
    assertThatThrownBy(() -> ModelFile.load(bad))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("downhill.schema': expected none");
  }
}
