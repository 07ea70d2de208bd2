package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.studio.StudioServer;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every page of the studio in a real browser: start, watch, pause, step, ask why, draw, roll. Where
 * no browser is installed it says so; in continuous integration (CI is set) that is a failure.
 */
class StudioBrowserTest {
  private static final List<String> PAGES =
      List.of("train", "why", "derivation", "boulder", "mistakes");
  private static final Path PICTURES = Path.of("target", "studio");

  @TempDir private Path folder;

  /** What is done in a page. */
  private interface Visit {
    void to(WebBrowser browser) throws Exception;
  }

  /** Opens a studio in a browser that must not complain. */
  private void visit(DataOption data, String page, Visit visit) throws Exception {
    @Nullable Path driver = WebBrowser.driver();
    if (driver == null) {
      if (System.getenv("CI") != null) {
        fail("no chromedriver found; install Debian's packages chromium and chromium-driver");
      }
      Assumptions.abort("no chromedriver found; install chromium and chromium-driver");
    }
    StudioWorkshop workshop =
        new StudioWorkshop(data, Execution.defaults(), folder.resolve("runs"));
    try (StudioServer server =
            StudioServer.start(0, workshop, failure -> fail(String.valueOf(failure), failure));
        WebBrowser browser = WebBrowser.start(driver)) {
      browser.look(1280, 1400, false);
      browser.open(server.url() + page);
      browser.await("document.body.dataset.ready");
      visit.to(browser);
      assertThat(browser.complaints()).isEmpty();
    }
    workshop.awaitEnd();
  }

  @Test
  void everyPageWorks() throws Exception {
    visit(
        DataOption.of("fashion-mnist"),
        "#/train?network=784-32-10&epochs=4&learning-rate=0.002",
        browser -> {
          assertThat(browser.run("return location.search"))
              .as("the token is out of sight")
              .isEqualTo("");
          train(browser);
          flow(browser);
          why(browser);
          drop(browser);
          boulder(browser);
          derivation(browser);
          mistakes(browser);
          pictures(browser);
        });
  }

  private static void train(WebBrowser browser) throws Exception {
    browser.press("One step");
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
    browser.await("document.querySelector('.facts').textContent.includes('Step1')");
    for (int step = 2; step <= 20; step++) { // often: answers and events overtake each other
      browser.press("One step");
      browser.await(
          "document.querySelector('.facts').textContent.includes('Step%d')".formatted(step));
    }
    browser.press("One epoch");
    browser.await("document.querySelector('.facts').textContent.includes('Step938')");
    browser.await("document.querySelectorAll('.confusion td.hit').length > 5");
    browser.press("Go on");
    browser.await("document.querySelector('#status').textContent.startsWith('finished')");
    browser.await("document.querySelectorAll('.runs tbody tr').length === 1");
    browser.await("document.querySelector('.runs').textContent.includes('finished')");
    browser.await("document.querySelectorAll('svg.live line.more').length > 10");
    browser.await("document.querySelectorAll('.weights canvas').length === 24");
    assertThat(String.valueOf(browser.run("return location.hash"))).contains("network=784-32-10");
    // Another training, of which nothing of the last one stays; so long that it can't end by
    // itself.
    browser.run("location.hash = location.hash.replace('epochs=4', 'epochs=2000')");
    browser.press("One step");
    browser.await(
        "document.querySelector('.facts').textContent.startsWith('Run2Epoch1 of 2000Step1T')");
    browser.await("document.querySelector('.confusion') === null");
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
    browser.press("resume");
    browser.await("document.querySelector('#status').textContent.startsWith('training')");
    browser.press("Pause");
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
    long before = epochs(browser);
    browser.press("One epoch");
    awaitEpochs(browser, before + 1);
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
    long epochs = epochs(browser);
    assertThat(epochs).isPositive();
    browser.press("resume");
    browser.await("document.querySelector('#status').textContent.startsWith('training')");
    browser.press("Pause");
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
    assertThat(epochs(browser)).as("the curves begin where the run began").isEqualTo(epochs);
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
  }

  /** How many epochs are drawn: the points of the curve of all layers' norm. */
  private static long epochs(WebBrowser browser) throws Exception {
    return (Long)
        browser.run(
            "return import('/page/store.js').then((m) => m.store.state.course.lines.length)");
  }

