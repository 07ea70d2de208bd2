package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers read from bytes are what Java reads from texts. */
class FieldsTest {
  private static double number(String text) {
    byte[] bytes = Csv.utf8("<" + text + ">");
    return Fields.number(bytes, 1, bytes.length - 1, '.');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "+7",
        "007",
        "5.",
        ".5",
        "-.5e1",
        "1e0",
        "1E+05",
        "1e-05",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993.0",
        "99999999999999999999999",
        "0.1",
        "0.3",
        "2.5e22",
        "1e23",
        "8.5e-23",
        "123456789012345678",
        "1234567890123456789012345.678",
        "1e308",
        "5e-324",
        "2.2250738585072011e-308",
        "0.000000000000000000000000000001",
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999",
        "100000000000000000",
        "99999999999999999",
        "1e22",
        "1e-22",
        "3.4028236e38"
      })
  void isWhatJavaReads(String text) {
    assertThat(number(text)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+",
        ".",
        "e5",
        "1e",
        "1e+",
        "1e1.5",
        "--1",
        "1-",
        "1.2.3",
        "1,5",
        "0x10",
        "1f",
        "1d",
        "NaN",
        "Infinity",
        "inf",
        "1 000",
        "½",
        "１",
        "1_000",
        "a"
      })
  void isNoNumber(String text) {
    assertThat(number(text)).isNaN();
  }

  @Test
  void randomNumbersOfEveryLength() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 200_000; i++) {
      String text =
          switch (i % 4) {
            case 0 -> Double.toString(random.nextDouble(-1e6, 1e6));
            case 1 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 2 ->
                String.format(
                    Locale.ROOT, "%." + random.nextInt(20) + "f", random.nextGaussian() * 1000);
            default ->
                random.nextLong() + "." + random.nextInt(1000) + "e" + random.nextInt(-330, 310);
          };
      if (!text.contains("N")) {
        assertThat(number(text)).as(text).isEqualTo(Double.parseDouble(text));
        byte[] comma = Csv.utf8(text.replace('.', ','));
        assertThat(Fields.number(comma, 0, comma.length, ','))
            .as(text)
            .isEqualTo(Double.parseDouble(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"})
  void saysThatThereIsNothing(String text) {
    byte[] bytes = Csv.utf8("<" + text + ">");
    assertThat(Fields.isMissing(bytes, 1, bytes.length - 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "??", "N", "NAN", "none", "Nullx", " ", "-"})
  void saysSomething(String text) {
    byte[] bytes = Csv.utf8("<" + text + ">");
    assertThat(Fields.isMissing(bytes, 1, bytes.length - 1)).isFalse();
  }
}
