package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.Dataset;
import downhill.equations.ForwardPass;
import downhill.equations.Gradients;
import downhill.equations.ReferenceNetwork;
import downhill.explanation.LearningRate;
import downhill.explanation.Reference;
import downhill.explanation.WeightExplanation;
import downhill.explanation.WeightIndex;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Follows one example through the equations. */
@Command(
    name = "explain",
    description = {
      "Follows one example of the test set through the equations: the forward pass, the loss, and "
          + "the gradient of one weight factor by factor, beside what a small change of that weight "
          + "really does.",
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill explain runs/1 --example 0",
      "  downhill explain runs/1 --example 7 --weight 4,9,12   a weight of layer 4",
      "",
      "The numbers in brackets are those of the equations in docs/derivation.md."
    })
final class ExplainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelParameter model = new ModelParameter();

  @Option(
      names = "--example",
      required = true,
      paramLabel = "N",
      description = "Which example of the test set; the first is 0.")
  private int example;

  @Option(
      names = "--weight",
      paramLabel = "L,I,J",
      description = {
        "Which weight: layer L from 1, its unit I from 0, and J, from 0, the unit of the layer before "
            + "or the pixel that it comes from.",
        "Default: the one of layer 1 that the loss depends on most"
      })
  private @Nullable String weight;

  @Mixin private DataOption data = new DataOption();

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Model loaded = model.load();
    Architecture architecture = loaded.network().architecture();
    @Nullable WeightIndex asked = weight == null ? null : WeightName.parse(weight, architecture);
    Dataset test = data.showing(ReadingView.on(terminal, false)).test(loaded);
    ModelFit.checkJudged(loaded, model.given(), data, test);
    if (example < 0 || example >= test.size()) {
      throw CommandException.refused(
          "--example %d: expected 0 to %d, the test set of %s"
              .formatted(example, test.size() - 1, data.testName()),
          "examples are counted from 0");
    }
    ReferenceNetwork network = Reference.of(loaded.network());
    int label = test.label(example);
    ForwardPass pass = network.forward(Reference.doubles(test.example(example)));
    Gradients gradients = network.backward(pass, label);
    WeightIndex at = asked == null ? WeightIndex.mostTelling(gradients) : asked;
    WeightExplanation explanation = WeightExplanation.of(network, pass, gradients, label, at);

    int columns = terminal.columns() - 1;
    String headline =
        "Example %d of %s in the test set of %s (the first is 0): %s"
            .formatted(
                example,
                Text.count(test.size()),
                data.testName(),
                Text.clean(test.classNames().get(label)));
    for (String line : Text.wrap(headline, columns)) {
      terminal.line(terminal.paint(Style.BOLD, line));
    }
    terminal.line();
    if (test.height() > 1) {
      new Picture(test.example(example), test.channels(), test.height(), test.width())
          .lines(terminal, columns)
          .forEach(terminal::line);
      terminal.line();
    }
    new PassReport(terminal, columns).print(pass, label, test.classNames());
    new WeightReport(terminal, columns)
        .print(explanation, architecture, test, LearningRate.of(loaded));
    return ExitStatus.OK;
  }
}
