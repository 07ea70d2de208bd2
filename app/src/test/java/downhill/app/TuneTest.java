package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.CheckpointFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches on data small enough to be searched many times. */
class TuneTest {
  private static final List<String> FILES =
      List.of("tuning.jsonl", "tuning.csv", "tuning.svg", "best.recipe");

  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");

  @BeforeEach
  void writeData() {
    data = TinyData.write(folder.resolve("data"));
  }

  private Object[] arguments(String output, Object... more) {
    List<?> first =
        List.of(
            "tune",
            "--data",
            data,
            "--trials",
            9,
            "--epochs",
            9,
            "--batch-size",
            "8,16",
            "--output",
            folder.resolve(output));
    return Stream.concat(first.stream(), Arrays.stream(more)).toArray();
  }

  private CommandLineRun tune(String output, Object... more) {
    return CommandLineRun.of(
        arguments(
            output,
            Stream.concat(
                    Stream.of("--network", "16-3,16-8-3", "--learning-rate", "0.001..1"),
                    Arrays.stream(more))
                .toArray()));
  }

  private String read(String output, String name) throws IOException {
    return Files.readString(folder.resolve(output).resolve(name));
  }

  /** What is not said is as train has it, which depends on the optimizer. */
  @Test
  void theLearningRateIsTrainsForTheOptimizer() throws IOException {
    Path base =
        Files.writeString(
            folder.resolve("base.recipe"), "network = 16-3\noptimizer = gradient-descent\n");
    CommandLineRun run =
        CommandLineRun.of(arguments("rate", "--config", base, "--l2", "1e-6..1e-3"));
    assertThat(run.err()).isEmpty();
    assertThat(read("rate", "best.recipe"))
        .contains("optimizer = gradient-descent\n", "learning-rate = 0.1\n");
    run =
        CommandLineRun.of(arguments("both", "--network", "16-3", "--optimizer", "momentum,adamw"));
    assertThat(run.err()).isEmpty();
    assertThat(read("both", "best.recipe")).doesNotContain("learning-rate");
  }

