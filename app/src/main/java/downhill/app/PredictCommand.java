package downhill.app;

import downhill.app.Terminal.Style;
import downhill.data.CsvFormat;
import downhill.data.ImageFile;
import downhill.data.Preparation;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.network.Execution;
import downhill.network.Predictions;
import downhill.network.Predictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in images, or which class the rows of tables are of. */
@Command(
    name = "predict",
    description = {
      "Says what a model sees in images, or of which class the rows of tables are.",
      "",
      "A model that was trained on images says how they were prepared, and each image is prepared in "
          + "the same way. A model of a table takes files of rows with its columns, in any order, with "
          + "the values as they are. For another model an image becomes grey and is fitted into a "
          + "square. If one of the files can't be read, nothing is predicted at all."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill predict runs/1 boot.png",
      "  downhill predict runs/1 --invert photos/*.jpg",
      "  downhill predict runs/1 --json boot.png shirt.png",
      "  downhill predict runs/2 flowers.csv"
    })
final class PredictCommand implements Callable<Integer> {
  private static final int SHOWN = 3;
  private static final int WIDEST_BAR = 30;

  private final Terminal terminal;

  @Mixin private ModelParameter model = new ModelParameter();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE|ROWS",
      description =
          "A PNG, JPEG, GIF or BMP file of any size; or a table, as train --data takes it.")
  private List<Path> images = List.of();

  @Option(
      names = "--invert",
      description =
          "Swap light and dark, as seen from the images that the model learned from. Fashion-MNIST is "
              + "light on black; most photos are not.")
  private boolean invert;

  @Mixin private RowOptions rows = new RowOptions();

  @Option(names = "--json", description = "Write one JSON object a line for each image or row.")
  private boolean json;

  private boolean asksAboutLight;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Model loaded = model.load();
    TableSchema schema = loaded.schema();
    if (schema != null) {
      return predictRows(loaded, schema);
    }
    if (!rows.settings().isEmpty()) {
      throw CommandException.refused(
          "--no-header, --separator, --decimal and --unknown go with tables, and the model takes images",
          "leave them out");
    }
    byte[] pixels = read(preparation(loaded));
    try (Predictor predictor =
        new Predictor(loaded.network(), Execution.defaults(), images.size())) {
      Predictions predictions = predictor.predict(pixels, 0, images.size());
      if (!IntStream.range(0, images.size()).allMatch(predictions::hasAnswer)) {
        throw CommandException.refused(
            "model %s: expected weights that give an answer, found some so large that sums overflow"
                .formatted(model.given()),
            "train it again, with a lower --learning-rate");
      }
      int columns = terminal.columns() - 1;
      for (int i = 0; i < images.size(); i++) {
        if (json) {
          JsonObject named = new JsonObject().put("image", images.get(i).toString());
          terminal.line(json(named, i, predictions, loaded));
        } else {
          print(images.get(i).toString(), i, predictions, loaded, columns);
        }
      }
    }
    return ExitStatus.OK;
  }

  private int predictRows(Model loaded, TableSchema schema) {
    if (invert) {
      throw CommandException.refused(
          "--invert: goes with images, and the model takes the rows of a table", "leave it out");
    }
    rows.readAs(loaded);
    CsvFormat format = rows.format();
    int columns = terminal.columns() - 1;
    new RowPredictions(
            loaded,
            schema,
            format,
            note -> terminal.error("note: " + Text.clean(note)),
            (file, line, predictions, i) -> {
              if (json) {
                JsonObject named = new JsonObject().put("file", file.toString()).put("line", line);
                terminal.line(json(named, i, predictions, loaded));
              } else {
                print(file + ", line " + line, i, predictions, loaded, columns);
              }
            })
        .of(images);
    return ExitStatus.OK;
  }

  // A model of images says how they were prepared. Of others it is known how many values they have,
  // not their shape; pictures are taken to be square.
  private Preparation preparation(Model loaded) {
    int inputs = loaded.network().architecture().inputs();
    Preparation known;
    try {
      known = Preparation.of(loaded.provenance()).orElse(null);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          "model " + model.given() + ": " + Failure.describe(e),
          "the file was written by something else");
    }
    int side = (int) Math.round(Math.sqrt(inputs));
    if (known == null && side * side != inputs) {
      throw CommandException.refused(
          "model %s takes %s, which make no square picture"
              .formatted(model.given(), Text.count(inputs, "value")),
          "predict needs a model of square pictures, such as 28 × 28 = 784, or one trained on images");
    }
    Preparation chosen = known == null ? Preparation.grey(side, side) : known;
    if (chosen.features() != inputs) {
      throw CommandException.refused(
          "model %s takes %s, but says that its images are %s"
              .formatted(model.given(), Text.count(inputs, "value"), chosen),
          "the file was written by something else");
    }
    asksAboutLight = known == null && !invert;
    return invert ? chosen.withInvert(!chosen.invert()) : chosen;
  }

  // All of them before anything is said: half an answer is easily taken for a whole one.
  private byte[] read(Preparation preparation) {
    int size = preparation.features();
    if ((long) size * images.size() > Integer.MAX_VALUE - 8) {
      throw CommandException.refused(
          Text.count(images.size()) + " images are too many at once", "give fewer images");
    }
    byte[] pixels = new byte[size * images.size()];
    for (int i = 0; i < images.size(); i++) {
      Path file = images.get(i);
      try {
        byte[] image = ImageFile.read(file, preparation);
        System.arraycopy(image, 0, pixels, i * size, size);
        if (asksAboutLight && lightAtTheEdges(image, preparation.width())) {
          terminal.error(
              "note: %s is light at its edges; for dark things on a light ground give --invert"
                  .formatted(Text.clean(file.toString())));
        }
      } catch (IOException e) {
        throw CommandException.refused(e, "give PNG, JPEG, GIF or BMP files");
      }
    }
    return pixels;
  }

  private static boolean lightAtTheEdges(byte[] image, int side) {
    long sum = 0;
    for (int k = 0; k < side; k++) {
      sum += Byte.toUnsignedInt(image[k]);
      sum += Byte.toUnsignedInt(image[(side - 1) * side + k]);
      sum += Byte.toUnsignedInt(image[k * side]);
      sum += Byte.toUnsignedInt(image[k * side + side - 1]);
    }
    return sum > 4L * side * 127;
  }

  private static String json(JsonObject named, int i, Predictions predictions, Model loaded) {
    int best = predictions.label(i);
    return named
        .put("class", best)
        .put("label", loaded.classNames().get(best))
        .put("probabilities", predictions.probabilities(i))
        .line();
  }

  private void print(String what, int i, Predictions predictions, Model loaded, int columns) {
    List<Integer> best =
        IntStream.range(0, predictions.classes())
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -predictions.probability(i, k)))
            .limit(SHOWN)
            .toList();
    List<String> names = loaded.classNames().stream().map(Text::clean).toList();
    int longest = best.stream().mapToInt(k -> Text.width(names.get(k))).max().orElse(0);
    int nameWidth = Math.clamp(longest, 1, Math.max(6, columns - 12));
    int barWidth = Math.clamp(columns - nameWidth - 15L, 0, WIDEST_BAR);
    terminal.line(terminal.paint(Style.BOLD, Text.clip(Text.clean(what), columns)));
    for (int rank = 0; rank < best.size(); rank++) {
      int k = best.get(rank);
      double share = predictions.probability(i, k);
      String bar = "█".repeat((int) Math.round(share * barWidth));
      String line =
          "  %s  %s  %s"
              .formatted(
                  Text.left(Text.clip(names.get(k), nameWidth), nameWidth),
                  Text.right(Text.percent(share, 1), 7),
                  terminal.paint(rank == 0 ? Style.CYAN : Style.DIM, bar));
      terminal.line(line.stripTrailing());
    }
  }
}
