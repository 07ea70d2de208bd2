package downhill.app;

import downhill.data.ClassNames;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.IdxFolder;
import downhill.data.ImageData;
import downhill.data.ImageFiles;
import downhill.data.Preparation;
import downhill.data.TableSchema;
import downhill.data.UnusableColumn;
import downhill.fashionmnist.FashionMnist;
import downhill.modelfile.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The option {@code --data}, those that say how to read it, and the data it names. */
final class DataOption {
  static final String FASHION_MNIST = "fashion-mnist";

  /** What the option takes. */
  static final String HINT =
      "--data takes fashion-mnist, a folder with the four IDX files, a folder of images for each "
          + "class, a list of images, or a table (see --help)";

  private static final String LOCATION = "data";
  private static final String GIVEN = "data_given";

  /** What data is, each of which is read in a way of its own. */
  private enum Kind {
    BUILT_IN,
    IDX,
    IMAGES,
    TABLE
  }

  @Option(
      names = "--data",
      paramLabel = "fashion-mnist|DIR|FILE",
      description = {
        "The built-in Fashion-MNIST, or a folder with train-images-idx3-ubyte, "
            + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
            + "each plain or with .gz; or a folder of images, CLASS/name.png or "
            + "train/CLASS/name.png and test/CLASS/name.png; or a CSV file of path,label or "
            + "path,label,part; or a table in any other CSV or TSV file, plain or with .gz.",
        "The classes' names may stand in the folder too, one a line, in class-names.txt.",
        "Default: " + FASHION_MNIST
      })
  private @Nullable String data;

  /** What a run was told that began in another folder, perhaps. */
  private @Nullable String given;

  /** What it is, once that was asked: a file may go while its rows are learned from. */
  private @Nullable Kind kind;

  private @Nullable Datasets loaded;

  /** What is left to learn from where the test part that a model is judged by was held out. */
  private @Nullable Dataset rest;

  @Mixin private final ImageOptions images;

  @Mixin private final TableOptions table;

  private final ImageReading reading;
  private final TableReading tables;
  private ReadingView view = ReadingView.SILENT;

  /** The classes of the model or the run that images are read for; none where there is neither. */
  private List<String> classes = List.of();

  /** Whether {@code --test} names images. */
  private boolean testsImages;

  /** Makes the option as it is before the command line is read. */
  DataOption() {
    this(new ImageOptions(), new TableOptions());
  }

  private DataOption(ImageOptions images, TableOptions table) {
    this.images = images;
    this.table = table;
    this.reading = new ImageReading(this, images);
    this.tables = new TableReading(this, table);
  }

  /** Returns the option as if it had been given so. */
  static DataOption of(String data) {
    return of(data, new ImageOptions(), new TableOptions());
  }

  /** Returns the option as if it had been given so, with others for images and tables. */
  static DataOption of(String data, ImageOptions images, TableOptions table) {
    DataOption option = new DataOption(images, table);
    option.data = data;
    return option;
  }

  /**
   * Returns the option of a run that began in another folder, perhaps.
   *
   * @param location where the data is
   * @param settings what {@link #settings} said of it
   */
  static DataOption of(String location, Map<String, String> settings) {
    DataOption option = of(location, new ImageOptions(), TableOptions.of(settings));
    option.given = settings.get(GIVEN);
    option.tables.goesOn();
    return option;
  }

  /** Returns whether anything says what to read: {@code --data}, or for a test {@code --test}. */
  boolean isGiven() {
    return data != null || table.test() != null;
  }

  /** Returns the option as it was given, or its default. */
  String text() {
    return data == null ? FASHION_MNIST : data;
  }

  /** Returns where the data is, as the user said it. */
  String given() {
    return given == null ? text() : given;
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
    return text().equals(FASHION_MNIST) ? text() : path().toAbsolutePath().toString();
  }

  private Kind kind() {
    Kind known = kind;
    if (known == null) {
      known = look();
      kind = known;
    }
    return known;
  }

