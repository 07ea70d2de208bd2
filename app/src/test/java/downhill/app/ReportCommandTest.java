package downhill.app;

import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code report}, end to end on little data. */
class ReportCommandTest {
  private static final String NASTY = "<b>&\"'|`low`";

  @TempDir private static Path folder = Path.of("");

  private static Path data = Path.of("");
  private static Path run = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    data = TinyData.write(folder.resolve("data"));
    Files.writeString(data.resolve("class-names.txt"), "top\nmiddle\n" + NASTY + "\n");
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
            4,
            "--learning-rate",
            0.05,
            "--output",
            run);
    assertThat(training.status()).as(training.err()).isZero();
  }

  @Test
  void writesBothFilesIntoTheRunFolderAndSaysSo() throws IOException {
    CommandLineRun people = CommandLineRun.of("report", run, "--data", data);
    assertThat(people.status()).as(people.err()).isZero();
    assertThat(people.err()).isEmpty();
    assertThat(people.out())
        .contains("Test accuracy ", run.resolve("report.html").toString())
        .contains(run.resolve("model-card.md").toString());
    String page = Files.readString(run.resolve("report.html"));
    assertThat(page)
        .contains("How it learned", "epoch 4, training", "Made from")
        .contains("&lt;b&gt;&amp;&quot;&#39;|`low`")
        .doesNotContain(NASTY, "<b>&\"");
    byte[] before = Files.readAllBytes(run.resolve("report.html"));
    CommandLineRun json = CommandLineRun.of("report", run, "--data", data, "--json");
    Map<String, Object> object = object(json.out());
    assertThat(object)
        .containsEntry("report", run.resolve("report.html").toString())
        .containsEntry("model_card", run.resolve("model-card.md").toString());
    Map<String, Object> evaluation =
        object(CommandLineRun.of("evaluate", run, "--data", data, "--json").out());
    assertThat(number(object, "test_accuracy")).isEqualTo(number(evaluation, "accuracy"));
    assertThat(number(object, "test_loss")).isEqualTo(number(evaluation, "loss"));
    assertThat(number(object, "expected_calibration_error")).isBetween(0.0, 1.0);
    assertThat(Files.readAllBytes(run.resolve("report.html"))).isEqualTo(before);
    try (var files = Files.list(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .doesNotHaveDuplicates()
          .contains("model.safetensors", "history.jsonl", "report.html", "model-card.md")
          .noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  @Test
  void aModelAloneNeedsAnOutputAndHasNoCurves() throws IOException {
    Path alone = folder.resolve("alone.safetensors");
    Files.copy(run.resolve("model.safetensors"), alone);
    Files.copy(run.resolve("history.jsonl"), folder.resolve("history.jsonl"));
    CommandLineRun refused = CommandLineRun.of("report", alone, "--data", data);
    assertThat(refused.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(refused.err()).contains("expected a run folder", "hint: ", "--output");
    Path output = folder.resolve("a").resolve("b");
    CommandLineRun written = CommandLineRun.of("report", alone, "--data", data, "--output", output);
    assertThat(written.status()).as(written.err()).isZero();
    assertThat(output.resolve("report.html")).content().doesNotContain("How it learned");
    assertThat(output.resolve("model-card.md")).content().contains("\"alone.safetensors\"");
  }

  @Test
  void aRunWithoutHistoryHasNoCurves() throws IOException {
    Path bare = Files.createDirectories(folder.resolve("bare"));
    Files.copy(run.resolve("model.safetensors"), bare.resolve("model.safetensors"));
    assertThat(CommandLineRun.of("report", bare, "--data", data).status()).isZero();
    assertThat(bare.resolve("report.html")).content().doesNotContain("How it learned");
  }

  @Test
  void whatTheUserCanMend() throws IOException {
    assertRefused(CommandLineRun.of("report"), "RUN");
    assertRefused(CommandLineRun.of("report", folder.resolve("nowhere")), "nowhere");
    assertRefused(CommandLineRun.of("report", data, "--data", data), "model.safetensors");
    assertRefused(CommandLineRun.of("report", run), "16 values", "784");
    assertRefused(CommandLineRun.of("report", run, "--data", folder.resolve("none")), "none");
    Path file = Files.writeString(folder.resolve("file"), "precious");
    assertRefused(CommandLineRun.of("report", run, "--data", data, "--output", file), "file");
    assertThat(file).hasContent("precious");
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.createDirectories(taken.resolve("report.html"));
    assertRefused(
        CommandLineRun.of("report", run, "--data", data, "--output", taken), "report.html");
    Path odd = Files.createDirectories(folder.resolve("odd"));
    Files.copy(run.resolve("model.safetensors"), odd.resolve("model.safetensors"));
    Files.createDirectories(odd.resolve("history.jsonl"));
    assertRefused(CommandLineRun.of("report", odd, "--data", data), "irectory");
    assertThat(odd.resolve("report.html")).doesNotExist();
  }

  @Test
  void otherNamesOfTheClassesAreNoticed() throws IOException {
    Path renamed = folder.resolve("renamed.safetensors");
    Model model = ModelFile.load(run);
    ModelFile.save(new Model(model.network(), List.of("x", "y", "z"), new TreeMap<>()), renamed);
    Path output = folder.resolve("renamed");
    CommandLineRun written =
        CommandLineRun.of("report", renamed, "--data", data, "--output", output);
    assertThat(written.status()).isZero();
    assertThat(written.err()).contains("other names for the classes");
    assertThat(output.resolve("report.html"))
        .content()
        .contains("The model file does not say what it was trained on.");
  }

  private static void assertRefused(CommandLineRun refused, String... fragments) {
    assertThat(refused.status()).as(refused.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(refused.out()).isEmpty();
    List<String> lines = refused.err().lines().toList();
    assertThat(lines).as(refused.err()).hasSize(2);
    assertThat(lines.get(0)).startsWith("downhill: ").contains(fragments);
    assertThat(lines.get(1)).matches("hint: .{5,}");
  }
}
