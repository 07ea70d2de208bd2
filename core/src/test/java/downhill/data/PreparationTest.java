package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {
  @Test
  void metadataIsReadAgain() {
    for (Preparation.Colour colour : Preparation.Colour.values()) {
      for (Preparation.Fit fit : Preparation.Fit.values()) {
        for (boolean invert : new boolean[] {false, true}) {
          Preparation p = new Preparation(12, 34, colour, fit, invert);
          Map<String, String> metadata = new TreeMap<>(p.metadata());
          metadata.put("seed", "1");
          assertThat(Preparation.of(metadata)).contains(p);
        }
      }
    }
    assertThat(Preparation.rgb(12, 34).metadata())
        .containsExactly(
            Map.entry("image_colour", "rgb"),
            Map.entry("image_fit", "pad"),
            Map.entry("image_invert", "false"),
            Map.entry("image_size", "12x34"));
    assertThat(Preparation.of(Map.of("seed", "1"))).isEmpty();
  }

  @Test
  void saysWhatItIs() {
    Preparation p = Preparation.rgb(3, 5).withFit(Preparation.Fit.CROP);
    assertThat(p.features()).isEqualTo(45);
    assertThat(p.channels()).isEqualTo(3);
    assertThat(p).hasToString("3x5 rgb crop");
    assertThat(Preparation.grey(3, 5).withInvert(true)).hasToString("3x5 grey pad inverted");
  }

  @Test
  void oneNumberIsASquare() {
    assertThat(Preparation.grey(1, 1).withSize("28")).isEqualTo(Preparation.grey(28, 28));
    assertThat(Preparation.grey(1, 1).withSize("28x5")).isEqualTo(Preparation.grey(28, 5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0x5", "5x0", "5x", "x5", "5X5", "-5x5", "5 x5", "12345678"})
  void sizesThatAreNone(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.grey(1, 1).withSize(text))
        .withMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({"image_colour, blue", "image_fit, cover", "image_invert, yes", "image_size, 12x34x3"})
  void metadataThatIsDamaged(String key, String value) {
    Map<String, String> metadata = new TreeMap<>(Preparation.rgb(12, 34).metadata());
    metadata.put(key, value);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.of(metadata))
        .withMessageContaining(value);
    metadata.remove(key);
    if (!key.equals("image_size")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Preparation.of(metadata))
          .withMessageContaining(key);
    }
  }

  @Test
  void tooLarge() {
    assertThat(Preparation.grey(1024, 1024).features()).isEqualTo(Preparation.MAX_FEATURES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preparation.grey(1024, 1025))
        .withMessageContaining("found 1049600");
    assertThatIllegalArgumentException().isThrownBy(() -> Preparation.rgb(1024, 1024));
    assertThatIllegalArgumentException().isThrownBy(() -> Preparation.grey(65536, 65536));
    assertThatIllegalArgumentException().isThrownBy(() -> Preparation.grey(0, 1));
  }
}