  private static void awaitEpochs(WebBrowser browser, long epochs) throws Exception {
    for (int i = 0; epochs(browser) < epochs; i++) {
      assertThat(i).as("seconds until epoch %d is drawn, tenths", epochs).isLessThan(600);
      Thread.sleep(100);
    }
  }

  /** The network is shown with another image, on the page that asks and on others. */
  private static void flow(WebBrowser browser) throws Exception {
    browser.run(
        "const n = document.querySelector('.seen-choice input'); n.value = 61;"
            + " n.dispatchEvent(new Event('change'))");
    browser.await(
        "document.querySelector('.seen-image canvas').getAttribute('aria-label') === 'Test image 61'");
    browser.await(
        "document.querySelector('.seen-choice a').hash === '#/why?model=live&example=61'");
  }

  private void why(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/why?model=1&example=7'");
    browser.await("document.querySelectorAll('.reason .katex').length >= 4");
    browser.await("document.querySelector('.seen-card h2').textContent.includes('Test image 7')");
    assertThat(numbers(browser)).isEqualTo(numbersOfExplain());
    browser.press("Take one step");
    browser.await(
        "document.querySelector('.step-result').textContent.includes('Loss after 1 step')");
    browser.press("Wrong");
    browser.await("document.querySelectorAll('.thumb.wrong').length > 5");
    browser.run(
        "const b = document.querySelector('.board'); b.closest('details').open = true;"
            + " const r = b.getBoundingClientRect();"
            + " b.setPointerCapture = () => {};"
            + " const e = (t, x, y) => b.dispatchEvent(new PointerEvent(t, {pointerId: 1,"
            + " clientX: r.left + x, clientY: r.top + y}));"
            + " e('pointerdown', 40, 40); e('pointermove', 150, 150); e('pointerup', 150, 150);");
    browser.press("Ask about it");
    browser.await("document.querySelector('.seen-card h2').textContent.includes('Your image')");
  }

  /** A picture of test image 7 that is dropped is answered as test image 7 is. */
  private void drop(WebBrowser browser) throws Exception {
    Dataset test = DataOption.of("fashion-mnist").load().test();
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = new byte[784];
    test.copyTo(7, pixels, 0);
    image.getRaster().setDataElements(0, 0, 28, 28, pixels);
    Path file = TinyImages.write(folder.resolve("seven.png"), image);
    browser.run("location.hash = '#/why?model=1&example=8'");
    browser.await("document.querySelector('.seen-card h2')?.textContent.includes('image 8')");
    browser.run("location.hash = '#/why?model=1&example=7'");
    browser.await("document.querySelector('.seen-card h2')?.textContent.includes('image 7')");
    Object known = browser.run(ANSWER);
    browser.run("document.querySelector('.dropping select').value = '%d'".formatted(test.label(7)));
    browser.drop(file, ".filters");
    browser.await("document.querySelector('.seen-card h2').textContent.includes('Your image')");
    assertThat(browser.run(ANSWER)).isEqualTo(known);
    assertThat(browser.complaints()).isEmpty();
    Path none = Files.writeString(folder.resolve("none.png"), "no picture");
    browser.drop(none, ".filters");
    browser.await("document.querySelector('.dropping .trouble')");
    assertThat(browser.complaints()).singleElement().asString().contains("api/picture", "422");
  }

  private static final String ANSWER =
      "return [...document.querySelectorAll('.classes td.measure, .verdict')].map((e) => e.textContent)";

  private static Object numbers(WebBrowser browser) throws Exception {
    return browser.run(
        "return [...document.querySelectorAll('.reason dl.beside dd')].map((e) => e.textContent)");
  }

  /** What the command line says by the equation, by difference, and of the two. */
  private List<String> numbersOfExplain() {
    CommandLineRun run =
        CommandLineRun.of("explain", folder.resolve("runs/1").toString(), "--example", 7);
    assertThat(run.err()).isEmpty();
    return run.lines().stream()
        .filter(line ->
            line.matches("  (by the equation|by central difference|relative difference) .*"))
        .map(line -> line.substring(line.indexOf('=') + 2))
        .toList();
  }

