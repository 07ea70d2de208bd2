package downhill.fashionmnist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ten lines of the README, compiled and run as a user would, against the two artifacts. */
class ReadmeTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void theTenLinesTrainAndClassify(@TempDir Path folder) throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    Matcher code = CODE.matcher(readme);
    assertThat(code.find()).isTrue();
    String lines = code.group(1);
    assertThat(lines.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(10);
    Path program = folder.resolve("TenLines.java");
    Files.writeString(
        program,
        """
        import downhill.data.*;
        import downhill.evaluation.*;
        import downhill.fashionmnist.*;
        import downhill.modelfile.*;
        import downhill.network.*;
        import downhill.training.*;

        void main() throws Exception {
        %s}
        """
            .formatted(lines));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--class-path",
                classPath(),
                program.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("the first test image shows: Ankle boot");
    Matcher accuracy = Pattern.compile("accuracy (\\d+\\.\\d+)").matcher(output);
    assertThat(accuracy.find()).as(output).isTrue();
    assertThat(Double.parseDouble(accuracy.group(1))).as(output).isGreaterThan(80);
    assertThat(folder.resolve("fashion.safetensors")).exists();
  }

  /** What this test runs with, module path and class path alike, as one class path. */
  private static String classPath() {
    return Stream.of("jdk.module.path", "java.class.path")
        .map(name -> System.getProperty(name, ""))
        .flatMap(path -> Arrays.stream(path.split(Pattern.quote(File.pathSeparator))))
        .filter(path -> !path.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
