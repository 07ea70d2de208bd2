package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import downhill.serving.InferenceServer;
import downhill.serving.ModelLoader;
import downhill.serving.ModelLocation;
import downhill.serving.ModelRepository;
import downhill.serving.ServerSettings;
import downhill.serving.ServingListener;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page {@code docs/tables.md}, as somebody follows it. */
class TablesPageTest {
  @TempDir private static Path folder = Path.of("");

  private static String page = "";

  @BeforeAll
  static void writeTables() throws IOException {
    page = Files.readString(Path.of("..", "docs", "tables.md"));
    flowers("iris.csv", 150, "setosa", "versicolor", "virginica");
    flowers("more.csv", 120, "setosa", "versicolor", "virginica");
    flowers("others.csv", 100, "daisy", "tulip");
    flowers("flowers.csv", 4);
  }

  /** Writes rows; each class has lengths of its own. Without classes there is no such column. */
  private static void flowers(String name, int rows, String... classes) throws IOException {
    SplittableRandom random = new SplittableRandom(rows);
    StringBuilder text = new StringBuilder("petal length,petal width");
    text.append(classes.length > 0 ? ",species\n" : "\n");
    for (int i = 0; i < rows; i++) {
      int k = classes.length > 0 ? i % classes.length : 0;
      text.append(1.4 + 2 * k + random.nextDouble(-0.3, 0.3)).append(',');
      text.append(0.2 + 0.8 * k + random.nextDouble(-0.1, 0.1));
      text.append(classes.length > 0 ? "," + classes[k] + "\n" : "\n");
    }
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void theCommands() throws Exception {
    List<String> commands =
        page.lines().filter(line -> line.startsWith("    ./downhill ")).toList();
    assertThat(commands).hasSize(6);
    for (String command : commands) {
      String words = command.replaceFirst(" +#.*", "").strip().substring("./downhill ".length());
      String out = run(words);
      if (words.startsWith("predict")) {
        assertThat(out.lines()).as(out).filteredOn(line -> line.contains("setosa")).hasSize(4);
      } else if (words.contains("--init")) {
        assertThat(out).contains(words.contains("others.csv") ? "2 classes" : "3 classes");
      }
    }
    assertThat(page).contains("`downhill data iris.csv\n--label species`");
    assertThat(run("data iris.csv --label species")).contains("setosa", "petal length");
  }

  private static String run(String words) throws Exception {
    Process process = Downhill.process(folder, (Object[]) words.split(" ", -1)).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as("%s: %s", words, Files.readString(folder.resolve("stderr")))
        .isZero();
    return out;
  }

  @Test
  void thePrograms() throws Exception {
    Matcher code = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(code.find()).isTrue();
    String classify = "IO.println(data.train().classNames().get(network.classify(x)));";
    assertThat(outputOf("Flowers", code.group(1) + classify)).endsWith("setosa\n");
    Model flowers = ModelFile.load(folder.resolve("flowers.safetensors"));
    assertThat(Objects.requireNonNull(flowers.schema()).names())
        .containsExactlyInAnyOrder("petal length", "petal width");
    assertThat(code.find()).isTrue();
    assertThat(outputOf("Points", code.group(1))).endsWith("above\n");
  }

  private static String outputOf(String name, String program) throws Exception {
    Path source =
        Files.writeString(
            folder.resolve(name + ".java"),
            """
            import downhill.data.*;
            import downhill.modelfile.*;
            import downhill.network.*;
            import downhill.training.*;

            void main() throws Exception {
              %s
            }
            """
                .formatted(program.indent(2)));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--class-path",
                Downhill.classPath(),
                source.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  @Test
  void theRequest() throws Exception {
    StringBuilder rows = new StringBuilder("age,work,label\n");
    for (int i = 0; i < 100; i++) {
      rows.append(20 + i).append(i % 3 == 0 ? ",State," : ",Private,");
      rows.append(i < 50 ? "poor\n" : "rich\n");
    }
    Path table = Files.writeString(folder.resolve("adults.csv"), rows);
    Path output = folder.resolve("adults");
    CommandLineRun train =
        CommandLineRun.of("train", "--data", table, "--epochs", 2, "--output", output);
    assertThat(train.status()).as(train.err()).isZero();
    Matcher request =
        Pattern.compile("\\$ curl http://127.0.0.1:8080(\\S+) -d '(.*?)'", Pattern.DOTALL)
            .matcher(page);
    assertThat(request.find()).isTrue();
    try (ModelRepository models =
            ModelRepository.open(
                List.of(ModelLocation.parse("adults=" + output)),
                ModelLoader.own(Execution.singleThread()),
                new ServingListener() {});
        InferenceServer server =
            InferenceServer.start(
                ServerSettings.local("0.1.0-SNAPSHOT"), models, new ServingListener() {})) {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(server.uri() + request.group(1)).toURL().openConnection();
      connection.setDoOutput(true);
      connection.getOutputStream().write(request.group(2).getBytes(StandardCharsets.UTF_8));
      assertThat(connection.getResponseCode()).isEqualTo(200);
      assertThat(new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("\"shape\":[2]")
          .containsPattern("poor|rich");
    }
  }
}
