package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.report.ModelBytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a model file holds. */
@Command(
    name = "inspect",
    description =
        "Shows what a model file holds: widths, weights, names of the classes, and how it was made.",
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  downhill inspect runs/1", "  downhill inspect model.safetensors --json"})
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelParameter model = new ModelParameter();

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The parameters of one tensor in a few numbers. */
  private record Tensor(
      String name,
      List<Integer> shape,
      double mean,
      double deviation,
      double least,
      double greatest) {

    static Tensor of(String name, float[] values, List<Integer> shape) {
      double sum = 0;
      double least = Double.POSITIVE_INFINITY;
      double greatest = Double.NEGATIVE_INFINITY;
      for (float v : values) {
        sum += v;
        least = Math.min(least, v);
        greatest = Math.max(greatest, v);
      }
      double mean = sum / values.length;
      double squares = 0;
      for (float v : values) {
        squares += (v - mean) * (v - mean);
      }
      return new Tensor(name, shape, mean, Math.sqrt(squares / values.length), least, greatest);
    }

    String shapeText() {
      return shape.stream().map(Object::toString).collect(Collectors.joining(" × "));
    }
  }

  @Override
  public Integer call() {
    Model loaded = model.load();
    Path file = model.file();
    ModelBytes bytes = ModelParameter.bytes(file);
    List<Tensor> tensors = tensors(loaded.network());
    if (json) {
      json(loaded, file, bytes, tensors);
    } else {
      print(loaded, file, bytes, tensors);
    }
    return ExitStatus.OK;
  }

  private static List<Tensor> tensors(Network network) {
    Architecture architecture = network.architecture();
    List<Tensor> tensors = new ArrayList<>();
    for (int l = 1; l <= architecture.layers(); l++) {
      int in = architecture.width(l - 1);
      int out = architecture.width(l);
      tensors.add(Tensor.of("W" + PassReport.superscript(l), network.weights(l), List.of(out, in)));
      tensors.add(Tensor.of("b" + PassReport.superscript(l), network.biases(l), List.of(out)));
    }
    return tensors;
  }

  private void print(Model loaded, Path file, ModelBytes bytes, List<Tensor> tensors) {
    int columns = terminal.columns() - 1;
    Architecture architecture = loaded.network().architecture();
    terminal.line(terminal.paint(Style.BOLD, Text.clip(architecture.toString(), columns)));
    terminal.paragraph(
        "%s, %s"
            .formatted(
                Text.count(architecture.parameters(), "parameter"),
                Text.count(architecture.layers(), "layer")),
        columns);
    terminal.paragraph(
        "%s, %s".formatted(Text.clean(file.toString()), Text.count(bytes.count(), "byte")),
        columns);
    terminal.line("SHA-256 " + bytes.sha256());
    terminal.line();
    Table table =
        new Table()
            .text("", 9)
            .number("shape", 8)
            .number("mean", 4)
            .number("deviation", 5)
            .number("least", 2)
            .number("greatest", 2);
    for (Tensor t : tensors) {
      table.row(
          t.name,
          t.shapeText(),
          Text.significant(t.mean, 3),
          Text.significant(t.deviation, 3),
          Text.significant(t.least, 3),
          Text.significant(t.greatest, 3));
    }
    table.print(terminal, columns);
    terminal.line();
    String classes =
        ModelParameter.unnamed(loaded)
            ? Text.count(architecture.classes()) + " without names"
            : loaded.classNames().stream().map(Text::clean).collect(Collectors.joining(", "));
    terminal.paragraph("Classes: " + classes, columns);
    terminal.line();
    TableSchema schema = loaded.schema();
    if (schema != null) {
      new SchemaReport(schema).print(terminal, columns);
    }
    if (loaded.provenance().isEmpty()) {
      terminal.paragraph("The file does not say how it was made.", columns);
      return;
    }
    terminal.line("Made from");
    int width = loaded.provenance().keySet().stream().mapToInt(Text::width).max().orElse(0);
    for (Map.Entry<String, String> entry : loaded.provenance().entrySet()) {
      terminal.line("  " + Text.left(entry.getKey(), width) + "  " + Text.clean(entry.getValue()));
    }
  }

  private void json(Model loaded, Path file, ModelBytes bytes, List<Tensor> tensors) {
    Architecture architecture = loaded.network().architecture();
    JsonObject object =
        new JsonObject()
            .put("model", file.toString())
            .put("network", architecture.toString())
            .put("parameters", architecture.parameters())
            .put("bytes", bytes.count())
            .put("sha256", bytes.sha256())
            .put("classes", loaded.classNames());
    TableSchema schema = loaded.schema();
    if (schema != null) {
      new SchemaReport(schema).json(object);
    }
    object.object("provenance");
    loaded.provenance().forEach(object::put);
    object.end().array("tensors");
    for (int t = 0; t < tensors.size(); t++) {
      Tensor tensor = tensors.get(t);
      object
          .item()
          .put("layer", t / 2 + 1)
          .put("kind", t % 2 == 0 ? "weights" : "biases")
          .put("shape", tensor.shape.stream().mapToInt(n -> n).toArray())
          .put("mean", tensor.mean)
          .put("deviation", tensor.deviation)
          .put("least", tensor.least)
          .put("greatest", tensor.greatest)
          .end();
    }
    terminal.line(object.endArray().line());
  }
}
