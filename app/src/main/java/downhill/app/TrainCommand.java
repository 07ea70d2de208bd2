package downhill.app;

import downhill.network.Execution;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** Trains a network. */
@Command(
    name = "train",
    description = "Trains a network by mini-batches and writes it into a run folder.",
    descriptionHeading = "%n",
    abbreviateSynopsis = true,
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill train",
      "  downhill train --network 784-10 --epochs 5 --learning-rate 0.5",
      "  downhill train --data kmnist/ --output runs/kmnist",
      "  downhill train --data iris.csv --label species --epochs 50",
      "  downhill train --init runs/1 --epochs 5 --json",
      "  downhill train --data pets/ --size 32x32 --colour rgb --network 3072-256-37",
      "  downhill train --init runs/1 --new-last-layer --freeze 1,2 --data mine/",
      "  downhill train --optimizer adamw --learning-rate 0.001 --batch-size 64 \\",
      "    --schedule cosine --validation 0.1 --patience 5 --keep-best",
      "  downhill train --config my.recipe --seed 2",
      "  downhill train --resume runs/1",
      "",
      "Recipes use the same names, without '--': see downhill recipes --help.",
      "Ctrl-C stops cleanly; the model of the last finished epoch stays, and",
      "--resume goes on from there, to the same bits as if nothing had happened.",
      "Equal data, settings and seed give equal model files, byte for byte,",
      "whatever the number of threads and the kernel."
    })
final class TrainCommand implements Callable<Integer> {
  private static final Set<String> WITH_RESUME =
      Set.of("--resume", "--threads", "--kernel", "--json", "--debug");

  private final CommandSpec spec;
  private final Terminal terminal;

  @Mixin private DataOption data = new DataOption();

  @Mixin private Beginning beginning = new Beginning();

  @Mixin private RecipeOptions recipes = new RecipeOptions();

  @Mixin private MachineOptions machine = new MachineOptions();

  @Mixin private Output output = new Output();

  private TrainCommand(Terminal terminal) {
    this.terminal = terminal;
    this.spec = CommandSpec.forAnnotatedObject(this);
    Recipe.SETTINGS.forEach(setting -> spec.addOption(setting.optionSpec()));
  }

  /** Returns the command, with its options in groups. */
  static CommandLine commandLine(Terminal terminal) {
    TrainCommand command = new TrainCommand(terminal);
    return new OptionGroups()
        .with("What to learn from", learnedFrom("--validation", "--validation-data", "--weights"))
        .with("How to read a table", TableOptions.NAMES.toArray(String[]::new))
        .with(
            "Where to start",
            "--recipe",
            "--config",
            "--network",
            "--init",
            "--new-last-layer",
            BasicSettings.FREEZE.option(),
            "--seed",
            "--resume")
        .with("How long, how many at a time, how far", names(BasicSettings.STEPS))
        .with("How a step uses the gradient", names(OptimizerSettings.ALL))
        .with("How the learning rate changes", names(ScheduleSettings.ALL))
        .with("Against learning by heart (regularization)", names(RegularizationSettings.ALL))
        .with("How images are changed, anew in every epoch", names(AugmentationSettings.ALL))
        .with("When to stop, and what to keep", names(ValidationSettings.STOPPING, "--retries"))
        .with("How to run (none of this changes a bit of the result)", "--threads", "--kernel")
        .with("What to write", "--output", "--checkpoint-every", "--tensorboard", "--json")
        .applyTo(new CommandLine(command.spec));
  }

  /** Returns the options for data, and some more. */
  static String[] learnedFrom(String... more) {
    return Stream.of(Stream.of("--data"), ImageOptions.NAMES.stream(), Stream.of(more))
        .flatMap(names -> names)
        .toArray(String[]::new);
  }

  private static String[] names(List<Setting> settings, String... more) {
    return Stream.concat(settings.stream().map(Setting::option), Stream.of(more))
        .toArray(String[]::new);
  }

