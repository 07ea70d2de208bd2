package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed and chosen in the studio's pages, in a real browser: that it is what is used. */
class StudioFormsTest {
  /** The control with a label, and an event that says that it was changed. */
  private static final String FIELD =
      "const field = (label) => { const l = [...document.querySelectorAll('.field label')].find((e) => e.textContent === label);"
          + " return document.getElementById(l.htmlFor); };"
          + " const change = (e, value) => { e.value = value; e.dispatchEvent(new Event('input', {bubbles: true}));"
          + " e.dispatchEvent(new Event('change', {bubbles: true})); };";

  @TempDir private Path folder;

  private Path data;

  @BeforeEach
  void write() {
    data = TinyData.write(folder.resolve("data"));
  }

  private void visit(String page, StudioVisit.Visit visit) throws Exception {
    StudioVisit.to(DataOption.of(data.toString()), folder.resolve("runs"), page, visit);
  }

  private static void change(WebBrowser browser, String label, Object value) throws Exception {
    browser.run(FIELD + "change(field('%s'), '%s')".formatted(label, value));
  }

  private static Object field(WebBrowser browser, String label, String property) throws Exception {
    return browser.run(FIELD + "return field('%s').%s".formatted(label, property));
  }

  private static Object store(WebBrowser browser, String what) throws Exception {
    return browser.run(
        "return import('/page/store.js').then((m) => m.store.state.%s)".formatted(what));
  }

  private static String address(WebBrowser browser) throws Exception {
    return String.valueOf(browser.run("return decodeURIComponent(location.hash)"));
  }

  private static void awaitStatus(WebBrowser browser, String status) throws Exception {
    browser.await(
        "document.querySelector('#status').textContent.startsWith('%s')".formatted(status));
  }

  @Test
  void aTrainingHasTheSettingsOfTheForm() throws Exception {
    visit(
        "#/train",
        browser -> {
          browser.await("location.hash.includes('recipe=default')");
          browser.await("location.hash.includes('network=16-')");
          assertThat(address(browser)).contains("weight-decay=0.1");
          assertThat(field(browser, "Weight decay", "placeholder")).isEqualTo("0.1");
          change(browser, "Optimizer", "adam");
          assertThat(field(browser, "Weight decay", "placeholder")).isEqualTo("none");
          assertThat(field(browser, "Weight decay", "value")).isEqualTo("");
          browser.await("/optimizer=adam(&|$)/.test(location.hash)"); // adamw was there before
          assertThat(address(browser)).doesNotContain("weight-decay");
          browser.run(
              "const n = document.querySelector('[data-focus=\"number 0\"]'); n.value = '0';"
                  + " n.dispatchEvent(new Event('input')); n.dispatchEvent(new Event('change'))");
          assertThat(
                  browser.run("return document.querySelector('[data-focus=\"number 0\"]').value"))
              .as("a width that can't be is taken back")
              .isNotEqualTo("0");
          browser.press("One step");
          awaitStatus(browser, "paused");
          assertThat(store(browser, "training.settings.optimizer")).isEqualTo("adam");
          assertThat(field(browser, "Optimizer", "value")).isEqualTo("adam");
          browser.press("Stop");
          awaitStatus(browser, "stopped");
        });
  }

  /**
   * The address of a page is a wish when somebody gives it, and history when they go back to it.
   */
  @Test
  void dataIsThatOfTheAddressThatWasGiven() throws Exception {
    Path other = TinyImages.write(folder.resolve("other"));
    visit(
        "#/train?image-size=6&data=" + other,
        browser -> {
          browser.await("document.querySelector('.data input').value === '%s'".formatted(other));
          browser.await("location.hash.includes('network=')");
          browser.run("location.hash = '#/boulder'");
          browser.await("document.querySelector('.boulder')");
          browser.run("location.hash = '#/train'");
          browser.await("document.querySelector('.data')");
          change(browser, "Data", data);
          change(browser, "Height x width", "");
          browser.press("Use this data");
          browser.await("document.querySelector('.data')?.textContent.includes('4 × 4')");
          assertThat(store(browser, "data.option")).isEqualTo(data.toString());
          browser.run(
              "addEventListener('hashchange', () => { window.back = true; }); history.go(-2)");
          browser.await("window.back && document.querySelector('.data')");
          browser.await("location.hash.includes('network=16-')");
          assertThat(address(browser)).contains("data=" + data);
          assertThat(store(browser, "data.option"))
              .as("going back changes nobody's data")
              .isEqualTo(data.toString());
          browser.press("One step");
          awaitStatus(browser, "paused");
          browser.press("Stop");
          awaitStatus(browser, "stopped");
          browser.run("location.hash = '#/train?image-size=6&data=%s'".formatted(other));
          browser.await("document.querySelector('.data')?.textContent.includes('6 × 6')");
          assertThat(store(browser, "data.option")).isEqualTo(other.toString());
        });
  }

