package downhill.report;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.network.Execution;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportPageTest {
  private static final List<String> SECTIONS =
      List.of("confusion", "classes", "calibration", "mistakes", "unsure", "network", "provenance");

  @TempDir private Path folder = Path.of("");

  @Test
  void theVerdictAgreesWithTheNumbersBesideIt() {
    assertThat(ReportPage.verdict(0.90412, 0.9039)).contains("as sure as it may be");
    assertThat(ReportPage.verdict(0.95, 0.9)).contains("too sure");
    assertThat(ReportPage.verdict(0.85, 0.9)).contains("modest");
  }

  private String page(Example example) throws Exception {
    return new ReportPage(example.findings(folder)).html();
  }

  private static Document parsed(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))));
  }

  private static List<Element> all(Document document, String tag) {
    NodeList nodes = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> attributes(Document document, String tag, String name) {
    return all(document, tag).stream().map(element -> element.getAttribute(name)).toList();
  }

  @Test
  void everySectionIsThereAndLinked() throws Exception {
    Document document = parsed(page(Example.ordinary()));
    assertThat(attributes(document, "section", "id"))
        .containsAll(SECTIONS)
        .contains("curves", "weights");
    Set<String> ids = new HashSet<>();
    for (Element element : all(document, "*")) {
      if (element.hasAttribute("id")) {
        assertThat(ids.add(element.getAttribute("id"))).as(element.getAttribute("id")).isTrue();
      }
    }
    assertThat(attributes(document, "a", "href"))
        .hasSize(9)
        .allSatisfy(link -> assertThat(ids).contains(link.substring(1)));
  }

  @Test
  void chartsAreThoseThatTheHistoryHasNumbersFor() throws Exception {
    Document document = parsed(page(Example.ordinary()));
    assertThat(all(document, "h3"))
        .extracting(Element::getTextContent)
        .containsExactly("Loss", "Accuracy", "Learning rate", "Gradient norm", "Dead ReLUs");
    String text = document.getDocumentElement().getTextContent();
    assertThat(text)
        .contains("training from 1.500 to 1.000; validation from 1.250 to 1.125; test from 1.200")
        .contains("epoch 2, layer 1 50.00\u00a0%", "Time spent on training5.0\u00a0s");
    String old =
        """
        {"event":"epoch","epoch":1,"train_loss":1.5}
        {"event":"epoch","epoch":2,"train_loss":0.5,"gradient_norm":"no number"}
        """;
    assertThat(all(parsed(page(new Example("12-5-4", 3, 4, old))), "h3"))
        .extracting(Element::getTextContent)
        .containsExactly("Loss");
  }

  @Test
  void picturesAndChartsAreSaidInWords() throws Exception {
    Document document = parsed(page(Example.ordinary()));
    assertThat(attributes(document, "img", "alt")).isNotEmpty().noneMatch(String::isBlank);
    for (Element svg : all(document, "svg")) {
      if (svg.getAttribute("aria-hidden").isEmpty()) {
        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
      }
    }
    assertThat(attributes(document, "th", "scope")).isNotEmpty().doesNotContain("");
  }

  @Test
  void nothingIsFetchedAndNothingRuns() throws Exception {
    String page = page(Example.ordinary());
    Document document = parsed(page);
    assertThat(page).doesNotContain("http://", "https://", "@import", "url(");
    assertThat(all(document, "script")).isEmpty();
    assertThat(all(document, "link")).isEmpty();
    assertThat(attributes(document, "img", "src"))
        .allMatch(source -> source.startsWith("data:image/png;base64,"));
  }

  @Test
  void namesAreNoMarkup() throws Exception {
    String page = page(Example.ordinary());
    assertThat(page).doesNotContain("<i>", "<script", "\u202e");
    assertThat(parsed(page).getDocumentElement().getTextContent())
        .contains("<i>\"a\" & 'b'|\\ \ufffd", "<script>\"x\"");
  }

  @ParameterizedTest
  @CsvSource({
    "12-4, 3, 4", // softmax regression
    "12-1-2, 3, 4",
    "12-70-3, 3, 4", // more units than are shown
    "12-5-5-5-5-5-5-5-5-5-5-5-4, 3, 4", // deeper than is drawn
    "12-30, 3, 4", // too many classes for numbers
    "40000-3, 200, 200", // pictures that are made smaller
    "5-4-3, 1, 5", // plain vectors
    "1-600, 1, 1", // too many classes for a picture
  })
  void networksAndDataOfManyShapes(String network, int height, int width) throws Exception {
    String page = page(new Example(network, height, width, null));
    Document document = parsed(page);
    assertThat(attributes(document, "section", "id"))
        .containsAll(SECTIONS)
        .doesNotContain("curves");
    assertThat(page.replaceAll("base64,[^\"]*", "")).doesNotContain("NaN", "Infinity", "null");
    boolean vectors = height == 1;
    assertThat(all(document, "img").isEmpty()).isEqualTo(vectors);
    assertThat(attributes(document, "section", "id").contains("weights"))
        .isEqualTo(!vectors && height < 200);
  }

  /** Those of the last layer stand for classes, which are shown in their order. */
  @Test
  void moreUnitsThanAreShown() throws Exception {
    Document classes = parsed(page(new Example("12-65", 3, 4, null)));
    assertThat(classes.getDocumentElement().getTextContent())
        .contains("The first 64 of 65\u00a0classes, a unit for each. Each picture")
        .doesNotContain("greatest first");
    assertThat(attributes(classes, "img", "alt"))
        .contains("Weights of unit class 1", "Weights of unit class 63")
        .doesNotContain("Weights of unit class 64");
    Document hidden = parsed(page(new Example("12-70-3", 3, 4, null)));
    assertThat(hidden.getDocumentElement().getTextContent())
        .contains("The 64 of 70\u00a0units", "greatest first. Each picture");
  }

  @Test
  void theSameInputGivesTheSameBytesInAnyLocale() throws Exception {
    Subject subject = Example.ordinary().subject(folder);
    Locale before = Locale.getDefault();
    List<byte[]> files = new ArrayList<>();
    try {
      for (Locale locale : List.of(Locale.ROOT, Locale.GERMANY, Locale.forLanguageTag("ar-EG"))) {
        Locale.setDefault(locale);
        Reports.Written written = Reports.write(subject, folder, Execution.defaults());
        files.add(Files.readAllBytes(written.report()));
        files.add(Files.readAllBytes(written.card()));
      }
    } finally {
      Locale.setDefault(before);
    }
    assertThat(files.get(2)).isEqualTo(files.get(0));
    assertThat(files.get(3)).isEqualTo(files.get(1));
    assertThat(files.get(4)).isEqualTo(files.get(0));
    assertThat(files.get(5)).isEqualTo(files.get(1));
  }

  @Test
  void numbersInTheMatrixAreThoseOfTheEvaluation() throws Exception {
    Findings findings = Example.ordinary().findings(folder);
    String page = new ReportPage(findings).html();
    Matcher cell = Pattern.compile("class \\d taken for class \\d: (\\d+)").matcher(page);
    int sum = 0;
    while (cell.find()) {
      sum += Integer.parseInt(cell.group(1));
    }
    int expected = 0;
    for (int actual = 1; actual < 4; actual++) {
      for (int predicted = 1; predicted < 4; predicted++) {
        expected += findings.evaluation().confusion(actual, predicted);
      }
    }
    assertThat(sum).isEqualTo(expected).isPositive();
  }
}
