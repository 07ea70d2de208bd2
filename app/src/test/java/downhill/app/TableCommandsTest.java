package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All commands on a table, as a user runs them. */
class TableCommandsTest {
  @TempDir private static Path folder = Path.of("");

  private static Path data = Path.of("");
  private static Path run = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    data = TinyTable.write(folder.resolve("animals.csv"), 240, 1);
    run = folder.resolve("run");
    CommandLineRun training = CommandLineRun.of(training(data, run, ""));
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.err()).isEmpty();
    assertThat(training.out().replaceAll("\\s+", " "))
        .contains(
            "Training 6-64-3 on",
            "animals.csv: 192 rows, 3 classes, 48 to test",
            "rows/s",
            "predict",
            "ROWS.csv");
  }

  private static Object[] training(Path table, Path output, String options) {
    return Stream.concat(
            Stream.of("train", "--data", table, "--output", output),
            Stream.of(
                ("--label kind --ignore id --batch-size 16 --epochs 12 --learning-rate 0.05 "
                        + options)
                    .strip()
                    .split(" +")))
        .toArray();
  }

  private static void leave() {
    throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
  }

  private static byte[] model(Path folder) throws IOException {
    return Files.readAllBytes(folder.resolve("model.safetensors"));
  }

  @Test
  void evaluateJudgesByTheRowsThatWereHeldOut() {
    CommandLineRun people = CommandLineRun.of("evaluate", run, "--data", data);
    assertThat(people.status()).as(people.err()).isZero();
    assertThat(people.err()).isEmpty();
    assertThat(people.out()).contains("on 48 rows of", "bird", "fish", "cat, large", "rows");
    Map<String, Object> json =
        object(CommandLineRun.of("evaluate", run, "--data", data, "--json").out());
    assertThat(json).containsEntry("examples", 48L);
    assertThat(number(json, "accuracy")).isGreaterThan(0.95);
  }

  @Test
  void evaluateTakesAnotherFileWhole() throws IOException {
    Path more = TinyTable.write(folder.resolve("more.csv"), 60, 2);
    Map<String, Object> json =
        object(CommandLineRun.of("evaluate", run, "--test", more, "--json").out());
    assertThat(json).containsEntry("examples", 60L);
    assertThat(number(json, "accuracy")).isGreaterThan(0.95);
    assertRefused(
        CommandLineRun.of("evaluate", run, "--data", data, "--label", "kind"),
        "--label: can't be given with the model");
    assertRefused(
        CommandLineRun.of("evaluate", run, "--test", more, "--test-fraction", 0.1),
        "--test-fraction: can't be combined with --test");
    assertRefused(CommandLineRun.of("evaluate", run), "Fashion-MNIST is none");
    assertRefused(
        CommandLineRun.of("evaluate", run, "--test", more, "--size", 8),
        "--size: goes with a folder or a list of images, not with " + more + "\n");
  }

  /** The least probable class of equals would be an answer, too; all rows are looked at first. */
  @Test
  void predictSaysNothingWhereAModelHasNoAnswer() throws IOException {
    Model good = ModelFile.load(run);
    Architecture widths = good.network().architecture();
    float[] first = good.network().weights(1);
    for (int i = 0; i < first.length; i++) {
      first[i] *= 1e18f; // with a weight of some tons more than a float holds, after two layers
    }
    float[] last = good.network().weights(2);
    for (int i = 0; i < last.length; i++) {
      last[i] *= 1e18f;
    }
    Network wild =
        Network.of(
            widths,
            new float[][] {first, last},
            new float[][] {good.network().biases(1), good.network().biases(2)});
    Path model = folder.resolve("wild.safetensors");
    ModelFile.save(new Model(wild, good.classNames(), new TreeMap<>(), good.schema()), model);
    Path rows = folder.resolve("heavy.csv");
    Files.writeString(rows, "weight,length,legs,home\n0.3,20,2,air\n1e9,20,2,air\n");
    CommandLineRun refused = CommandLineRun.of("predict", model, rows, "--json");
    assertRefused(
        refused, "heavy.csv: line 3: expected values near those that the model learned from");
    assertThat(refused.out()).isEmpty();
  }

  /** From raw values in another order, with others beside them: the same as evaluate counts. */
  @Test
  void predictTakesRawValues() throws IOException {
    Path rows = folder.resolve("rows.csv");
    Files.writeString(
        rows, "more,legs,home,weight,length\nx,2,air,0.3,20\ny,0,sea,2,50\nz,4,land,150,190\n");
    CommandLineRun json = CommandLineRun.of("predict", run, rows, "--json");
    assertThat(json.status()).as(json.err()).isZero();
    List<Map<String, Object>> answers = json.lines().stream().map(JsonValues::object).toList();
    assertThat(answers)
        .extracting(answer -> field(answer, "label"))
        .containsExactly("bird", "fish", "cat, large");
    assertThat(answers.getFirst())
        .containsOnlyKeys("file", "line", "class", "label", "probabilities")
        .containsEntry("file", rows.toString())
        .containsEntry("line", 2L);
    double sum =
        array(answers.getFirst(), "probabilities").stream().mapToDouble(p -> (Double) p).sum();
    assertThat(sum).isBetween(0.999, 1.001);
    CommandLineRun people = CommandLineRun.of("predict", run, rows);
    assertThat(people.out()).contains("rows.csv, line 4", "cat, large", " %");
  }

  @Test
  void predictAgreesWithEvaluate() throws IOException {
    Path more = TinyTable.write(folder.resolve("both.csv"), 1500, 3);
    Map<String, Object> evaluation =
        object(CommandLineRun.of("evaluate", run, "--test", more, "--json").out());
    List<String> lines = Files.readAllLines(more);
    List<String> answers = CommandLineRun.of("predict", run, more, "--json").lines();
    assertThat(answers).hasSize(1500);
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      String label = field(object(answers.get(i)), "label").toString();
      right += lines.get(i + 1).contains(label) ? 1 : 0;
    }
    assertThat(right / 1500.0).isEqualTo(number(evaluation, "accuracy"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "length,weight,legs,home/20,0.3,2,moon|line 2, column 4 (home): expected one of air, land,"
            + " sea",
        "length,weight,legs,home/20,0.3,2,air/x,1,2,air|line 3, column 1 (length): expected a"
            + " number",
        "length,weight,legs/20,0.3,2|expected a column called 'home'",
        "length,weight,legs,home/20,0.3,2|line 2, column 4 (home): expected 4 fields",
        "length,weight,legs,home/20,0.3,,air|line 2, column 3 (legs): expected a value, found none",
        "length,weight,legs,home/20,0.3,2,'air/x'|line 2, column 4 (home): expected one of air,"
            + " land",
        "length,weight,note,legs,home/20,0.3,'a/b',x,air|line 3, column 4 (legs): expected a"
            + " number",
        "length,weight,legs,home/20,1e300,2,air|line 2, column 2 (weight): expected a number nearer"
            + " to",
        "length,weight,legs,home|line 2, column 1: expected rows of values below the names, found"
            + " none",
        "length,weight,legs,home/|line 2, column 1: expected rows of values below the names, found"
            + " none",
      })
  void predictSaysNothingWhereARowIsWrong(String text, String message) throws IOException {
    Path rows = folder.resolve("wrong.csv");
    Files.writeString(rows, text.replace("/", "\n").replace("'", "\""));
    assertRefused(CommandLineRun.of("predict", run, rows), message);
    Path good = folder.resolve("good.csv");
    Files.writeString(good, "length,weight,legs,home\n20,0.3,2,air\n");
    assertRefused(CommandLineRun.of("predict", run, good, rows, "--json"), "wrong.csv");
  }

  /** What can be read once only would be empty the second time. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void predictRefusesPipes() throws Exception {
    Path pipe = folder.resolve("pipe.csv");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor()).isZero();
    for (Object file : List.of(pipe, "/dev/null")) {
      assertRefused(
          CommandLineRun.of("predict", run, file), "expected a file, which predict reads twice");
    }
    assertRefused(CommandLineRun.of("predict", run, folder), "found a folder");
    assertRefused(
        CommandLineRun.of("predict", run, folder.resolve("no.csv")), "found none of this name");
  }

  @Test
  void inspectShowsTheColumns() {
    CommandLineRun people = CommandLineRun.of("inspect", run);
    assertThat(people.out())
        .contains(
            "Takes the rows of a table; the label is kind", "length", "home", "air, land, sea")
        .contains("test_fraction", "0.2");
    Map<String, Object> json = object(CommandLineRun.of("inspect", run, "--json").out());
    Map<?, ?> schema = (Map<?, ?>) field(json, "schema");
    assertThat(schema.get("label")).isEqualTo("kind");
    assertThat((List<?>) schema.get("columns")).hasSize(4);
  }

  @Test
  void exportsTakeRawRows() throws IOException {
    Path onnx = folder.resolve("table.onnx");
    assertThat(CommandLineRun.of("export", run, "--output", onnx).status()).isZero();
    Path back = folder.resolve("back.safetensors");
    assertThat(CommandLineRun.of("export", onnx, "--output", back).status()).isZero();
    assertThat(Files.readAllBytes(back)).isEqualTo(model(run));
    assertThat(CommandLineRun.of("evaluate", onnx, "--data", data, "--json").out())
        .isEqualTo(CommandLineRun.of("evaluate", run, "--data", data, "--json").out());
    Path java = folder.resolve("Zoo.java");
    assertThat(CommandLineRun.of("export", run, "--output", java).status()).isZero();
    assertThat(java).content().contains("float[] probabilities(double[] x)", "inputNames");
  }

  @Test
  void explainNamesTheColumn() {
    CommandLineRun explained =
        CommandLineRun.of("explain", run, "--data", data, "--example", 0, "--weight", "1,0,2");
    assertThat(explained.status()).as(explained.err()).isZero();
    assertThat(explained.out()).contains("from input 2 (home = air)");
  }

  @Test
  void reportTellsOfTheTable() throws IOException {
    assertThat(run.resolve("report.html")).exists();
    String card = Files.readString(run.resolve("model-card.md"));
    assertThat(card)
        .contains("rows with the columns length, weight, home, legs", "RowEncoder", "ROWS.csv")
        .contains("tabular-classification", "trained on these very 192 examples");
    CommandLineRun again =
        CommandLineRun.of(
            "report", run, "--data", data, "--output", folder.resolve("about"), "--json");
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(folder.resolve("about").resolve("report.html"))
        .hasSameBinaryContentAs(run.resolve("report.html"));
  }

  /** From memory or from a file of rows, on any number of threads: the same bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"--threads 1 --kernel scalar", "--threads 3 --kernel vector"})
  void theSameBytes(String options) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path other = folder.resolve("other " + options);
    CommandLineRun training =
        CommandLineRun.of(training(data, other, options + " --cache " + cache));
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(model(other)).isEqualTo(model(run));
    try (Stream<Path> rows = Files.list(cache)) {
      assertThat(rows.map(file -> file.getFileName().toString()))
          .singleElement()
          .asString()
          .matches("animals\\.csv-[0-9a-f]{16}\\.downhill-rows");
    }
  }

  /** Stopped in an epoch, and gone on with elsewhere: the bytes of a run that was not. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--validation 0.25 --keep-best --optimizer adam"})
  void goesOnToTheSameBytes(String options) throws IOException {
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Path unbroken = folder.resolve("unbroken" + options.length());
    Path broken = folder.resolve("broken" + options.length());
    String all = options + " --json --checkpoint-every 5";
    assertThat(CommandLineRun.of(training(data, unbroken, all)).status()).isZero();
    CommandLineRun stopped =
        ResumeTest.until(
            4, TableCommandsTest::leave, training(data, broken, all + " --cache " + cache));
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", broken, "--threads", 1);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(model(broken)).isEqualTo(model(unbroken));
    assertThat(card(broken)).isEqualTo(card(unbroken));
  }

  /** All but the time. */
  private static List<String> card(Path run) throws IOException {
    return Files.readAllLines(run.resolve("model-card.md")).stream()
        .filter(line -> !line.startsWith("| Time spent"))
        .toList();
  }

  /** What comes next looks for the rows where they are. */
  @Test
  void theNextCommandsNameTheCache() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("a cache"));
    List<Object> args =
        new ArrayList<>(List.of(training(data, folder.resolve("with a cache"), "")));
    args.addAll(List.of("--cache", cache));
    CommandLineRun training = CommandLineRun.of(args.toArray());
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.out())
        .contains(" --data " + Text.quoted(data.toString()) + " --cache '" + cache + "'\n");
    assertThat(TableOptions.of(Map.of("table.cache", cache.toString())).againToLearn())
        .isEqualTo(" --cache '" + cache + "'");
  }

  /** A run that is gone on with elsewhere has other ways to its files. */
  @Test
  void theNextCommandsFindTheFilesFromHere() {
    String where = data.toAbsolutePath().toString();
    String test = folder.resolve("test rows.csv").toAbsolutePath().toString();
    Map<String, String> begun =
        Map.of(
            "data_given", "animals.csv", "table.test", test, "table.test_given", "test rows.csv");
    assertThat(DataOption.of(where, begun).againHere())
        .isEqualTo(" --data " + Text.quoted(where) + " --test '" + test + "'");
    assertThat(DataOption.of(where, begun).again())
        .as("what reports say is what was given")
        .isEqualTo(" --data animals.csv --test 'test rows.csv'");
    Path here = Path.of("").toAbsolutePath();
    assertThat(DataOption.here("./t.csv", here.resolve("t.csv").toString())).isEqualTo("./t.csv");
    assertThat(DataOption.here("a.csv", here.resolve("a.csv").toString())).isEqualTo("a.csv");
    assertThat(DataOption.here("a.csv", here.resolve("b/a.csv").toString()))
        .isEqualTo(here.resolve("b/a.csv").toString());
  }

  @Test
  void resumeNeedsTheSameTable() throws IOException {
    Path table = TinyTable.write(folder.resolve("changing.csv"), 90, 7);
    Path broken = folder.resolve("changed");
    ResumeTest.until(3, TableCommandsTest::leave, training(table, broken, "--json"));
    TinyTable.write(table, 90, 8);
    assertRefused(
        CommandLineRun.of("train", "--resume", broken),
        "expected the training rows that",
        "SHA-256");
  }

  @Test
  void validationTeachesNothing() throws IOException {
    Path held = folder.resolve("held");
    CommandLineRun training =
        CommandLineRun.of(training(data, held, "--validation 0.25 --patience 9 --json"));
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(object(training.lines().getFirst()))
        .containsEntry("examples", 144L)
        .containsEntry("validation_examples", 48L)
        .containsEntry("test_examples", 48L);
    Object all = field(object(CommandLineRun.of("inspect", run, "--json").out()), "schema");
    assertThat(field(object(CommandLineRun.of("inspect", held, "--json").out()), "schema"))
        .isNotEqualTo(all);
    Path more = TinyTable.write(folder.resolve("validate.csv"), 60, 5);
    CommandLineRun own =
        CommandLineRun.of(
            training(data, folder.resolve("own"), "--json --validation-data " + more));
    assertThat(own.status()).as(own.err()).isZero();
    assertThat(object(own.lines().getFirst())).containsEntry("validation_examples", 60L);
  }

  @Test
  void aTestFileOfItsOwn() throws IOException {
    Path test = TinyTable.write(folder.resolve("test.csv"), 30, 4);
    Path output = folder.resolve("tested");
    CommandLineRun training =
        CommandLineRun.of(
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
            2,
            "--json",
            "--test",
            test);
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(object(training.lines().getFirst()))
        .containsEntry("examples", 240L)
        .containsEntry("test_examples", 30L);
    assertRefused(
        CommandLineRun.of("evaluate", output, "--data", data),
        "does not say which rows of a table were held out");
    assertThat(CommandLineRun.of("evaluate", output, "--test", test).out()).contains("30 rows");
  }

  /** Numbers that a network would see as infinite end no training, and leave no folder. */
  @Test
  void refusesNumbersThatAreTooFarFromWhatWasLearned() throws IOException {
    StringBuilder text = new StringBuilder("a,label\n");
    for (int i = 0; i < 40; i++) {
      text.append(i % 5 + 1).append("e-30,").append(i % 2 == 0 ? "x" : "y").append('\n');
    }
    Path tiny = Files.writeString(folder.resolve("tiny.csv"), text);
    Path huge = Files.writeString(folder.resolve("huge.csv"), "a,label\n1e-30,x\n1e10,y\n");
    Path output = folder.resolve("too far");
    Object[] options = {"--data", tiny, "--batch-size", 8, "--epochs", 1, "--output", output};
    Object[] training = Stream.concat(Stream.of("train"), Stream.of(options)).toArray();
    assertRefused(
        CommandLineRun.of(Stream.concat(Stream.of(training), Stream.of("--test", huge)).toArray()),
        "huge.csv: line 3, column 1 (a): expected a number nearer to the mean");
    assertThat(output).doesNotExist();
    assertThat(CommandLineRun.of(training).status()).isZero();
    assertRefused(
        CommandLineRun.of("evaluate", output, "--test", huge), "huge.csv: line 3, column");
  }

  @Test
  void goesOnFromAModel() throws IOException {
    Path more = TinyTable.write(folder.resolve("next.csv"), 120, 6);
    Path output = folder.resolve("next");
    CommandLineRun training =
        CommandLineRun.of(
            "train", "--init", run, "--data", more, "--output", output, "--epochs", 2);
    assertThat(training.status()).as(training.err()).isZero();
    Object schema = field(object(CommandLineRun.of("inspect", run, "--json").out()), "schema");
    assertThat(field(object(CommandLineRun.of("inspect", output, "--json").out()), "schema"))
        .isEqualTo(schema);
    assertRefused(
        CommandLineRun.of("train", "--init", run, "--output", folder.resolve("no")),
        "the model takes the rows of a table, and Fashion-MNIST is none");
  }

  @Test
  void withoutNames() throws IOException {
    Path bare = folder.resolve("bare.csv");
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    Files.write(bare, lines.subList(1, lines.size()));
    Path output = folder.resolve("bare");
    CommandLineRun training =
        CommandLineRun.of(
            "train",
            "--data",
            bare,
            "--no-header",
            "--label",
            6,
            "--ignore",
            1,
            "--output",
            output);
    assertThat(training.status()).as(training.err()).isZero();
    CommandLineRun evaluation = CommandLineRun.of("evaluate", output, "--data", bare);
    assertThat(evaluation.status()).as(evaluation.err()).isZero();
    assertThat(CommandLineRun.of("predict", output, bare, "--json").lines()).hasSize(240);
    Path four = folder.resolve("four.csv");
    Files.writeString(four, "20,0.3,air,2\n");
    assertThat(CommandLineRun.of("predict", output, four).out()).contains("line 1");
  }

  @Test
  void tuneSearchesOnATable() throws IOException {
    Path output = folder.resolve("tuning");
    CommandLineRun tuning =
        CommandLineRun.of(
            "tune",
            "--data",
            data,
            "--label",
            "kind",
            "--ignore",
            "id",
            "--trials",
            4,
            "--epochs",
            3,
            "--batch-size",
            "8,16",
            "--output",
            output);
    assertThat(tuning.status()).as(tuning.err()).isZero();
    assertThat(Files.readString(output.resolve("best.recipe"))).contains("network = 6-64-3");
    assertThat(tuning.out()).contains("--ignore id --label kind");
    assertThat(
            CommandLineRun.of(
                    "tune", "--resume", output, "--data", data, "--label", "kind", "--ignore", "id")
                .status())
        .isZero();
    CommandLineRun other =
        CommandLineRun.of(
            "tune", "--resume", output, "--data", data, "--label", "kind", "--ignore", "id,legs");
    assertRefused(other, "expected the training data that it began with");
    CommandLineRun nothing =
        CommandLineRun.of(
            "tune", "--resume", output, "--data", data, "--label", "kind", "--unknown", "mean");
    assertRefused(nothing, "--unknown: expected other rows than those that are learned from");
  }

  @Test
  void refusesWhatIsMalformed() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    lines.set(100, lines.get(100).replaceFirst(",[^,]+", ",many"));
    Path bad = folder.resolve("bad.csv");
    Files.write(bad, lines);
    Path cache = Files.createDirectories(folder.resolve("empty cache"));
    CommandLineRun refused =
        CommandLineRun.of(
            "train",
            "--data",
            bad,
            "--label",
            "kind",
            "--cache",
            cache,
            "--output",
            folder.resolve("never"));
    assertRefused(
        refused, "bad.csv: line 101, column 2 (length): expected a number", "--categorical");
    assertThat(cache).isEmptyDirectory();
    assertThat(folder.resolve("never")).doesNotExist();
    Files.write(bad, "a,label\n1,ä\n".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(
        CommandLineRun.of("train", "--data", bad),
        "bad.csv: line 2, column 2 (label): expected text");
    assertRefused(
        CommandLineRun.of("train", "--data", folder.resolve("no.csv")),
        "no.csv",
        "none of this name");
    assertRefused(CommandLineRun.of("train", "--data", data), "line 1, column 1", "--label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--augment-flip 0.5|--augment-flip: needs images",
        "--missing zero|--missing: expected error or mean",
        "--separator ab|--separator: expected one character",
        "--separator 5|separator: expected a character of ASCII",
        "--test-fraction 1|--test-fraction: expected a part above 0",
        "--network 4-8-3|each row of",
        "--batch-size 500|192 rows to train on",
        "--cache nowhere|--cache nowhere: expected a folder",
        "--categorical nothing|expected the name or the number of a column",
      })
  void refusesOptionsThatDoNotFit(String options, String message) {
    List<Object> args =
        new ArrayList<>(
            List.of("train", "--data", data, "--label", "kind", "--output", folder.resolve("x")));
    args.addAll(List.of("--ignore", "id")); // which would be noted
    args.addAll(List.of(options.split(" +")));
    assertRefused(CommandLineRun.of(args.toArray()), message);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void optionsOfTablesGoWithTables() throws IOException {
    Path images = TinyData.write(folder.resolve("images"));
    assertRefused(
        CommandLineRun.of("train", "--data", images, "--label", "kind"),
        "--label: goes with a table");
    assertRefused(
        CommandLineRun.of("train", "--data", images, "--test", data), "--test: goes with a table");
    assertRefused(
        CommandLineRun.of("predict", run, data, "--invert"), "--invert: goes with images");
    Path output = folder.resolve("images run");
    CommandLineRun.of(
        "train", "--data", images, "--network", "16-3", "--epochs", 1, "--output", output);
    assertRefused(CommandLineRun.of("evaluate", output, "--data", data), "the model takes images");
    assertRefused(CommandLineRun.of("predict", output, "a.png", "--no-header"), "go with tables");
  }

  private static void assertRefused(CommandLineRun run, String... messages) {
    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(messages).contains("\nhint: ");
    assertThat(run.err().lines()).hasSize(2);
  }
}