  @Test
  void comparedRunsLookUnlikeEachOther() throws Exception {
    visit(
        "#/train?network=16-4-4-3&epochs=2&batch-size=30",
        browser -> {
          for (int run = 1; run <= 4; run++) {
            browser.press("Start");
            browser.await(
                "document.querySelectorAll('.runs tbody tr').length === %d".formatted(run));
            awaitStatus(browser, "finished");
          }
          for (int run = 1; run <= 4; run++) {
            browser.run("document.querySelectorAll('.runs input')[%d].click()".formatted(run - 1));
            browser.await(
                "document.querySelectorAll('.u-legend')[0].textContent.match(/run \\d/g)?.length === %d"
                    .formatted(run));
          }
          for (int chart : new int[] {0, 1, 2, 4}) {
            assertThat(
                    browser.run(
                        "const lines = [...document.querySelectorAll('.plot')][%d].querySelectorAll('.u-marker line');"
                                .formatted(chart)
                            + " const looks = [...lines].filter((e) => e.getAttribute('stroke-width') !== '1')"
                            + ".map((e) => e.getAttribute('stroke') + e.getAttribute('stroke-dasharray'));"
                            + " return looks.length < 5 ? 'too few' : looks.filter((l, k) => looks.indexOf(l) !== k).join()"))
                .as("lines of chart %d that look alike", chart)
                .isEqualTo("");
          }
        });
  }

  @Test
  void aDroppedPictureCanBeAskedAboutAgain() throws Exception {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 1, 0, 250);
    Path file = TinyImages.write(folder.resolve("dot.png"), image);
    visit(
        "#/why?model=untrained&example=0",
        browser -> {
          browser.await("document.querySelector('.seen-card h2')?.textContent.includes('image 0')");
          browser.drop(file, ".filters");
          browser.await("document.querySelector('.seen-card h2').textContent === 'Your image: 0'");
          change(browser, "It shows", 2);
          browser.await("document.querySelector('.seen-card h2').textContent === 'Your image: 2'");
          String seen = "document.querySelector('.two-pictures canvas').toDataURL()";
          browser.run("window.before = " + seen);
          browser.run("document.querySelector('#invert').click()");
          browser.await("window.before !== " + seen);
          change(browser, "Unit i", 99_999);
          assertThat(field(browser, "Unit i", "value")).as("what is shown").isNotEqualTo("99999");
          change(browser, "Unit i", "");
          assertThat(field(browser, "Unit i", "value")).isNotEqualTo("");
        });
  }

  /** Where somebody comes back to, the same network is judged, and the same image shown. */
  @Test
  void pagesKeepWhatWasChosenInTheirAddress() throws Exception {
    visit(
        "#/train?network=16-4-3&epochs=2&batch-size=30",
        browser -> {
          browser.press("Start");
          awaitStatus(browser, "finished");
          change(browser, "Test image", 17);
          browser.await(
              "document.querySelector('.seen-image canvas').getAttribute('aria-label') === 'Test image 17'");
          change(browser, "Test image", "");
          assertThat(field(browser, "Test image", "value")).as("what is shown").isEqualTo("17");
          browser.run("location.hash = '#/mistakes'");
          browser.await("document.querySelector('.score')");
          assertThat(address(browser)).as("nobody has chosen a network").isEqualTo("#/mistakes");
          change(browser, "Network", "untrained");
          browser.await("location.hash === '#/mistakes?model=untrained'");
          browser.await("document.querySelector('.gallery .example')");
          browser.run("document.querySelector('.gallery .example').click()");
          browser.await("document.querySelector('.detail a')");
          browser.run("document.querySelector('.detail a').click()");
          browser.await("document.querySelector('.seen-card h2')?.textContent.includes('image')");
          browser.run("history.back()");
          browser.await("document.querySelector('.score')");
          assertThat(field(browser, "Network", "value")).isEqualTo("untrained");
          browser.run("location.hash = '#/derivation'");
          browser.await("document.querySelector('.document')?.dataset.filled");
          change(browser, "Test image", 3);
          browser.await("location.hash === '#/derivation?example=3'");
        });
  }

  /** Before any training the network that has learned nothing is shown, and asked. */
  @Test
  void anotherImageBeforeATrainingAsksNoTraining() throws Exception {
    visit(
        "#/train",
        browser -> {
          browser.await("document.querySelector('svg.live')");
          browser.run(
              "return import('/page/store.js').then((m) => {"
                  + " m.on('snapshot', null, () => { window.told = true; }); })");
          browser.press("Another");
          browser.await("window.told");
          assertThat(store(browser, "live")).isEqualTo(false);
          browser.run("document.querySelector('a[href*=\"model=untrained\"]').click()");
          browser.await("document.querySelector('.seen-card h2')?.textContent.includes('image')");
          browser.run("location.hash = '#/mistakes'");
          browser.await("document.querySelector('.score')");
        });
  }

  /** More inputs than a call takes arguments. */
  @Test
  void unitsOfLargePicturesCanBeChosen() throws Exception {
    Path pictures = TinyImages.write(folder.resolve("pictures"));
    DataOption option =
        DataOption.of(
            pictures.toString(),
            ImageOptions.of(Map.of("size", "224x224", "colour", "rgb")),
            new TableOptions());
    StudioVisit.to(
        option,
        folder.resolve("runs"),
        "#/why?model=untrained&example=0",
        browser -> {
          browser.await("document.querySelector('.weight-name')");
          browser.run("window.before = document.querySelector('.weight-name').textContent");
          browser.focus(".units");
          browser.keys(WebBrowser.RIGHT, WebBrowser.SPACE);
          browser.await("document.querySelector('.weight-name').textContent !== window.before");
        });
  }
}
