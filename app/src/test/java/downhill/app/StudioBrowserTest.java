package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every page of the studio in a real browser: start, watch, pause, step, ask why, draw, roll. */
class StudioBrowserTest {
  private static final List<String> PAGES =
      List.of("train", "why", "derivation", "boulder", "mistakes");
  private static final Path PICTURES = Path.of("target", "studio");

  @TempDir private Path folder;

  private void visit(DataOption data, String page, StudioVisit.Visit visit) throws Exception {
    StudioVisit.to(data, folder.resolve("runs"), page, visit);
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
          liveWhy(browser);
          tabs(browser);
          drop(browser);
          boulder(browser);
          derivation(browser);
          mistakes(browser);
          pictures(browser);
        });
  }

  private static void train(WebBrowser browser) throws Exception {
    addLayerByKey(browser);
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
    browser.await(
        "document.querySelector('svg.live').getAttribute('aria-label').includes('It says')");
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('.u-legend .u-marker line')].some((e) => e.hasAttribute('stroke-dasharray'))"))
        .as("legends tell lines apart without colours")
        .isEqualTo(true);
    browser.run("document.querySelector('.runs input').click()");
    browser.await("document.querySelectorAll('.u-legend')[0].textContent.includes('run 1')");
    assertThat(
            browser.run(
                "const t = document.querySelector('.runs');"
                    + " return t.offsetWidth - t.parentNode.clientWidth"))
        .as("pixels of the runs' table out of sight")
        .isEqualTo(0L);
    browser.run("import('/page/store.js').then((m) => m.refresh())");
    browser.await("document.querySelectorAll('.u-legend')[0].textContent.includes('run 1')");
    assertThat(browser.run("return document.querySelector('.runs input').checked"))
        .as("what was chosen stays when all is fetched anew")
        .isEqualTo(true);
    browser.run("document.querySelector('.runs input').click()");
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
    comeBack(browser);
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

  /** How many epochs the page knows, of which it draws its curves. */
  private static long epochs(WebBrowser browser) throws Exception {
    return (Long)
        browser.run(
            "return import('/page/store.js').then((m) => m.store.state.course.epochs.length)");
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

  /** Keys that change a part of the page leave the focus in it. */
  private static void addLayerByKey(WebBrowser browser) throws Exception {
    browser.focus("[data-focus=add]");
    browser.keys(WebBrowser.ENTER);
    browser.await("location.hash.includes('network=784-32-64-10')");
    browser.awaitFocus("[data-focus=add]");
    browser.focus("[data-focus=\"remove 1\"]");
    browser.keys(WebBrowser.SPACE);
    browser.await("location.hash.includes('network=784-32-10')");
    browser.awaitFocus(".layers *");
  }

  /** The settings of a training are there when somebody comes back to it. */
  private static void comeBack(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/boulder'");
    browser.await("document.querySelector('.boulder')");
    browser.run("location.hash = '#/train'");
    browser.await("document.querySelector('.layers [data-focus=\"number 0\"]')?.value === '32'");
    browser.await("location.hash.includes('network=784-32-10')");
    browser.await("location.hash.includes('epochs=2000')");
  }

  /** While it trains: the numbers of a step are of the network that is shown. */
  private static void liveWhy(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/train'");
    browser.press("resume");
    browser.await("document.querySelector('#status').textContent.startsWith('training')");
    long known = epochs(browser);
    browser.run("location.hash = '#/why?model=live&example=7'");
    browser.await(
        "document.querySelector('.stand')?.textContent.includes('The network after step')");
    Object shown = browser.run("return document.querySelector('.verdict').textContent");
    awaitEpochs(browser, known + 2);
    browser.run(
        "const b = [...document.querySelectorAll('button')].find((e) => e.textContent === 'Take one step');"
            + " b.click(); b.click();");
    browser.await(
        "document.querySelector('.step-result').textContent.includes('Loss after 2 steps')");
    assertThat(browser.run("return document.querySelector('.verdict').textContent"))
        .isEqualTo(shown);
    assertThat(
            browser.run(
                """
                const p = [...document.querySelectorAll('.classes tr.true td.measure')][0].textContent;
                const [before] = document.querySelectorAll('.stepping .facts dd')[1].textContent.split(' → ');
                return Math.abs(100 * Number(p) - parseFloat(before)) < 0.0051;
                """))
        .as("the probability before the step is the one shown")
        .isEqualTo(true);
    browser.run("location.hash = '#/train'");
    browser.press("Pause");
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
  }

  /** A browser allows six connections: pages out of sight must not hold one, and catch up. */
  private static void tabs(WebBrowser browser) throws Exception {
    String first = browser.tab();
    String step = "return document.querySelector('.facts').textContent";
    String page = String.valueOf(browser.run("return location.origin + '/#/train'"));
    for (int i = 0; i < 7; i++) {
      browser.newTab();
      browser.open(page);
      browser.await("document.body.dataset.ready");
    }
    browser.run("window.before = document.querySelector('.facts').textContent");
    browser.press("One step");
    browser.await("document.querySelector('.facts').textContent !== window.before");
    browser.await("document.querySelector('#status').textContent.startsWith('paused')");
    Object now = browser.run(step);
    browser.lookAt(first);
    for (int i = 0; !now.equals(browser.run(step)); i++) {
      assertThat(i).as("tenths until the first page has caught up").isLessThan(100);
      Thread.sleep(100);
    }
    browser.press("Stop");
    browser.await("document.querySelector('#status').textContent.startsWith('stopped')");
  }

  private void why(WebBrowser browser) throws Exception {
    assertThat(browser.complaints()).isEmpty();
    browser.run("location.hash = '#/why?model=no-such&example=7'");
    browser.await("document.querySelector('.stage .trouble')?.textContent.includes('no-such')");
    browser.await("document.querySelector('.strip .trouble')?.textContent.includes('no-such')");
    assertThat(browser.run("return document.querySelector('.side select').value"))
        .as("no other network is asked instead")
        .isEqualTo("no-such");
    assertThat(browser.complaints())
        .isNotEmpty()
        .allMatch(line -> line.contains("/api/ex") && line.contains("status of 404"));
    browser.run("location.hash = '#/why?model=1&example=7'");
    browser.await("document.querySelectorAll('.reason .katex').length >= 4");
    browser.await("document.querySelector('.seen-card h2').textContent.includes('Test image 7')");
    assertNumbersAgree(browser);
    choose(browser, "Layer", 2, "Layer 2,");
    choose(browser, "Unit i", 5, "to class 5 (");
    choose(browser, "From unit j", 3, "from unit 3 of layer 1");
    assertNumbersAgree(browser, "--weight", "2,5,3");
    choose(browser, "Layer", 1, "Layer 1,");
    choose(browser, "Unit i", 3, "to unit 3");
    choose(browser, "Pixel j", 400, "from pixel 400 (");
    assertNumbersAgree(browser, "--weight", "1,3,400");
    browser.press("A bias");
    browser.await(
        "document.querySelector('.weight-name').textContent === 'Layer 1, the bias of unit 3'");
    assertThat(browser.run("return document.querySelectorAll('.reason dl.beside').length"))
        .isEqualTo(1L);
    browser.press("A weight");
    keys(browser);
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

  private static void choose(WebBrowser browser, String what, int number, String then)
      throws Exception {
    browser.run(
        "const n = document.querySelector('[data-focus=\"%s\"]'); n.value = %d;"
                .formatted(what, number)
            + " n.dispatchEvent(new Event('change'))");
    browser.await(
        "document.querySelector('.weight-name').textContent.includes('%s')".formatted(then));
  }

  /** Every number of the page, and of a step, is the one that the command line writes. */
  private void assertNumbersAgree(WebBrowser browser, Object... options) throws Exception {
    browser.press("Take one step");
    browser.await(
        "document.querySelector('.step-result').textContent.includes('Loss after 1 step')");
    List<Object> words = new ArrayList<>(List.of("explain", folder.resolve("runs/1").toString()));
    words.addAll(List.of("--example", 7));
    words.addAll(List.of(options));
    CommandLineRun run = CommandLineRun.of(words.toArray());
    assertThat(run.err()).isEmpty();
    List<String> numbers = WhyNumbers.of(run.lines());
    assertThat(numbers).hasSizeGreaterThanOrEqualTo(10 + 1 + 4 + 1 + 3 + 1 + 3 + 5);
    assertThat(WhyNumbers.of(browser)).isEqualTo(numbers);
  }

  /** All of it by the keyboard, whose focus stays where it was. */
  private static void keys(WebBrowser browser) throws Exception {
    browser.focus("[data-focus=\"Unit i\"]");
    browser.keys(WebBrowser.UP);
    browser.await("document.querySelector('.weight-name').textContent.includes('to unit 4')");
    browser.awaitFocus("[data-focus=\"Unit i\"]");
    browser.keys(WebBrowser.UP);
    browser.await("document.querySelector('.weight-name').textContent.includes('to unit 5')");
    browser.focus(".units");
    browser.keys(WebBrowser.RIGHT, WebBrowser.RIGHT, WebBrowser.SPACE);
    browser.await("document.querySelector('.weight-name').textContent.includes('to unit 7')");
    browser.awaitFocus(".units");
    browser.focus("[data-focus=more]");
    browser.keys(WebBrowser.ENTER);
    browser.await("document.querySelector('.pages span').textContent.startsWith('25 to')");
    browser.awaitFocus("[data-focus=more]");
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
    // Some browsers refuse an address that is written with every move of a slider.
    browser.run(
        "const real = history.replaceState.bind(history); window.written = 0;"
            + " history.replaceState = (...all) => { window.written++; real(...all); };"
            + " const r = document.querySelector('input[type=range]');"
            + " for (let k = 0; k <= 100; k++) { r.value = -1 - k / 100; r.dispatchEvent(new Event('input')); }");
    browser.await("location.hash.includes('rate=0.01&')");
    assertThat((Long) browser.run("return window.written")).isLessThan(5);
    browser.run("location.hash = '#/boulder?hill=valley&rate=0.11'");
    browser.await("document.querySelector('.says').textContent.includes('each leap is longer')");
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
    browser.run(
        "const n = document.querySelector('.side input[type=number]');"
            + " n.value = '99999'; n.dispatchEvent(new Event('change'))");
    browser.await("document.querySelector('.side .trouble')?.textContent.includes('found 99999')");
    assertThat(
            browser.run("return document.querySelectorAll('.live-numbers:not([hidden])').length"))
        .as("numbers of another image")
        .isEqualTo(0L);
  }

  private static void mistakes(WebBrowser browser) throws Exception {
    browser.run("location.hash = '#/mistakes?model=1'");
    browser.await("document.querySelectorAll('.gallery .example').length === 36");
    browser.focus("td.miss button");
    browser.keys(WebBrowser.ENTER);
    browser.await("document.querySelector('.gallery-head h2').textContent.includes('taken for')");
    browser.awaitFocus("td.miss button");
    browser.focus(".example");
    browser.keys(WebBrowser.ENTER);
    browser.await("document.querySelectorAll('.small-gallery figure').length === 8");
    browser.focus(".detail .icon");
    browser.keys(WebBrowser.ENTER);
    browser.awaitFocus(".example");
    browser.run("document.querySelector('.example').click()");
    browser.await("document.querySelectorAll('.small-gallery figure').length === 8");
    keepsItsPlace(browser);
    browser.run(
        "const s = document.querySelector('.mistakes select'); s.append(new Option('gone', 'gone'));"
            + " s.value = 'gone'; s.dispatchEvent(new Event('change'))");
    browser.await("document.querySelector('.result .trouble')");
    assertThat(browser.run("return document.querySelectorAll('.gallery .example, table').length"))
        .as("what is of another network")
        .isEqualTo(0L);
    assertThat(browser.complaints()).singleElement().asString().contains("api/evaluation", "404");
    browser.run("location.hash = '#/toString'"); // every object has one, but no page is called so
    browser.await("document.querySelector('main.page-train > *')");
  }

  /** What was scrolled to in the matrix stays in sight when a cell of it is chosen. */
  private static void keepsItsPlace(WebBrowser browser) throws Exception {
    browser.look(390, 900, false);
    browser.run(
        "const s = document.querySelector('.mistakes .scroll'); s.scrollLeft = 50;"
            + " window.left = s.scrollLeft; window.table = document.querySelector('.confusion');"
            + " document.querySelector('td.hit button').click()");
    browser.await("document.querySelector('.confusion') !== window.table");
    assertThat((Long) browser.run("return window.left")).isPositive();
    assertThat(
            browser.run(
                "return document.querySelector('.mistakes .scroll').scrollLeft - window.left"))
        .isEqualTo(0L);
    browser.look(1280, 1400, false);
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
