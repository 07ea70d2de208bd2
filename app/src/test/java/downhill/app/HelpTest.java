package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import downhill.training.TrainingConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help that a stranger can follow, at any width. */
class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "tune",
        "studio",
        "evaluate",
        "predict",
        "explain",
        "verify",
        "data",
        "inspect",
        "report",
        "serve",
        "export",
        "recipes"
      })
  void everyCommandExplainsItself(String command) {
    CommandLineRun help = CommandLineRun.of(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .startsWith("Usage: downhill " + command)
        .contains("Examples:", "  downhill " + command)
        .doesNotContain("\033", "${");
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(CommandLineRun.of("help", command).out()).isEqualTo(help.out());
    assertThat(CommandLineRun.of("--help").out()).contains("\n  " + command + " ");
  }

  @Test
  void defaultsAreThoseOfTheLibrary() {
    TrainingConfiguration defaults = TrainingConfiguration.defaults();
    assertThat(CommandLineRun.of("train", "--help").out())
        .contains("Default: " + defaults.epochs() + "\n")
        .contains("Default: " + defaults.batchSize() + ", or all where there are fewer\n")
        .contains("Default: " + defaults.learningRate() + " (adam, adamw, rmsprop), 0.02")
        .contains(NetworkName.DEFAULT);
  }

  @Test
  void everySettingIsInTheHelpOfTraining() {
    List<String> lines = CommandLineRun.of("train", "--help").lines();
    for (Setting setting : Recipe.SETTINGS) {
      assertThat(lines)
          .as(setting.key())
          .anyMatch(line -> line.matches(" +" + setting.option() + "([ =].*)?"));
    }
    assertThat(lines).contains("Other:");
  }

  @Test
  void theProgramListsItsExitStatuses() {
    CommandLineRun help = CommandLineRun.of("--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("Exit status:", "130");
    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void withoutACommandItShowsWhichThereAre() {
    CommandLineRun nothing = CommandLineRun.of();
    assertThat(nothing.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(nothing.out()).isEmpty();
    assertThat(nothing.err()).contains("train", "evaluate");
  }

  @Test
  void theVersionIsOneLine() {
    assertThat(CommandLineRun.of("--version").out())
        .matches("downhill \\d+\\.\\d+\\.\\S+ \\(Java \\d+\\S*\\)\n");
  }

  @Test
  void aReaderThatLeavesEndsItQuietly() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
          }
        };
    Terminal terminal =
        new Terminal(new PrintStream(gone), new PrintStream(err), false, false, () -> 0);
    assertThat(Main.run(terminal, "train", "--help")).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    assertThat(Main.run(terminal, "--version")).isEqualTo(ExitStatus.OUTPUT_CLOSED);
    assertThat(err.toByteArray()).isEmpty();
  }

  @Test
  void coloursAreForTerminals() {
    assertThat(CommandLineRun.on(true, true, 80, "--help").out()).contains("\033[");
    assertThat(CommandLineRun.on(true, false, 80, "--help").out()).doesNotContain("\033");
  }
}
