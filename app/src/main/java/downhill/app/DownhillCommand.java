package downhill.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code downhill}, which holds the others. */
@Command(
    name = "downhill",
    versionProvider = DownhillCommand.Version.class,
    description = {
      "Trains Linear-ReLU-Softmax classifiers from the equations, with the same bits on any number "
          + "of threads and any machine."
    },
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill train                        train on Fashion-MNIST, into runs/1",
      "  downhill studio                       watch it learn, and ask it why",
      "  downhill evaluate runs/1              judge the model by the test set",
      "  downhill predict runs/1 boot.png      say what is in an image",
      "  downhill explain runs/1 --example 0   follow one through the equations",
      "  downhill serve runs/1                 let it answer over HTTP",
      "",
      "Exit status:",
      "  0    all went well",
      "  1    something failed while running",
      "  2    the command or a file has to be mended first; nothing was changed",
      "  130  stopped by Ctrl-C; what was saved is whole (143 by SIGTERM)",
      "  141  nobody reads the output any more",
      "",
      "downhill help COMMAND says more about a command."
    })
final class DownhillCommand implements Callable<Integer> {
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it itself
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  private final Terminal terminal;

  private DownhillCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Returns the command with all its subcommands. */
  static CommandLine commandLine(Terminal terminal) {
    CommandLine root =
        new CommandLine(new DownhillCommand(terminal))
            .addSubcommand(TrainCommand.commandLine(terminal))
            .addSubcommand(TuneCommand.commandLine(terminal))
            .addSubcommand(new StudioCommand(terminal))
            .addSubcommand(new EvaluateCommand(terminal))
            .addSubcommand(new PredictCommand(terminal))
            .addSubcommand(new ExplainCommand(terminal))
            .addSubcommand(new VerifyCommand(terminal))
            .addSubcommand(new DataCommand(terminal))
            .addSubcommand(new InspectCommand(terminal))
            .addSubcommand(new ReportCommand(terminal))
            .addSubcommand(new ServeCommand(terminal))
            .addSubcommand(new ExportCommand(terminal))
            .addSubcommand(new RecipesCommand(terminal));
    addCommonOptions(root);
    root.getSubcommands().values().forEach(DownhillCommand::addCommonOptions);
    return root.addSubcommand(new HelpCommand()); // has its own --help
  }

  private static void addCommonOptions(CommandLine command) {
    command
        .getCommandSpec()
        .addMixin("common", CommandSpec.forAnnotatedObject(new CommonOptions()));
  }

  /** Without a command there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(terminal.err());
    }
    return ExitStatus.REFUSED;
  }

  /** Says which version this is, and on which Java. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      }
      return new String[] {
        "downhill %s (Java %s)"
            .formatted(
                properties.getProperty("version", "unknown"), System.getProperty("java.version"))
      };
    }
  }
}
