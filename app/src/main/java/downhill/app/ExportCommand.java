package downhill.app;

import downhill.export.JavaSource;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model in another form. */
@Command(
    name = "export",
    description = {
      "Writes a model in a form that other programs take.",
      "",
      "onnx is one file for ONNX Runtime and the like: raw inputs in, probabilities out. java is a "
          + "class that needs no library, and its weights as a resource beside it. safetensors is the "
          + "form of our own models, which PyTorch loads too."
    },
    descriptionHeading = "%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  downhill export runs/1 --output fashion.onnx",
      "  downhill export runs/1 --format java --output src/Fashion.java",
      "  downhill export from-elsewhere.onnx --output model.safetensors"
    })
final class ExportCommand implements Callable<Integer> {
  /** The forms, and what the names of their files end with. */
  enum Format {
    ONNX(".onnx"),
    JAVA(".java"),
    SAFETENSORS(".safetensors");

    private final String suffix;

    Format(String suffix) {
      this.suffix = suffix;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static String words() {
      return Arrays.stream(values()).map(Format::word).collect(Collectors.joining(", "));
    }
  }

  private static final String OTHER_OUTPUT = "give --output another file";

  private final Terminal terminal;

  @Mixin private ModelParameter model = new ModelParameter();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description =
          "Where to write, over what was there. For java it names the class; the weights go to "
              + "NAME.weights beside it, likewise.")
  private Path output = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {"onnx, java or safetensors.", "Default: what FILE ends with"})
  private @Nullable String format;

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = {"The package of the Java class.", "Default: none"})
  private @Nullable String packageName;

  @Option(names = "--json", description = "Write one JSON object: the format and the files.")
  private boolean json;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Format asked = format();
    if (packageName != null && asked != Format.JAVA) {
      throw CommandException.refused(
          "--package %s: %s has no packages".formatted(packageName, asked.word()),
          "leave out --package, or give --format java");
    }
    List<Path> files = files(asked);
    Model loaded = model.load();
    checkOutput(files);
    write(loaded, asked);
    if (json) {
      terminal.line(
          new JsonObject()
              .put("format", asked.word())
              .put("files", files.stream().map(Path::toString).toList())
              .line());
    } else {
      for (Path file : files) {
        terminal.line("Written  " + Text.clean(file.toString()));
      }
    }
    return ExitStatus.OK;
  }

  private Format format() {
    for (Format known : Format.values()) {
      if (format == null
          ? output.toString().toLowerCase(Locale.ROOT).endsWith(known.suffix)
          : format.equalsIgnoreCase(known.name())) {
        return known;
      }
    }
    throw CommandException.refused(
        format == null
            ? "%s: its name does not say which format is meant".formatted(output)
            : "--format %s: expected one of %s".formatted(format, Format.words()),
        "give --format " + Format.words().replaceAll(", (?=[a-z]+$)", " or "));
  }

  /** Returns what is to be written. */
  private List<Path> files(Format asked) {
    if (asked != Format.JAVA) {
      return List.of(output);
    }
    JavaSource.Written files;
    try {
      files = JavaSource.files(output);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "give --output a name such as Classifier.java");
    }
    try {
      JavaSource.checkPackage(packageName());
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          e, "give --package names of letters and digits, none of them a word of Java's own");
    }
    return List.of(files.source(), files.weights());
  }

  private String packageName() {
    return packageName == null ? "" : packageName;
  }

  private void checkOutput(List<Path> files) {
    Path read = model.file();
    try {
      List<Path> external = OnnxFile.isNamed(read) ? OnnxFile.external(read) : List.of();
      for (Path file : files) {
        String what =
            file.equals(output)
                ? "--output %s: that".formatted(output)
                : "--output %s: %s, where its weights go,".formatted(output, file);
        if (isSame(file, read)) {
          throw CommandException.refused(what + " is the model itself", OTHER_OUTPUT);
        }
        for (Path weights : external) {
          if (isSame(file, weights)) {
            throw CommandException.refused(
                what + " is where the model keeps its weights", OTHER_OUTPUT);
          }
        }
      }
    } catch (IOException e) {
      throw CommandException.refused(e, "give --output a file that can be written");
    }
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
  }

  private void write(Model loaded, Format asked) {
    try {
      switch (asked) {
        case ONNX -> OnnxFile.save(loaded, output);
        case SAFETENSORS -> ModelFile.save(loaded, output);
        case JAVA -> JavaSource.write(loaded, output, packageName());
      }
    } catch (IOException e) {
      throw CommandException.refused(e, "give --output a file that can be written");
    } catch (IllegalArgumentException e) {
      // The names have been checked, so it is too large.
      throw CommandException.refused(
          e,
          asked == Format.SAFETENSORS
              ? "export to another format"
              : "export to safetensors, which holds larger ones");
    }
  }
}
