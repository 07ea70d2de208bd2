package downhill.app;

import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tables described, and models of them adapted to other classes. */
class TableDataTest {
  @TempDir private Path folder = Path.of("");

  private Path table = Path.of("");

  @BeforeEach
  void write() throws IOException {
    table =
        Files.writeString(
            folder.resolve("rows.csv"),
            """
            a,place,kind
            1,here,x
            -2,there,y
            0,,x
            ,here,y
            1,here,x
            1,here,y
            """);
  }

  @Test
  void dataDescribesTheColumns() {
    CommandLineRun json =
        CommandLineRun.of(
            "data",
            table,
            "--label",
            "kind",
            "--missing",
            "mean",
            "--test-fraction",
            "0.34",
            "--json");
    assertThat(json.status()).as(json.err()).isZero();
    Map<String, Object> found = object(json.out());
    assertThat(found).containsEntry("classes", List.of("x", "y"));
    assertThat(sum(json.out(), "\"missing\":(\\d+)")).isEqualTo(2);
    assertThat(sum(json.out(), "\"counts\":\\[(\\d+),\\d+\\]")).isEqualTo(4);
    assertThat(sum(json.out(), "\"counts\":\\[\\d+,(\\d+)\\]")).isEqualTo(1);
    assertThat(json.out()).contains("\"least\":-2.0", "\"levels\":[\"here\",\"there\"]");
    assertThat(String.valueOf(found.get("duplicates"))).contains("contradicts=true");
    CommandLineRun text = CommandLineRun.of("data", table, "--label", "kind", "--missing", "mean");
    assertThat(text.out())
        .contains("2 columns, 2 classes", "numbers (train)", "categories (train)", "rows to learn");
  }

  /** What is missing is counted, and refused where that is asked for. */
  @Test
  void dataCountsWhatIsMissing() {
    for (String form : List.of("--json", "--test-fraction=0.34")) {
      CommandLineRun run = CommandLineRun.of("data", table, "--label", "kind", form);
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .contains("missing")
          .isEqualTo(
              CommandLineRun.of("data", table, "--label", "kind", form, "--missing", "mean").out());
    }
    CommandLineRun json = CommandLineRun.of("data", table, "--label", "kind", "--json");
    assertThat(sum(json.out(), "\"missing\":(\\d+)")).isEqualTo(2);
    assertThat(json.out()).contains("sha256");
    assertRefused(
        CommandLineRun.of("data", table, "--label", "kind", "--missing", "error"),
        "rows.csv: line 4, column 2 (place): expected a value, found none",
        "--missing mean takes the mean");
  }

  /** A table that is looked at first has columns that nothing can be learned from. */
  @Test
  void dataLeavesOutWhatNothingCanBeLearnedFrom() throws IOException {
    StringBuilder text = new StringBuilder("id,who,empty,size,kind\n");
    for (int i = 1; i <= 40; i++) {
      text.append("%d,Mr. %d,,%d,%s\n".formatted(i, i, i % 7, i % 2 == 0 ? "x" : "y"));
    }
    Path people = Files.writeString(folder.resolve("people.csv"), text);
    CommandLineRun run = CommandLineRun.of("data", people, "--label", "kind", "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err().lines())
        .containsExactly(
            "note: column 2 (who) is left out: expected texts that come up more than once, found another in each of 40 rows, 'Mr. 1' first",
            "note: column 3 (empty) is left out: expected a value in some row, found none at all",
            "note: id: another whole number in each row, as rows are numbered; if it says no more, --ignore leaves it out");
    String columns = String.valueOf(JsonValues.field(object(run.out()), "columns"));
    int leftOut = columns.indexOf("left_out=");
    assertThat(columns.substring(0, leftOut))
        .contains("name=id", "name=size")
        .doesNotContain("who", "empty");
    assertThat(columns.substring(leftOut))
        .contains("column=2", "name=who", "column=3", "name=empty", "reason=expected a value in");
    CommandLineRun ignoring =
        CommandLineRun.of("data", people, "--label", "kind", "--ignore", "id,2");
    assertThat(ignoring.status()).as(ignoring.err()).isZero();
    assertThat(ignoring.err()).doesNotContain("who", "whole number").contains("(empty)");
    Path output = folder.resolve("people");
    assertRefused(
        train(people, output, "--label", "kind", "--ignore", "id", "--missing", "mean"),
        "column 2 (who): expected texts that come up more than once",
        "; nor can anything be learned from empty\n",
        "hint: --ignore id,who,empty leaves them out, --categorical takes a column for one of");
    CommandLineRun training = train(people, output, "--label", "kind", "--ignore", "who,empty");
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.err()).startsWith("note: id: another whole number in each row");
    // A model that is there already learns nothing of it any more.
    CommandLineRun evaluation = CommandLineRun.of("evaluate", output, "--data", people);
    assertThat(evaluation.err()).isEmpty();
  }

