package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static downhill.app.JsonValues.object;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.TooLittleMemoryException;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All commands on a folder of pictures in colour. */
class ImageCommandsTest {
  @TempDir private static Path folder = Path.of("");

  private static Path data = Path.of("");
  private static Path run = Path.of("");
  private static CommandLineRun training = new CommandLineRun(0, "", "");

  @BeforeAll
  static void train() {
    data = TinyImages.write(folder.resolve("data"));
    run = folder.resolve("run");
    training = train(run, "--size", "8x6", "--colour", "rgb", "--network", "144-12-3");
    assertThat(training.status()).as(training.err()).isZero();
  }

  private static CommandLineRun train(Path output, Object... more) {
    Object[] args = {
      "train",
      "--data",
      data,
      "--epochs",
      12,
      "--batch-size",
      16,
      "--learning-rate",
      0.01,
      "--output",
      output
    };
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  private static void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err()).startsWith("downhill: ").contains(fragments).doesNotContain("java.");
  }

  /** Where nobody asks for a batch size, few pictures are one batch. */
  @Test
  void smallFoldersTrainWithoutABatchSize() throws IOException {
    Path small = folder.resolve("small");
    CommandLineRun one =
        CommandLineRun.of(
            "train",
            "--data",
            data,
            "--size",
            4,
            "--network",
            "16-3",
            "--epochs",
            1,
            "--output",
            small);
    assertThat(one.status()).as(one.err()).isZero();
    assertThat(one.err()).contains("has 48 images to train on, fewer than a batch of 64");
    assertThat(ModelFile.load(small).provenance()).containsEntry("batch_size", "48");
  }

  @Test
  void learnsColours() throws IOException {
    assertThat(training.err()).isEmpty();
    assertThat(training.out().replace('\n', ' '))
        .contains("48 images", "12 to test", "3 classes", "100.00 %");
    Model model = ModelFile.load(run);
    assertThat(model.classNames()).containsExactly(TinyImages.CLASSES);
    assertThat(model.provenance())
        .containsEntry("image_size", "8x6")
        .containsEntry("image_colour", "rgb")
        .containsEntry("image_fit", "pad")
        .containsEntry("image_invert", "false")
        .containsEntry("image_test_fraction", "0.2");
  }

  @Test
  void evaluatesAsItWasTrained() {
    CommandLineRun judged = CommandLineRun.of("evaluate", run, "--data", data, "--json");
    assertThat(judged.err()).isEmpty();
    assertThat(object(judged.out())).containsEntry("accuracy", 1.0).containsEntry("examples", 12L);
    CommandLineRun same =
        CommandLineRun.of("evaluate", run, "--data", data, "--json", "--size", "8x6");
    assertThat(same.out()).isEqualTo(judged.out());
    assertRefused(
        CommandLineRun.of("evaluate", run, "--data", data, "--size", "6x8"),
        "the model was made from images prepared as 8x6 rgb pad, not as 6x8 rgb pad");
    assertRefused(
        CommandLineRun.of("evaluate", run, "--data", data, "--test-fraction", "0.5"),
        "the model was made with 0.2");
  }

  /** A picture of any size is prepared as those were that the model learned from. */
  @Test
  void predictsPicturesOfAnySize() {
    Path green =
        TinyImages.write(folder.resolve("some/green.png"), 57, 33, 1, new SplittableRandom(1));
    CommandLineRun people = CommandLineRun.of("predict", run, green);
    assertThat(people.err()).isEmpty();
    assertThat(people.lines().get(1)).contains("green");
    Map<String, Object> json = object(CommandLineRun.of("predict", run, green, "--json").out());
    assertThat(json).containsEntry("label", "green");
    Map<String, Object> inverted =
        object(CommandLineRun.of("predict", run, green, "--json", "--invert").out());
    assertThat(inverted.get("probabilities")).isNotEqualTo(json.get("probabilities"));
  }

  @Test
  void explainsAndReportsInColour() throws IOException {
    CommandLineRun explained =
        CommandLineRun.on(
            false, true, 100, "explain", run, "--data", data, "--example", 0, "--weight", "1,0,60");
    assertThat(explained.status()).as(explained.err()).isZero();
    assertThat(explained.out())
        .contains("pixel 60 (green, row 2, column 0)")
        .containsPattern("38;5;(1[6-9]|[2-9]\\d|1\\d\\d|2[0-2]\\d|23[01]);48;5;")
        .doesNotContain("38;5;240");
    assertThat(CommandLineRun.of("report", run, "--data", data).status()).isZero();
    String page = Files.readString(run.resolve("report.html"));
    assertThat(page).contains("of red, green and blue, what is lighter");
    assertThat(Files.readString(run.resolve("model-card.md")))
        .contains("8 × 6 values of red, as many of green and as many of blue");
  }

  @Test
  void resumesWithTheSameImages() throws IOException {
    Path whole = folder.resolve("whole");
    Object[] settings = {"--size", "5", "--fit", "crop", "--network", "25-3", "--invert"};
    assertThat(train(whole, settings).status()).isZero();
    Path stopped = folder.resolve("stopped");
    assertThat(train(stopped, settings).status()).isZero();
    asIfKilled(stopped);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", stopped);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(stopped.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  @Test
  void aRunWhoseImagesAreGoneSaysWhereTheyWere() throws IOException {
    Path gone = TinyImages.write(folder.resolve("gone"));
    Path stopped = folder.resolve("gone-run");
    Object[] settings = {"--data", gone, "--batch-size", 16, "--output"};
    assertThat(
            CommandLineRun.of(
                    with(settings, stopped, "--size", 5, "--network", "25-3", "--epochs", 3))
                .status())
        .isZero();
    asIfKilled(stopped);
    Files.move(gone, folder.resolve("elsewhere"));
    assertRefused(
        CommandLineRun.of("train", "--resume", stopped),
        gone.toAbsolutePath() + ": expected a folder or a file, found none of this name",
        "hint: put the files back as they were, or start again");
  }

  @Test
  void whatCanNotBeReadIsNotedAndBounded() throws IOException {
    Path damaged = TinyImages.write(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("red/3.png"), "no picture");
    Files.writeString(damaged.resolve("red/notes.txt"), "notes");
    CommandLineRun noted =
        CommandLineRun.of(
            "train",
            "--data",
            damaged,
            "--size",
            4,
            "--network",
            "16-3",
            "--batch-size",
            16,
            "--epochs",
            1,
            "--output",
            folder.resolve("noted"));
    assertThat(noted.status()).as(noted.err()).isZero();
    assertThat(noted.err())
        .contains("note: 1 of 60 images can't be read and are left out\n")
        .contains("3.png: expected a PNG, JPEG, GIF or BMP picture, found something else")
        .contains("red/notes.txt");
    for (int i = 4; i < 8; i++) {
      Files.writeString(damaged.resolve("red/" + i + ".png"), "no picture");
    }
    Path none = folder.resolve("none");
    assertRefused(
        CommandLineRun.of("train", "--data", damaged, "--size", 4, "--output", none),
        "found 5 of 60",
        "hint: --max-unreadable allows more; downhill data shows what there is");
    assertThat(none).doesNotExist();
    Map<String, Object> json =
        object(CommandLineRun.of("data", damaged, "--size", 4, "--json").out());
    assertThat(array(cast(field(json, "images")), "unreadable")).hasSize(5);
  }

  /** To leave out more would not help; what is there is shown all the same. */
  @Test
  void aClassOfWhichNothingCanBeRead() throws IOException {
    Path rare = TinyImages.write(folder.resolve("rare"));
    spoil(rare, "red");
    for (double most : new double[] {0.05, 1}) {
      CommandLineRun refused =
          CommandLineRun.of(
              "train",
              "--data",
              rare,
              "--size",
              4,
              "--max-unreadable",
              most,
              "--output",
              folder.resolve("none"));
      assertRefused(
          refused,
          "an image of each class to learn from, found none of 'red': 20 of 20 can't be read; the"
              + " first is ",
          ".png: expected a PNG, JPEG, GIF or BMP picture, found something else",
          "\nhint: downhill data shows what there is\n");
    }
    CommandLineRun people = CommandLineRun.of("data", rare, "--size", 4);
    assertThat(people.out()).contains("At least one class has no example to learn from.");
    assertThat(people.status()).as(people.err()).isZero();
    assertThat(people.out()).contains("20 images can't be read:");
    Map<String, Object> json = object(CommandLineRun.of("data", rare, "--size", 4, "--json").out());
    assertThat(cast(field(json, "train"))).containsEntry("class_counts", List.of(16L, 16L, 0L));
    assertThat(array(cast(field(json, "images")), "unreadable")).hasSize(20);
    spoil(rare, "blue");
    spoil(rare, "green");
    CommandLineRun nothing = CommandLineRun.of("data", rare, "--size", 4);
    assertThat(nothing.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(nothing.err())
        .startsWith("note: 60 of 60 images can't be read\n")
        .contains("found 60 files and not one that can be read")
        .hasLineCount(1 + 60 + 2);
  }

  private static void spoil(Path images, String name) throws IOException {
    for (int n = 0; n < TinyImages.EACH; n++) {
      Files.writeString(images.resolve(name).resolve(n + ".png"), "no picture");
    }
  }

  /** The program's own name for it: the library knows no more than what Java is told. */
  @Test
  void whereMemoryIsTooLittleTheHintSaysHowToGiveMore() {
    assertThat(ImageReading.hint(new TooLittleMemoryException("too little"), "otherwise"))
        .contains("DOWNHILL_JAVA_OPTIONS=-Xmx");
    assertThat(ImageReading.hint(new IOException("cut short"), "otherwise")).isEqualTo("otherwise");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object value) {
    return (Map<String, Object>) value;
  }

  @Test
  void optionsThatDoNotFit() throws IOException {
    Path none = folder.resolve("none");
    assertRefused(
        CommandLineRun.of("train", "--data", data, "--output", none),
        "images are of several sizes, 6x",
        "hint: give --size");
    assertRefused(
        CommandLineRun.of("train", "--size", "8x8", "--output", none),
        "--size: goes with a folder or a list of images, not with Fashion-MNIST");
    assertRefused(train(none, "--size", "8by8"), "downhill: --size: expected HxW");
    assertRefused(train(none, "--size", 8, "--colour", "blue"), "--colour: expected grey, rgb");
    assertRefused(train(none, "--size", 8, "--fit", "best"), "--fit: expected pad, crop, stretch");
    assertRefused(train(none, "--size", 8, "--test-fraction", 1), "--test-fraction: expected");
    assertRefused(train(none, "--size", 8, "--max-unreadable", 2), "--max-unreadable: expected");
    assertRefused(train(none, "--size", 0), "downhill: --size: expected HxW in pixels");
    assertRefused(train(none, "--size", 99_999), "downhill: --size 99999x99999: expected at most");
    Path other = Files.writeString(folder.resolve("other.csv"), "path,label\na.png,nothing\n");
    assertRefused(
        train(none, "--size", 8, "--network", "64-3", "--validation-data", other),
        "other.csv: line 2, column 2 (label): expected a class of the training images",
        "hint: --validation-data takes images of the classes of --data: a folder, or a list (see");
    Path idx = TinyData.write(folder.resolve("idx-with-images"));
    assertRefused(
        CommandLineRun.of(
            "train",
            "--data",
            idx,
            "--network",
            "16-3",
            "--validation-data",
            data,
            "--output",
            none),
        "expected t10k-images-idx3-ubyte or",
        "hint: --validation-data takes a folder with IDX test files of the classes of --data");
    assertRefused(train(none, "--size", 8, "--network", "784-3"), "64 (8 × 8)", "try --network");
    assertThat(none).doesNotExist();
  }

  /** Other images, all of them, and prepared as those were that the model has learned from. */
  @Test
  void judgesByOtherImages() throws IOException {
    Path others = TinyImages.write(folder.resolve("others"));
    Files.writeString(others.resolve("red/3.png"), "no picture");
    CommandLineRun judged = CommandLineRun.of("evaluate", run, "--test", others, "--json");
    assertThat(judged.status()).as(judged.err()).isZero();
    assertThat(judged.err())
        .startsWith("note: 1 of 60 images can't be read and are left out\n")
        .hasLineCount(2);
    assertThat(object(judged.out()))
        .containsEntry("examples", 59L)
        .containsEntry("data", others.toString())
        .doesNotContainKey("trained_on_the_rest");
    CommandLineRun people = CommandLineRun.of("evaluate", run, "--test", others);
    assertThat(people.out()).contains("on 59 images of");
    assertThat(CommandLineRun.of("explain", run, "--test", others, "--example", 58).status())
        .isZero();
    assertRefused(
        CommandLineRun.of("evaluate", run, "--test", others, "--test-fraction", 0.5),
        "--test-fraction: all images of " + others + " are to judge by");
    assertRefused(
        CommandLineRun.of("evaluate", run, "--test", others, "--label", "x"),
        "--label: goes with a table");
    assertRefused(
        CommandLineRun.of("evaluate", run, "--test", folder.resolve("nowhere")),
        "nowhere",
        "hint: for such a model --test takes a folder of images");
    Path idx = TinyData.write(folder.resolve("idx-run-data"));
    Path small = folder.resolve("idx-run");
    assertThat(
            CommandLineRun.of(
                    "train", "--data", idx, "--network", "16-3", "--epochs", 1, "--output", small)
                .status())
        .isZero();
    assertRefused(
        CommandLineRun.of("evaluate", run, "--data", data, "--test", others),
        "--data: for a model of images, --test says what judges it");
    assertThat(CommandLineRun.of("explain", run, "--test", others, "--example", 99).err())
        .contains("expected 0 to 58, the test set of " + others);
    Path three = TinyImages.write(folder.resolve("three"));
    for (int k = 0; k < TinyImages.CLASSES.length; k++) {
      Files.move(three.resolve(TinyImages.CLASSES[k]), three.resolve("" + k));
    }
    CommandLineRun numbered = CommandLineRun.of("evaluate", run, "--test", three, "--json");
    assertThat(numbered.status()).as(numbered.err()).isZero();
    assertThat(number(object(numbered.out()), "accuracy")).isGreaterThan(0.9);
    assertRefused(
        CommandLineRun.of("evaluate", small, "--test", three, "--size", 8),
        "each image of " + three + " has 64 (8 × 8)");
    CommandLineRun whole = CommandLineRun.of("evaluate", small, "--test", idx, "--json");
    assertThat(whole.status()).as(whole.err()).isZero();
    assertThat(object(whole.out())).containsEntry("examples", 30L);
    Path names = Files.writeString(idx.resolve("class-names.txt"), "top\nmiddle\nlow\n");
    Path named = folder.resolve("idx-named");
    assertThat(
            CommandLineRun.of(
                    "train", "--data", idx, "--network", "16-3", "--epochs", 1, "--output", named)
                .status())
        .isZero();
    assertThat(CommandLineRun.of("evaluate", named, "--test", idx).status()).isZero();
    Files.writeString(names, "low\nmiddle\ntop\n");
    assertRefused(
        CommandLineRun.of("evaluate", named, "--test", idx),
        "class-names.txt: expected the classes that are known, in their order, top, middle, low;"
            + " found low, middle, top");
    String turned =
        "expected the classes in the order of the model or the run, top first, found low";
    assertRefused(CommandLineRun.of("evaluate", named, "--data", idx), turned);
    assertRefused(CommandLineRun.of("report", named, "--data", idx), turned);
    assertRefused(CommandLineRun.of("explain", named, "--data", idx, "--example", 0), turned);
    assertRefused(
        CommandLineRun.of(
            "train", "--data", idx, "--init", named, "--output", folder.resolve("no")),
        turned);
    Files.writeString(names, "a\nb\nc\n");
    String note = "note: the model has other names for the classes than " + idx + "\n";
    assertThat(CommandLineRun.of("evaluate", named, "--data", idx).err()).isEqualTo(note);
    assertThat(CommandLineRun.of("explain", named, "--data", idx, "--example", 0).err())
        .isEqualTo(note);
  }

  /** Also while the run is stopped: its classes are in the order of the model it began with. */
  @Test
  void goesOnInTheOrderOfTheModel() throws IOException {
    Path pets = TinyImages.write(folder.resolve("init-pets"));
    Path names = Files.writeString(pets.resolve("class-names.txt"), "red\nblue\ngreen\n");
    Object[] settings = {"--data", pets, "--batch-size", 16, "--output"};
    Path first = folder.resolve("init-first");
    assertThat(
            CommandLineRun.of(
                    with(settings, first, "--size", 6, "--network", "36-3", "--epochs", 1))
                .status())
        .isZero();
    Files.delete(names);
    Path whole = folder.resolve("init-whole");
    CommandLineRun second =
        CommandLineRun.of(with(settings, whole, "--init", first, "--epochs", 3));
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(ModelFile.load(whole).classNames()).containsExactly("red", "blue", "green");
    Path stopped = folder.resolve("init-stopped");
    assertThat(CommandLineRun.of(with(settings, stopped, "--init", first, "--epochs", 3)).status())
        .isZero();
    asIfKilled(stopped);
    CommandLineRun resumed = CommandLineRun.of("train", "--resume", stopped);
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(stopped.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
  }

  private static Object[] with(Object[] settings, Path output, Object... more) {
    return Stream.of(new Object[] {"train"}, settings, new Object[] {output}, more)
        .flatMap(Arrays::stream)
        .toArray();
  }

  /** As if it had been killed before its last checkpoint. */
  private static void asIfKilled(Path run) throws IOException {
    Files.move(
        run.resolve("checkpoint.previous.safetensors"),
        run.resolve("checkpoint.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    List<String> lines = Files.readAllLines(run.resolve("history.jsonl"));
    Files.write(run.resolve("history.jsonl"), lines.subList(0, lines.size() - 2));
  }

  /** Whatever order the folder has: the names say what a picture shows. */
  @Test
  void classesGoByTheirNames() throws IOException {
    Path pets = TinyImages.write(folder.resolve("pets"));
    Path names = Files.writeString(pets.resolve("class-names.txt"), "red\nblue\ngreen\n");
    Path trained = folder.resolve("pets-run");
    Object[] settings = {"--size", 6, "--colour", "rgb", "--network", "108-3", "--epochs", 12};
    Object[] args = {"train", "--data", pets, "--output", trained, "--batch-size", 16};
    CommandLineRun first =
        CommandLineRun.of(Stream.of(args, settings).flatMap(Arrays::stream).toArray());
    assertThat(first.status()).as(first.err()).isZero();
    String judged = CommandLineRun.of("evaluate", trained, "--data", pets, "--json").out();
    assertThat(object(judged)).containsEntry("trained_on_the_rest", true);
    assertThat(number(object(judged), "accuracy")).isGreaterThan(0.8);
    Files.delete(names);
    CommandLineRun again = CommandLineRun.of("evaluate", trained, "--data", pets, "--json");
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).isEqualTo(judged);
    Files.move(pets.resolve("red"), pets.resolve("violet"));
    assertRefused(
        CommandLineRun.of("evaluate", trained, "--data", pets),
        "classes: expected red, blue, green in any order, found blue, green, violet");
    for (int k = 0; k < 3; k++) { // folders that are only numbered have an order and no names
      Files.move(pets.resolve(List.of("violet", "blue", "green").get(k)), pets.resolve("" + k));
    }
    CommandLineRun numbered = CommandLineRun.of("evaluate", trained, "--data", pets, "--json");
    assertThat(numbered.err()).contains("note: the model has other names for the classes");
    assertThat(number(object(numbered.out()), "accuracy")).isGreaterThan(0.8);
  }

  @Test
  void whatIsLeftOutOfAValidationFolderIsNoted() throws IOException {
    Path other = TinyImages.write(folder.resolve("validation"));
    Files.writeString(other.resolve("red/3.png"), "no picture");
    Files.writeString(other.resolve("red/notes.txt"), "notes");
    CommandLineRun noted =
        train(
            folder.resolve("validated"),
            "--size",
            4,
            "--network",
            "16-3",
            "--validation-data",
            other);
    assertThat(noted.status()).as(noted.err()).isZero();
    assertThat(noted.err())
        .contains("note: 1 of 60 images can't be read and are left out\n")
        .contains("red/notes.txt");
  }

  @Test
  void listsAndValidationFolders() throws IOException {
    StringBuilder list = new StringBuilder("path,label,part\n");
    for (int n = 0; n < TinyImages.EACH; n++) {
      for (String name : TinyImages.CLASSES) {
        list.append("data/%s/%d.png,%s,%s\n".formatted(name, n, name, n < 4 ? "test" : "train"));
      }
    }
    Path file = Files.writeString(folder.resolve("list.csv"), list);
    Path packed = folder.resolve("list.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    String said = CommandLineRun.of("data", file, "--size", 6, "--json").out();
    assertThat(CommandLineRun.of("data", packed, "--size", 6, "--json").out())
        .isEqualTo(said.replace("list.csv", "list.csv.gz"))
        .contains("\"images\"");
    Path output = folder.resolve("listed");
    CommandLineRun listed =
        CommandLineRun.of(
            "train",
            "--data",
            file,
            "--size",
            "6",
            "--color",
            "rgb",
            "--network",
            "108-3",
            "--batch-size",
            16,
            "--validation-data",
            data,
            "--epochs",
            3,
            "--json",
            "--output",
            output);
    assertThat(listed.status()).as(listed.err()).isZero();
    Map<String, Object> started = object(listed.lines().getFirst());
    assertThat(number(started, "examples")).isEqualTo(48);
    assertThat(number(started, "test_examples")).isEqualTo(12);
    assertThat(number(started, "validation_examples")).isEqualTo(60);
    assertThat(ModelFile.load(output).provenance()).doesNotContainKey("image_test_fraction");
    assertRefused(
        CommandLineRun.of("train", "--data", file, "--size", 6, "--test-fraction", 0.5),
        "has a test part already");
  }

  @Test
  void describesImages() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    CommandLineRun people = CommandLineRun.of("data", data, "--colour", "rgb", "--sheet", sheet);
    assertThat(people.status()).as(people.err()).isZero();
    assertThat(people.out().replace('\n', ' '))
        .contains("48 examples to learn from, 12 to test by, of 3 × 32 × 32, 3 classes")
        .contains("looked at as 32x32 rgb pad")
        .contains("20 % of each class is held out")
        .contains("All classes are equally large.", "No two examples are equal.")
        .contains("a row for each class");
    BufferedImage image = ImageIO.read(sheet.toFile());
    assertThat(image).isNotNull();
    assertThat(image.getWidth()).isEqualTo(2 + 8 + 16 * 34 + 2);
    assertThat(image.getHeight()).isEqualTo(3 * 34 + 2);
    Map<String, Object> json =
        object(CommandLineRun.of("data", data, "--size", "9x7", "--json").out());
    assertThat(json).containsEntry("height", 9L).containsEntry("width", 7L);
    Map<String, Object> train = cast(field(json, "train"));
    assertThat(train).containsEntry("class_counts", List.of(16L, 16L, 16L));
    Map<String, Object> images = cast(field(json, "images"));
    assertThat(images)
        .containsEntry("preparation", "9x7 grey pad")
        .containsEntry("others", List.of());
  }

  @Test
  void describesOtherData() throws IOException {
    Path idx = TinyData.write(folder.resolve("idx"));
    Map<String, Object> json = object(CommandLineRun.of("data", idx, "--json").out());
    assertThat(json).containsEntry("features", 16L).doesNotContainKey("images");
    Map<String, Object> train = cast(field(json, "train"));
    assertThat(train).containsEntry("examples", 90L).containsEntry("imbalance", 1.0);
    assertThat(number(train, "greatest")).isEqualTo(1);
    // A test image that is also learned from, as another class.
    byte[] learned = Files.readAllBytes(idx.resolve(TinyData.TRAIN_IMAGES));
    byte[] tested = Files.readAllBytes(idx.resolve(TinyData.TEST_IMAGES));
    System.arraycopy(learned, 16 + 16, tested, 16, 16);
    Files.write(idx.resolve(TinyData.TEST_IMAGES), tested);
    CommandLineRun people = CommandLineRun.of("data", idx);
    assertThat(people.out())
        .contains("in test, and learned from in train  1")
        .contains("test 0 = train 1, of another class");
    Map<String, Object> again = object(CommandLineRun.of("data", idx, "--json").out());
    assertThat(cast(field(again, "duplicates")))
        .containsEntry("between", 1L)
        .containsEntry("contradictions", 1L);
    assertRefused(CommandLineRun.of("data", folder.resolve("nowhere")), "nowhere");
    assertRefused(CommandLineRun.of("data", idx, "--size", 3), "--size: goes with");
  }
}