  private static void boulder(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/boulder?hill=parabola&rate=0.25'");
    browser.await("document.querySelector('.boulder')");
    browser.press("One step");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('.tall td')].slice(0, 4).map((e) => Number(e.textContent))"))
        .asString()
        .isEqualTo("[1, 1.5, 3, 2.25]");
    browser.run("document.querySelector('#slip').click()");
    browser.press("One step");
    browser.await("document.querySelector('.says').textContent.includes('climbs')");
  }

  private static void derivation(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/derivation?model=1'");
    browser.await("document.querySelector('.document')?.dataset.filled");
    browser.await("document.querySelectorAll('.live-numbers:not([hidden])').length === 22");
    assertThat(browser.run("return document.querySelectorAll('.katex-error').length"))
        .isEqualTo(0L);
    browser.run("document.querySelector('.method').click()");
    browser.await(
        "document.querySelector('.source:not([hidden])').textContent.includes('return x * x')");
  }

  private static void mistakes(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/mistakes?model=1'");
    browser.await("document.querySelectorAll('.gallery .example').length === 36");
    browser.run("document.querySelector('td.miss button').click()");
    browser.await("document.querySelector('.gallery-head h2').textContent.includes('taken for')");
    browser.run("document.querySelector('.example').click()");
    browser.await("document.querySelectorAll('.small-gallery figure').length === 8");
  }

  /** Images in colours, from a folder for each class. */
  @Test
  void imagesInColourWork() throws Exception {
    Path data = TinyImages.write(folder.resolve("colours"));
    visit(
        DataOption.of(
            data.toString(),
            ImageOptions.of(Map.of("size", "12x12", "colour", "rgb")),
            new TableOptions()),
        "#/train?network=432-12-3&epochs=30&batch-size=8",
        browser -> {
          browser.await(
              "document.querySelector('.data').textContent.includes('12 × 12 in colour')");
          browser.press("Start");
          browser.await("document.querySelector('#status').textContent.startsWith('finished')");
          browser.await("document.querySelectorAll('.weights canvas').length === 12");
          browser.await("document.querySelector('.sizes').textContent.includes('432')");
          assertThat(browser.run(STRONGEST.formatted(".seen-image canvas")))
              .as("test image 0 is blue")
              .isEqualTo(2L);
          browser.run("location.hash = '#/why?model=1&example=0'");
          browser.await("document.querySelector('.two-pictures.colours')");
          browser.await(
              "document.querySelector('.weight-name').textContent.match(/red|green|blue/)");
          assertThat(browser.run("return document.querySelector('.row-pictures canvas').width"))
              .as("three planes side by side, a column apart")
              .isEqualTo(38L);
          Path red =
              TinyImages.write(folder.resolve("red.png"), 30, 30, 2, new SplittableRandom(1));
          browser.drop(red, ".filters");
          browser.await("document.querySelector('.verdict').textContent.includes('red')");
          assertThat(browser.run(STRONGEST.formatted(".two-pictures canvas"))).isEqualTo(0L);
          browser.run("location.hash = '#/mistakes?model=1'");
          browser.await("document.querySelector('.score')");
          browser.run("location.hash = '#/derivation?model=1'");
          browser.await("document.querySelector('.document')?.dataset.filled");
        });
  }

  /** Which of red, green and blue (0 to 2) is strongest in a canvas. */
  private static final String STRONGEST =
      "const c = document.querySelector('%s');"
          + " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
          + " const sums = [0, 1, 2].map((k) => d.filter((_, i) => i %% 4 === k).reduce((a, b) => a + b, 0));"
          + " return sums.indexOf(Math.max(...sums))";

  private static void pictures(WebBrowser browser) throws Exception {
    for (String page : PAGES) {
      for (int width : List.of(1280, 390)) {
        for (boolean dark : List.of(false, true)) {
          browser.look(width, width == 390 ? 1600 : 1400, dark);
          browser.run("location.hash = '#/boulder'");
          browser.await("document.querySelector('.boulder')");
          browser.run("location.hash = '#/%s'".formatted(page));
          browser.await("document.querySelector('main.page-%s > *')".formatted(page));
          Thread.sleep(250);
          browser.picture(
              PICTURES.resolve("%s-%d-%s.png".formatted(page, width, dark ? "dark" : "light")));
          if (!page.equals("derivation")) { // its text may say such things
            assertThat(browser.run("return document.querySelector('main').innerText"))
                .asString()
                .doesNotContain("[object", "undefined", "NaN", "null");
          }
          assertThat(browser.run("return document.documentElement.scrollWidth"))
              .as("%s fits %d pixels", page, width)
              .isEqualTo((long) width);
        }
      }
    }
  }
}
