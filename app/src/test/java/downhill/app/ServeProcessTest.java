package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import downhill.serving.Wire;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serving as a user does it: a process of its own, the examples of docs/serving.md, a signal. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServeProcessTest {
  private static final Path PAGE = Path.of("..", "docs", "serving.md");
  private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void trainAsThePageSays() throws IOException {
    String page = Files.readString(PAGE);
    Matcher command = Pattern.compile(" {4}\\./downhill (train .*)\n").matcher(page);
    assertThat(command.find()).isTrue();
    List<Object> words = new ArrayList<>(List.of(command.group(1).split(" ")));
    words.addAll(List.of("--output", folder.resolve("runs/1")));
    CommandLineRun training = CommandLineRun.of(words.toArray());
    assertThat(training.status()).as(training.err()).isZero();
  }

  /** A running server. */
  private record Running(Process process, BufferedReader out, URI uri) {
    static Running of(Object... args) throws IOException {
      Process process = Downhill.process(folder, args).start();
      process.getOutputStream().close();
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Map<String, Object> event = object(line);
        if (field(event, "event").equals("listening")) {
          return new Running(process, out, URI.create((String) field(event, "url")));
        }
      }
      throw new AssertionError(errors());
    }

    void signal(String name) throws Exception {
      new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    int end() throws InterruptedException {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 30 s");
      }
      return process.exitValue();
    }
  }

  private static String errors() throws IOException {
    return Files.readString(folder.resolve("stderr"))
        .lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
        .collect(Collectors.joining("\n"));
  }

  @Test
  void theExamplesOfThePage() throws Exception {
    String page = Files.readString(PAGE);
    prepareFiles(page);
    Running server = Running.of("serve", "fashion=runs/1", "--port", 0, "--json");
    int examples = 0;
    try {
      for (Matcher block = CONSOLE.matcher(page); block.find(); ) {
        String[] parts = ("\n" + block.group(1)).split("\n\\$ ", -1);
        for (int i = 1; i < parts.length; i++) {
          String command = parts[i].lines().findFirst().orElse("");
          String expected = parts[i].substring(command.length()).strip();
          assertThat(carryOut(server.uri, command)).as(command).isEqualTo(expected);
          examples++;
        }
      }
    } finally {
      server.signal("-INT");
    }
    assertThat(server.end()).as(errors()).isEqualTo(130);
    assertThat(examples).isGreaterThanOrEqualTo(8);
  }

  /** Writes the files that the page speaks of: its two JSON blocks, and the pixels. */
  private static void prepareFiles(String page) throws IOException {
    Dataset test = FashionMnist.load().test();
    byte[] pixels = new byte[test.features()];
    test.copyTo(0, pixels, 0);
    String numbers =
        IntStream.range(0, pixels.length)
            .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(pixels[i])))
            .collect(Collectors.joining(", "));
    Matcher json = JSON.matcher(page);
    assertThat(json.find()).isTrue();
    Files.writeString(folder.resolve("boot.json"), json.group(1).replace("0, 0, 0, …", numbers));
    assertThat(json.find()).isTrue();
    Files.writeString(folder.resolve("head.json"), json.group(1).strip());
    Files.write(folder.resolve("boot.raw"), pixels);
  }

  // As much of a shell as the page needs.
  private static String carryOut(URI server, String command) throws IOException {
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(command); word.find(); ) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return switch (words.getFirst()) {
      case "cat" -> {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int to = words.indexOf(">");
        for (String file : words.subList(1, to)) {
          all.writeBytes(Files.readAllBytes(folder.resolve(file)));
        }
        Files.write(folder.resolve(words.get(to + 1)), all.toByteArray());
        yield "";
      }
      case "curl" -> curl(server, words.subList(1, words.size()));
      default -> throw new AssertionError("not understood: " + command);
    };
  }

  private static String curl(URI server, List<String> words) throws IOException {
    String path = "";
    byte[] body = {};
    String method = "GET";
    List<String> headers = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      switch (word) {
        case "-H" -> headers.add(words.get(++i));
        case "-d", "--data-binary" -> {
          method = "POST";
          String data = words.get(++i);
          body =
              data.startsWith("@")
                  ? Files.readAllBytes(folder.resolve(data.substring(1)))
                  : data.getBytes(StandardCharsets.UTF_8);
        }
        default -> {
          assertThat(word).startsWith("http://127.0.0.1:8080/");
          path = word.substring("http://127.0.0.1:8080".length());
        }
      }
    }
    return Wire.request(server, method, path, body, headers.toArray(String[]::new)).text();
  }

  @Test
  void theProgramOfThePage() throws Exception {
    Matcher code = JAVA.matcher(Files.readString(PAGE));
    assertThat(code.find()).isTrue();
    Path program = folder.resolve("Page.java");
    Files.writeString(
        program,
        """
        import downhill.network.*;
        import downhill.serving.*;
        import java.time.*;

        void main() throws Exception {
        %s}
        """
            .formatted(code.group(1)));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path",
                Downhill.classPath(),
                program.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("listening at http://127.0.0.1:").doesNotContain("SLF4J");
  }

  @Test
  void aSignalLetsWhatHasBegunComeToItsEnd() throws Exception {
    Running server = Running.of("serve", "runs/1", "--port", 0, "--json");
    String infer = "/v2/models/runs-1/infer";
    String body =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,784],\"datatype\":\"UINT8\",\"data\":["
            + "0,".repeat(783)
            + "0]}],\"outputs\":[{\"name\":\"class\"}]}";
    try (Wire begun = Wire.to(server.uri);
        Wire idle = Wire.to(server.uri)) {
      begun.send(Wire.head("POST", infer, body.length()) + body.substring(0, 50));
      idle.send(Wire.head("GET", "/v2", 0));
      assertThat(idle.answer().status()).isEqualTo(200);
      server.signal("-TERM");
      awaitRefusal(server.uri);
      begun.send(body.substring(50));
      Wire.Answer answer = begun.answer();
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(server.end()).isEqualTo(143);
      assertThat(idle.ended()).isTrue();
    }
    assertThat(server.out.lines().toList()).containsExactly("{\"event\":\"stopped\"}");
    assertThat(errors()).isEmpty();
  }

  private static void awaitRefusal(URI server) throws Exception {
    for (int i = 0; i < 500; i++) {
      try {
        Wire.to(server).close();
        Thread.sleep(10);
      } catch (SocketException refused) { // or reset, if it was asked while it closed
        return;
      }
    }
    throw new AssertionError("it still takes connections");
  }
}
