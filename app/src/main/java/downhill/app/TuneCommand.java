package downhill.app;

import downhill.data.Dataset;
import downhill.network.Execution;
import downhill.tuning.Range;
import downhill.tuning.Tunable;
import downhill.tuning.TuningFolder;
import downhill.tuning.TuningPlan;
import downhill.tuning.TuningReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Searches for good settings. */
@Command(
    name = "tune",
    description = {
      "Searches for good settings: draws trials at random, trains each for a few epochs, trains the "
          + "best on, and again, and writes the winner's settings as a recipe for train.",
      "Trials are judged on a part of the training data that is held out, never on the test set."
    },
    descriptionHeading = "%n",
    abbreviateSynopsis = true,
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill tune",
      "  downhill tune --learning-rate 0.0002..0.005 --batch-size 16,64 --trials 9",
      "  downhill tune --network 784-64-10,784-256-10 --dropout 0..0.5 --epochs 27",
      "  downhill tune --resume tunings/1",
      "",
      "A LIST is one value or several, A,B,…, of which each is as likely as another.",
      "A RANGE is a list of numbers, or an interval LO..HI: uniform in the logarithm",
      "where LO is above 0 and HI at least 10 times LO, else uniform.",
      "Where no option leaves anything open, network, learning rate, batch size,",
      "dropout and decay are searched. All else is as the recipe says; but trials are",
      "trained without its patience and keep-best: they end as --keep says.",
      "Ctrl-C stops cleanly; --resume goes on as if nothing had happened.",
      "Equal data, settings and seed give an equal table and recipe, byte for byte."
    })
final class TuneCommand implements Callable<Integer> {
  private static final Path PARENT = Path.of("tunings");
  private static final List<String> WITH_RESUME =
      Stream.concat(
              Stream.of("--resume", "--data", "--threads", "--kernel", "--json", "--debug"),
              TableOptions.NAMES.stream())
          .toList();

  private final Terminal terminal;
  private final CommandSpec spec;

  @Mixin private DataOption data = new DataOption();

  @Mixin private SearchOptions search = new SearchOptions();

  @Mixin private MachineOptions machine = new MachineOptions();

  @Mixin private Output output = new Output();

  private TuneCommand(Terminal terminal) {
    this.terminal = terminal;
    this.spec = CommandSpec.forAnnotatedObject(this);
    SearchSpace.addTo(spec);
  }

  /** Returns the command, with its options in groups. */
  static CommandLine commandLine(Terminal terminal) {
    return new OptionGroups()
        .with("What to learn from", TrainCommand.learnedFrom("--validation"))
        .with("How to read a table", TableOptions.NAMES.toArray(String[]::new))
        .with("What to search", SearchSpace.names())
        .with("What holds for all trials", "--recipe", "--config")
        .with("How to search", "--trials", "--epochs", "--keep", "--monitor", "--seed")
        .with("How to run (none of this changes a bit of the result)", "--threads", "--kernel")
        .with("What to write", "--output", "--resume", "--json")
        .applyTo(new CommandLine(new TuneCommand(terminal).spec));
  }

  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = {
          "The folder of the search, new or empty; gets "
              + TuningReport.RECIPE
              + ", "
              + TuningReport.TABLE
              + ", "
              + TuningReport.PICTURE
              + " and "
              + TuningFolder.RECORD
              + ".",
          "Default: tunings/1, tunings/2, …: one above the highest number there"
        })
    private @Nullable Path folder;

    @Option(
        names = "--resume",
        paramLabel = "DIR",
        description = {
          "Go on with the search in this folder, with the settings it began with. What says how to "
              + "read a table or images has to be given again, and --data from another folder."
        })
    private @Nullable Path resume;

    @Option(
        names = "--json",
        description = "Write one JSON object a line to standard output, and nothing else there.")
    private boolean json;
  }

  @Override
  public Integer call() {
    Execution execution = machine.execution();
    return output.resume == null ? begin(execution) : resume(output.resume, execution);
  }

  private int begin(Execution execution) {
    SortedMap<Tunable, Range> given = SearchSpace.given(spec);
    SearchOptions.Checked checked = search.check();
    RunFolder.check(output.folder);
    data.refuseUnknown();
    Dataset examples = data.showing(ReadingView.on(terminal, output.json)).load().train();
    Map<String, String> base = checked.baseFor(examples);
    SortedMap<Tunable, Range> space =
        SearchSpace.orDefault(given, base, examples, checked.toLearnFrom(examples));
    if (checked.takesAll(examples, space)) {
      data.view().note(Planning.fewerThanABatch(data, checked.batchSize(examples)));
    }
    TuningPlan plan = checked.plan(data.text(), examples, space);
    TuningSession session = new TuningSession(plan, data, examples, execution);
    Path newFolder = RunFolder.create(output.folder, PARENT).path();
    try (TuningFolder folder = create(newFolder, plan)) {
      return session.run(folder, view());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private int resume(Path path, Execution execution) {
    ParseResult parsed = spec.commandLine().getParseResult();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (!WITH_RESUME.contains(option.longestName())
          && !ImageOptions.NAMES.contains(option.longestName())) {
        throw CommandException.refused(
            "%s does not go with --resume, which keeps the settings of %s"
                .formatted(option.longestName(), path),
            "leave it out, or begin another search without --resume");
      }
    }
    try (TuningFolder folder = open(path)) {
      TuningPlan plan = folder.plan();
      if (!parsed.hasMatchedOption("--data")) {
        spec.findOption("--data").setValue(plan.data());
      }
      data.refuseUnknown();
      Dataset examples = data.showing(ReadingView.on(terminal, output.json)).load().train();
      if (!examples.sha256().equals(plan.dataSha256())) {
        throw CommandException.refused(
            "%s: expected the training data that it began with, found other data in %s"
                .formatted(path, data.name()),
            "give --data as it was then, and what said how to read it: --label, --size and the like");
      }
      TuningSession session = new TuningSession(plan, data, examples, execution);
      return session.run(folder, view());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static TuningFolder open(Path path) {
    try {
      return TuningFolder.open(path);
    } catch (IOException e) {
      throw CommandException.refused(e, "--resume takes a folder that downhill tune has made");
    }
  }

  private TuningView view() {
    return output.json
        ? new TuningJsonView(terminal)
        : new TuningTextView(terminal, data.name(), data.againToLearn());
  }

  private static TuningFolder create(Path path, TuningPlan plan) {
    try {
      return TuningFolder.create(path, plan);
    } catch (IOException e) {
      throw CommandException.refused(e, "give --output another folder, which can be written to");
    }
  }

  private CommandException failed(IOException e) {
    return CommandException.failed(
        Failure.describe(e), "mend that, and go on with downhill tune --resume", e);
  }
}