  @Test
  void writesTableRecipeAndPicture() throws IOException {
    CommandLineRun run = tune("a");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out().replace('\n', ' ')) // where lines end depends on the folder's name
        .contains("Tuning on", "9 trials", "75 images", "judged by 15 others")
        .contains("Rung 1 of 3: 9 trials to epoch 1", "Rung 3 of 3: 1 trial to epoch 9")
        .contains("Ranking, the best first", "finished", "dropped")
        .doesNotContain("\033", "\r");
    try (var files = Files.list(folder.resolve("a"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(FILES);
    }
    assertThat(read("a", "tuning.jsonl").lines()).hasSize(1 + 9 + 3 + 1);
    String winner = read("a", "tuning.csv").lines().skip(1).findFirst().orElseThrow();
    String[] cells = winner.split(",", -1);
    assertThat(read("a", "best.recipe").lines())
        .contains("network = " + cells[6], "learning-rate = " + cells[7], "epochs = 9", "seed = 1")
        .contains("batch-size = " + cells[8])
        .first()
        .asString()
        .startsWith("# Trial " + cells[1] + " of 9: accuracy ");
  }

  @Test
  void theRestIsAsTheRecipeSaysAndTheWinnerTrainsByItsOwn() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("my.recipe"),
            """
            # mine
            network = 16-8-3
            optimizer = nesterov
            momentum = 0.8
            epochs = 6
            seed = 5
            validation = 0.2
            keep-best = true
            class-weights = balanced
            schedule = cosine
            """);
    CommandLineRun run =
        CommandLineRun.of(
            "tune",
            "--data",
            data,
            "--config",
            recipe,
            "--trials",
            4,
            "--keep",
            "1/2",
            "--learning-rate",
            "0.01..0.5",
            "--output",
            folder.resolve("a"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out().replace('\n', ' '))
        .contains("4 to epoch 1", "1 to epoch 6", "seed 5", "judged by 18 others");
    List<String> best = read("a", "best.recipe").lines().toList();
    assertThat(best)
        .contains("network = 16-8-3", "optimizer = nesterov", "momentum = 0.8", "epochs = 6")
        .contains("seed = 5", "validation = 0.2", "keep-best = true", "class-weights = balanced")
        .contains("schedule = cosine", "batch-size = 64", "monitor = accuracy")
        .hasSize(13);
    CommandLineRun train =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--config",
            folder.resolve("a/best.recipe"),
            "--output",
            folder.resolve("run"));
    assertThat(train.err()).isEmpty();
    assertThat(train.status()).isZero();
    // To the end it is the same training, so it does the same on what is held out.
    String[] winner =
        read("a", "tuning.csv").lines().skip(1).findFirst().orElseThrow().split(",", -1);
    assertThat(Files.readString(folder.resolve("run/history.jsonl"))).contains(winner[5]);
  }

  @Test
  void whatTheSearchDoesInsteadOfTheRecipeTheWinnerSays() throws IOException {
    Path recipe = folder.resolve("my.recipe");
    Files.writeString(recipe, "validation = 0.1\nkeep-best = true\nmonitor = accuracy\n");
    CommandLineRun run = tune("a", "--config", recipe, "--validation", 0.3, "--monitor", "loss");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(read("a", "best.recipe").lines()).contains("validation = 0.3", "monitor = loss");
  }

  /** A search holds something out even where its recipe leaves that to the command line. */
  @ParameterizedTest
  @ValueSource(strings = {"patience = 2", "keep-best = true", "monitor = loss"})
  void whatNeedsAValidationSetGetsTheSearchs(String setting) throws IOException {
    Path recipe = Files.writeString(folder.resolve("my.recipe"), setting + "\n");
    CommandLineRun run = tune("a", "--config", recipe, "--validation", 0.2);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(read("a", "best.recipe").lines()).contains(setting, "validation = 0.2");
    CommandLineRun train =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--config",
            folder.resolve("a/best.recipe"),
            "--output",
            folder.resolve("run"));
    assertThat(train.status()).as(train.err()).isZero();
    Files.delete(folder.resolve("a/best.recipe"));
    CommandLineRun again = CommandLineRun.of("tune", "--resume", folder.resolve("a"));
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(read("a", "best.recipe").lines()).contains(setting);
  }

  @Test
  void whatNeedsNoValidationSetIsTrainedOnAll() throws IOException {
    Path recipe = Files.writeString(folder.resolve("my.recipe"), "patience = 0\n");
    assertThat(tune("a", "--config", recipe).status()).isZero();
    assertThat(read("a", "best.recipe")).doesNotContain("validation");
  }

  /** A batch size that nobody has asked for is no reason to refuse a small table. */
  @Test
  void theDefaultSpaceFitsTheData() throws IOException {
    Path table = TinyTable.write(folder.resolve("animals.csv"), 60, 1);
    CommandLineRun run =
        CommandLineRun.of(
            "tune",
            "--data",
            table,
            "--label",
            "kind",
            "--trials",
            9,
            "--epochs",
            1,
            "--output",
            folder.resolve("a"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(read("a", "tuning.jsonl")).contains("\"batch-size\":\"16,32\"");
  }

  private CommandLineRun tuneFew(Path table, String output, Object... more) {
    Object[] search = {
      "tune",
      "--data",
      table,
      "--label",
      "kind",
      "--ignore",
      "id",
      "--trials",
      3,
      "--epochs",
      1,
      "--learning-rate",
      "0.01..0.1",
      "--output",
      folder.resolve(output)
    };
    return CommandLineRun.of(Stream.of(search, more).flatMap(Arrays::stream).toArray());
  }

  /** A batch size that nobody has asked for is no reason to refuse a small table. */
  @Test
  void ofFewExamplesAllMakeABatch() throws IOException {
    Path table = TinyTable.write(folder.resolve("few.csv"), 60, 1);
    CommandLineRun run = tuneFew(table, "few");
    assertThat(run.status()).as(run.err()).isZero();
    Matcher note =
        Pattern.compile(
                "few.csv has (\\d+) rows to train on, fewer than a batch of 64: each step looks at all of them")
            .matcher(run.err());
    assertThat(note.find()).as(run.err()).isTrue();
    assertThat(Integer.parseInt(note.group(1))).isBetween(36, 42); // of 48, a sixth is held out
    assertThat(read("few", "best.recipe")).contains("batch-size = " + note.group(1) + "\n");
    assertRefused(
        tuneFew(table, "no", "--batch-size", 64), "--batch-size: trial 1 has 64, but there are");
  }

  @Test
  void whatNoTrialCouldDoIsRefusedBeforeTheFirst() throws IOException {
    Path recipe = Files.writeString(folder.resolve("my.recipe"), "class-weights = 1,2\n");
    assertRefused(tune("a", "--config", recipe), "class weights: expected 3, one for each class");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  /** File managers leave files of their own wherever somebody looks. */
  @Test
  void aStrangersFileAmongTheTrialsStays() throws IOException {
    CommandLineRun whole = tune("a");
    assertThat(whole.status()).isZero();
    List<String> lines = read("a", "tuning.jsonl").lines().toList();
    Path trials = Files.createDirectories(folder.resolve("a/trials"));
    Path own = Files.writeString(trials.resolve(".DS_Store"), "a folder");
    Files.writeString(
        folder.resolve("a/tuning.jsonl"), String.join("\n", lines.subList(0, 4)) + "\n");
    CommandLineRun rest = CommandLineRun.of("tune", "--resume", folder.resolve("a"));
    assertThat(rest.status()).as(rest.err()).isZero();
    assertThat(own).hasContent("a folder");
    assertThat(read("a", "tuning.jsonl").lines()).containsExactlyElementsOf(lines);
  }

  /** A loss beyond hope takes an epoch back; each is counted once. */
  @Test
  void epochsThatAreTakenBackDoNotCount() throws IOException {
    Path recipe = folder.resolve("my.recipe");
    Files.writeString(recipe, "retries = 30\noptimizer = gradient-descent\nschedule = constant\n");
    AtomicInteger wentBack = new AtomicInteger();
    CommandLineRun run =
        ResumeTest.until(
            1 + 9, // the first rung has ended, and nobody's checkpoints are gone yet
            () -> wentBack.set(countWentBack(folder.resolve("a/trials"))),
            arguments(
                "a",
                "--config",
                recipe,
                "--network",
                "16-64-3",
                "--learning-rate",
                "20,40,80",
                "--json"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(wentBack.get()).as("trials that went back").isPositive();
    for (String row : read("a", "tuning.csv").lines().skip(1).toList()) {
      assertThat(row).matches("\\d+,\\d+,\\d,(1|3|9),.*");
    }
  }

  private static int countWentBack(Path trials) {
    int count = 0;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(trials)) {
      for (Path trial : folders) {
        count += CheckpointFile.load(trial).checkpoint().state().retries() > 0 ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return count;
  }

  @Test
  void mistakesInTheRecipeAreNamed() throws IOException {
    Path recipe = Files.writeString(folder.resolve("my.recipe"), "\nmomentum = 2\n");
    CommandLineRun run =
        CommandLineRun.of(
            "tune", "--data", data, "--config", recipe, "--output", folder.resolve("a"));
    assertRefused(run, "my.recipe:2: ");
    assertThat(folder.resolve("a")).doesNotExist();
    assertRefused(
        CommandLineRun.of("tune", "--recipe", "default", "--config", recipe), "expected one of");
  }

  @Test
  void machineAndOrderChangeNoByte() throws IOException {
    tune("a", "--threads", 1, "--kernel", "scalar");
    tune("b", "--threads", 2, "--kernel", "vector");
    tune("c", "--seed", 2);
    for (String name : FILES) {
      assertThat(read("b", name)).as(name).isEqualTo(read("a", name));
      assertThat(read("c", name)).as(name).isNotEqualTo(read("a", name));
    }
  }

  @Test
  void tellsProgramsWhatHappensInJson() {
    CommandLineRun run = tune("a", "--json", "--monitor", "loss", "--keep", "1/2");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    List<Map<String, Object>> events = run.lines().stream().map(JsonValues::object).toList();
    assertThat(events.getFirst()).containsEntry("event", "started").containsEntry("seed", 1L);
    assertThat((List<?>) field(events.getFirst(), "rungs")).hasSize(4);
    assertThat(events.subList(1, events.size() - 1))
        .hasSize(9 + 4 + 2 + 1)
        .allSatisfy(event -> assertThat(event).containsEntry("event", "rung"));
    Map<String, Object> last = events.getLast();
    assertThat(last)
        .containsEntry("event", "finished")
        .containsEntry("recipe", folder.resolve("a/best.recipe").toString())
        .containsEntry("epochs", 9L);
    assertThat(number(last, "accuracy")).isBetween(0.0, 1.0);
  }

  @Test
  void withoutARangeTheDefaultSpaceIsSearched() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "tune",
            "--data",
            data,
            "--trials",
            3,
            "--epochs",
            1,
            "--batch-size",
            16,
            "--output",
            folder.resolve("a"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    Map<String, Object> plan = object(read("a", "tuning.jsonl").lines().toList().getFirst());
    assertThat(field(plan, "space"))
        .isEqualTo(
            Map.of(
                "network", "16-128-3,16-256-128-3,16-512-128-64-3",
                "learning-rate", "1E-4..0.01",
                "batch-size", "16",
                "dropout", "0..0.3",
                "weight-decay", "0.001..1"));
  }

  /** With this seed the third trial draws 7.55E-6, less than training takes. */
  @Test
  void aDropoutTooSmallToBeOneStopsNoSearch() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "tune",
            "--data",
            data,
            "--trials",
            3,
            "--epochs",
            1,
            "--seed",
            2892,
            "--output",
            folder.resolve("a"));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(read("a", "tuning.csv").lines()).first().asString().endsWith(",dropout,outcome");
    assertThat(read("a", "tuning.csv").lines()).anyMatch(row -> row.matches("\\d,3,.*,0,\\w+"));
  }

  @Test
  void divergedTrialsRankLastAndAreShown() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(arguments("a", "--network", "16-8-3", "--learning-rate", "0.5,1e30"));
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("diverged");
    List<String> rows = read("a", "tuning.csv").lines().toList();
    assertThat(rows.getLast()).contains("1e30").endsWith(",diverged");
    assertThat(rows.get(1)).contains(",0.5,").endsWith(",finished");
  }

  @Test
  void whereAllDivergeItSaysSo() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(arguments("a", "--network", "16-8-3", "--learning-rate", "1e30,1e31"));
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("every one of 9 trials diverged"),
            line -> assertThat(line).startsWith("hint: ").contains("--learning-rate"));
    assertThat(folder.resolve("a/best.recipe")).doesNotExist();
    assertThat(read("a", "tuning.csv").lines()).hasSize(10);
  }

  @Test
  void goesOnFromAnyLine() throws IOException {
    tune("whole");
    List<String> lines = read("whole", "tuning.jsonl").lines().toList();
    for (int kept = 1; kept <= lines.size(); kept++) {
      String name = "cut" + kept;
      Files.createDirectories(folder.resolve(name));
      String next = kept < lines.size() ? lines.get(kept).substring(0, 20) : "";
      Files.writeString(
          folder.resolve(name).resolve("tuning.jsonl"),
          String.join("\n", lines.subList(0, kept)) + "\n" + next);
      CommandLineRun run = CommandLineRun.of("tune", "--resume", folder.resolve(name));
      assertThat(run.status()).as(run.err()).isZero();
      for (String file : FILES) {
        assertThat(read(name, file)).as(name + " " + file).isEqualTo(read("whole", file));
      }
    }
  }

  @Test
  void aDamagedCheckpointOnlyCostsTime() throws IOException {
    tune("whole");
    List<String> lines = read("whole", "tuning.jsonl").lines().toList();
    Path trial = Files.createDirectories(folder.resolve("cut/trials/1"));
    Files.writeString(folder.resolve("cut/tuning.jsonl"), lines.getFirst() + "\n");
    Files.writeString(trial.resolve("checkpoint.safetensors"), "no checkpoint");
    CommandLineRun run = CommandLineRun.of("tune", "--resume", folder.resolve("cut"));
    assertThat(run.status()).isZero();
    assertThat(run.err()).startsWith("warning: ").contains("the trial begins again");
    assertThat(read("cut", "best.recipe")).isEqualTo(read("whole", "best.recipe"));
    assertThat(folder.resolve("cut/trials")).doesNotExist();
  }

  @Test
  void resumeKeepsTheSettingsAndTheData() throws IOException {
    tune("a");
    Path a = folder.resolve("a");
    CommandLineRun more = CommandLineRun.of("tune", "--resume", a, "--trials", 27);
    assertRefused(more, "--trials does not go with --resume");
    CommandLineRun space = CommandLineRun.of("tune", "--resume", a, "--dropout", "0.1");
    assertRefused(space, "--dropout does not go with --resume");
    CommandLineRun data = CommandLineRun.of("tune", "--resume", a, "--data", "fashion-mnist");
    assertRefused(data, "expected the training data that it began with");
    Files.writeString(a.resolve("tuning.jsonl"), "{}\n");
    assertRefused(
        CommandLineRun.of("tune", "--resume", a), "tuning.jsonl:1: expected a whole number for");
    Files.writeString(a.resolve("tuning.jsonl"), "");
    assertRefused(CommandLineRun.of("tune", "--resume", a), "tuning.jsonl:1: expected the plan");
    assertRefused(CommandLineRun.of("tune", "--resume", folder), "holds tuning.jsonl");
  }

  /** What it says to do next reads the pictures as the search did. */
  @Test
  void whatComesNextReadsTheSamePictures() {
    Path pictures = TinyImages.write(folder.resolve("pictures"));
    CommandLineRun search =
        CommandLineRun.of(
            "tune",
            "--data",
            pictures,
            "--size",
            "6x6",
            "--invert",
            "--test-fraction",
            "0.25",
            "--max-unreadable",
            "0.5",
            "--trials",
            3,
            "--epochs",
            3,
            "--network",
            "36-3,36-4-3",
            "--batch-size",
            8,
            "--output",
            folder.resolve("next"));
    assertThat(search.status()).as(search.err()).isZero();
    String next =
        search.lines().stream().filter(line -> line.startsWith("Next")).findFirst().orElseThrow();
    assertThat(next).endsWith(" --invert --size 6x6 --test-fraction 0.25 --max-unreadable 0.5");
    Object[] words = next.substring(next.indexOf("train")).split(" ", -1);
    CommandLineRun training =
        CommandLineRun.of(
            Stream.concat(Arrays.stream(words), Stream.of("--output", folder.resolve("trained")))
                .toArray());
    assertThat(training.status()).as(training.err()).isZero();
    // A model says how its pictures were made, but not how many of them could not be read.
    String evaluate =
        training.lines().stream()
            .filter(line -> line.contains(" evaluate "))
            .findFirst()
            .orElseThrow();
    assertThat(evaluate).endsWith("--max-unreadable 0.5").doesNotContain("--size");
  }

  @Test
  void outputFoldersThatCanNotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    CommandLineRun search = tune("file/search");
    assertRefused(search, "output folder " + file);
    assertThat(search.err()).contains("give --output a folder that can be written");
  }

  @Test
  void aBrokenLineIsNamed() throws IOException {
    tune("a");
    Path record = folder.resolve("a/tuning.jsonl");
    List<String> lines = Files.readAllLines(record);
    for (String broken :
        List.of(
            "{", "[]", "{\"trial\":1}", lines.get(3) + "x", "{\"a\":1,\"a\":2}", "{\"a\":null}")) {
      lines.set(3, broken);
      Files.writeString(record, String.join("\n", lines) + "\n");
      assertRefused(
          CommandLineRun.of("tune", "--resume", folder.resolve("a")), "tuning.jsonl:4: expected");
    }
  }

  private static void assertRefused(CommandLineRun run, String fragment) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).as(run.err()).hasSize(2);
    assertThat(run.err()).startsWith("downhill: ").contains(fragment).contains("\nhint: ");
  }

  @ParameterizedTest
  @CsvSource({
    "--learning-rate, 0.3..0.1, --learning-rate 0.3..0.1",
    "--dropout, 0..1, --dropout 0..1",
    "--optimizer, foo, foo",
    "--trials, 0, trials",
    "--trials, 100000, trials",
    "--epochs, 0, epochs",
    "--epochs, 99999999, epochs",
    "--keep, 0.4, --keep 0.4",
    "--keep, 2/3, --keep 2/3",
    "--monitor, f1, --monitor f1",
    "--validation, 1, validation",
    "--validation, x, expected a share",
    "--seed, x, --seed",
    "--network, 784-10, 784 values",
    "--network, 16-8-4, 4 classes",
    "--momentum, 0.5..0.9, momentum",
    "--threads, 0, threads",
  })
  void refusesWhatMakesNoSense(String option, String value, String fragment) {
    boolean given = List.of("--trials", "--epochs", "--network").contains(option);
    Object[] args =
        given
            ? new Object[] {
              "tune", "--data", data, option, value, "--output", folder.resolve("out")
            }
            : new Object[] {
              "tune",
              "--data",
              data,
              "--network",
              "16-3",
              option,
              value,
              "--output",
              folder.resolve("out")
            };
    assertRefused(CommandLineRun.of(args), fragment);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void refusesBatchesLargerThanWhatIsLeftToLearnFrom() {
    CommandLineRun run =
        CommandLineRun.of(
            "tune",
            "--data",
            data,
            "--network",
            "16-3",
            "--batch-size",
            "76,80",
            "--output",
            folder.resolve("out"));
    assertRefused(run, "75 images to learn from");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 50, 80, 120})
  void fitsTheTerminal(int columns) {
    CommandLineRun run =
        CommandLineRun.on(
            true,
            false,
            columns,
            arguments("a", "--network", "16-3,16-8-3", "--learning-rate", "0.001..1"));
    assertThat(run.status()).as(run.err()).isZero();
    String text = run.out().replace("\033[K", "");
    for (String line : text.split("[\r\n]", -1)) {
      if (!line.contains(folder.toString())) {
        assertThat(Text.width(line)).as(line).isLessThan(columns);
      }
    }
  }
}
