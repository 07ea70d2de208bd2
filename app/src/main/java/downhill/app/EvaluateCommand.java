package downhill.app;

import downhill.data.Dataset;
import downhill.evaluation.ClassScores;
import downhill.evaluation.Evaluation;
import downhill.modelfile.Model;
import downhill.network.Execution;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges a model by a test set. */
@Command(
    name = "evaluate",
    description = "Judges a model by the test set: accuracy, loss, and the scores of each class.",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill evaluate runs/1",
      "  downhill evaluate model.safetensors --data kmnist/ --json",
      "  downhill evaluate runs/2 --data iris.csv       the rows that were held out",
      "  downhill evaluate runs/2 --test more.csv       all rows of another file",
      "  downhill evaluate runs/3 --test more-pets/     all images of another folder"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelParameter model = new ModelParameter();

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--json",
      description =
          "Write one JSON object; data is what judges, confusion[a][p] counts the examples of class "
              + "a taken for class p, and trained_on_the_rest says, where the examples were held out, "
              + "whether the model was trained on the others of this very data.")
  private boolean json;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Model loaded = model.load();
    Dataset test = data.showing(ReadingView.on(terminal, json)).test(loaded);
    ModelFit.checkJudged(loaded, model.given(), data, test);
    @Nullable Boolean rest = ModelFit.isRestOfTraining(loaded, data, test);
    Evaluation evaluation = Evaluation.of(loaded.network(), test, Execution.defaults());
    if (json) {
      terminal.line(json(evaluation, test, rest));
    } else {
      new EvaluationReport(evaluation, test.classNames(), data.noun())
          .print(
              terminal,
              terminal.columns() - 1,
              "Accuracy %s on %s of %s, loss %s"
                  .formatted(
                      Text.percent(evaluation.accuracy(), 2),
                      Text.count(evaluation.examples(), data.noun()),
                      data.testName(),
                      Text.fixed(evaluation.loss(), 4)));
    }
    return ExitStatus.OK;
  }

  private String json(Evaluation evaluation, Dataset test, @Nullable Boolean rest) {
    int classes = test.classes();
    int[][] confusion = new int[classes][classes];
    for (int actual = 0; actual < classes; actual++) {
      for (int predicted = 0; predicted < classes; predicted++) {
        confusion[actual][predicted] = evaluation.confusion(actual, predicted);
      }
    }
    JsonObject object =
        new JsonObject()
            .put("accuracy", evaluation.accuracy())
            .put("loss", evaluation.loss())
            .put("examples", evaluation.examples())
            .put("data", data.testName());
    if (rest != null) {
      object.put("trained_on_the_rest", rest);
    }
    object.put("confusion", confusion).array("classes");
    for (int k = 0; k < classes; k++) {
      ClassScores scores = evaluation.scores(k);
      object
          .item()
          .put("class", k)
          .put("label", test.classNames().get(k))
          .put("precision", scores.precision())
          .put("recall", scores.recall())
          .put("f1", scores.f1())
          .put("support", scores.support())
          .end();
    }
    return object.endArray().line();
  }
}