  private Kind look() {
    if (text().equals(FASHION_MNIST)) {
      return Kind.BUILT_IN;
    }
    Path path = path();
    try {
      // Not Files.isDirectory: what is not there, or can't be looked at, would pass for a table.
      if (Files.readAttributes(path, BasicFileAttributes.class).isDirectory()) {
        return IdxFolder.isOne(path) ? Kind.IDX : Kind.IMAGES;
      }
      return ImageFiles.isList(path) ? Kind.IMAGES : Kind.TABLE;
    } catch (NoSuchFileException e) {
      throw CommandException.refused(
          path + ": expected a folder or a file, found none of this name",
          given == null ? HINT : TableReading.RUN_HINT);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /**
   * Refuses an option that goes through the training examples in the order of their file, where the
   * data has none: images in folders, and a table of which a part is drawn to test by.
   *
   * @param optionName the option, for the message
   */
  void refuseUnordered(String optionName) {
    if (isImages()) {
      throw CommandException.refused(
          "%s: expected IDX files or a table, found images in files of their own (%s)"
              .formatted(optionName, name()),
          "--class-weights counts whole classes");
    }
    if (isTable() && table().heldOut() != null) {
      throw CommandException.refused(
          "%s: expected a table to learn from as a whole, found one of which a part is drawn to test by (%s)"
              .formatted(optionName, name()),
          "give --test another file with rows to test by");
    }
  }

  /** Refuses {@code --unknown} where all rows are learned from, so that nothing is unknown. */
  void refuseUnknown() {
    if (isTable()) {
      table.refuseUnknown();
    }
  }

  /** Returns whether the data is images, in a folder or a list. */
  boolean isImages() {
    return kind() == Kind.IMAGES;
  }

  /** Returns whether the data is a table in a file. */
  boolean isTable() {
    return kind() == Kind.TABLE;
  }

  /** Returns where the data is. */
  Path path() {
    try {
      return Path.of(text());
    } catch (InvalidPathException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /** Returns what reads tables, where nothing was said that goes with images alone. */
  private TableReading tables() {
    table();
    return tables;
  }

  /** Returns the options for tables, with the one that they have in common with images. */
  private TableOptions table() {
    images.refuse(data == null ? testName() : name(), true);
    return table.holdingOut(images.givenTestFraction());
  }

  /** Reads the data, the first time: to learn from it, where it is a table. */
  Datasets load() {
    Datasets known = loaded;
    if (known == null) {
      known = read();
      loaded = known;
    }
    return known;
  }

  private Datasets read() {
    if (isTable()) {
      return tables().learn();
    }
    table.refuseAll(name());
    if (isImages()) {
      return reading.read(classes);
    }
    images.refuse(name(), false);
    if (kind() == Kind.BUILT_IN) {
      try {
        return FashionMnist.load();
      } catch (UncheckedIOException e) {
        throw CommandException.failed(
            Failure.describe(e), "give Java more memory: DOWNHILL_JAVA_OPTIONS=-Xmx1g", e);
      }
    }
    try {
      Datasets read = IdxFolder.load(path());
      checkOrder(read.train().classNames());
      return read;
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, ImageReading.hint(e, HINT));
    }
  }

  // Labels are numbers there: with the same names in another order they mean other classes.
  private void checkOrder(List<String> own) {
    if (!own.equals(classes) && ClassNames.areSame(own, classes)) {
      throw CommandException.refused(
          "%s: expected the classes in the order of the model or the run, %s first, found %s"
              .formatted(name(), classes.getFirst(), own.getFirst()),
          "give it the data that it was made for");
    }
  }

  /** Reads the data in the way in which it was read for a model. */
  Datasets load(Model model) {
    TableSchema schema = schema(model);
    Datasets read;
    if (schema == null) {
      classes = model.classNames();
      prepareAs(model.provenance(), "the model");
      images.divideAs(model.provenance(), "the model");
      read = load();
    } else if (isTable()) {
      table().divideAs(model);
      read = tables.judge(schema, model.classNames());
    } else {
      throw noTable();
    }
    rest = isDivided() ? read.train() : null;
    return read;
  }

  /** Returns whether the test part was held out of what there is, once that is read. */
  private boolean isDivided() {
    return isTable() ? table.heldOut() != null : reading.isDivided();
  }

  /**
   * Returns what there is to learn from where the test part that a model is judged by was held out;
   * null where it was not, or nothing was read for a model.
   */
  @Nullable Dataset rest() {
    return rest;
  }

  /**
   * Reads the data for a training that goes on from a model: as it was read for that, where nothing
   * else is said.
   *
   * @param name what to call the model
   * @param otherClasses whether it is to tell other classes apart: those that the data has
   */
  Datasets goOnFrom(Model model, String name, boolean otherClasses) {
    TableSchema schema = model.schema();
    if (schema == null) {
      classes = otherClasses ? List.of() : model.classNames();
      prepareAs(model.provenance(), name);
      images.divideFrom(model.provenance(), name);
      Datasets read = load();
      HeldOut.note(isImages() && isDivided() ? images.otherPart() : null, this);
      return read;
    }
    tables.readAs(model, name, otherClasses);
    if (!isTable()) {
      throw noTable();
    }
    String why = table().divideFrom(model, name);
    Datasets read = tables.judge(schema, otherClasses ? null : model.classNames());
    TableSchema found = read.train().schema();
    if (why == null && found != null && !found.label().equals(schema.label())) {
      why =
          "'%s' may hold out other rows than '%s', the label of %s"
              .formatted(found.label(), schema.label(), name);
    }
    HeldOut.note(isDivided() ? why : null, this);
    return read;
  }

  /** Reads the test examples for a model: those of {@code --test} without the others. */
  Dataset test(Model model) {
    TableSchema schema = schema(model);
    Path file = table.test();
    if (file == null) {
      return load(model).test();
    }
    if (schema == null) {
      return testImages(model, file);
    }
    if (data != null && !isTable()) {
      throw noTable();
    }
    return tables().rows(file, schema, model.classNames());
  }

  /** Reads images that are all there to judge a model by, prepared as for the model. */
  private Dataset testImages(Model model, Path path) {
    testsImages = true;
    if (data != null) {
      throw CommandException.refused(
          "--data: for a model of images, --test says what judges it", "give one of them");
    }
    table.refuseAllButTest(path.toString());
    prepareAs(model.provenance(), "the model");
    return reading.test(path, model.classNames());
  }

  /**
   * Reads a table with what an earlier start learned from it.
   *
   * @param classNames the classes; null for those that the table has
   */
  Datasets load(TableSchema schema, @Nullable List<String> classNames) {
    if (!isTable()) {
      throw noTable();
    }
    return tables().judge(schema, classNames);
  }

  /** Returns what a model makes of a table's columns; null where it takes bytes. */
  private @Nullable TableSchema schema(Model model) {
    TableSchema schema = model.schema();
    if (schema == null && isTable()) {
      throw CommandException.refused(
          "%s is a table, and the model takes images or other bytes".formatted(name()),
          "give the --data that the model was made for");
    }
    if (schema != null) {
      tables.readAs(model, "the model", false);
    }
    return schema;
  }

  private CommandException noTable() {
    return CommandException.refused(
        "the model takes the rows of a table, and %s is none".formatted(name()),
        "give --data the table that the model was made for"
            + (table.test() == null ? ", or evaluate by --test another one" : ""));
  }

  /** Prepares images as it was done before. */
  private void prepareAs(Map<String, String> metadata, String from) {
    loaded = null; // it may have been read in another way
    images.prepareAs(metadata, from);
  }

  /**
   * Goes on with the images of a run, divided, prepared and labelled as they were.
   *
   * @param classNames the classes of the run
   */
  void goOnWith(Map<String, String> metadata, List<String> classNames, String from) {
    classes = classNames;
    prepareAs(metadata, from);
    images.divideAs(metadata, from);
  }

  /** Looks for the images, without reading them. */
  ImageFiles findImages() {
    return reading.find(classes);
  }

  /** Returns what was said of how images are prepared, here or where the run began. */
  SortedMap<String, String> saidOfImages() {
    return images.said();
  }

  /**
   * Returns the option for the same files, prepared otherwise but divided as they are.
   *
   * @param pictures as {@link #saidOfImages} returns
   */
  DataOption preparedAnew(Map<String, String> pictures) {
    return of(text(), images.anew(pictures), new TableOptions()).showing(view);
  }

  /** Returns what makes a picture an example of this data, which are images. */
  Preparation preparation() {
    Dataset test = load().test();
    Preparation known = reading.preparation(); // once they are read
    return known == null ? Preparation.grey(test.height(), test.width()) : known;
  }

  /**
   * Reads a table to describe it, without the columns from which nothing can be learned.
   *
   * @param leftOut gets each of these
   */
  Datasets describe(Consumer<UnusableColumn> leftOut) {
    return tables().describe(leftOut);
  }

  /** Reads images to describe them: however many of them can't be read. */
  ImageData describe(ImageFiles found, String mixed) {
    table.refuseAll(name());
    return reading.describe(found, mixed);
  }

  /** Reads a set of its own to validate or test by, of the same kind as the data. */
  Dataset more(Path path, Dataset like) throws IOException {
    TableSchema schema = like.schema();
    return schema == null
        ? reading.more(path, like.classNames())
        : tables().rows(path, schema, like.classNames());
  }

  /** Returns what a model's file says of how the data was read; empty where nothing is to say. */
  SortedMap<String, String> metadata() {
    return isTable() ? table().metadata() : reading.metadata();
  }

  /** Returns what a checkpoint says of it, for {@link #of(String, Map)} and {@link #goOnWith}. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> settings = isTable() ? table().settings() : reading.settings();
    settings.put(LOCATION, location());
    settings.put(GIVEN, given());
    return settings;
  }

  /** Returns what to call the data. */
  String name() {
    return text().equals(FASHION_MNIST) ? "Fashion-MNIST" : Text.clean(given());
  }

  /** Returns what to call the test data. */
  String testName() {
    String file = table.testGiven();
    return file == null ? name() : Text.clean(file);
  }

  /** Returns what one example is called. */
  String noun() {
    return !testsImages && (table.test() != null || isTable()) ? "row" : "image";
  }

  /**
   * Returns the option as it has to be given again for a model that was made from this data; empty
   * where the default will do.
   */
  String again() {
    return again(table.again(), images.again());
  }

  /** Returns the same with what holds on this machine alone, for this very folder. */
  String againHere() {
    return again(here(given(), text()), table.againHere(), images.again());
  }

  /**
   * Returns how to call a file here that was given a name in another folder, perhaps.
   *
   * @param where where it is
   */
  static String here(String given, String where) {
    Path path = Path.of(where).toAbsolutePath();
    return Path.of(given).toAbsolutePath().normalize().equals(path.normalize())
        ? given
        : path.toString();
  }

  /** Returns what has to be given again to predict from files like this one. */
  String againToPredict() {
    return isTable() ? table.againToPredict() : "";
  }

  /** Returns the option as it has to be given again to learn from the same data. */
  String againToLearn() {
    return again(isTable() ? table().againToLearn() : "", images.againToLearn());
  }

  private String again(String ofTable, String ofImages) {
    return again(given(), ofTable, ofImages);
  }

  private String again(String name, String ofTable, String ofImages) {
    if (text().equals(FASHION_MNIST)) {
      return "";
    }
    return " --data " + Text.quoted(name) + (isTable() ? ofTable : isImages() ? ofImages : "");
  }
}
