package downhill.studio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, and those of its libraries that it needs; all of them in the class path.
 */
final class Assets {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "woff2", "font/woff2");

  private static final Pattern OWN = Pattern.compile("[a-z]+(-[a-z]+)*\\.(html|css|js|svg)");
  private static final Pattern KATEX =
      Pattern.compile("katex\\.mjs|katex\\.min\\.css|fonts/KaTeX_[A-Za-z0-9]+-[A-Za-z]+\\.woff2");
  private static final Pattern UPLOT = Pattern.compile("uPlot\\.esm\\.js|uPlot\\.min\\.css");

  private final Properties versions = new Properties();

  Assets() {
    try (InputStream in = Assets.class.getResourceAsStream("libraries.properties")) {
      if (in == null) {
        throw new IllegalStateException("libraries.properties is missing from this build");
      }
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file of the page; null where there is none of that name. */
  @Nullable Reply own(String name) {
    return OWN.matcher(name).matches() ? read(Assets.class.getResource("page/" + name)) : null;
  }

  /** Returns a file of a library; null where there is none that the page needs. */
  @Nullable Reply library(String library, String name) {
    Pattern needed =
        switch (library) {
          case "katex" -> KATEX;
          case "uplot" -> UPLOT;
          default -> null;
        };
    if (needed == null || !needed.matcher(name).matches()) {
      return null;
    }
    String path =
        "META-INF/resources/webjars/%s/%s/dist/%s"
            .formatted(library, versions.getProperty(library, ""), name);
    return read(Assets.class.getClassLoader().getResource(path));
  }

  private static @Nullable Reply read(java.net.@Nullable URL resource) {
    if (resource == null) {
      return null;
    }
    String name = resource.getPath();
    String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
    try (InputStream in = resource.openStream()) {
      return new Reply(200, type, in.readAllBytes(), Map.of("Cache-Control", "no-cache"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
