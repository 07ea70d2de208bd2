package downhill.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import downhill.modelfile.ModelFile;
import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models whose files change while they answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadTest {
  private static final String GOOD =
      "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,2],\"datatype\":\"UINT8\",\"data\":[1,0]}],\"outputs\":[{\"name\":\"label\"}]}";

  @TempDir private Path folder = Path.of("");

  private static String label(Serving serving, String path) throws IOException {
    Wire.Answer answer = Wire.post(serving.uri(), path + "/infer", GOOD);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text().replaceAll(".*\"data\":\\[\"(.*)\"]}]}", "$1");
  }

  @Test
  void onnxFilesAnswerToo() throws Exception {
    Path versions = Files.createDirectory(folder.resolve("lamps"));
    Models.save(Models.lamps("left", "right"), versions.resolve("1.safetensors"));
    OnnxFile.save(Models.lamps("port", "starboard"), versions.resolve("2.onnx"));
    OnnxFile.save(Models.lamps("red", "green"), folder.resolve("ship.onnx"));
    try (Serving serving =
        Serving.of(versions.toString(), folder.resolve("ship.onnx").toString())) {
      assertThat(label(serving, "/v2/models/lamps/versions/1")).isEqualTo("left");
      assertThat(label(serving, "/v2/models/lamps")).isEqualTo("port");
      assertThat(label(serving, "/v2/models/ship")).isEqualTo("red");
    }
  }

  @Test
  void weightsBesideAnOnnxFileAreWatchedToo() throws Exception {
    ModelProto.Builder graph =
        ModelProto.parseFrom(OnnxFile.bytes(Models.lamps("left", "right"))).toBuilder();
    TensorProto.Builder weights =
        graph.getGraphBuilder().getInitializerBuilderList().stream()
            .filter(tensor -> tensor.getName().equals("0.weight"))
            .findFirst()
            .orElseThrow();
    byte[] inside = weights.getRawData().toByteArray();
    weights
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder().setKey("location").setValue("lamps.data"));
    Path file = Files.write(folder.resolve("lamps.onnx"), graph.build().toByteArray());
    Path beside = Files.write(folder.resolve("lamps.data"), inside);
    try (Serving serving = Serving.of(file.toString())) {
      assertThat(label(serving, "/v2/models/lamps")).isEqualTo("left");
      byte[] exchanged = new byte[16]; // [2, 2] floats: the rows change places
      System.arraycopy(inside, 8, exchanged, 0, 8);
      System.arraycopy(inside, 0, exchanged, 8, 8);
      Files.write(beside, exchanged);
      serving.models().look();
      assertThat(label(serving, "/v2/models/lamps")).as("it may be half written").isEqualTo("left");
      serving.models().look();
      assertThat(label(serving, "/v2/models/lamps")).isEqualTo("right");
    }
  }

  @Test
  void underFireNoRequestIsLost() throws Exception {
    Path file = Models.save(Models.lamps("0", "-"), folder.resolve("m.safetensors"));
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    Set<Integer> answers = ConcurrentHashMap.newKeySet();
    try (Serving serving = Serving.of(file.toString());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      serving.models().watch(Duration.ofMillis(5));
      List<Future<?>> done = new ArrayList<>();
      for (int client = 0; client < 6; client++) {
        done.add(
            clients.submit(() -> {
              try (Wire wire = Wire.to(serving.uri())) {
                int last = 0;
                while (!over.get()) {
                  wire.send(Wire.head("POST", "/v2/models/m/infer", GOOD.length()) + GOOD);
                  Wire.Answer answer = wire.answer();
                  assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                  int now = Integer.parseInt(answer.text().replaceAll(".*\\[\"(\\d+)\"].*", "$1"));
                  assertThat(now).as("never back to an older model").isBetween(last, written.get());
                  last = now;
                  answers.add(now);
                  answered.incrementAndGet();
                }
                return null;
              }
            }));
      }
      for (int generation = 1; generation <= 25; generation++) {
        written.set(generation);
        ModelFile.save(Models.lamps("" + generation, "-"), file);
        String loaded = "loaded m 1 2-2";
        int expected = generation + 1;
        while (serving.heard().lines().stream().filter(loaded::equals).count() < expected) {
          Thread.sleep(2);
        }
        // Each client has asked at most once before that, so the seventh answer is the new model's.
        int before = answered.get();
        while (answered.get() < before + 7 && done.stream().noneMatch(Future::isDone)) {
          Thread.sleep(2);
        }
      }
      assertThat(label(serving, "/v2/models/m")).isEqualTo("25");
      over.set(true);
      for (Future<?> future : done) {
        future.get();
      }
      assertThat(serving.heard().lines()).allMatch("loaded m 1 2-2"::equals);
    }
    assertThat(answers).hasSizeGreaterThanOrEqualTo(25);
  }

  @Test
  void aDamagedFileChangesNothingAndIsToldOnce() throws IOException {
    Path file = Models.save(Models.lamps("old", "-"), folder.resolve("m.safetensors"));
    byte[] good = Files.readAllBytes(file);
    try (Serving serving = Serving.of(file.toString())) {
      Files.write(file, Arrays.copyOf(good, good.length / 2));
      for (int i = 0; i < 5; i++) {
        serving.models().look();
      }
      assertThat(label(serving, "/v2/models/m")).isEqualTo("old");
      assertThat(serving.heard().lines()).hasSize(2);
      assertThat(serving.heard().lines().getLast())
          .startsWith("kept m: ")
          .contains("m.safetensors");
      Files.delete(file);
      serving.models().look();
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).isEqualTo("old");
      assertThat(serving.heard().lines()).hasSize(3);
      assertThat(serving.heard().lines().getLast()).contains("no such file");
      Models.save(Models.lamps("new", "-"), file);
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).as("it may be half written").isEqualTo("old");
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).isEqualTo("new");
      assertThat(Wire.get(serving.uri(), "/metrics").text())
          .contains("downhill_model_loads_total{model=\"m\",version=\"1\"} 2")
          .contains("downhill_model_failed_loads_total{model=\"m\",version=\"1\"} 1");
    }
  }

  /** As of a disk that goes and comes back with the same files. */
  @Test
  void aFailureThatComesBackIsToldAgain() throws IOException {
    Path runs = folder.resolve("runs");
    Path away = folder.resolve("away");
    Models.save(Models.lamps("one", "-"), runs.resolve("1/model.safetensors"));
    Path bad = Models.save(Models.lamps("two", "-"), runs.resolve("2.safetensors"));
    Files.writeString(bad, "no model, and none before");
    try (Serving serving = Serving.of("m=" + runs)) {
      assertThat(serving.heard().lines()).hasSize(2);
      for (int time = 1; time <= 2; time++) {
        Files.move(runs, away);
        serving.models().look();
        serving.models().look();
        assertThat(serving.heard().lines()).hasSize(2 + time);
        assertThat(serving.heard().lines().getLast()).startsWith("kept m: ");
        Files.move(away, runs);
        serving.models().look();
        assertThat(serving.heard().lines()).as("nothing has changed").hasSize(2 + time);
        assertThat(label(serving, "/v2/models/m")).isEqualTo("one");
      }
    }
  }

  /** Loads files of which each needs another one beside it. */
  private static ModelLoader withWeights(Path weights) {
    return new ModelLoader() {
      @Override
      public Loaded load(Path path) throws IOException {
        return named(Files.readString(path) + Files.readString(weights));
      }

      @Override
      public List<Path> files(Path path) {
        return List.of(path, weights);
      }
    };
  }

  /** The weights go and come back while the graph stays: what was refused then is good again. */
  @Test
  void aFailureOfAFileBesideThatComesBackIsToldAgain() throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "graph");
    Path weights = Files.writeString(Files.createDirectory(folder.resolve("w")).resolve("w"), "1");
    Path away = folder.resolve("away");
    ModelLoader loader = withWeights(weights);
    Heard heard = new Heard();
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, heard)) {
      for (int time = 1; time <= 2; time++) {
        Files.move(folder.resolve("w"), away);
        models.look();
        models.look();
        models.look();
        assertThat(heard.lines()).hasSize(1 + time);
        assertThat(heard.lines().getLast()).startsWith("kept m: ");
        Files.move(away, folder.resolve("w"));
        models.look();
        models.look();
        assertThat(heard.lines()).as("as it was loaded").hasSize(1 + time);
      }
    }
  }

  @Test
  void versionsComeAndGo() throws IOException {
    Path runs = folder.resolve("runs");
    Models.save(Models.lamps("one", "-"), runs.resolve("1/model.safetensors"));
    Files.createDirectories(runs.resolve("2")); // a run that has no model yet
    Files.writeString(runs.resolve("notes.txt"), "mine");
    try (Serving serving = Serving.of("m=" + runs)) {
      assertThat(label(serving, "/v2/models/m")).isEqualTo("one");
      Models.save(Models.lamps("two", "-"), runs.resolve("2/model.safetensors"));
      Models.save(Models.lamps("ten", "-"), runs.resolve("10.safetensors"));
      serving.models().look();
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).isEqualTo("ten");
      assertThat(label(serving, "/v2/models/m/versions/1")).isEqualTo("one");
      assertThat(label(serving, "/v2/models/m/versions/2")).isEqualTo("two");
      String counted = "downhill_examples_total{model=\"m\",version=\"10\"} 1";
      assertThat(Wire.get(serving.uri(), "/metrics").text()).contains(counted);
      Files.delete(runs.resolve("10.safetensors"));
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).isEqualTo("two");
      assertThat(Wire.get(serving.uri(), "/v2/models/m/versions/10").status()).isEqualTo(404);
      assertThat(serving.heard().lines()).endsWith("removed m 10");
      assertThat(Wire.get(serving.uri(), "/metrics").text())
          .doesNotContain("version=\"10\"")
          .contains("version=\"2\"");
      Files.delete(runs.resolve("1/model.safetensors"));
      Files.delete(runs.resolve("2/model.safetensors"));
      serving.models().look();
      assertThat(label(serving, "/v2/models/m")).as("the last stay").isEqualTo("two");
      assertThat(serving.heard().lines().getLast()).startsWith("kept m: ");
    }
  }

  /** Answers nothing; what its file and the one beside it hold is its network. */
  private static ModelLoader.Loaded named(String network) {
    return named(network, new ArrayList<>());
  }

  /**
   * As above.
   *
   * @param closed gets the network each time that it is closed
   */
  private static ModelLoader.Loaded named(String network, List<String> closed) {
    return new ModelLoader.Loaded(
        network,
        2,
        List.of("a", "b"),
        null,
        "test",
        new Classifier() {
          @Override
          public void classify(float[] x, int from, int count, float[] p, int[] classes) {}

          @Override
          public void close() {
            closed.add(network);
          }
        });
  }

  @Test
  void aFileThatBelongsToTheModelCountsAsWell() throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "graph");
    Path weights = Files.writeString(folder.resolve("m.data"), "1");
    ModelLoader loader = withWeights(weights);
    Heard heard = new Heard();
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, heard)) {
      models.look();
      models.look();
      assertThat(heard.lines()).containsExactly("loaded m 1 graph1");
      Files.writeString(weights, "22");
      models.look();
      assertThat(heard.lines()).as("it may be half written").hasSize(1);
      models.look();
      assertThat(heard.lines()).endsWith("loaded m 1 graph22");
      Files.delete(weights);
      models.look();
      models.look();
      models.look();
      assertThat(heard.lines()).hasSize(3);
      assertThat(heard.lines().getLast()).startsWith("kept m: ").contains("m.data");
      Files.writeString(weights, "333");
      models.look();
      models.look();
      assertThat(heard.lines()).endsWith("loaded m 1 graph333");
    }
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotServed() throws IOException {
    Path file = Files.writeString(folder.resolve("m.x"), "1");
    List<String> closed = new ArrayList<>();
    ModelLoader loader =
        path -> {
          String text = Files.readString(path);
          if (text.equals("22")) {
            Files.writeString(path, "333");
          }
          return named(text, closed);
        };
    Heard heard = new Heard();
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, heard)) {
      Files.writeString(file, "22");
      models.look();
      models.look();
      assertThat(heard.lines())
          .containsExactly("loaded m 1 1", "kept m: " + file + ": changed while it was read");
      assertThat(closed).containsExactly("22");
      models.look();
      assertThat(heard.lines()).as("it may be half written").hasSize(2);
      models.look();
      assertThat(heard.lines()).hasSize(3).endsWith("loaded m 1 333");
      assertThat(closed).containsExactly("22", "1");
    }
    assertThat(closed).containsExactly("22", "1", "333");
  }

  @Test
  void noErrorOfALoaderEndsTheWatch() throws Exception {
    Path file = Files.writeString(folder.resolve("m.x"), "1");
    ModelLoader loader =
        path -> {
          String text = Files.readString(path);
          if (text.equals("22")) {
            throw new NoClassDefFoundError("a library is missing");
          }
          return named(text);
        };
    Heard heard = new Heard();
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, heard)) {
      models.watch(Duration.ofMillis(5));
      Files.writeString(file, "22");
      awaitLine(heard, "kept m: a library is missing");
      Files.writeString(file, "333");
      awaitLine(heard, "loaded m 1 333");
    }
  }

  private static void awaitLine(Heard heard, String line) throws InterruptedException {
    while (!heard.lines().contains(line)) {
      Thread.sleep(2);
    }
  }

  @Test
  void aModelIsClosedWhenItsLastRequestIsOver() throws Exception {
    Path file = Models.save(Models.lamps("a", "b"), folder.resolve("m.safetensors"));
    List<String> closed = new ArrayList<>();
    AtomicInteger loads = new AtomicInteger();
    ModelLoader loader = path -> named("model " + loads.incrementAndGet(), closed);
    try (ModelRepository models =
        ModelRepository.open(List.of(new ModelLocation("m", file)), loader, new Heard())) {
      ServedModel held = models.acquire("m", null);
      Models.save(Models.lamps("c", "d"), file);
      models.look();
      models.look();
      assertThat(loads.get()).isEqualTo(2);
      assertThat(closed).as("a request holds it").isEmpty();
      held.release();
      assertThat(closed).containsExactly("model 1");
    }
    assertThat(closed).containsExactly("model 1", "model 2");
  }

  @Test
  void whatIsNoModelIsRefusedFromTheStart() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path twice = folder.resolve("twice");
    Models.save(Models.lamps("a", "b"), twice.resolve("1.safetensors"));
    Models.save(Models.lamps("a", "b"), twice.resolve("1/model.safetensors"));
    assertThatThrownBy(() -> Serving.of("m=" + empty))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("empty", "numbered versions");
    assertThatThrownBy(() -> Serving.of("m=" + folder.resolve("nowhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> Serving.of("m=" + twice)).hasMessageContaining("version 1");
    assertThatThrownBy(() -> Serving.of()).hasMessageContaining("at least one");
    Path one = twice.resolve("1.safetensors");
    assertThatThrownBy(() -> Serving.of("m=" + one, "m=" + one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("each name once");
  }

  @Test
  void namesWithoutAName() {
    assertThat(ModelLocation.parse("some/fashion.safetensors").name()).isEqualTo("fashion");
    assertThat(ModelLocation.parse("runs/1").name()).isEqualTo("runs-1");
    assertThat(ModelLocation.parse("runs/1/model.safetensors").name()).isEqualTo("runs-1");
    assertThat(ModelLocation.parse("runs").name()).isEqualTo("runs");
    assertThat(ModelLocation.parse("a.b=c/d=e").path()).isEqualTo(Path.of("c/d=e"));
    assertThatThrownBy(() -> ModelLocation.parse("my models/x y.safetensors"))
        .hasMessageContaining("NAME=");
    assertThatThrownBy(() -> ModelLocation.parse("a b=c")).hasMessageContaining("a b");
    assertThatThrownBy(() -> ModelLocation.parse("=c")).hasMessageContaining("model name");
  }
}
