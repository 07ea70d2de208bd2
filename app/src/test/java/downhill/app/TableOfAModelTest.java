package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that are read as a model says it: with a header or without, and with the model's hints.
 */
class TableOfAModelTest {
  @TempDir private Path folder = Path.of("");

  private static CommandLineRun train(Path data, Path output, Object... more) {
    return CommandLineRun.of(training(data, output, more));
  }

  private static Object[] training(Path data, Path output, Object... more) {
    Object[] args = {
      "train", "--data", data, "--output", output, "--batch-size", 16, "--epochs", 3, "--json"
    };
    return Stream.of(args, more).flatMap(Arrays::stream).toArray();
  }

  private static void leave() {
    throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
  }

  /** Trains, and stops after two epochs. */
  private static void stop(Object... training) {
    CommandLineRun stopped = ResumeTest.until(3, TableOfAModelTest::leave, training);
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
  }

  private static void resume(Path run) {
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", run);
    assertThat(resumed.status()).as(resumed.err()).isZero();
  }

  private static CommandLineRun ok(CommandLineRun run) {
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run;
  }

  private static void assertRefused(CommandLineRun run, String message, String hint) {
    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err()).contains(message).contains("\nhint: " + hint);
  }

  private static List<Object> labels(CommandLineRun predictions) {
    return ok(predictions).lines().stream().map(line -> field(object(line), "label")).toList();
  }

  /** Writes rows of four numbers and a class, below the names that pandas gives unnamed columns. */
  private Path numbered() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder text = new StringBuilder("0,1,2,3,4\n");
    for (int i = 0; i < 120; i++) {
      int kind = i % 3;
      for (int c = 0; c < 4; c++) {
        text.append(String.format(Locale.ROOT, "%.2f,", kind * (c + 1) + random.nextDouble()));
      }
      text.append(List.of("rose", "tulip", "violet").get(kind)).append('\n');
    }
    return Files.writeString(folder.resolve("numbered.csv"), text);
  }

  /** A header of digits is a header to every command. */
  @Test
  void aHeaderMayConsistOfDigits() throws IOException {
    Path data = numbered();
    Path run = folder.resolve("run");
    ok(train(data, run, "--label", 4));
    assertThat(object(ok(CommandLineRun.of("evaluate", run, "--data", data, "--json")).out()))
        .containsEntry("examples", 24L)
        .containsEntry("trained_on_the_rest", true);
    ok(CommandLineRun.of("report", run, "--data", data));
    ok(train(data, folder.resolve("next"), "--init", run));
    Path rows =
        Files.writeString(folder.resolve("rows.csv"), "0,1,2,3\n2.5,4.5,6.5,8.5\n1,2,3,4\n");
    Path turned =
        Files.writeString(folder.resolve("turned.csv"), "3,2,1,0\n8.5,6.5,4.5,2.5\n4,3,2,1\n");
    Path bare = Files.writeString(folder.resolve("bare.csv"), "2.5,4.5,6.5,8.5\n1,2,3,4\n");
    List<Object> found = labels(CommandLineRun.of("predict", run, rows, "--json"));
    assertThat(found).hasSize(2);
    assertThat(labels(CommandLineRun.of("predict", run, turned, "--json"))).isEqualTo(found);
    assertThat(labels(CommandLineRun.of("predict", run, bare, "--no-header", "--json")))
        .isEqualTo(found);
    assertRefused(
        CommandLineRun.of("predict", run, bare, "--json"),
        "bare.csv: line 1, column 1: expected a column called '0', found 2.5, 4.5, 6.5, 8.5",
        "give rows of 4 columns as training had (see inspect); with --no-header");
  }

  @Test
  void aRunOnATableWithAHeaderOfDigitsGoesOn() throws IOException {
    Path data = numbered();
    Path whole = folder.resolve("whole");
    ok(train(data, whole, "--label", 4));
    Path broken = folder.resolve("broken");
    stop(training(data, broken, "--label", 4));
    resume(broken);
    assertThat(broken.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  /** A row that holds the numbers of the columns is no header to a model of a table without. */
  @Test
  void aModelOfATableWithoutAHeaderSaysSo() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder text = new StringBuilder("2,1,odd\n");
    for (int i = 1; i < 120; i++) {
      int first = random.nextInt(6);
      int second = random.nextInt(6);
      text.append("%d,%d,%s\n".formatted(first, second, first + second > 5 ? "even" : "odd"));
    }
    Path data = Files.writeString(folder.resolve("bare.csv"), text);
    Path run = folder.resolve("run");
    ok(train(data, run, "--label", 3, "--no-header"));
    Path next = folder.resolve("next");
    ok(train(data, next, "--init", run));
    Path rows = Files.writeString(folder.resolve("rows.csv"), "2,1\n1,2\n");
    for (Path model : List.of(run, next)) {
      assertThat(object(ok(CommandLineRun.of("inspect", model, "--json")).out()).toString())
          .contains("header=false");
      assertThat(object(ok(CommandLineRun.of("evaluate", model, "--data", data, "--json")).out()))
          .containsKey("accuracy")
          .doesNotContainEntry("trained_on_the_rest", false);
      assertThat(labels(CommandLineRun.of("predict", model, rows, "--json"))).hasSize(2);
    }
    Path broken = folder.resolve("broken");
    stop(training(data, broken, "--init", run));
    resume(broken);
    assertThat(broken.resolve("model.safetensors"))
        .hasSameBinaryContentAs(next.resolve("model.safetensors"));
  }

  /** What is refused beside a model is no advice there. */
  @Test
  void hintsNameWhatTheModelAllows() throws IOException {
    Path data = TinyTable.write(folder.resolve("animals.csv"), 90, 1);
    Path run = folder.resolve("run");
    ok(train(data, run, "--label", "kind", "--ignore", "id"));
    Path output = folder.resolve("no");
    String text = Files.readString(data);
    Path gaps = Files.writeString(folder.resolve("gaps.csv"), text.replaceFirst(",air,", ",,"));
    String fill =
        "the model takes no missing values; fill them, or train one with --missing mean\n";
    assertRefused(train(gaps, output, "--label", "kind"), "found none", "--missing mean takes");
    for (CommandLineRun refused :
        List.of(
            CommandLineRun.of("evaluate", run, "--test", gaps),
            CommandLineRun.of("evaluate", run, "--data", gaps),
            CommandLineRun.of("report", run, "--data", gaps),
            CommandLineRun.of("predict", run, gaps),
            train(gaps, output, "--init", run),
            train(gaps, output, "--init", run, "--new-last-layer"))) {
      assertRefused(
          refused, "gaps.csv: line 2, column 4 (home): expected a value, found none", fill);
    }
    Path other = Files.writeString(folder.resolve("other.csv"), text.replaceFirst("kind", "sort"));
    String missing = "expected a column called 'kind', found id, length";
    String needs = "the table needs the model's columns (see inspect); --no-header, --separator";
    assertRefused(CommandLineRun.of("evaluate", run, "--test", other), missing, needs);
    assertRefused(train(other, output, "--init", run), missing, needs);
    assertRefused(
        train(other, output, "--init", run, "--new-last-layer"),
        missing,
        "--label names the column with the new classes; " + needs);
    CommandLineRun sorts =
        train(other, folder.resolve("sorts"), "--init", run, "--new-last-layer", "--label", "sort");
    assertThat(sorts.status()).as(sorts.err()).isZero();
    assertThat(output).doesNotExist();
  }

  @Test
  void aRunThatGoesOnNeedsItsTableAsItWas() throws IOException {
    Path data = TinyTable.write(folder.resolve("animals.csv"), 90, 1);
    Path run = folder.resolve("run");
    stop(training(data, run, "--label", "kind", "--ignore", "id"));
    Files.writeString(data, Files.readString(data).replaceFirst(",air,", ",,"));
    assertRefused(
        CommandLineRun.of("train", "--resume", run),
        "expected a value, found none",
        "put the files back as they were, or start again\n");
  }
}
