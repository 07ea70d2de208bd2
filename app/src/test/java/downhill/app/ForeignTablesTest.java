package downhill.app;

import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables with a decimal comma, and categories that training did not have, in all commands. */
class ForeignTablesTest {
  /** A row whose home no model knows. */
  private static final String REQUEST =
      """
      {"inputs": [{"name": "length", "shape": [1], "datatype": "FP64", "data": [50]},
        {"name": "weight", "shape": [1], "datatype": "FP64", "data": [2.5]},
        {"name": "home", "shape": [1], "datatype": "BYTES", "data": ["moon"]},
        {"name": "legs", "shape": [1], "datatype": "INT8", "data": [0]}]}\
      """;

  @TempDir private static Path folder = Path.of("");

  private static Path point = Path.of("");
  private static Path comma = Path.of("");

  /** With a home that no model knows in lines 3 and 6. */
  private static Path foreign = Path.of("");

  private static Path run = Path.of("");

  @BeforeAll
  static void train() throws IOException {
    point = TinyTable.write(folder.resolve("point.csv"), 120, 1);
    comma = Files.writeString(folder.resolve("comma.csv"), commas(Files.readString(point)));
    String text = Files.readString(TinyTable.write(folder.resolve("more.csv"), 30, 2));
    foreign =
        Files.writeString(
            folder.resolve("foreign.csv"),
            text.replaceFirst("(?m)^1,(.*),sea,", "1,$1,moon,")
                .replaceFirst("(?m)^4,(.*),sea,", "4,$1,mars,"));
    run = folder.resolve("run");
    CommandLineRun training = CommandLineRun.of(training(point, run));
    assertThat(training.status()).as(training.err()).isZero();
  }

  /** Returns a table as a spreadsheet writes it where 1,5 is a number. */
  private static String commas(String text) {
    return text.replace("\"cat, large\"", "cat+ large")
        .replace(',', ';')
        .replace('.', ',')
        .replace("cat+", "cat,");
  }

  private static Object[] training(Path data, Path output, Object... options) {
    Object[] common = {
      "train",
      "--data",
      data,
      "--output",
      output,
      "--label",
      "kind",
      "--ignore",
      "id",
      "--batch-size",
      16,
      "--epochs",
      8,
      "--learning-rate",
      0.05
    };
    return Stream.concat(Stream.of(common), Stream.of(options)).toArray();
  }

