package downhill.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Opens an address in the user's browser, where there is one; it is printed anyway. Other users of
 * the machine can read the command lines of its processes, and the address holds a token: so the
 * browser is told a file that only this user can read, and which leads there.
 */
final class Browser implements AutoCloseable {
  /** By then the browser has read the file. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final @Nullable Path file;

  private Browser(@Nullable Path file) {
    this.file = file;
  }

  /**
   * Opens an address.
   *
   * @param folder where to put the file; made where there is none. Not that of temporary files: a
   *     browser in a sandbox sees another one
   * @return what deletes the file when it is closed, if that has not happened before
   */
  static Browser open(String url, Path folder) {
    Path file = null;
    try {
      file = lead(url, folder);
      new ProcessBuilder(command(System.getProperty("os.name", ""), file.toUri().toString()))
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      // No desktop here, as on a server, or no place for a file; whoever is there has the address.
      delete(file);
      return new Browser(null);
    }
    Browser browser = new Browser(file);
    Thread.ofVirtual().start(browser::closeLater);
    return browser;
  }

  /** Writes a page that leads to the address, for this user's eyes alone. */
  static Path lead(String url, Path folder) throws IOException {
    Files.createDirectories(folder);
    // On other systems a user's folder is the user's.
    FileAttribute<?>[] own =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path file = Files.createTempFile(folder.toAbsolutePath(), "studio-", ".html", own);
    return Files.writeString(
        file,
        """
        <!doctype html>
        <meta charset="utf-8">
        <meta name="referrer" content="no-referrer">
        <title>The studio</title>
        <meta http-equiv="refresh" content="0; url=%1$s">
        <p><a href="%1$s">The studio</a></p>
        """
            .formatted(url),
        StandardCharsets.UTF_8);
  }

  private void closeLater() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** Deletes the file. */
  @Override
  public void close() {
    delete(file);
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      return; // it is for this user alone, and leads nowhere once the studio is closed
    }
  }

  static List<String> command(String system, String url) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.contains("mac")) {
      return List.of("open", url);
    }
    return name.contains("windows")
        ? List.of("rundll32", "url.dll,FileProtocolHandler", url)
        : List.of("xdg-open", url);
  }
}
