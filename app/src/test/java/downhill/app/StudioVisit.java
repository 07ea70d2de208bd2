package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import downhill.network.Execution;
import downhill.studio.StudioServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Opens a studio in a real browser, for a test that then uses its pages. */
final class StudioVisit {
  private StudioVisit() {}

  /** What is done in a page. */
  interface Visit {
    void to(WebBrowser browser) throws Exception;
  }

  /**
   * Opens a studio in a browser that must not complain. Where no browser is installed it says so;
   * in continuous integration (CI is set) that is a failure.
   */
  static void to(DataOption data, Path runs, String page, Visit visit) throws Exception {
    @Nullable Path driver = WebBrowser.driver();
    if (driver == null) {
      if (System.getenv("CI") != null) {
        fail("no chromedriver found; install Debian's packages chromium and chromium-driver");
      }
      Assumptions.abort("no chromedriver found; install chromium and chromium-driver");
    }
    StudioWorkshop workshop = new StudioWorkshop(data, Execution.defaults(), runs);
    // Thrown on a thread of the server they would fail nothing.
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (StudioServer server = StudioServer.start(0, workshop, failures::add);
        WebBrowser browser = WebBrowser.start(driver)) {
      browser.look(1280, 1400, false);
      browser.open(server.url() + page);
      browser.await("document.body.dataset.ready");
      visit.to(browser);
      assertThat(browser.complaints()).isEmpty();
    }
    workshop.awaitEnd();
    assertThat(failures).isEmpty();
  }
}
