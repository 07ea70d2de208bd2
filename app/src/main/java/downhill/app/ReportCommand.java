package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.Datasets;
import downhill.modelfile.Model;
import downhill.network.Execution;
import downhill.report.Reports;
import downhill.report.Reports.Written;
import downhill.report.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the report and the model card of a run. */
@Command(
    name = "report",
    description = {
      "Judges a run's model by the test set and writes "
          + Reports.REPORT
          + " (curves, confusion matrix, calibration, mistakes, weights, provenance) and "
          + Reports.CARD
          + ", over those that were there."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill report runs/1",
      "  downhill report runs/kmnist --data kmnist/ --json",
      "  downhill report model.safetensors --output about-it",
      "  downhill report runs/2 --data iris.csv"
    })
final class ReportCommand implements Callable<Integer> {
  private static final String HINT =
      "RUN is a run folder such as runs/1, or a safetensors or ONNX file";

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = {
        "A run folder such as runs/1, or a model file (safetensors or .onnx), which has no curves."
      })
  private Path run = Path.of("");

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = {"Where to write; made where it is missing.", "Default: the run folder"})
  private @Nullable Path output;

  @Option(
      names = "--json",
      description =
          "Write one JSON object: the files, and the main results; trained_on_the_rest says, where "
              + "the examples that judge were held out, whether the model was trained on the others "
              + "of this very data.")
  private boolean json;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ModelParameter.Read read = ModelParameter.read(run, HINT);
    Model model = read.model();
    Path folder = folder();
    Datasets datasets = data.showing(ReadingView.on(terminal, json)).load(model);
    ModelFit.checkJudged(model, run, data, datasets.test());
    @Nullable Boolean rest = ModelFit.isRestOfTraining(model, data, datasets.test());
    Path file = ModelParameter.file(run);
    Path history = Files.isDirectory(run) ? run.resolve(RunFolder.HISTORY) : null;
    Written written =
        write(
            new Subject(model, file, read.bytes(), data.name(), data.again(), datasets, history),
            folder);
    if (json) {
      terminal.line(json(written, rest));
    } else {
      print(written);
    }
    return ExitStatus.OK;
  }

  private Path folder() {
    if (output != null) {
      return output;
    }
    if (!Files.isDirectory(run)) {
      throw CommandException.refused(
          run + ": expected a run folder, found a file, and no --output",
          "say where to write with --output, or give the run folder itself");
    }
    return run;
  }

  private static Written write(Subject subject, Path folder) {
    try {
      Files.createDirectories(folder);
      return Reports.write(subject, folder, Execution.defaults());
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, "give --output a folder that can be written");
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "the model can't be judged by this data");
    }
  }

  private void print(Written written) {
    String headline =
        "Test accuracy %s, loss %s, calibration error %s"
            .formatted(
                Text.percent(written.evaluation().accuracy(), 2),
                Text.fixed(written.evaluation().loss(), 4),
                Text.percent(written.calibration().expectedError(), 2));
    for (String line : Text.wrap(headline, terminal.columns() - 1)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    terminal.line("Written  " + Text.clean(written.report().toString()));
    terminal.line("         " + Text.clean(written.card().toString()));
  }

  private static String json(Written written, @Nullable Boolean rest) {
    JsonObject object =
        new JsonObject()
            .put("report", written.report().toString())
            .put("model_card", written.card().toString())
            .put("test_accuracy", written.evaluation().accuracy())
            .put("test_loss", written.evaluation().loss())
            .put("expected_calibration_error", written.calibration().expectedError());
    if (rest != null) {
      object.put("trained_on_the_rest", rest);
    }
    return object.line();
  }
}
