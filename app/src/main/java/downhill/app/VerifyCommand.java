package downhill.app;

import downhill.app.Terminal.Style;
import downhill.app.Verification.Bits;
import downhill.app.Verification.BitsResult;
import downhill.app.Verification.EngineResult;
import downhill.equations.EquationCheck;
import downhill.network.Architecture;
import downhill.training.TrainingConfiguration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the equations and the engine on this machine. */
@Command(
    name = "verify",
    description = {
      "Checks on this machine that every equation agrees with central differences, that the engine "
          + "agrees with the equations, and that threads and kernels change no bit.",
    },
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill verify",
      "  downhill verify --network 784-10 --seed 7",
      "",
      "Ends with status 1 if anything disagrees."
    })
final class VerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--network",
      paramLabel = "WIDTHS",
      description = {"The widths of the network to check with.", "Default: ${DEFAULT-VALUE}"})
  private String network = NetworkName.DEFAULT;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = {
        "The seed of its weights, of the examples and of the sample of weights that is wiggled.",
        "Default: ${DEFAULT-VALUE}"
      })
  private long seed = TrainingConfiguration.defaults().seed();

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  private int columns;
  private int failures;

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Architecture architecture = NetworkName.parse(network);
    Verification verification = new Verification(architecture, seed);
    columns = terminal.columns() - 1;
    if (json) {
      json(architecture, verification);
    } else {
      headline("Equations against central differences, in double, %s".formatted(architecture));
      equations(verification.equations());
      terminal.line();
      headline("Engine, in float, against the equations");
      engine(verification.engine());
      terminal.line();
      headline("The same bits in every weight after training");
      bits(verification.bits());
      terminal.line();
      terminal.line(
          failures == 0
              ? terminal.paint(Style.GREEN, "All of it agrees.")
              : terminal.paint(Style.RED, Text.count(failures, "check") + " failed."));
    }
    return failures == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private void headline(String text) {
    for (String line : Text.wrap(text, columns)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
  }

  private String mark(boolean passed) {
    if (!passed) {
      failures++;
    }
    return passed ? "✓" : "✗";
  }

  private static Style style(boolean passed) {
    return passed ? Style.PLAIN : Style.RED;
  }

  private static boolean passed(EquationCheck.Result result) {
    return result.comparisons() > 0 && result.largestError() < Verification.LARGEST_EQUATION_ERROR;
  }

  private void equations(List<EquationCheck.Result> results) {
    Table table =
        new Table()
            .text("", 9)
            .text("equation", 8)
            .text("", 3)
            .number("compared", 2)
            .number("at a kink", 1)
            .number("largest error", 7);
    for (EquationCheck.Result r : results) {
      table.row(
          style(passed(r)),
          mark(passed(r)),
          r.equation(),
          r.statement(),
          Text.count(r.comparisons()),
          Text.count(r.skipped()),
          Text.significant(r.largestError(), 2));
    }
    table.print(terminal, columns);
  }

  private void engine(List<EngineResult> results) {
    Table table =
        new Table()
            .text("", 9)
            .text("", 8)
            .number("compared", 1)
            .number("worst error", 7)
            .number("rounding allows", 6);
    for (EngineResult r : results) {
      table.row(
          style(r.passed()),
          mark(r.passed()),
          r.what(),
          Text.count(r.values()),
          Text.significant(r.error(), 2),
          Text.significant(r.allowed(), 2));
    }
    table.print(terminal, columns);
  }

  private void bits(List<BitsResult> results) {
    for (BitsResult r : results) {
      String line =
          switch (r.outcome()) {
            case EQUAL -> mark(true) + "  " + r.what();
            case DIFFERENT -> mark(false) + "  " + r.what() + ": they differ";
            case UNAVAILABLE -> "–  " + r.what() + ": this Java was started without the Vector API";
          };
      for (String part : Text.wrap(line, columns)) {
        terminal.line(terminal.paint(style(r.outcome() != Bits.DIFFERENT), part));
      }
    }
  }

  private void json(Architecture architecture, Verification verification) {
    JsonObject object =
        new JsonObject()
            .put("network", architecture.toString())
            .put("seed", seed)
            .array("equations");
    for (EquationCheck.Result r : verification.equations()) {
      mark(passed(r));
      object
          .item()
          .put("equation", r.equation())
          .put("statement", r.statement())
          .put("comparisons", r.comparisons())
          .put("skipped", r.skipped())
          .put("largest_error", r.largestError())
          .put("passed", passed(r))
          .end();
    }
    object.endArray().array("engine");
    for (EngineResult r : verification.engine()) {
      mark(r.passed());
      object
          .item()
          .put("what", r.what())
          .put("comparisons", r.values())
          .put("error", r.error())
          .put("allowed", r.allowed())
          .put("passed", r.passed())
          .end();
    }
    object.endArray().array("bits");
    for (BitsResult r : verification.bits()) {
      mark(r.outcome() != Bits.DIFFERENT);
      object.item().put("what", r.what());
      if (r.outcome() == Bits.UNAVAILABLE) {
        object.putNull("passed").end();
      } else {
        object.put("passed", r.outcome() == Bits.EQUAL).end();
      }
    }
    object.endArray().put("passed", failures == 0);
    terminal.line(object.line());
  }
}
