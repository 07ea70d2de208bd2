package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import downhill.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  private static final Network NETWORK = Samples.GOLDEN.network();
  private static final SortedMap<String, String> NONE = Collections.emptySortedMap();

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
