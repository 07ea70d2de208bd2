package downhill.app;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.IdxFolder;
import downhill.data.ImageData;
import downhill.data.ImageFiles;
import downhill.data.Preparation;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The option {@code --data}, and the data it names. */
final class DataOption {
  static final String FASHION_MNIST = "fashion-mnist";

  private static final String HINT =
      "--data takes fashion-mnist, a folder with the four IDX files, a folder of images for each "
          + "class, or a list of images (see --help)";

  @Option(
      names = "--data",
      paramLabel = "fashion-mnist|DIR|FILE",
      description = {
        "The built-in Fashion-MNIST, or a folder with train-images-idx3-ubyte, "
            + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
            + "each plain or with .gz; or a folder of images, CLASS/name.png or "
            + "train/CLASS/name.png and test/CLASS/name.png; or a CSV file of path,label or "
            + "path,label,part.",
        "The classes' names may stand in the folder too, one a line, in class-names.txt.",
        "Default: ${DEFAULT-VALUE}"
      })
  private String data = FASHION_MNIST;

  private @Nullable String given;
  private @Nullable Datasets loaded;

  @Mixin private ImageOptions images = new ImageOptions();

  private ReadingView view = ReadingView.SILENT;
  private @Nullable ImageFiles files;
  private @Nullable Preparation preparation;

  /** Returns the option as if it had been given so. */
  static DataOption of(String data) {
    return of(data, new ImageOptions());
  }

  /** Returns the option as if it had been given so, with others for images. */
  static DataOption of(String data, ImageOptions images) {
    DataOption option = new DataOption();
    option.data = data;
    option.images = images;
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

  /**
   * Shows how reading goes on.
   *
   * @return this option
   */
  DataOption showing(ReadingView other) {
    view = other;
    return this;
  }

  /** Returns what shows how reading goes on. */
  ReadingView view() {
    return view;
  }

  /** Returns what {@link #of} has to be told to find the data again from any folder. */
  String location() {
    return data.equals(FASHION_MNIST) ? data : Path.of(data).toAbsolutePath().toString();
  }

  /** Returns whether the data is images, in a folder or a list. */
  boolean isImages() {
    if (data.equals(FASHION_MNIST)) {
      return false;
    }
    Path path = path();
    try {
      return Files.isDirectory(path) ? !IdxFolder.isOne(path) : ImageFiles.isList(path);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  private Path path() {
    try {
      return Path.of(data);
    } catch (InvalidPathException e) {
      throw CommandException.refused(e, HINT);
    }
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
    if (isImages()) {
      return images().datasets();
    }
    images.refuse(name());
    if (data.equals(FASHION_MNIST)) {
      try {
        return FashionMnist.load();
      } catch (UncheckedIOException e) {
        throw CommandException.failed(
            Failure.describe(e), "give Java more memory: DOWNHILL_JAVA_OPTIONS=-Xmx1g", e);
      }
    }
    try {
      return IdxFolder.load(path());
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /** Reads the data in the way in which it was read for a model. */
  Datasets load(Model model) {
    prepareAs(model.provenance(), "the model");
    images.divideAs(model.provenance(), "the model");
    return load();
  }

  /** Prepares images as it was done before. */
  void prepareAs(Map<String, String> metadata, String from) {
    loaded = null; // it may have been read in another way
    images.prepareAs(metadata, from);
  }

  /** Goes on with the images of a run, divided and prepared as they were. */
  void goOnWith(Map<String, String> metadata, String from) {
    prepareAs(metadata, from);
    images.divideAs(metadata, from);
  }

  /** Looks for the images, without reading them. */
  ImageFiles findImages() {
    try {
      ImageFiles found = ImageFiles.find(path(), images.testFraction());
      images.checkParts(found, name());
      return found;
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /** Reads the images. */
  private ImageData images() {
    ImageFiles found = findImages();
    try {
      Preparation chosen = images.preparation(found, name(), null, view);
      ImageData read = found.read(chosen, images.maxUnreadable(), view);
      view.unreadable(read.unreadable(), found.size(), Text.quoted(given()));
      view.others(found.others(), name());
      files = found;
      preparation = chosen;
      return read;
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(
          e, "--max-unreadable allows more; downhill data shows what there is");
    } finally {
      view.clear();
    }
  }

  /** Reads images to describe them: however many of them can't be read. */
  ImageData describe(ImageFiles found, String mixed) {
    try {
      return found.read(images.preparation(found, name(), mixed, view), 1, view);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, HINT);
    } finally {
      view.clear();
    }
  }

  /**
   * Reads a set of its own to validate or test by, of the same kind as the data.
   *
   * @param classNames the classes of the data
   */
  Dataset loadPart(Path path, List<String> classNames) throws IOException {
    if (preparation == null) {
      return IdxFolder.loadTest(path, classNames);
    }
    return ImageFiles.findOnePart(path, classNames)
        .readOnePart(preparation, images.maxUnreadable(), view);
  }

  /** Returns what a model's file says of how the data was read; empty where nothing is to say. */
  SortedMap<String, String> metadata() {
    return files == null || preparation == null
        ? new TreeMap<>()
        : ImageOptions.metadata(preparation, files);
  }

  /** Returns what a checkpoint says of it. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> settings = metadata();
    if (files != null) {
      settings.putAll(images.limits());
    }
    return settings;
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
          "%s takes %s, but each image of %s has %s (%s)"
              .formatted(
                  what,
                  Text.count(architecture.inputs(), "value"),
                  name(),
                  Text.count(examples.features()),
                  examples.shape()),
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
