package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the user can mend: one line, one hint, status 2, nothing written. */
class BadInputTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void writeData() {
    data = TinyData.write(folder.resolve("data"));
    output = folder.resolve("run");
  }

  private static void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    List<String> lines = run.err().lines().toList();
    assertThat(lines).as(run.err()).hasSize(2);
    assertThat(lines.get(0)).startsWith("downhill: ").contains(fragments);
    assertThat(lines.get(1)).matches("hint: .{5,}");
    assertThat(run.err()).doesNotContain("\tat ", "Exception: ", "java.");
  }

  private CommandLineRun train(Object... more) {
    Object[] args = {"train", "--data", data, "--network", "16-3", "--epochs", 1};
    Object[] last = {"--output", output};
    return CommandLineRun.of(Stream.of(args, more, last).flatMap(Arrays::stream).toArray());
  }

  private void assertTrainingRefused(String... fragments) {
    assertRefused(train(), fragments);
    assertThat(output).doesNotExist();
  }

  // Settings.

  @ParameterizedTest
  @CsvSource({
    "--epochs, 0, epochs",
    "--epochs, -1, epochs",
    "--epochs, many, expected a whole number",
    "--epochs, 99999999999, expected a whole number of at most",
    "--batch-size, 0, batch size",
    "--batch-size, 91, 90 images to train on",
    "--learning-rate, 0, learning rate",
    "--learning-rate, -0.1, learning rate",
    "--learning-rate, NaN, learning rate",
    "--learning-rate, Infinity, learning rate",
    "--learning-rate, 1e-60, learning rate",
    "--seed, x, --seed",
    "--threads, 0, threads",
    "--threads, 100000, threads",
    "--kernel, cuda, cuda",
  })
  void settingsThatMakeNoSense(String option, String value, String fragment) {
    CommandLineRun run =
        option.equals("--epochs")
            ? CommandLineRun.of("train", "--data", data, option, value, "--output", output)
            : train(option, value);
    assertRefused(run, fragment);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "16-", "16-0-3", "a-b", "16--3", "16-1", "16-99999999-3", ""})
  void networksThatAreNone(String network) {
    assertRefused(
        CommandLineRun.of("train", "--data", data, "--network", network, "--output", output),
        "network");
    assertThat(output).doesNotExist();
  }

  @Test
  void networksThatDoNotFitTheData() {
    CommandLineRun first =
        CommandLineRun.of("train", "--data", data, "--network", "784-8-3", "--output", output);
    assertRefused(first, "784 values", "16 (4 × 4)");
    assertThat(first.err()).contains("try --network 16-8-3");
    CommandLineRun last =
        CommandLineRun.of("train", "--data", data, "--network", "16-8-10", "--output", output);
    assertRefused(last, "10 classes", "has 3");
    assertThat(last.err()).contains("try --network 16-8-3");
    assertThat(output).doesNotExist();
  }

  @Test
  void optionsAndCommandsThatDoNotExist() throws IOException {
    assertRefused(CommandLineRun.of("trian"), "trian");
    assertRefused(CommandLineRun.of("train", "--epoch", 3), "--epoch");
    assertThat(CommandLineRun.of("train", "--epoch", 3).err()).contains("did you mean --epochs?");
    assertRefused(train("--epochs", 2), "--epochs", "once");
    assertThat(output).doesNotExist();
    assertRefused(CommandLineRun.of("evaluate"), "MODEL");
    Path words = folder.resolve("words");
    Files.writeString(words, "--help");
    assertRefused(CommandLineRun.of("inspect", "@" + words), "@" + words);
    assertRefused(CommandLineRun.of("predict", data), "IMAGE");
    assertRefused(CommandLineRun.of("explain", data), "--example");
  }

  // Data.

  @Test
  void dataThatIsNotThere() {
    Path none = folder.resolve("petz");
    String message = none + ": expected a folder or a file, found none of this name";
    assertRefused(CommandLineRun.of("train", "--data", none, "--output", output), message);
    assertRefused(
        CommandLineRun.of("train", "--data", none, "--size", "32x32", "--output", output), message);
    assertThat(output).doesNotExist();
    assertRefused(CommandLineRun.of("data", none, "--colour", "rgb"), message);
    assertRefused(CommandLineRun.of("evaluate", model(), "--data", none), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TinyData.TRAIN_IMAGES,
        TinyData.TRAIN_LABELS,
        TinyData.TEST_IMAGES,
        TinyData.TEST_LABELS
      })
  void filesMissingCutOversizedAndWithAnotherMagicNumber(String name) throws IOException {
    Path file = data.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    assertTrainingRefused(name);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertTrainingRefused(name, "expected");
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertTrainingRefused(name);
    Files.write(file, new byte[0]);
    assertTrainingRefused(name);
    byte[] magic = bytes.clone();
    magic[0] = 'P';
    Files.write(file, magic);
    assertTrainingRefused(name);
  }

  @Test
  void aFlippedBitInsideGzip() throws IOException {
    Path file = data.resolve(TinyData.TRAIN_IMAGES);
    byte[] packed = TinyData.gzip(Files.readAllBytes(file));
    Files.delete(file);
    Path packedFile = data.resolve(TinyData.TRAIN_IMAGES + ".gz");
    packed[packed.length / 2] ^= 4;
    Files.write(packedFile, packed);
    assertTrainingRefused(TinyData.TRAIN_IMAGES);
  }

  @Test
  void labelsOutsideTheClasses() throws IOException {
    Files.writeString(data.resolve("class-names.txt"), "one\ntwo\n");
    assertTrainingRefused(TinyData.TRAIN_LABELS);
  }

  @Test
  void aDamagedLabelMakesNoClasses() throws IOException {
    Path labels = data.resolve(TinyData.TRAIN_LABELS);
    byte[] bytes = Files.readAllBytes(labels);
    bytes[20] = (byte) 255;
    Files.write(labels, bytes);
    assertTrainingRefused(TinyData.TRAIN_LABELS, "byte 20", "found 255", "class-names.txt");
  }

  @Test
  void imagesAndLabelsOfDifferentCounts() throws IOException {
    Path labels = data.resolve(TinyData.TRAIN_LABELS);
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(labels), 8 + TinyData.TRAIN - 1);
    ByteBuffer.wrap(bytes).putInt(4, TinyData.TRAIN - 1);
    Files.write(labels, bytes);
    assertTrainingRefused("90", "89");
  }

  // Output folders.

  @Test
  void outputFoldersThatHoldSomething() throws IOException {
    Files.createDirectories(output);
    Path mine = Files.writeString(output.resolve("mine.txt"), "precious");
    assertRefused(train(), output.toString(), "mine.txt");
    assertThat(mine).hasContent("precious");
    try (var files = Files.list(output)) {
      assertThat(files).containsExactly(mine);
    }
  }

  @Test
  void outputFoldersThatCanNotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    output = file;
    assertRefused(train(), file.toString());
    output = file.resolve("run");
    assertRefused(train(), file.toString());
    assertThat(file).hasContent("precious");
    Path curves = folder.resolve("curves");
    assertRefused(train("--tensorboard", curves), file.toString());
    assertThat(curves).doesNotExist();
  }

  /** As one who looks at several runs in TensorBoard puts them. */
  @Test
  void curvesMayLieInTheRunFolder() throws IOException {
    Path curves = output.resolve("curves");
    assertThat(train("--tensorboard", curves).status()).isZero();
    assertThat(curves).isNotEmptyDirectory();
    output = folder.resolve("other");
    Path file = Files.writeString(folder.resolve("file"), "precious");
    assertRefused(train("--tensorboard", file.resolve("curves")), "TensorBoard's events");
    assertThat(output).doesNotExist();
    Files.createDirectories(output);
    assertRefused(train("--tensorboard", file.resolve("curves")), "TensorBoard's events");
    assertThat(output).as("somebody else has made it").isEmptyDirectory();
  }

  @Test
  void anEmptyOutputFolderWillDo() throws IOException {
    Files.createDirectories(output);
    assertThat(train().status()).isZero();
  }

  // Models.

  private Path model() {
    assertThat(train().status()).isZero();
    return output.resolve("model.safetensors");
  }

  @Test
  void modelsThatAreNotThereOrNotWhole() throws IOException {
    assertRefused(CommandLineRun.of("inspect", folder.resolve("nowhere")), "nowhere");
    assertRefused(CommandLineRun.of("inspect", data), "model.safetensors");
    Path model = model();
    byte[] bytes = Files.readAllBytes(model);
    Path bad = folder.resolve("bad.safetensors");
    for (byte[] broken :
        List.of(
            new byte[0],
            Arrays.copyOf(bytes, 7),
            Arrays.copyOf(bytes, bytes.length / 2),
            Arrays.copyOf(bytes, bytes.length - 1),
            Arrays.copyOf(bytes, bytes.length + 1),
            hugeHeader(bytes),
            nanAtTheEnd(bytes))) {
      Files.write(bad, broken);
      assertRefused(CommandLineRun.of("inspect", bad), "bad.safetensors");
      assertRefused(CommandLineRun.of("evaluate", bad, "--data", data), "bad.safetensors");
      assertRefused(CommandLineRun.of("predict", bad, bad), "bad.safetensors");
      assertRefused(CommandLineRun.of("explain", bad, "--example", 0), "bad.safetensors");
      assertRefused(CommandLineRun.of("report", bad, "--output", data), "bad.safetensors");
      output = folder.resolve("next");
      assertRefused(
          CommandLineRun.of("train", "--data", data, "--init", bad, "--output", output),
          "bad.safetensors");
      assertThat(output).doesNotExist();
    }
  }

  private static byte[] hugeHeader(byte[] bytes) {
    byte[] broken = bytes.clone();
    broken[7] = 0x7f;
    return broken;
  }

  private static byte[] nanAtTheEnd(byte[] bytes) {
    byte[] broken = bytes.clone();
    broken[bytes.length - 1] = 0x7f;
    broken[bytes.length - 2] = (byte) 0xc0;
    return broken;
  }

  @Test
  void modelsThatDoNotFitTheData() {
    Path model = model();
    assertRefused(CommandLineRun.of("evaluate", model), "16 values", "784");
    assertRefused(CommandLineRun.of("explain", model, "--example", 0), "16 values", "784");
  }

  // Images, examples, weights.

  @Test
  void imagesThatCanNotBeRead() throws IOException {
    Path model = model();
    Path good = Files.write(folder.resolve("good.bmp"), TinyData.bmp(9, 5, 40));
    Path bad = Files.writeString(folder.resolve("bad.png"), "no picture");
    Path cut = Files.write(folder.resolve("cut.bmp"), Arrays.copyOf(TinyData.bmp(9, 5, 40), 80));
    assertRefused(CommandLineRun.of("predict", model, good, bad), "bad.png");
    assertRefused(CommandLineRun.of("predict", model, good, cut), "cut.bmp");
    assertRefused(CommandLineRun.of("predict", model, folder.resolve("none.png")), "none.png");
    assertRefused(CommandLineRun.of("predict", model, folder, good), folder.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1,2", "1,2,3,4", "a,b,c", "0,0,0", "2,0,0", "1,3,0", "1,0,16"})
  void weightsThatAreNotThere(String weight) {
    assertRefused(
        CommandLineRun.of("explain", model(), "--data", data, "--example", 0, "--weight", weight),
        "--weight");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, TinyData.TEST, Integer.MAX_VALUE})
  void examplesThatAreNotThere(int example) {
    assertRefused(
        CommandLineRun.of("explain", model(), "--data", data, "--example=" + example),
        "--example " + example,
        "0 to 29");
  }

  @Test
  void namesCanNotMoveTheCursor() throws IOException {
    Path bad = Files.write(folder.resolve("a\033[2Jb\n.png"), "x".getBytes(StandardCharsets.UTF_8));
    CommandLineRun run = CommandLineRun.of("predict", model(), bad);
    assertRefused(run, "[2Jb");
    assertThat(run.err()).doesNotContain("\033");
  }

  @Test
  void debugShowsWhereItCameFrom() {
    CommandLineRun run = CommandLineRun.of("inspect", folder.resolve("nowhere"), "--debug");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err()).contains("\tat downhill.");
  }
}
