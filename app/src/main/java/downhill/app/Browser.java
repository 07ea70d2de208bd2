package downhill.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;

/** Opens an address in the user's browser, where there is one; it is printed anyway. */
final class Browser {
  private Browser() {}

  static void open(String url) {
    try {
      new ProcessBuilder(command(System.getProperty("os.name", ""), url))
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      return; // no desktop here, as on a server; whoever is there has the address
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
