package downhill.app;

import downhill.data.Datasets;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.TrainingConfiguration;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network. */
@Command(
    name = "train",
    description =
        "Trains a network by mini-batch gradient descent and writes it into a run folder.",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill train",
      "  downhill train --network 784-10 --epochs 5 --learning-rate 0.5",
      "  downhill train --data kmnist/ --output runs/kmnist",
      "  downhill train --init runs/1 --epochs 5 --json",
      "",
      "Ctrl-C stops cleanly; the model of the last finished epoch stays.",
      "Equal data, settings and seed give equal model files, byte for byte,",
      "whatever the number of threads and the kernel."
    })
final class TrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private DataOption data = new DataOption();

  @Mixin private Start start = new Start();

  @Mixin private Recipe recipe = new Recipe();

  @Mixin private MachineOptions machine = new MachineOptions();

  @Mixin private Output output = new Output();

  private TrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Returns the command, with its options in groups. */
  static CommandLine commandLine(Terminal terminal) {
    return new OptionGroups()
        .with("What to learn from", "--data")
        .with("Where to start", "--network", "--init", "--seed")
        .with("How to train", "--epochs", "--batch-size", "--learning-rate", "--no-shuffle")
        .with("How to run (none of this changes a bit of the result)", "--threads", "--kernel")
        .with("What to write", "--output", "--json")
        .applyTo(new CommandLine(new TrainCommand(terminal)));
  }

  static final class Start {
    @Option(
        names = "--network",
        paramLabel = "WIDTHS",
        description = {
          "The widths of the network, from the inputs to the classes, joined by '-'.",
          "Default: " + NetworkName.DEFAULT + ", or what --init has"
        })
    private @Nullable String network;

    @Option(
        names = "--init",
        paramLabel = "MODEL",
        description = {
          "A model to go on from: a run folder, or any safetensors file of Linear and ReLU layers.",
          "Default: new weights, drawn by He's rule from --seed"
        })
    private @Nullable Path init;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description = {
          "The seed of the initial weights and of the shuffling.",
          "Default: ${DEFAULT-VALUE}"
        })
    private long seed = TrainingConfiguration.defaults().seed();
  }

  static final class Recipe {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = {"How many times to go through the data.", "Default: ${DEFAULT-VALUE}"})
    private int epochs = TrainingConfiguration.defaults().epochs();

    @Option(
        names = "--batch-size",
        paramLabel = "N",
        description = {"How many images each step looks at.", "Default: ${DEFAULT-VALUE}"})
    private int batchSize = TrainingConfiguration.defaults().batchSize();

    @Option(
        names = "--learning-rate",
        paramLabel = "X",
        description = {
          "How far each step goes down the mean gradient of its batch.",
          "Default: ${DEFAULT-VALUE}"
        })
    private double learningRate = TrainingConfiguration.defaults().learningRate();

    @Option(
        names = "--no-shuffle",
        description = "Visit the images in the order of the files, in every epoch.")
    private boolean noShuffle = !TrainingConfiguration.defaults().shuffle();
  }

  static final class Output {
    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = {
          "The run folder, new or empty; gets "
              + RunFolder.MODEL
              + " and "
              + RunFolder.HISTORY
              + ".",
          "Default: the next free one of runs/1, runs/2, …"
        })
    private @Nullable Path folder;

    @Option(
        names = "--json",
        description = "Write one JSON object a line to standard output, and nothing else there.")
    private boolean json;
  }

  @Override
  public Integer call() {
    TrainingConfiguration configuration = configuration();
    Execution execution = machine.execution();
    Architecture asked = start.network == null ? null : NetworkName.parse(start.network);
    RunFolder.check(output.folder);
    TrainingPlan plan = plan(configuration, execution, asked);
    TrainingView view = output.json ? JsonView.brief(terminal::line) : new TextView(terminal);
    return new TrainingRun(plan, view).run(output.folder);
  }

  private TrainingConfiguration configuration() {
    try {
      return TrainingConfiguration.descent(
              recipe.epochs, recipe.batchSize, recipe.learningRate, start.seed)
          .withShuffle(!recipe.noShuffle);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "see downhill train --help for what each setting means");
    }
  }

  private TrainingPlan plan(
      TrainingConfiguration configuration, Execution execution, @Nullable Architecture asked) {
    Network initial;
    String origin;
    Datasets datasets;
    if (start.init == null) {
      Architecture architecture = asked == null ? NetworkName.parse(NetworkName.DEFAULT) : asked;
      datasets = data.load();
      checkFit("network " + architecture, architecture, datasets);
      initial = Network.initial(architecture, configuration.seed());
      origin = TrainingPlan.HE;
    } else {
      Model model =
          ModelParameter.load(start.init, "--init takes a safetensors file or a run folder");
      initial = model.network();
      checkAsked(asked, initial.architecture());
      datasets = data.load();
      checkFit("model " + start.init, initial.architecture(), datasets);
      origin = "sha256:" + ModelParameter.sha256(ModelParameter.file(start.init));
    }
    if (configuration.batchSize() > datasets.train().size()) {
      throw CommandException.refused(
          "--batch-size %d: %s has %s to train on"
              .formatted(
                  configuration.batchSize(),
                  data.name(),
                  Text.count(datasets.train().size(), "image")),
          "give at most that many; a common size is 64");
    }
    return new TrainingPlan(
        data.name(),
        data.again(),
        datasets.train(),
        datasets.test(),
        initial,
        origin,
        configuration,
        execution);
  }

  private void checkAsked(@Nullable Architecture asked, Architecture found) {
    if (asked != null && !asked.equals(found)) {
      throw CommandException.refused(
          "--network %s: the model of --init has %s".formatted(asked, found),
          "leave out --network; --init fixes the widths");
    }
  }

  // Refuses widths that don't fit the data, and says which would.
  private void checkFit(String what, Architecture architecture, Datasets datasets) {
    int[] widths = new int[architecture.layers() + 1];
    for (int l = 0; l < widths.length; l++) {
      widths[l] = architecture.width(l);
    }
    widths[0] = datasets.train().features();
    widths[widths.length - 1] = Math.max(2, datasets.train().classes());
    String fitting = "try --network " + Architecture.of(widths);
    data.checkFit(
        what,
        architecture,
        datasets.train(),
        start.init == null ? fitting : fitting + " without --init, or other --data");
  }
}
