package downhill.app;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.IdxFolder;
import downhill.fashionmnist.FashionMnist;
import downhill.network.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --data}, and the data it names. */
final class DataOption {
  private static final String FASHION_MNIST = "fashion-mnist";

  @Option(
      names = "--data",
      paramLabel = "fashion-mnist|DIR",
      description = {
        "The built-in Fashion-MNIST, or a folder with train-images-idx3-ubyte, "
            + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
            + "each plain or with .gz.",
        "The classes' names may stand there too, one a line, in class-names.txt.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String data = FASHION_MNIST;

  private @Nullable String given;
  private @Nullable Datasets loaded;

  /** Returns the option as if it had been given so. */
  static DataOption of(String data) {
    DataOption option = new DataOption();
    option.data = data;
    return option;
  }

  /**
   * Returns the option of a run that began in another folder, perhaps.
   *
   * @param location where the data is
   * @param given what the run was told
   */
  static DataOption of(String location, String given) {
    DataOption option = of(location);
    option.given = given;
    return option;
  }

  /** Returns what was given, to be kept beside {@link #location}. */
  String given() {
    return given == null ? data : given;
  }

  /** Returns what {@link #of} has to be told to find the data again from any folder. */
  String location() {
    return data.equals(FASHION_MNIST) ? data : Path.of(data).toAbsolutePath().toString();
  }

  /** Reads the data, the first time. */
  Datasets load() {
    Datasets known = loaded;
    if (known == null) {
      known = read();
      loaded = known;
    }
    return known;
  }

  private Datasets read() {
    if (data.equals(FASHION_MNIST)) {
      try {
        return FashionMnist.load();
      } catch (UncheckedIOException e) {
        throw CommandException.failed(
            Failure.describe(e), "give Java more memory: DOWNHILL_JAVA_OPTIONS=-Xmx1g", e);
      }
    }
    try {
      return IdxFolder.load(Path.of(data));
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(
          e, "--data takes fashion-mnist, or a folder with the four IDX files (see --help)");
    } catch (InvalidPathException e) {
      throw CommandException.refused(e, "--data takes fashion-mnist, or the name of a folder");
    }
  }

  /** Returns what to call the data. */
  String name() {
    return data.equals(FASHION_MNIST) ? "Fashion-MNIST" : Text.clean(given());
  }

  /** Returns the option as it has to be given again; empty where the default will do. */
  String again() {
    return data.equals(FASHION_MNIST) ? "" : " --data " + Text.quoted(given());
  }

  /**
   * Refuses a model that does not fit the data.
   *
   * @param what what the widths are of, as in {@code network 784-10}
   * @param hint what to do about it
   */
  void checkFit(String what, Architecture architecture, Dataset examples, String hint) {
    if (architecture.inputs() != examples.features()) {
      throw CommandException.refused(
          "%s takes %s, but each image of %s has %s (%d × %d)"
              .formatted(
                  what,
                  Text.count(architecture.inputs(), "value"),
                  name(),
                  Text.count(examples.features()),
                  examples.height(),
                  examples.width()),
          hint);
    }
    if (architecture.classes() != examples.classes()) {
      throw CommandException.refused(
          "%s tells %s apart, but %s has %s"
              .formatted(
                  what,
                  Text.count(architecture.classes(), "class"),
                  name(),
                  Text.count(examples.classes())),
          hint);
    }
  }
}
