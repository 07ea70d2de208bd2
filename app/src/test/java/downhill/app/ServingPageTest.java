package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import downhill.network.Execution;
import downhill.serving.InferenceServer;
import downhill.serving.ModelLoader;
import downhill.serving.ModelLocation;
import downhill.serving.ModelRepository;
import downhill.serving.ServerSettings;
import downhill.serving.ServingListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/serving.md} shows is what happens. */
class ServingPageTest {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern BLOCK =
      Pattern.compile("```(json|console)\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder = Path.of("");

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "serving.md"));
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(page());
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  /** Carries out the console's lines: what follows a line with a dollar is what it answers. */
  @Test
  void everyExampleDoesWhatThePageSays() throws Exception {
    Path run = folder.resolve("run");
    assertThat(page()).contains("./downhill train --network 784-32-10 --epochs 1");
    CommandLineRun train =
        CommandLineRun.of("train", "--network", "784-32-10", "--epochs", 1, "--output", run);
    assertThat(train.status()).as(train.err()).isZero();
    writeFiles();
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (ModelRepository models =
            ModelRepository.open(
                List.of(ModelLocation.parse("fashion=" + run)),
                ModelLoader.own(Execution.singleThread()),
                new ServingListener() {});
        InferenceServer server =
            InferenceServer.start(
                ServerSettings.local("0.1.0-SNAPSHOT"), models, new ServingListener() {})) {
      for (String block : blocks("console")) {
        for (String line : block.lines().toList()) {
          if (line.startsWith("$ ")) {
            found.addAll(execute(line.substring(2), server.uri()));
          } else {
            expected.add(line);
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(6).isEqualTo(expected);
  }

  private void writeFiles() throws IOException {
    Dataset test = FashionMnist.load().test();
    byte[] boot = new byte[test.features()];
    test.copyTo(0, boot, 0);
    List<String> requests = blocks("json");
    assertThat(requests.getFirst()).contains("[0, 0, 0, …]");
    String pixels =
        IntStream.range(0, boot.length)
            .mapToObj(i -> Integer.toString(boot[i] & 0xff))
            .collect(Collectors.joining(", "));
    Files.writeString(
        folder.resolve("boot.json"), requests.getFirst().replace("0, 0, 0, …", pixels));
    Files.writeString(folder.resolve("head.json"), requests.get(1).strip());
    Files.write(folder.resolve("boot.raw"), boot);
  }

  private List<String> execute(String line, URI server) throws IOException {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    if (words.getFirst().equals("cat")) {
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      for (String name : words.subList(1, words.indexOf(">"))) {
        joined.writeBytes(Files.readAllBytes(folder.resolve(name)));
      }
      Files.write(folder.resolve(words.getLast()), joined.toByteArray());
      return List.of();
    }
    assertThat(words.getFirst()).isEqualTo("curl");
    return List.of(curl(words.subList(1, words.size()), server));
  }

  private String curl(List<String> words, URI server) throws IOException {
    String address = words.getFirst().replace("http://127.0.0.1:8080", server.toString());
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    for (int i = 1; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "-H" ->
            connection.setRequestProperty(value.split(": ", 2)[0], value.split(": ", 2)[1]);
        case "-d", "--data-binary" -> {
          connection.setDoOutput(true);
          connection
              .getOutputStream()
              .write(
                  value.startsWith("@")
                      ? Files.readAllBytes(folder.resolve(value.substring(1)))
                      : value.getBytes(StandardCharsets.UTF_8));
        }
        default -> throw new AssertionError("not understood: " + words.get(i));
      }
    }
    try (InputStream answer =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
