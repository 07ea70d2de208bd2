package downhill.report;

import downhill.data.Dataset;
import downhill.data.TableSchema;
import downhill.evaluation.ClassScores;
import downhill.evaluation.Evaluation;
import downhill.network.Architecture;
import downhill.onnx.OnnxFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page {@code model-card.md}: what somebody should know before using the model. */
final class ModelCard {
  private static final String MARKED = "\\`*_[]<>|&~#";
  private static final int WEAKEST = 3; // classes that are named as such

  private final Findings findings;
  private final StringBuilder out = new StringBuilder();

  ModelCard(Findings findings) {
    this.findings = findings;
  }

  /** Returns the card. */
  String markdown() {
    out.append(new FrontMatter(findings).yaml());
    what();
    use();
    trainingData();
    training();
    evaluation();
    howToUse();
    provenance();
    return out.toString().replace(Numbers.NO_BREAK, ' '); // it is read as plain text, too
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void heading(String text) {
    out.append("\n## ").append(text).append("\n\n");
  }

  private void what() {
    Architecture architecture = findings.architecture();
    line("");
    line("# " + plain(findings.title()));
    line("");
    String relu = architecture.layers() > 1 ? " with ReLU between them" : "";
    line(
        "A classifier of "
            + Numbers.count(architecture.layers(), "linear layer")
            + relu
            + " and a softmax at the end, for the cross-entropy: "
            + Numbers.count(architecture.parameters(), "parameter")
            + ", "
            + shape()
            + " in, "
            + Numbers.count(architecture.classes(), "class")
            + " out. "
            + Numbers.percent(findings.evaluation().accuracy(), 2)
            + " of "
            + Numbers.count(findings.test().size(), "test " + findings.noun())
            + " are classified right. `"
            + Reports.REPORT
            + "` beside this file shows more.");
  }

  private String shape() {
    Dataset test = findings.test();
    return findings.pictures()
        ? test.height()
            + " × "
            + test.width()
            + (test.channels() == 3
                ? " values of red, as many of green and as many of blue"
                : " grey values")
        : Numbers.count(test.features(), "value");
  }

  private void use() {
    heading("Intended use and limits");
    line("- It tells these classes apart: " + classes() + ".");
    line(
        "- It takes "
            + inputs()
            + " made as those of "
            + plain(findings.subject().dataName())
            + " are. "
            + (findings.pictures()
                ? "Pictures that are cut, scaled, turned or lit otherwise are a different task;"
                    + " nothing here says how well it does on them."
                : "Nothing here says how well it does on others."));
    line(
        "- It always answers with one of its classes, also where none is right. Its confidence is"
            + " off by "
            + Numbers.percent(findings.calibration().expectedError(), 2)
            + " on average (expected calibration error).");
    line("- It does worst on " + weakest() + ".");
    line("- It was not tested for any use that matters to somebody. Do that first.");
  }

  private String inputs() {
    TableSchema schema = findings.model().schema();
    return schema == null
        ? shape() + " of 0 to 255, each divided by 255, and"
        : "rows with the columns "
            + schema.names().stream().map(ModelCard::plain).collect(Collectors.joining(", "))
            + ", with raw values (the model file says how they become inputs),";
  }

  private String classes() {
    return findings.classNames().stream().map(ModelCard::plain).collect(Collectors.joining(", "));
  }

  private String weakest() {
    Evaluation evaluation = findings.evaluation();
    List<Integer> classes =
        IntStream.range(0, evaluation.classes())
            .boxed()
            .filter(k -> evaluation.scores(k).support() > 0)
            .sorted(Comparator.comparingDouble(k -> evaluation.scores(k).recall()))
            .limit(WEAKEST)
            .toList();
    return classes.stream()
        .map(k ->
            plain(findings.name(k))
                + " ("
                + Numbers.percent(evaluation.scores(k).recall(), 1)
                + " found)")
        .collect(Collectors.joining(", "));
  }

  private void trainingData() {
    heading("Training data");
    line(plain(new Provenance(findings).trainingData()));
    line("");
    line("| data | examples | SHA-256 |");
    line("|---|---:|---|");
    row("training, at hand", findings.subject().datasets().train(), findings.trainSha256());
    row("test", findings.test(), findings.test().sha256());
  }

  private void row(String name, Dataset examples, String sha256) {
    line("| " + name + " | " + Numbers.count(examples.size()) + " | `" + sha256 + "` |");
  }

  private void training() {
    heading("Training procedure");
    Map<String, String> made = findings.model().provenance();
    if (made.isEmpty()) {
      line("The model file does not say how it was made.");
    } else {
      line("The weights are a function of these settings, which the model file holds:");
      line("");
      rows("setting", made);
    }
    Map<String, String> run = new Provenance(findings).run();
    if (!run.isEmpty()) {
      line("");
      line("The run that made it:");
      line("");
      rows("what", run);
    }
  }

  private void rows(String title, Map<String, String> rows) {
    line("| " + title + " | value |");
    line("|---|---|");
    rows.forEach((name, value) -> line("| " + plain(name) + " | " + plain(value) + " |"));
  }

  private void evaluation() {
    Evaluation evaluation = findings.evaluation();
    double[] interval = findings.interval();
    heading("Evaluation");
    line("| on " + Numbers.count(evaluation.examples(), "test " + findings.noun()) + " | |");
    line("|---|---:|");
    line(
        "| accuracy | "
            + Numbers.percent(evaluation.accuracy(), 2)
            + " (95 % interval "
            + Numbers.fixed(100 * interval[0], 2)
            + " to "
            + Numbers.fixed(100 * interval[1], 2)
            + ") |");
    line("| loss, in nats | " + Numbers.fixed(evaluation.loss(), 4) + " |");
    line(
        "| expected calibration error, "
            + findings.calibration().bins().size()
            + " bins | "
            + Numbers.percent(findings.calibration().expectedError(), 2)
            + " |");
    line("");
    line("| class | precision | recall | F1 | " + findings.noun() + "s |");
    line("|---|---:|---:|---:|---:|");
    for (int k = 0; k < evaluation.classes(); k++) {
      scores(plain(findings.name(k)), evaluation.scores(k));
    }
    scores("mean of the classes", evaluation.macroAverage());
  }

  private void scores(String name, ClassScores scores) {
    line(
        "| "
            + name
            + " | "
            + Numbers.percent(scores.precision(), 1)
            + " | "
            + Numbers.percent(scores.recall(), 1)
            + " | "
            + Numbers.percent(scores.f1(), 1)
            + " | "
            + Numbers.count(scores.support())
            + " |");
  }

  private void howToUse() {
    heading("How to use it");
    String file = fileName();
    TableSchema schema = findings.model().schema();
    if (findings.pictures() || schema != null) {
      line("On the command line:");
      line("");
      line("    ./downhill predict " + file + (schema == null ? " IMAGE" : " ROWS.csv"));
      line("    ./downhill evaluate " + file + findings.subject().dataOption());
      line("");
    }
    javaUse(file);
    if (!isOnnx()) {
      pyTorchUse(file);
    }
  }

  private void javaUse(String file) {
    String artifact = isOnnx() ? "downhill-onnx" : "downhill-core";
    String reader = isOnnx() ? "OnnxFile" : "ModelFile";
    line("In Java, with `io.github.downhill-ml:" + artifact + "`:");
    line("");
    line("```java");
    TableSchema schema = findings.model().schema();
    line("Model model = " + reader + ".load(Path.of(" + FrontMatter.quoted(file) + "));");
    if (schema == null) {
      line("float[] x = new float[" + findings.architecture().inputs() + "]; // 0..1");
    } else {
      line("List<String> row = List.of(/* a value of each column, as text, in order */);");
      line("float[] x = new RowEncoder(model.schema()).encode(row);");
    }
    line("int found = model.network().classify(x);");
    line("System.out.println(model.classNames().get(found));");
    line("```");
  }

  private void pyTorchUse(String file) {
    line("");
    line("In PyTorch, with the `safetensors` package:");
    line("");
    line("```python");
    line("import torch");
    line("from safetensors.torch import load_file");
    line("");
    line("widths = [" + findings.architecture().toString().replace("-", ", ") + "]");
    line("layers = []");
    line("for inputs, outputs in zip(widths, widths[1:]):");
    line("    layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]");
    line("model = torch.nn.Sequential(*layers[:-1])");
    line("model.load_state_dict(load_file(" + FrontMatter.quoted(file) + "))");
    line("probabilities = model(torch.zeros(1, widths[0])).softmax(1)");
    line("```");
  }

  // What can't stand in a line of code as it is gives way to the name that runs have.
  private String fileName() {
    String name = String.valueOf(findings.subject().modelFile().getFileName());
    if (name.matches("[\\w.-]+")) {
      return name;
    }
    return isOnnx() ? "model.onnx" : "model.safetensors";
  }

  private boolean isOnnx() {
    return OnnxFile.isNamed(findings.subject().modelFile());
  }

  private void provenance() {
    heading("Provenance");
    if (!findings.model().provenance().isEmpty()) {
      line(
          "Made by Downhill. The same data, settings and seed give the same model file again, byte");
      line("for byte, on any machine and with any number of threads.");
    }
    ModelBytes bytes = findings.modelBytes();
    line(
        (bytes.files() == 1 ? "The file has " : "The file and those of its weights together have ")
            + Numbers.count(bytes.count(), "byte")
            + " and the SHA-256 `"
            + bytes.sha256()
            + "`.");
  }

  // Nothing in a name may become markup, or end the cell of a table.
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        plain.append(' ');
      } else {
        plain.append(MARKED.indexOf(c) < 0 ? "" : "\\").append(c);
      }
    }
    return plain.toString();
  }
}
