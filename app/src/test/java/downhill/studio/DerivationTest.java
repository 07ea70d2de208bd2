package downhill.studio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The document as a page gets it. */
class DerivationTest {
  @Test
  void formulasStayAsTheyAreWritten() {
    assertThat(Derivation.html("with $a_i < b_j$ and *more*\n\n$$\nW^l_{ij} \\tag{3}\n$$\n"))
        .contains("<span class=\"math\">a_i &lt; b_j</span>")
        .contains("<em>more</em>")
        .contains("<span class=\"math display\">W^l_{ij} \\tag{3}</span>");
  }

  @Test
  void nothingFromTheTextBecomesMarkup() {
    assertThat(Derivation.html("<script>x</script> $</span><script>$\n\n[x](javascript:y)"))
        .doesNotContain("<script", "javascript:")
        .contains(">x</a>");
  }

  @Test
  void everyMethodThatItNamesHasItsSource() {
    String page = new String(new Derivation().page(), UTF_8);
    assertThat(page)
        .contains("\"Equations.hill\":\"/**", "return x * x;", "\"Preliminaries.softmax\":")
        .contains("\"ReferenceNetwork.backward\":", "\"CentralDifferences.extrapolated\":");
    assertThat(page).contains("\\\\tag{22}").doesNotContain("\uE000", "\uE001");
  }

  @Test
  void overloadsStandTogether() {
    String file =
        """
        class A {
          /** One. */
          public static double f(int x) {
            return 1;
          }

          /** Another. */
          @Implements(3)
          public static double[] f(double[] x) {
            if (x == null) {
              return x;
            }
            return x;
          }

          static int g() {
            return f(1);
          }
        }
        """;
    assertThat(Derivation.source(file, "f"))
        .startsWith("/** One. */\npublic static double f(int x) {\n  return 1;\n}\n")
        .contains("/** Another. */\n@Implements(3)\npublic static double[] f")
        .endsWith("  return x;\n}\n");
    assertThat(Derivation.source(file, "h")).isNull();
  }
}
