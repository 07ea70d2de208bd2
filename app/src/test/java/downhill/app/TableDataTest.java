package downhill.app;

import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import downhill.network.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
        CommandLineRun.of("data", table, "--label", "kind"),
        "rows.csv: line 4, column 2 (place): expected a value, found none",
        "--missing mean takes the mean");
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
}
