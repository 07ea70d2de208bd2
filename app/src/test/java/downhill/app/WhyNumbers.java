package downhill.app;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every number of one image and one weight, in the order of {@code downhill explain}: classes,
 * loss, factors, gradient, terms, differences, bias and step; as the page and as the command line
 * write them.
 */
final class WhyNumbers {
  private static final Pattern CLASS =
      Pattern.compile("(\\d+)  (.+?) {2,}(\\S+) +(\\S+) +([01]) +(\\S+)");
  private static final Pattern LOSS = Pattern.compile("Loss = .* = −log (\\S+) = (\\S+) nats");
  private static final Pattern TERM = Pattern.compile(" {2,}(\\d+) +(\\S+) +(\\S+) +(\\S+) +\\S+");
  private static final Pattern VALUE = Pattern.compile("  [^ (].*? += (\\S+)");

  /** In the page; equations are read from the TeX that they were typeset from. */
  private static final String SCRIPT =
      """
      const text = (selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent);
      const plain = (tex) =>
        tex.replace(/ \\\\cdot 10\\^\\{(-?)(\\d+)\\}/, (_, s, n) => 'e' + (s || '+') + n.padStart(2, '0'));
      const rows = (selector) => [...document.querySelectorAll(selector)]
        .map((row) => [...row.children].map((e) => e.textContent).join(' '));
      const loss = text('.formula annotation').find((t) => t.includes('nats'))
        .match(/-\\\\log ([^=a]+) = ([^=]+)\\\\ \\\\text/);
      const results = text('.reason .equation annotation').filter((t) => t.startsWith('\\\\frac'))
        .map((t) => plain(t.slice(t.lastIndexOf('= ') + 2)));
      const gradients = [results[1], results[3]];
      const beside = text('.reason dl.beside dd');
      const step = text('.stepping .facts dd').slice(2).flatMap((t) => t.split(' → '));
      return [
        ...rows('.classes tbody tr'), plain(loss[1]) + ' ' + plain(loss[2]), ...text('.factors dd'), gradients[0],
        ...rows('.terms tbody tr'), ...beside.slice(0, 3), gradients[1], ...beside.slice(3),
        document.querySelector('.stepping input').value, ...step,
      ];
      """;

  private WhyNumbers() {}

  /** Reads the page, on which one step has been taken. */
  static List<String> of(WebBrowser browser) throws IOException, InterruptedException {
    return ((List<?>) browser.run(SCRIPT)).stream().map(String::valueOf).toList();
  }

  /** Reads what the command line has written. */
  static List<String> of(List<String> lines) {
    List<String> numbers = new ArrayList<>();
    for (String line : lines) {
      for (Pattern pattern : List.of(CLASS, LOSS, TERM, VALUE)) {
        Matcher matcher = pattern.matcher(line);
        if (matcher.matches()) {
          List<String> groups = new ArrayList<>();
          for (int g = 1; g <= matcher.groupCount(); g++) {
            groups.add(matcher.group(g));
          }
          numbers.add(String.join(" ", groups));
          break;
        }
      }
    }
    return numbers;
  }
}
