package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page sends is read defensively. */
class FieldsTest {
  private static Fields parse(String json) {
    return Fields.parse(json.getBytes(UTF_8));
  }

  @Test
  void readsWhatIsThere() {
    Fields fields = parse("{\"a\":\"x\",\"n\":7,\"o\":{\"b\":\"y\"},\"t\":true,\"z\":null}");
    assertThat(fields.text("a")).isEqualTo("x");
    assertThat(fields.whole("n", 0, 7)).isEqualTo(7);
    assertThat(fields.number("n")).isEqualTo(7);
    assertThat(fields.object("o").strings()).containsExactly(java.util.Map.entry("b", "y"));
    assertThat(fields.has("t")).isTrue();
    assertThat(fields.has("z")).isFalse();
  }

  @Test
  void saysWhatWasExpected() {
    Fields fields = parse("{\"n\":7.5,\"a\":\"x\"}");
    assertThatThrownBy(() -> fields.whole("n", 0, 9))
        .hasMessageContaining("whole number from 0 to 9");
    assertThatThrownBy(() -> fields.number("a")).hasMessageContaining("a number");
    assertThatThrownBy(() -> fields.text("none")).hasMessageContaining("found nothing");
    assertThatThrownBy(() -> fields.object("a")).hasMessageContaining("an object");
    assertThatThrownBy(() -> parse("{\"n\":1e999}").number("n")).hasMessageContaining("a number");
    assertThatThrownBy(() -> fields.strings()).hasMessageContaining("a string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":[[[[[[[[[[1]]]]]]]]]]}"
      })
  void refusesWhatIsNoObject(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(RefusedException.class);
  }

  @Test
  void refusesTooManyValues() {
    String many = "{\"a\":[" + "1,".repeat(20_000) + "1]}";
    assertThatThrownBy(() -> parse(many)).hasMessageContaining("at most");
  }
}
