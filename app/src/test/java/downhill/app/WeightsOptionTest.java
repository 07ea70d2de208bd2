package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.IdxFolder;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code train --weights}: what each example counts. */
class WeightsOptionTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private int examples;

  @BeforeEach
  void writeData() throws IOException {
    data = TinyData.write(folder.resolve("data"));
    examples = IdxFolder.load(data).train().size();
  }

  private CommandLineRun train(String output, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of("train", "--data", data, "--network", "16-9-3", "--batch-size", 20));
    all.addAll(List.of("--epochs", 4, "--json", "--output", folder.resolve(output)));
    all.addAll(List.of(more));
    return CommandLineRun.of(all.toArray());
  }

  private Model model(String output) throws IOException {
    return ModelFile.load(folder.resolve(output));
  }

  private Path weights(double... ofClass) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      lines.add(Double.toString(ofClass[IdxFolder.load(data).train().label(i)]));
    }
    return Files.write(folder.resolve("weights.txt"), lines);
  }

  /** A recipe's line is named where it is to blame, and not where the weights are. */
  @Test
  void weightsThatLeaveNothingAreNoFaultOfTheRecipe() throws IOException {
    Path recipe =
        Files.writeString(folder.resolve("my.recipe"), "network = 16-9-3\nbatch-size = 16\n");
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--config",
            recipe,
            "--weights",
            weights(1, 0, 0),
            "--class-weights",
            "0,1,1",
            "--output",
            folder.resolve("none"));
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err())
        .contains("weights: expected one above 0 for an example")
        .doesNotContain("my.recipe");
  }

  /** What counts as much as its class does gives the bits of class weights. */
  @Test
  void agreeWithWeightsOfClasses() throws IOException {
    CommandLineRun run = train("examples", "--weights", weights(0.5, 2, 1), "--validation", 0.2);
    assertThat(run.err()).isEmpty();
    assertThat(run.lines().getFirst()).contains("example_weights_sha256");
    assertThat(train("classes", "--class-weights", "0.5,2,1", "--validation", 0.2).err()).isEmpty();
    assertThat(train("plain", "--validation", 0.2).err()).isEmpty();
    for (int l = 1; l <= 2; l++) {
      assertThat(model("examples").network().weights(l))
          .isEqualTo(model("classes").network().weights(l))
          .isNotEqualTo(model("plain").network().weights(l));
    }
    assertThat(model("examples").provenance().get("example_weights_sha256")).hasSize(64);
    assertThat(model("plain").provenance()).doesNotContainKey("example_weights_sha256");
  }

  @Test
  void areReadAgainWhenARunGoesOn() throws IOException {
    Path file = weights(0.5, 2, 1);
    assertThat(train("whole", "--weights", file).err()).isEmpty();
    Path run = folder.resolve("cut");
    CommandLineRun cut =
        ResumeTest.until(
            3,
            () -> {
              throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
            },
            "train",
            "--data",
            data,
            "--network",
            "16-9-3",
            "--batch-size",
            20,
            "--epochs",
            4,
            "--json",
            "--output",
            run,
            "--weights",
            file);
    assertThat(cut.status()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    String kept = Files.readString(file);
    Files.writeString(file, kept.replace("0.5", "0.7"));
    CommandLineRun other = CommandLineRun.of("train", "--resume", run);
    assertThat(other.status()).isEqualTo(2);
    assertThat(other.err()).contains("weights.txt: expected the weights that");
    Files.writeString(file, kept);
    assertThat(CommandLineRun.of("train", "--resume", run).status()).isZero();
    assertThat(run.resolve(ModelFile.NAME))
        .hasSameBinaryContentAs(folder.resolve("whole").resolve(ModelFile.NAME));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | x | weights.txt:2: expected what an example counts, a number that is not negative, found 'x'",
        "3 | -1 | weights.txt:3: expected what an example counts, a number that is not negative, found '-1'",
        "1 | NaN | weights.txt:1: expected what an example counts, a number that is not negative, found 'NaN'",
        "4 | '' | weights.txt:4: expected what an example counts, a number that is not negative, found ''"
      })
  void sayWhereAFileIsWrong(int line, String text, String expected) throws IOException {
    Path file = weights(1, 1, 1);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(line - 1, text);
    Files.write(file, lines);
    CommandLineRun run = train("wrong", "--weights", file);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(expected);
    assertThat(folder.resolve("wrong")).doesNotExist();
  }

  @Test
  void areNotForWhatIsDividedByChance() throws IOException {
    Path table = folder.resolve("t.csv");
    StringBuilder rows = new StringBuilder("a,b,label\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 7).append(',').append(i % 5).append(",c").append(i % 2).append('\n');
    }
    Files.writeString(table, rows);
    Path file = Files.writeString(folder.resolve("w.txt"), "1\n".repeat(60));
    CommandLineRun drawn =
        CommandLineRun.of(
            "train", "--data", table, "--weights", file, "--output", folder.resolve("drawn"));
    assertThat(drawn.status()).isEqualTo(2);
    assertThat(drawn.err()).contains("--weights: expected a table to learn from as a whole");
    CommandLineRun whole =
        CommandLineRun.of(
            "train",
            "--data",
            table,
            "--test",
            table,
            "--weights",
            file,
            "--epochs",
            1,
            "--batch-size",
            20,
            "--output",
            folder.resolve("whole"));
    assertThat(whole.status()).as(whole.err()).isZero();
    assertThat(whole.out()).contains("weights ");
  }

  @Test
  void areAsManyAsTheExamples() throws IOException {
    Path file = weights(1, 1, 1);
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, examples - 1));
    assertThat(train("few", "--weights", file).err())
        .contains("expected %d lines".formatted(examples), "found " + (examples - 1));
    lines.add("1");
    Files.write(file, lines);
    assertThat(train("many", "--weights", file).err())
        .contains("weights.txt:%d: expected %d lines".formatted(examples + 1, examples));
    assertThat(train("none", "--weights", weights(0, 0, 0)).err())
        .contains("expected a number that is not 0");
    assertThat(train("gone", "--weights", folder.resolve("no such file")).err())
        .contains("no such file");
  }
}
