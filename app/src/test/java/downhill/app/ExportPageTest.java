package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page {@code docs/export.md}, as somebody follows it: its commands, and its programs without
 * ONNX Runtime, which the benchmarks' module has and tests.
 */
class ExportPageTest {
  @TempDir private static Path folder = Path.of("");

  private static String page = "";

  @BeforeAll
  static void followTheCommands() throws Exception {
    page = Files.readString(Path.of("..", "docs", "export.md"));
    CommandLineRun training =
        CommandLineRun.of(
            "train", "--network", "784-16-10", "--epochs", 1, "--output", folder.resolve("runs/1"));
    assertThat(training.status()).as(training.err()).isZero();
    List<String> commands =
        page.lines().filter(line -> line.startsWith("    ./downhill export ")).toList();
    assertThat(commands).hasSizeGreaterThanOrEqualTo(4);
    for (String command : commands) {
      Object[] words = command.strip().substring("./downhill ".length()).split(" ", -1);
      Process process = Downhill.process(folder, words).start();
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue())
          .as("%s: %s", command, Files.readString(folder.resolve("stderr")))
          .isZero();
    }
    Dataset test = FashionMnist.load().test();
    float[] boot = test.example(0);
    byte[] pixels = new byte[boot.length];
    for (int j = 0; j < boot.length; j++) {
      pixels[j] = (byte) Math.round(boot[j] * 255);
    }
    Files.write(folder.resolve("boot.gray"), pixels);
  }

  @Test
  void theSafetensorsFileIsTheModelItself() {
    assertThat(folder.resolve("fashion.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("runs/1/model.safetensors"));
    assertThat(folder.resolve("fashion.onnx")).isRegularFile();
  }

  @Test
  void theProgramsWithAndWithoutOurLibrarySayTheSame() throws Exception {
    String withLibrary =
        run(
            program("## Java, with our library"),
            Downhill.classPath(),
            "--add-modules",
            "jdk.incubator.vector");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int status =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                folder.resolve("Fashion.java").toString());
    assertThat(status).isZero();
    Files.copy(folder.resolve("Fashion.weights"), classes.resolve("com/example/Fashion.weights"));
    String without = run(program("## Java, without any library"), classes.toString());
    assertThat(without).matches("Ankle boot [01]\\.\\d+(E-\\d)?\n");
    assertThat(withLibrary).endsWith(without);
  }

  private static String program(String heading) {
    Matcher code =
        Pattern.compile(Pattern.quote(heading) + "\n.*?```java\n(.*?)```", Pattern.DOTALL)
            .matcher(page);
    assertThat(code.find()).as(heading).isTrue();
    return code.group(1);
  }

  private static String run(String program, String classPath, String... options)
      throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("Boot.java"), program);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("--class-path", classPath, source.toString()));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
