package downhill.app;

import downhill.data.Dataset;
import downhill.data.DatasetSummary;
import downhill.data.Datasets;
import downhill.data.Duplicates;
import downhill.data.ImageData;
import downhill.data.ImageFiles;
import downhill.data.ImageSizes;
import downhill.data.TableSummary;
import downhill.data.UnreadableImagesException;
import downhill.data.UnusableColumn;
import downhill.modelfile.AtomicFile;
import downhill.report.ContactSheet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Describes data before anything is trained on it. */
@Command(
    name = "data",
    description = {
      "Describes data: how much there is of each class, the range of its values, how many of them "
          + "are 0, and which examples are there twice, above all those that are both learned from "
          + "and tested by. Of images also their sizes, and which can't be read; of tables each "
          + "column's values.",
      "Images of several sizes are compared as "
          + DataCommand.MIXED
          + " where --size says nothing else."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill data",
      "  downhill data pets/ --sheet pets.png",
      "  downhill data pets/ --size 48x48 --colour rgb --json",
      "  downhill data iris.csv --label species"
    })
final class DataCommand implements Callable<Integer> {
  static final String MIXED = "32x32";

  private static final String HINT = "give a folder or a list of PNG, JPEG, GIF or BMP images";

  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description = {
        "What --data of downhill train takes: fashion-mnist, a folder of IDX files, a folder of "
            + "images, a list of images, or a table.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String data = DataOption.FASHION_MNIST;

  @Mixin private ImageOptions images = new ImageOptions();

  @Mixin private TableOptions table = new TableOptions();

  @Option(
      names = "--sheet",
      paramLabel = "FILE",
      description =
          "A PNG file to write, over one that is there: some training images of each class, a row "
              + "for each.")
  private @Nullable Path sheet;

  @Option(names = "--json", description = "Write one JSON object.")
  private boolean json;

  DataCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ReadingView view = ReadingView.on(terminal, json);
    DataOption option = DataOption.of(data, images, table).showing(view);
    if (sheet != null && option.isTable()) {
      throw CommandException.refused(
          "--sheet: draws images, and %s is a table".formatted(option.name()), "leave it out");
    }
    DataFindings findings =
        option.isImages()
            ? ofImages(option, view)
            : option.isTable() ? ofTable(option, view) : of(option, option.load());
    @Nullable Path written = sheet == null ? null : write(sheet, findings.datasets().train());
    if (json) {
      terminal.line(new DataReport(findings, written).json());
    } else {
      new DataReport(findings, written).print(terminal);
    }
    return ExitStatus.OK;
  }

  private static DataFindings of(DataOption option, Datasets datasets) {
    return new DataFindings(
        option.name(),
        datasets,
        DatasetSummary.of(datasets.train()),
        DatasetSummary.of(datasets.test()),
        Duplicates.of(datasets),
        null,
        null);
  }

  private DataFindings ofTable(DataOption option, ReadingView view) {
    table.refuseUnknown();
    table.countMissing();
    List<UnusableColumn> leftOut = new ArrayList<>();
    Datasets datasets =
        option.describe(column -> {
          leftOut.add(column);
          view.note(
              "column %d (%s) is left out: %s"
                  .formatted(column.number(), column.name(), column.reason()));
        });
    return of(option, datasets)
        .with(
            new DataFindings.Columns(
                TableSummary.of(datasets.train()), TableSummary.of(datasets.test()), leftOut));
  }

  private static DataFindings ofImages(DataOption option, ReadingView view) {
    ImageFiles files = option.findImages();
    ImageSizes sizes;
    try {
      sizes = files.sizes(view);
    } catch (UnreadableImagesException e) {
      view.allUnreadable(e.images(), files.size());
      throw CommandException.refused(e, HINT);
    } catch (IOException e) {
      throw CommandException.refused(e, HINT);
    }
    ImageData read = option.describe(files, MIXED);
    DataFindings findings = of(option, read.datasets());
    return findings.with(
        new DataFindings.Images(
            sizes,
            read.preparation(),
            files.testFraction(),
            read.trainFiles(),
            read.testFiles(),
            read.unreadable(),
            files.others()));
  }

  private static Path write(Path file, Dataset train) {
    byte[] png = ContactSheet.png(train);
    try {
      AtomicFile.replace(file, out -> out.write(png));
      return file;
    } catch (IOException e) {
      throw CommandException.refused(e, "give --sheet a file in a folder that can be written");
    }
  }
}
