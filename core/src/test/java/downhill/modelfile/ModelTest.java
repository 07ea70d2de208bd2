package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import downhill.data.CsvFile;
import downhill.data.CsvFormat;
import downhill.data.Dataset;
import downhill.data.RowEncoder;
import downhill.data.TableCache;
import downhill.data.TableSchema;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  private static final Network NETWORK = Samples.GOLDEN.network();
  private static final SortedMap<String, String> NONE = Collections.emptySortedMap();

  @TempDir private Path folder = Path.of("");

  @Test
  void copiesWhatItIsGiven() {
    List<String> names = new ArrayList<>(List.of("cat", "dog"));
    SortedMap<String, String> provenance = new TreeMap<>(Map.of("seed", "1"));
    Model model = new Model(NETWORK, names, provenance);
    names.set(0, "cow");
    provenance.put("seed", "2");
    assertThat(model.classNames()).containsExactly("cat", "dog");
    assertThat(model.provenance()).containsExactly(Map.entry("seed", "1"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> model.provenance().put("seed", "3"));
  }

  /** What a network learned from says how its inputs come in; floats are not bytes. */
  @Test
  void ofWhatItLearnedFrom() throws IOException {
    Dataset bytes = Dataset.of(new byte[6], 1, 3, new int[] {0, 1}, List.of("cat", "dog"));
    assertThat(Model.of(NETWORK, bytes)).isEqualTo(new Model(NETWORK, List.of("cat", "dog"), NONE));
    float[] values = {-3, 0.1f, 1e-20f, 2, 3, 4e20f};
    Dataset floats = Dataset.ofFloats(values, 3, new int[] {0, 1}, List.of("cat", "dog"));
    Model model = Model.of(NETWORK, floats);
    TableSchema schema = Objects.requireNonNull(model.schema());
    assertThat(schema.names()).containsExactly("1", "2", "3");
    assertThat(new RowEncoder(schema).encode(new double[] {values[0], values[1], values[2]}))
        .as("to the bit")
        .containsExactly(floats.example(0));
    assertThat(new RowEncoder(schema).encode(new double[] {values[3], values[4], values[5]}))
        .containsExactly(floats.example(1));
    Path file = folder.resolve("floats.safetensors");
    ModelFile.save(model, file);
    assertThat(ModelFile.load(file)).isEqualTo(model);
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,label\n1,cat\n2,dog\n1,cat\n2,dog\n");
    Dataset rows = CsvFile.load(csv, csv, 0, CsvFormat.DEFAULT, TableCache.standard()).train();
    Network one = Network.initial(Architecture.of(1, 2), 1);
    assertThat(Model.of(one, rows).schema()).isEqualTo(rows.schema());
    for (Dataset other :
        List.of(rows, Dataset.of(new byte[2], 1, 2, new int[] {0}, List.of("cat", "dog")))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Model.of(NETWORK, other))
          .withMessageContaining("3-4-2");
    }
  }

  @Test
  void wantsOneNameForEachClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Model(NETWORK, List.of("cat"), NONE))
        .withMessage("class names: expected 2, one for each class of 3-4-2, found 1");
  }

  @Test
  void wantsDifferentNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Model(NETWORK, List.of("cat", "cat"), NONE))
        .withMessage("class names: expected no two alike, found 'cat' twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "\u001b[2J", "a\u2028b", "\ud83d", "\u0085"})
  void wantsNamesInOneLine(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Model(NETWORK, List.of("cat", name), NONE))
        .withMessageStartingWith("class names: expected text in one line");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Seed", "batch size", "größe", "a-b", "a\n"})
  void wantsPlainKeys(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(key, "1"))
        .withMessageStartingWith("provenance: expected names of a–z, 0–9, '_' and '.', found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "architecture", "input_scaling", "class_names"})
  void keepsItsOwnKeys(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model(key, "1"))
        .withMessageContaining("the name '" + key + "' is taken");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\0", "\udc00"})
  void wantsValuesInOneLine(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model("seed", value))
        .withMessageStartingWith("provenance: expected text in one line for 'seed'");
  }

  @Test
  void acceptsTextOfAnyLanguage() {
    Model model = new Model(NETWORK, List.of("Stiefel – groß", "👢 長靴"), NONE);
    assertThat(model.classNames()).containsExactly("Stiefel – groß", "👢 長靴");
    assertThat(model("initial.model_sha256", "").provenance()).hasSize(1);
  }

  private static Model model(String key, String value) {
    return new Model(NETWORK, List.of("cat", "dog"), new TreeMap<>(Map.of(key, value)));
  }
}
