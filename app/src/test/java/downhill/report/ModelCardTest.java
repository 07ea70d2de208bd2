package downhill.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class ModelCardTest {
  // A key with nothing, a plain word or number, or a text in double quotes; or an item of a list.
  private static final Pattern LINE =
      Pattern.compile(
          "( *)(- )?(?:[a-z0-9_-]+:|[a-z0-9_-]+: (?<value>.+)|(?<item>[a-z0-9_/-]+|\".*\"))");

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./ -]*");

  @TempDir private Path folder = Path.of("");

  private String card(Example example) throws Exception {
    return new ModelCard(example.findings(folder)).markdown();
  }

  private static List<String> frontMatter(String card) {
    List<String> lines = card.lines().toList();
    assertThat(lines.getFirst()).isEqualTo("---");
    int end = lines.subList(1, lines.size()).indexOf("---") + 1;
    assertThat(end).isPositive();
    return lines.subList(1, end);
  }

  @Test
  void theFrontMatterIsYaml() throws Exception {
    List<String> lines = frontMatter(card(Example.ordinary()));
    for (String line : lines) {
      var parts = LINE.matcher(line);
      assertThat(parts.matches()).as(line).isTrue();
      String value = parts.group("value") != null ? parts.group("value") : parts.group("item");
      if (value != null && value.startsWith("\"")) {
        assertThat(unquoted(value)).as(line).contains("<script>\"x\"");
      } else if (value != null) {
        assertThat(value).matches(WORD);
      }
    }
    assertThat(lines)
        .contains("library_name: downhill", "tags:", "metrics:", "model-index:")
        .contains("      type: image-classification", "    - type: accuracy")
        .noneMatch(line -> line.startsWith("license"));
  }

  private static String unquoted(String json) {
    try (JsonParser parser =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      String text = parser.getString();
      assertThat(parser.nextToken()).isNull();
      return text;
    }
  }

  @Test
  void quotedTextStaysInItsLine() {
    assertThat(FrontMatter.quoted("a\"\\\n\u2028\u0085b: #é"))
        .isEqualTo("\"a\\\"\\\\\\u000a\\u2028\\u0085b: #é\"");
  }

  @Test
  void itSaysWhatIsKnown() throws Exception {
    Findings findings = Example.ordinary().findings(folder);
    String card = new ModelCard(findings).markdown();
    assertThat(card)
        .contains("# 12-5-4 on \\<script\\>\"x\"")
        .contains("## Intended use and limits", "## Training data", "## Training procedure")
        .contains("## Evaluation", "## How to use it", "## Provenance")
        .contains("| seed | 1 |", "| Epochs planned | 3 |")
        .contains(findings.modelBytes().sha256(), findings.trainSha256(), findings.test().sha256())
        .contains("it was trained on others, or on a part of them")
        .contains("value: " + Numbers.fixed(findings.evaluation().accuracy(), 6))
        .contains("widths = [12, 5, 4]")
        .contains("./downhill evaluate model.safetensors --data 'x y'");
    assertThat(card.lines().filter(line -> line.startsWith("| \\<i\\>\"a\" \\& 'b'\\|\\\\ ")))
        .hasSize(1)
        .allMatch(line -> line.replace("\\|", "").chars().filter(c -> c == '|').count() == 6);
  }

  @Test
  void vectorsAreNoPictures() throws Exception {
    String card = card(new Example("5-4-3", 1, 5, null));
    assertThat(frontMatter(card)).contains("      type: tabular-classification");
    assertThat(card).contains("5 values in").doesNotContain("downhill predict", "image");
  }
}