  /**
   * Where a comma is in a name, no option can say it; a number would be the name of another one.
   */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void dataLeavesOutColumnsWhateverTheyAreCalled() throws IOException {
    StringBuilder text = new StringBuilder("\"Name, first\",1,2,kind\n");
    for (int i = 1; i <= 40; i++) {
      text.append("\"Doe, %d\",%d,%d,%s\n".formatted(i, i % 7, i % 5, i % 2 == 0 ? "x" : "y"));
    }
    Path people = Files.writeString(folder.resolve("comma.csv"), text);
    CommandLineRun run = CommandLineRun.of("data", people, "--label", "kind");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).startsWith("note: column 1 (Name, first) is left out: ").hasLineCount(1);
    assertRefused(
        train(people, folder.resolve("comma"), "--label", "kind"),
        "column 1 (Name, first): expected texts that come up more than once",
        "hint: --label, --no-header, --separator");
  }

  @Test
  void dataSaysWhyNothingIsLeft() throws IOException {
    StringBuilder text = new StringBuilder("\"who\nis it\",kind\n");
    for (int i = 1; i <= 40; i++) {
      text.append("Mr. %d,%s\n".formatted(i, i % 2 == 0 ? "x" : "y"));
    }
    Path people = Files.writeString(folder.resolve("names.csv"), text);
    CommandLineRun run = CommandLineRun.of("data", people, "--label", "kind");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err())
        .startsWith("note: column 1 (who is it) is left out: expected texts that come up more")
        .contains("expected a column beside 'kind' to learn from, found none");
    // A name with a line's end in it can't be given as it is shown.
    assertRefused(train(people, folder.resolve("names"), "--label", "kind"), "hint: --label, --no");
  }

  /** What comes from a pipe can't be looked at again. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void dataFromAPipeIsReadOnce() throws Exception {
    Path pipe = folder.resolve("rows.pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    StringBuilder text = new StringBuilder("who,size,kind\n");
    for (int i = 1; i <= 40; i++) {
      text.append("Mr. %d,%d,%s\n".formatted(i, i % 7, i % 2 == 0 ? "x" : "y"));
    }
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                Files.writeString(pipe, text);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    assertRefused(
        CommandLineRun.of("data", pipe, "--label", "kind"),
        "column 1 (who): expected texts that come up more than once");
    writer.join();
  }

  private static int sum(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .mapToInt(match -> Integer.parseInt(match.group(1)))
        .sum();
  }

  @Test
  void whatGoesWithImagesIsRefused() {
    assertRefused(
        CommandLineRun.of("data", table, "--label", "kind", "--sheet", folder.resolve("s.png")),
        "--sheet: draws images");
    assertRefused(
        CommandLineRun.of("data", table, "--label", "kind", "--colour", "rgb"),
        "--colour: goes with");
    assertRefused(CommandLineRun.of("data", "--label", "kind"), "--label: goes with a table");
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() ->
            new StudioWorkshop(
                DataOption.of(table.toString()), Execution.singleThread(), folder.resolve("runs")))
        .withMessageContaining("the studio shows images, and");
  }

  private static void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err()).contains(fragments).doesNotContain("Exception");
    assertThat(run.out()).isEmpty();
  }

  /** The columns stay what they were, and the classes are others. */
  @Test
  void aNewLastLayerTakesOtherClasses() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Path animals = TinyTable.write(folder.resolve("animals.csv"), 90, 1);
    assertThat(
            CommandLineRun.of(
                    "train",
                    "--data",
                    animals,
                    "--label",
                    "kind",
                    "--ignore",
                    "id",
                    "--batch-size",
                    16,
                    "--epochs",
                    2,
                    "--output",
                    first)
                .status())
        .isZero();
    Path others =
        Files.writeString(
            folder.resolve("others.csv"),
            Files.readString(animals).replace("bird", "swan").replace("fish", "cod"));
    Object[] training = {
      "train",
      "--data",
      others,
      "--init",
      first,
      "--batch-size",
      16,
      "--epochs",
      2,
      "--output",
      second
    };
    assertRefused(CommandLineRun.of(training), "expected a class that was there in training");
    Object[] anew = Arrays.copyOf(training, training.length + 3);
    anew[training.length] = "--new-last-layer";
    anew[training.length + 1] = "--freeze";
    anew[training.length + 2] = "1";
    CommandLineRun run = CommandLineRun.of(anew);
    assertThat(run.status()).as(run.err()).isZero();
    Map<String, Object> before = object(CommandLineRun.of("inspect", first, "--json").out());
    Map<String, Object> after = object(CommandLineRun.of("inspect", second, "--json").out());
    assertThat(after)
        .containsEntry("classes", List.of("cat, large", "cod", "swan"))
        .containsEntry("network", "6-64-3");
    assertThat(after.get("schema")).isNotNull().isEqualTo(before.get("schema"));
  }

  private static CommandLineRun train(Path data, Path output, Object... more) {
    Object[] args = {
      "train", "--data", data, "--output", output, "--batch-size", 16, "--epochs", 2, "--json"
    };
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  /** Where nobody asks for a batch size, few rows are one batch, after a stop, too. */
  @Test
  void smallTablesTrainWithoutABatchSize() throws IOException {
    Path small = TinyTable.write(folder.resolve("small.csv"), 30, 1);
    Path whole = folder.resolve("whole");
    CommandLineRun training = trainSmall(small, whole);
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.err())
        .isEqualTo(
            "note: %s has 24 rows to train on, fewer than a batch of 64: each step looks at all of them, unless --batch-size says fewer\n"
                .formatted(small));
    assertThat(ModelFile.load(whole).provenance()).containsEntry("batch_size", "24");
    Path broken = folder.resolve("broken");
    CommandLineRun stopped =
        ResumeTest.until(2, TableDataTest::leave, smallTraining(small, broken));
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", broken);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(broken.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  /** The usual 20 epochs are made for more than a few rows. */
  @Test
  void fewStepsAreNotedWhereNobodyHasAskedForThem() throws IOException {
    Path few = TinyTable.write(folder.resolve("few.csv"), 210, 1);
    Object[] training = {
      "train", "--data", few, "--label", "kind", "--ignore", "id", "--output", folder.resolve("few")
    };
    CommandLineRun run = CommandLineRun.of(training);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "note: 20 epochs of 3 steps are 60 in all, which may be too few to learn from; --epochs 167 makes 501 of them\n");
    CommandLineRun asked =
        CommandLineRun.of(
            Stream.of(training, new Object[] {"--epochs", 2})
                .flatMap(Arrays::stream)
                .map(word -> word.equals(folder.resolve("few")) ? folder.resolve("asked") : word)
                .toArray());
    assertThat(asked.status()).as(asked.err()).isZero();
    assertThat(asked.err()).isEmpty();
  }

  /** What somebody asks for is not changed, and the hint takes no more than there is. */
  @Test
  void batchesThatAreTooLargeAreRefused() throws IOException {
    Path small = TinyTable.write(folder.resolve("small.csv"), 30, 1);
    Path no = folder.resolve("no");
    assertRefused(
        trainSmall(small, no, "--batch-size", 500),
        "--batch-size 500: " + small + " has 24 rows to train on\nhint: give at most 24\n");
    Path recipe = Files.writeString(folder.resolve("my.recipe"), "batch-size = 64\n");
    assertRefused(
        trainSmall(small, no, "--config", recipe),
        recipe + ":1: batch-size 64: " + small + " has 24 rows to train on\n");
    assertThat(no).doesNotExist();
  }

  private static CommandLineRun trainSmall(Path data, Path output, Object... more) {
    return CommandLineRun.of(smallTraining(data, output, more));
  }

  private static Object[] smallTraining(Path data, Path output, Object... more) {
    Object[] args = {
      "train",
      "--data",
      data,
      "--output",
      output,
      "--label",
      "kind",
      "--ignore",
      "id",
      "--epochs",
      4,
      "--json"
    };
    return Stream.of(args, more).flatMap(Arrays::stream).toArray();
  }

  private static void leave() {
    throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
  }

  /** The columns stay what they were, and another one says the class. */
  @Test
  void aNewLastLayerTakesAnotherLabel() throws IOException {
    Path animals = TinyTable.write(folder.resolve("animals.csv"), 90, 1);
    Path first = folder.resolve("first");
    assertThat(train(animals, first, "--label", "kind", "--ignore", "id,legs").status()).isZero();
    Object[] anew = {"--init", first, "--new-last-layer", "--label", "legs"};
    Path second = folder.resolve("second");
    CommandLineRun training = train(animals, second, anew);
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.err())
        .contains(
            "note: 'legs' may hold out other rows than 'kind', the label of the model " + first,
            "; if it has learned from "
                + animals
                + ", it knows some of the rows to test by, or all\n");
    Map<String, Object> before = object(CommandLineRun.of("inspect", first, "--json").out());
    Map<String, Object> after = object(CommandLineRun.of("inspect", second, "--json").out());
    assertThat(after).containsEntry("classes", List.of("0", "2", "4"));
    assertThat(String.valueOf(after.get("schema")))
        .contains("label=legs")
        .isEqualTo(String.valueOf(before.get("schema")).replace("label=kind", "label=legs"));
    Map<String, Object> judged =
        object(CommandLineRun.of("evaluate", second, "--data", animals, "--json").out());
    assertThat(judged)
        .as("what it began as may know the rows")
        .doesNotContainKey("trained_on_the_rest")
        .containsEntry("examples", 18L);
    // By its number, and after a stop, too.
    Path third = folder.resolve("third");
    anew[4] = 5;
    Object[] often = {"--checkpoint-every", 2};
    Object[] all = Stream.of(anew, often).flatMap(Arrays::stream).toArray();
    assertThat(train(animals, third, all).status()).isZero();
    assertThat(third.resolve("model.safetensors"))
        .hasSameBinaryContentAs(second.resolve("model.safetensors"));
    Path broken = folder.resolve("broken");
    Object[] basics = {
      "train", "--data", animals, "--output", broken, "--batch-size", 16, "--epochs", 2, "--json"
    };
    CommandLineRun stopped =
        ResumeTest.until(
            2, TableDataTest::leave, Stream.of(basics, all).flatMap(Arrays::stream).toArray());
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", broken);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(broken.resolve("model.safetensors"))
        .hasSameBinaryContentAs(second.resolve("model.safetensors"));
  }

  /** What a model says itself is refused beside it, and not passed over. */
  @Test
  void aNewLastLayerTakesNothingElseThatTheModelSays() throws IOException {
    Path animals = TinyTable.write(folder.resolve("animals.csv"), 90, 1);
    Path first = folder.resolve("first");
    assertThat(train(animals, first, "--label", "kind", "--ignore", "id,legs").status()).isZero();
    for (String option : List.of("--missing mean", "--categorical legs", "--ignore id")) {
      String[] words = option.split(" ", -1);
      assertRefused(
          train(
              animals,
              folder.resolve("no"),
              "--init",
              first,
              "--new-last-layer",
              words[0],
              words[1]),
          words[0] + ": can't be given with the model " + first + ", which says it itself");
    }
    assertRefused(
        train(animals, folder.resolve("no"), "--init", first, "--label", "legs"),
        "--label: can't be given with the model");
    assertRefused(
        train(
            animals, folder.resolve("no"), "--init", first, "--new-last-layer", "--label", "home"),
        "animals.csv: label: expected a column that is no input of the model, found 'home'",
        "hint: --label names the column with the new classes");
    assertRefused(
        train(
            animals,
            folder.resolve("no"),
            "--init",
            first,
            "--new-last-layer",
            "--test",
            animals,
            "--test-fraction",
            0.1),
        "--test-fraction: can't be combined with --test");
    assertThat(folder.resolve("no")).doesNotExist();
  }
}
