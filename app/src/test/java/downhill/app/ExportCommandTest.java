package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models out in other forms, and ONNX files wherever the program takes a model. */
class ExportCommandTest {
  @TempDir private static Path folder = Path.of("");

  private static Path data = Path.of("");
  private static Path run = Path.of("");
  private static Path onnx = Path.of("");

  @BeforeAll
  static void trainAndExport() throws IOException {
    data = TinyData.write(folder.resolve("data"));
    Files.writeString(data.resolve("class-names.txt"), "top\nmiddle\nlow row\n");
    run = folder.resolve("run");
    CommandLineRun training =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--network",
            "16-8-5-3",
            "--batch-size",
            10,
            "--epochs",
            20,
            "--learning-rate",
            0.02,
            "--output",
            run);
    assertThat(training.status()).as(training.err()).isZero();
    onnx = folder.resolve("tiny.onnx");
    CommandLineRun export = CommandLineRun.of("export", run, "--output", onnx);
    assertThat(export.status()).as(export.err()).isZero();
    assertThat(export.out()).isEqualTo("Written  " + onnx + "\n");
    assertThat(export.err()).isEmpty();
  }

  private static CommandLineRun ok(Object... args) {
    CommandLineRun run = CommandLineRun.of(args);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run;
  }

  @Test
  void backToSafetensorsItIsTheSameFile() throws IOException {
    Path back = folder.resolve("back.safetensors");
    ok("export", onnx, "--output", back);
    assertThat(back).hasSameBinaryContentAs(run.resolve(RunFolder.MODEL));
    Path again = folder.resolve("again");
    ok("export", back, "--format", "ONNX", "--output", again);
    assertThat(again).hasSameBinaryContentAs(onnx);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluate --json", "explain --example 7", "explain --example 1"})
  void judgesAndExplainsOnnxAsTheModelItself(String command) {
    String[] words = command.split(" ", -1);
    Object[] rest = Arrays.copyOfRange(words, 1, words.length, Object[].class);
    assertThat(ok(words(words[0], onnx, rest)).out())
        .isEqualTo(ok(words(words[0], run, rest)).out());
  }

  private static Object[] words(String command, Path model, Object... rest) {
    Object[] words = new Object[rest.length + 4];
    words[0] = command;
    words[1] = model;
    words[2] = "--data";
    words[3] = data;
    System.arraycopy(rest, 0, words, 4, rest.length);
    return words;
  }

  @Test
  void predictsFromOnnx() throws IOException {
    Path image = Files.write(folder.resolve("grey.bmp"), TinyData.bmp(4, 4, 90));
    assertThat(ok("predict", onnx, image, "--json").out())
        .isEqualTo(ok("predict", run, image, "--json").out());
  }

  @Test
  void inspectsOnnx() {
    Map<String, Object> json = object(ok("inspect", onnx, "--json").out());
    assertThat(json)
        .containsEntry("network", "16-8-5-3")
        .containsEntry("sha256", ModelParameter.bytes(onnx).sha256());
    assertThat(json.get("provenance"))
        .isEqualTo(object(ok("inspect", run, "--json").out()).get("provenance"));
  }

  @Test
  void reportsOnOnnx() throws IOException {
    Path about = folder.resolve("about");
    ok("report", onnx, "--data", data, "--output", about);
    assertThat(Files.readString(about.resolve("model-card.md")))
        .contains("downhill-onnx", "OnnxFile.load(Path.of(\"tiny.onnx\"))", "predict tiny.onnx")
        .doesNotContain("ModelFile", "safetensors", "torch");
  }

  @Test
  void goesOnTrainingFromOnnx() throws IOException {
    Path from = folder.resolve("from");
    Path fromOnnx = folder.resolve("from-onnx");
    Object[] more = {"--epochs", 2, "--batch-size", 10, "--init"};
    for (Path[] way : new Path[][] {{run, from}, {onnx, fromOnnx}}) {
      Object[] init = Arrays.copyOf(more, more.length + 3);
      init[more.length] = way[0];
      init[more.length + 1] = "--output";
      init[more.length + 2] = way[1];
      Object[] all = new Object[init.length + 3];
      System.arraycopy(init, 0, all, 3, init.length);
      all[0] = "train";
      all[1] = "--data";
      all[2] = data;
      ok(all);
    }
    Model one = ModelFile.load(from);
    Model two = ModelFile.load(fromOnnx);
    assertThat(weights(two.network())).isDeepEqualTo(weights(one.network()));
    assertThat(two.provenance().toString())
        .contains("sha256:" + ModelParameter.bytes(onnx).sha256());
  }

  private static float[][] weights(Network network) {
    float[][] weights = new float[network.architecture().layers()][];
    Arrays.setAll(weights, l -> network.weights(l + 1));
    return weights;
  }

  @Test
  void writesAJavaClassAndItsWeights() {
    Path source = folder.resolve("Tiny.java");
    Map<String, Object> json =
        object(ok("export", onnx, "--output", source, "--package", "a.b", "--json").out());
    assertThat(json).containsEntry("format", "java");
    assertThat(array(json, "files"))
        .isEqualTo(List.of(source.toString(), folder.resolve("Tiny.weights").toString()));
    assertThat(source).content().startsWith("package a.b;\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --output model.keras                | its name does not say which format | onnx, java or safetensors
          --output x.onnx --format tf         | --format tf: expected one of onnx  | onnx, java or safetensors
          --output x.onnx --package a         | --package a: onnx has no packages  | leave out --package
          --output x.java                     | expected the name of a class       | Classifier.java
          --output X.java --package 7         | package '7': expected a name       | give --package names of
          --output X.java --package com.new   | package 'com.new': expected a name | none of them a word of Java's
          --output List.java                  | means something else in the class  | Classifier.java
          --output no/such/folder/x.onnx      | there is no folder                 | can be written
          --output .. --format onnx           | found a folder                     | can be written
          --format onnx                       | Missing required option            | see downhill export --help
          """)
  void refusesInOneLine(String options, String message, String hint) {
    Object[] words = Stream.of(("export MODEL " + options).split(" ", -1)).toArray();
    words[1] = run;
    refused(CommandLineRun.of(words), message, hint);
    assertThat(Path.of("x.onnx")).doesNotExist();
  }

  @Test
  void neverWritesOverTheModelItself() throws IOException {
    byte[] before = Files.readAllBytes(onnx);
    refused(CommandLineRun.of("export", onnx, "--output", onnx), "that is the model", "another");
    Path model = run.resolve(RunFolder.MODEL);
    refused(CommandLineRun.of("export", run, "--output", model), "that is the model", "another");
    assertThat(onnx).hasBinaryContent(before);
  }

  /** Another program's file may keep its weights where those of a class would go. */
  @Test
  void neverWritesOverTheWeightsOfTheModel() throws IOException {
    Path weights = folder.resolve("Net.weights");
    Path net = withWeightsIn(weights, folder.resolve("Net.onnx"));
    byte[] before = Files.readAllBytes(weights);
    Path source = folder.resolve("Net.java");
    refused(
        CommandLineRun.of("export", net, "--output", source),
        "Net.weights, where its weights go, is where the model keeps its weights",
        "give --output another file");
    assertThat(source).doesNotExist();
    refused(
        CommandLineRun.of("export", net, "--output", weights, "--format", "safetensors"),
        "Net.weights: that is where the model keeps its weights",
        "give --output another file");
    assertThat(weights).hasBinaryContent(before);
    ok("export", net, "--output", folder.resolve("Other.java"));
    Path named = Files.copy(run.resolve(RunFolder.MODEL), folder.resolve("Copy.weights"));
    refused(
        CommandLineRun.of("export", named, "--output", folder.resolve("Copy.java")),
        "Copy.weights, where its weights go, is the model itself",
        "give --output another file");
    assertThat(named).hasSameBinaryContentAs(run.resolve(RunFolder.MODEL));
  }

  /**
   * Writes the model of the run to an ONNX file that keeps its first layer's weights in another.
   */
  private static Path withWeightsIn(Path weights, Path net) throws IOException {
    ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(onnx)).toBuilder();
    TensorProto.Builder tensor =
        proto.getGraphBuilder().getInitializerBuilderList().stream()
            .filter(initializer -> initializer.getName().equals("0.weight"))
            .findFirst()
            .orElseThrow();
    Files.write(weights, tensor.getRawData().toByteArray());
    tensor
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(
            StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue(String.valueOf(weights.getFileName())));
    return Files.write(net, proto.build().toByteArray());
  }

  /** The file itself stays the same where another program writes other weights beside it. */
  @Test
  void aModelIsNamedByItsWeightsToo() throws IOException {
    Path weights = folder.resolve("Beside.weights");
    Path net = withWeightsIn(weights, folder.resolve("Beside.onnx"));
    Map<String, Object> inspected = object(ok("inspect", net, "--json").out());
    assertThat(inspected).containsEntry("bytes", Files.size(net) + Files.size(weights));
    String initial = initial(net, "before");
    assertThat(initial).isEqualTo("sha256:" + inspected.get("sha256"));
    assertThat(initial(net, "again")).isEqualTo(initial);
    byte[] changed = Files.readAllBytes(weights);
    changed[0] ^= 1; // the last bit of one weight
    Files.write(weights, changed);
    assertThat(object(ok("inspect", net, "--json").out()).get("sha256"))
        .isNotEqualTo(inspected.get("sha256"));
    assertThat(initial(net, "after")).isNotEqualTo(initial);
    Path about = folder.resolve("about-beside");
    ok("report", net, "--data", data, "--output", about);
    assertThat(Files.readString(about.resolve("model-card.md")))
        .contains(
            "those of its weights together have", "`" + ModelParameter.bytes(net).sha256() + "`");
  }

  private static String initial(Path net, String run) throws IOException {
    Path output = folder.resolve("beside-" + run);
    ok("train", "--data", data, "--init", net, "--epochs", 1, "--output", output);
    return String.valueOf(ModelFile.load(output).provenance().get("initial"));
  }

  @Test
  void writesOverWhatElseWasThere() throws IOException {
    Path weights = Files.writeString(folder.resolve("Over.weights"), "another program's");
    Path source = Files.writeString(folder.resolve("Over.java"), "another class");
    ok("export", run, "--output", source);
    assertThat(source).content().contains("class Over ");
    assertThat(Files.size(weights)).isGreaterThan(4 * (16 * 8 + 8 * 5 + 5 * 3));
    assertThat(CommandLineRun.of("export", "--help").out().replaceAll("\\s+", " "))
        .contains("over what was there", "the weights go to NAME.weights beside it, likewise");
  }

  @Test
  void refusesDamagedOnnxInOneLine() throws IOException {
    byte[] bytes = Files.readAllBytes(onnx);
    Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(bytes, 500));
    for (String command : new String[] {"evaluate", "inspect", "report"}) {
      refused(CommandLineRun.of(command, cut), "cut.onnx: byte ", "safetensors or ONNX file");
    }
    refused(
        CommandLineRun.of("train", "--init", cut, "--data", data, "--output", folder.resolve("n")),
        "cut.onnx: byte ",
        "--init takes");
    refused(CommandLineRun.of("inspect", folder.resolve("none.onnx")), "no such file", "MODEL is");
  }

  private static void refused(CommandLineRun run, String message, String hint) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err()).startsWith("downhill: ").contains(message, "hint: ", hint);
    assertThat(run.err()).doesNotContain("\tat ", "Exception");
  }
}
