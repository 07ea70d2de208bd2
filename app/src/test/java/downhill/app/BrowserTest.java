package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.network.Execution;
import downhill.studio.StudioServer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address holds a token, and other users of the machine must not see it. */
class BrowserTest {
  @TempDir private Path folder;

  @Test
  void theFileIsForThisUserAlone() throws Exception {
    Path file = Browser.lead("http://127.0.0.1:1/?token=secret", folder.resolve("runs"));
    assertThat(file).content().contains("url=http://127.0.0.1:1/?token=secret\"");
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(file.getFileName().toString()).doesNotContain("secret");
  }

  @Test
  void thereIsACommandForEachSystem() {
    assertThat(Browser.command("Linux", "file:///x")).containsExactly("xdg-open", "file:///x");
    assertThat(Browser.command("Mac OS X", "file:///x")).containsExactly("open", "file:///x");
    assertThat(Browser.command("Windows 11", "file:///x")).contains("rundll32", "file:///x");
  }

  @Test
  void theFileLeadsIntoTheStudioWhichLetsTheBrowserComeBack() throws Exception {
    @Nullable Path driver = WebBrowser.driver();
    if (driver == null) {
      assertThat(System.getenv("CI")).as("chromium and chromium-driver are installed").isNull();
      Assumptions.abort("no chromedriver found; install chromium and chromium-driver");
    }
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    DataOption data = DataOption.of(TinyData.write(folder.resolve("data")).toString());
    Path runs = folder.resolve("runs");
    StudioWorkshop workshop = new StudioWorkshop(data, Execution.singleThread(), runs);
    try (StudioServer server = StudioServer.start(0, workshop, failures::add);
        WebBrowser browser = WebBrowser.start(driver)) {
      browser.open(Browser.lead(server.url(), runs).toUri().toString());
      browser.await("document.body && document.body.dataset.ready");
      assertThat(browser.run("return location.search")).isEqualTo("");
      browser.run("document.body.dataset.old = 'yes'; location.reload()");
      browser.await("document.body && document.body.dataset.ready && !document.body.dataset.old");
    }
    assertThat(failures).isEmpty();
  }
}
