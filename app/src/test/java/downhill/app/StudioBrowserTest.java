package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import downhill.network.Execution;
import downhill.studio.StudioServer;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void everyPageWorks() throws Exception {
    @Nullable Path driver = WebBrowser.driver();
    if (driver == null) {
      if (System.getenv("CI") != null) {
        fail("no chromedriver found; install Debian's packages chromium and chromium-driver");
      }
      Assumptions.abort("no chromedriver found; install chromium and chromium-driver");
    }
    StudioWorkshop workshop =
        new StudioWorkshop(
            DataOption.of("fashion-mnist"), Execution.defaults(), folder.resolve("runs"));
    try (StudioServer server =
            StudioServer.start(0, workshop, failure -> fail(String.valueOf(failure), failure));
        WebBrowser browser = WebBrowser.start(driver)) {
      browser.look(1280, 1400, false);
      browser.open(server.url() + "#/train?network=784-32-10&epochs=4&learning-rate=0.002");
      browser.await("document.body.dataset.ready");
      assertThat(browser.run("return location.search"))
          .as("the token is out of sight")
          .isEqualTo("");

      train(browser);
      why(browser);
      boulder(browser);
      derivation(browser);
      mistakes(browser);
      pictures(browser);
      assertThat(browser.complaints()).isEmpty();
    }
    workshop.awaitEnd();
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
    browser.press("One step"); // of another training: nothing of the last one stays
    browser.await(
        "document.querySelector('.facts').textContent.startsWith('Run2Epoch1 of 4Step1T')");
    browser.await("document.querySelector('.confusion') === null");
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
    browser.press("resume");
    browser.await("document.querySelector('#status').textContent.startsWith('training')");
    browser.press("Pause");
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
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