  @Test
  void aDecimalCommaChangesNoBit() throws IOException {
    Path output = folder.resolve("of commas");
    CommandLineRun training = CommandLineRun.of(training(comma, output, "--decimal", "comma"));
    assertThat(training.status()).as(training.err()).isZero();
    assertThat(training.out()).contains(" ROWS.csv --decimal comma\n");
    String model = "model.safetensors";
    assertThat(output.resolve(model)).hasSameBinaryContentAs(run.resolve(model));
    CommandLineRun judged =
        CommandLineRun.of("evaluate", run, "--data", comma, "--decimal", ",", "--json");
    CommandLineRun expected = CommandLineRun.of("evaluate", run, "--data", point, "--json");
    assertThat(judged.status()).as(judged.err()).isZero();
    assertThat(number(object(judged.out()), "loss"))
        .isEqualTo(number(object(expected.out()), "loss"));
    CommandLineRun said = CommandLineRun.of("predict", run, comma, "--decimal", "comma", "--json");
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.out().replace("comma.csv", "point.csv"))
        .isEqualTo(CommandLineRun.of("predict", run, point, "--json").out());
  }

  @Test
  void aDecimalCommaIsSaidWhereItIsFound() {
    assertRefused(
        CommandLineRun.of(training(comma, folder.resolve("never"), "--separator", ";")),
        "comma.csv: line 2, column 2 (length): expected a number with a decimal point",
        "hint: --decimal comma reads numbers such as 1,5; --ignore ");
    assertRefused(
        CommandLineRun.of("predict", run, comma, "--separator", ";"),
        "comma.csv: line 2, column 2 (length): expected a number, found '",
        "--decimal before decimals");
    assertThat(folder.resolve("never")).doesNotExist();
  }

  /** What may be a comma of thousands is nobody's to decide, so nothing is said of decimals. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1,234|false",
        "-12,345|false",
        "$5|false",
        "1,234.5|false",
        "0,234|true",
        "1,5e-05|true",
        "-,5|true",
        "1,2345|true"
      })
  void theHintOfADecimalComma(String number, boolean hint) throws IOException {
    Path file =
        Files.writeString(folder.resolve("hint.csv"), "size;label\n" + number + ";a\n7;b\n");
    String words = "--decimal comma reads numbers such as 1,5";
    CommandLineRun train =
        CommandLineRun.of(
            "train", "--data", file, "--separator", ";", "--output", folder.resolve("never"));
    assertRefused(train, "found '" + number + "'");
    assertThat(train.err().contains(words)).isEqualTo(hint);
  }

  @Test
  void dataSaysHowToReadWhatItLeavesOut() {
    CommandLineRun described =
        CommandLineRun.of("data", comma, "--label", "kind", "--separator", ";");
    assertThat(described.status()).as(described.err()).isZero();
    assertThat(described.err())
        .contains("column 2 (length) is left out")
        .containsOnlyOnce("note: --decimal comma reads numbers such as 1,5\n");
  }

  /** As some write who have commas everywhere. */
  @Test
  void commasInQuotesBetweenCommas() throws IOException {
    Path quoted =
        Files.writeString(
            folder.resolve("quoted.csv"),
            Files.readString(point).replaceAll("(\\d+)\\.(\\d+)", "\"$1,$2\""));
    assertRefused(
        CommandLineRun.of(training(quoted, folder.resolve("never"))),
        "quoted.csv: line 2, column 2 (length): expected a number with a decimal point",
        "hint: --decimal comma --separator , reads numbers such as 1,5; --ignore ");
    CommandLineRun said =
        CommandLineRun.of(
            "predict", run, quoted, "--decimal", "comma", "--separator", ",", "--json");
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.out().replace("quoted.csv", "point.csv"))
        .isEqualTo(CommandLineRun.of("predict", run, point, "--json").out());
  }

  @Test
  void aRunOfSuchATableGoesOn() throws IOException {
    Path output = folder.resolve("to go on");
    Object[] options = {
      "--json", "--decimal", "comma", "--test", foreignCommas(), "--unknown", "mean"
    };
    CommandLineRun stopped =
        ResumeTest.until(3, ForeignTablesTest::leave, training(comma, output, options));
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", output);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    Path whole = folder.resolve("whole");
    assertThat(CommandLineRun.of(training(comma, whole, options)).status()).isZero();
    assertThat(output.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  private static void leave() {
    throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
  }

  private static Path foreignCommas() throws IOException {
    return Files.writeString(
        folder.resolve("foreign commas.csv"), commas(Files.readString(foreign)));
  }

  @Test
  void unknownCategoriesAreRefusedWhereNobodySaysMore() {
    String where = "foreign.csv: line 3, column 4 (home): expected ";
    assertRefused(
        CommandLineRun.of("predict", run, foreign),
        where + "one of air, land, sea, found 'moon'",
        "--unknown mean takes other categories");
    for (String option : List.of("--test", "--data")) {
      assertRefused(
          CommandLineRun.of("evaluate", run, option, foreign),
          where + "a value that was there in training, air, land, sea, found 'moon', and in other",
          "hint: --unknown mean takes the mean of the training rows for them");
    }
  }

  @Test
  void theMeanIsTakenForUnknownCategoriesAndNoted() {
    String note =
        "note: "
            + foreign
            + ": line 3, column 'home': the mean is taken for 'moon', which training did not have,"
            + " and for such in 1 other row\n";
    CommandLineRun said = CommandLineRun.of("predict", run, foreign, "--unknown", "mean", "--json");
    assertThat(said.status()).as(said.err()).isZero();
    assertThat(said.lines()).hasSize(30);
    assertThat(said.err()).isEqualTo(note);
    for (String option : List.of("--test", "--data")) {
      CommandLineRun judged =
          CommandLineRun.of("evaluate", run, option, foreign, "--unknown", "mean", "--json");
      assertThat(judged.status()).as(judged.err()).isZero();
      assertThat(judged.err()).startsWith(note);
      assertThat(judged.err().split("the mean is taken", -1)).hasSize(2);
    }
    CommandLineRun more =
        CommandLineRun.of(
            "train",
            "--init",
            run,
            "--data",
            foreign,
            "--unknown",
            "mean",
            "--batch-size",
            8,
            "--epochs",
            1,
            "--output",
            folder.resolve("on"));
    assertThat(more.status()).as(more.err()).isZero();
    assertThat(more.err()).contains(note);
    assertThat(more.out()).contains(" ROWS.csv --unknown mean\n");
  }

  /** What a file says can't write to a terminal, nor fill it. */
  @Test
  void notesAreClean() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("wild.csv"),
            "length,weight,home,legs\n50,2.5,\u001b[2J\u0007" + "x".repeat(500) + ",0\n");
    for (CommandLineRun noted :
        List.of(
            CommandLineRun.of("predict", run, file, "--unknown", "mean"),
            CommandLineRun.of("evaluate", run, "--test", labelled(file), "--unknown", "mean"))) {
      assertThat(noted.status()).as(noted.err()).isZero();
      assertThat(noted.err())
          .contains("the mean is taken for '")
          .doesNotContain("\u001b", "\u0007");
      assertThat(noted.err().length()).isLessThan(300 + folder.toString().length());
    }
  }

  private static Path labelled(Path file) throws IOException {
    return Files.writeString(
        folder.resolve("labelled.csv"),
        Files.readString(file).replace("legs\n", "legs,kind\n").replace(",0\n", ",0,bird\n"));
  }

  /** Where all categories are known the option would say nothing, and nobody would notice. */
  @Test
  void unknownCategoriesNeedOtherRows() {
    Path never = folder.resolve("never");
    String refused = "--unknown: expected other rows than those that are learned from, found none";
    assertRefused(CommandLineRun.of(training(point, never, "--unknown", "mean")), refused);
    assertRefused(
        CommandLineRun.of("data", point, "--label", "kind", "--unknown", "mean"), refused);
    assertRefused(
        CommandLineRun.of(
            "tune", "--data", point, "--label", "kind", "--output", never, "--unknown", "mean"),
        refused);
    assertThat(never).doesNotExist();
    for (String option : List.of("--test", "--validation-data")) {
      Path output = folder.resolve("with" + option);
      CommandLineRun without = CommandLineRun.of(training(point, never, option, foreign));
      assertRefused(
          without,
          "foreign.csv: line 3, column 4 (home): expected a value that was there in training",
          "hint: --unknown mean takes the mean of the training rows for them");
      CommandLineRun with =
          CommandLineRun.of(training(point, output, option, foreign, "--unknown", "mean"));
      assertThat(with.status()).as(with.err()).isZero();
      assertThat(with.err()).contains("the mean is taken for 'moon'");
    }
  }

  /** A server takes them for the answer that a file gets. */
  @Test
  void aServerTakesThem() throws Exception {
    assertThat(answer(REQUEST))
        .contains("example 0: column 'home': expected one of air, land, sea, found 'moon'");
    Path row =
        Files.writeString(folder.resolve("row.csv"), "length,weight,home,legs\n50,2.5,moon,0\n");
    CommandLineRun said = CommandLineRun.of("predict", run, row, "--unknown", "mean", "--json");
    assertThat(said.status()).as(said.err()).isZero();
    String probabilities = said.out().replaceAll("(?s).*\"probabilities\":\\[(.*?)\\].*", "$1");
    assertThat(probabilities).matches("[\\d.E-]+(,[\\d.E-]+){2}");
    assertThat(answer(REQUEST, "--unknown", "mean")).contains(probabilities);
    assertRefused(
        CommandLineRun.of("serve", run, "--port", 0, "--unknown", "zero"),
        "--unknown: expected error or mean, found 'zero'");
  }

  @Test
  @Timeout(60) // without the refusal it would serve
  void aServerOfNoTableRefusesTheSetting() throws Exception {
    Path pixels = folder.resolve("pixels.safetensors");
    Network network = Network.initial(Architecture.of(16, 3), 1);
    ModelFile.save(new Model(network, List.of("a", "b", "c"), new TreeMap<>()), pixels);
    CommandLineRun refused = CommandLineRun.of("serve", pixels, "--port", 0, "--unknown", "mean");
    assertThat(refused.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(refused.err())
        .endsWith(
            "--unknown goes with tables, and no model here takes their rows\nhint: leave it out\n");
    assertThat(answer(REQUEST, pixels, "--unknown", "mean")).contains("\"probabilities\"");
  }

  /** Returns what a server answers that was started as a user does it. */
  private static String answer(String request, Object... options) throws Exception {
    Object[] command = {"serve", "m=" + run, "--port", 0, "--json"};
    Process server =
        Downhill.process(folder, Stream.concat(Stream.of(command), Stream.of(options)).toArray())
            .start();
    try {
      server.getOutputStream().close();
      String uri =
          server
              .inputReader(StandardCharsets.UTF_8)
              .lines()
              .map(JsonValues::object)
              .filter(event -> field(event, "event").equals("listening"))
              .map(event -> (String) field(event, "url"))
              .findFirst()
              .orElseThrow();
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(uri + "/v2/models/m/infer").toURL().openConnection();
      connection.setDoOutput(true);
      connection.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      boolean good = connection.getResponseCode() == 200;
      return new String(
          (good ? connection.getInputStream() : connection.getErrorStream()).readAllBytes(),
          StandardCharsets.UTF_8);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--decimal half|--decimal: expected point or comma, found 'half'",
        "--unknown zero|--unknown: expected error or mean, found 'zero'",
      })
  void refusesWhatIsNoMeaning(String options, String message) {
    Object[] words = options.split(" ", -1);
    assertRefused(CommandLineRun.of(training(point, folder.resolve("x"), words)), message);
    assertRefused(
        CommandLineRun.of(
            Stream.concat(Stream.of("predict", run, point), Stream.of(words)).toArray()),
        message);
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private static void assertRefused(CommandLineRun run, String... messages) {
    assertThat(run.status()).as(run.out() + run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(messages).contains("\nhint: ");
    assertThat(run.err().lines()).hasSize(2);
  }
}
