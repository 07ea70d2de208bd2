package downhill.equations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ties every equation number in {@code docs/derivation.md} to a method, and back. */
class DerivationTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "derivation.md");
  private static final String ERRATA = "## Where the source document slips";

  /** A numbered display, and right below it the method that computes it. */
  private static final Pattern EQUATION =
      Pattern.compile("\\\\tag\\{(\\d+)}\n\\$\\$\n\nCode: \\[`(\\w+\\.\\w+)`]\\([^)]+\\)\n");

  private static final Pattern TAG = Pattern.compile("\\\\tag\\{(\\d+)}");
  private static final Pattern METHOD_LINK = Pattern.compile("\\[`(\\w+)\\.(\\w+)`]\\(([^)]+)\\)");

  private final String text;

  DerivationTest() throws IOException {
    text = Files.readString(DOCUMENT, StandardCharsets.UTF_8);
  }

  @Test
  void equations1To22AppearOnceEachInOrder() {
    List<Integer> numbers =
        TAG.matcher(text).results().map(tag -> Integer.valueOf(tag.group(1))).toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 22).boxed().toList());
  }

  @Test
  void everyEquationLinksToTheMethodThatCarriesItsNumber() {
    Map<Integer, String> linked = new TreeMap<>();
    for (Matcher m = EQUATION.matcher(text); m.find(); ) {
      linked.put(Integer.valueOf(m.group(1)), m.group(2));
    }
    assertThat(linked).hasSize(22).isEqualTo(annotated());
  }

  /** Each number and the method annotated with it, over all classes the document links to. */
  private static Map<Integer, String> annotated() {
    Map<Integer, String> methods = new TreeMap<>();
    for (Class<?> type :
        List.of(
            Equations.class,
            Preliminaries.class,
            ReferenceNetwork.class,
            CentralDifferences.class,
            EquationCheck.class)) {
      for (Method method : type.getDeclaredMethods()) {
        Implements equations = method.getAnnotation(Implements.class);
        if (equations != null) {
          for (int number : equations.value()) {
            String name = type.getSimpleName() + "." + method.getName();
            assertThat(methods.put(number, name)).as("second method for (%d)", number).isNull();
          }
        }
      }
    }
    return methods;
  }

  @Test
  void theJavadocNamesTheSameNumbers() throws IOException {
    String source =
        Files.readString(
            Path.of("src", "main", "java", "downhill", "equations", "Equations.java"),
            StandardCharsets.UTF_8);
    Pattern documented =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+@Implements\\(([^)]*)\\)", Pattern.DOTALL);
    int found = 0;
    for (Matcher m = documented.matcher(source); m.find(); found++) {
      String comment = m.group(1).replaceAll("\\s+\\*\\s+", " ");
      String says = comment.substring(comment.indexOf("Implements"));
      says = says.substring(0, says.indexOf('.'));
      Set<String> inComment = numbers(says);
      assertThat(inComment).as(says).isEqualTo(numbers(m.group(2)));
    }
    // 22 equations; (13) and (14) are (3) of other layers, and (15) is (8).
    assertThat(found).isEqualTo(19);
  }

  private static Set<String> numbers(String text) {
    return Pattern.compile("\\d+")
        .matcher(text)
        .results()
        .map(number -> number.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyMethodLinkLeadsToAPublicMethod() throws Exception {
    int links = 0;
    for (Matcher m = METHOD_LINK.matcher(text); m.find(); links++) {
      Path file = DOCUMENT.resolveSibling(m.group(3)).normalize();
      assertThat(file).isRegularFile();
      assertThat(file.getFileName()).hasToString(m.group(1) + ".java");
      String name = m.group(2);
      Class<?> type = Class.forName("downhill.equations." + m.group(1));
      assertThat(Arrays.stream(type.getMethods()).map(Method::getName))
          .as(m.group())
          .contains(name);
    }
    assertThat(links).isGreaterThan(30);
  }

  @Test
  void theTableOfSlipsNamesEveryTestOfThemAndNoOther() {
    Set<String> named = new TreeSet<>();
    List<String> rows = new ArrayList<>();
    for (String line : text.substring(text.indexOf(ERRATA)).lines().toList()) {
      if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| Where")) {
        rows.add(line);
        String shownBy = line.substring(line.lastIndexOf('|', line.length() - 2) + 1).strip();
        String name = shownBy.substring(0, shownBy.length() - 1).strip();
        if (name.startsWith("`")) {
          named.add(name.substring(1, name.length() - 1));
        } else {
          assertThat(name).as(line).isEqualTo("notation");
        }
      }
    }
    assertThat(rows).hasSizeGreaterThan(15);
    Set<String> tests =
        Arrays.stream(ErrataTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(tests);
  }
}