  static final class Beginning {
    @Option(
        names = "--validation-data",
        paramLabel = "DIR|FILE",
        description = {
          "A folder whose t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or with .gz, "
              + "are the validation set; where the data is images, a folder CLASS/name.png or a list "
              + "of path,label; for a table, a file of its rows."
        })
    private @Nullable Path validationData;

    @Option(
        names = "--weights",
        paramLabel = "FILE",
        description = {
          "A text file with one number for each training example, a line each, in their order: how "
              + "much the example counts in its batch. With 2 it weighs like two of the same, with 0 "
              + "it has no part in the gradient."
        })
    private @Nullable Path weights;

    @Option(
        names = "--init",
        paramLabel = "MODEL",
        description = {
          "A model to go on from: a run folder, or any safetensors or ONNX file of Linear and ReLU "
              + "layers.",
          "Default: new weights, drawn by He's rule from --seed"
        })
    private @Nullable Path init;

    @Option(
        names = "--new-last-layer",
        description = {
          "Keep all layers of --init but the last, which begins anew for the classes of the data, "
              + "with weights drawn from --seed."
        })
    private boolean newLastLayer;

    @Option(
        names = "--resume",
        paramLabel = "RUN",
        description = {
          "Go on with a run that was stopped or killed, from its last checkpoint, with all its "
              + "settings. Only --threads, --kernel and --json may stand beside it."
        })
    private @Nullable Path resume;
  }

  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = {
          "The run folder, new or empty; gets the model, "
              + RunFolder.HISTORY
              + " and checkpoints.",
          "Default: runs/1, runs/2, …: one above the highest number there"
        })
    private @Nullable Path folder;

    @Option(
        names = "--checkpoint-every",
        paramLabel = "STEPS",
        description = {
          "After how many steps to write a checkpoint, which --resume goes on from.",
          "Default: at the end of each epoch"
        })
    private @Nullable Long checkpointEvery;

    @Option(
        names = "--tensorboard",
        paramLabel = "DIR",
        description = "A folder to write events for TensorBoard to.")
    private @Nullable Path tensorboard;

    @Option(
        names = "--json",
        description = "Write one JSON object a line to standard output, and nothing else there.")
    private boolean json;
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    TrainingView view = output.json ? JsonView.brief(terminal::line) : new TextView(terminal);
    ReadingView reading = ReadingView.on(terminal, output.json);
    if (beginning.resume != null) {
      checkAlone(parsed);
      return Resumption.run(beginning.resume, machine.execution(), view, reading, terminal);
    }
    Settings settings = new Settings(given(parsed), recipes.file());
    Recipe recipe = Recipe.read(settings, beginning.validationData != null);
    Execution execution = machine.execution();
    if (output.checkpointEvery != null && output.checkpointEvery < 1) {
      throw CommandException.refused(
          "--checkpoint-every: expected at least 1 step, found " + output.checkpointEvery,
          "leave it out for a checkpoint at the end of each epoch");
    }
    RunFolder.check(output.folder);
    if (beginning.init == null && beginning.validationData == null) {
      data.refuseUnknown();
    }
    TrainingPlan plan =
        new Planning(data.showing(reading), settings, recipe)
            .plan(
                beginning.init, beginning.newLastLayer, beginning.validationData, beginning.weights)
            .running(execution, output.checkpointEvery, output.tensorboard);
    return new TrainingRun(plan, view).start(output.folder);
  }

  private static Map<String, String> given(ParseResult parsed) {
    Map<String, String> given = new HashMap<>();
    for (Setting setting : Recipe.SETTINGS) {
      if (parsed.hasMatchedOption(setting.option())) {
        given.put(
            setting.key(),
            String.valueOf((Object) parsed.matchedOptionValue(setting.option(), "")));
      }
    }
    return given;
  }

  private void checkAlone(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      if (!WITH_RESUME.contains(option.longestName())) {
        throw CommandException.refused(
            option.longestName() + ": can't be given with --resume, which takes it from the run",
            "only --threads, --kernel and --json may stand beside --resume");
      }
    }
  }
}
