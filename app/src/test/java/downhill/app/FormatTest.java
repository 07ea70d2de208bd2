package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds every source file to google-java-format. With {@code -Ddownhill.format=write} it formats
 * them instead. (A Maven plugin would run in Maven's own JVM, which may be older than the formatter
 * asks for; this runs on the project's JDK.)
 */
class FormatTest {
  @Test
  void everySourceFileIsFormatted() throws Exception {
    boolean write = "write".equals(System.getProperty("downhill.format"));
    Formatter formatter = new Formatter();
    List<Path> different = new ArrayList<>();
    List<Path> sources = sources();
    for (Path source : sources) {
      String text = Files.readString(source);
      String sorted =
          ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), Style.GOOGLE);
      String formatted = formatter.formatSource(sorted);
      if (!formatted.equals(text)) {
        if (write) {
          Files.writeString(source, formatted);
        } else {
          different.add(source);
        }
      }
    }
    assertThat(sources).as("source files found").hasSizeGreaterThan(15);
    assertThat(different).as("not formatted; run with -Ddownhill.format=write").isEmpty();
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    List<Path> found = new ArrayList<>();
    for (String module : List.of("core", "fashion-mnist", "onnx", "app", "spark", "benchmarks")) {
      try (Stream<Path> files = Files.walk(root.resolve(module))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !root.relativize(file).toString().contains("target"))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }
}
