package downhill.app;

import static downhill.app.JsonValues.field;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were stopped go on to the same bytes, and what goes wrong with that. */
class ResumeTest {
  private static final int EPOCHS = 6;

  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path run = Path.of("");

  @BeforeEach
  void writeData() {
    data = TinyData.write(folder.resolve("data"));
    run = folder.resolve("run");
  }

  private Object[] training(Path output, String options) {
    String basics =
        "--network 16-9-3 --batch-size 20 --seed 3 --kernel vector --json --epochs " + EPOCHS;
    return Stream.concat(
            Stream.of("train", "--data", data, "--output", output),
            Stream.of((basics + " " + options).split(" ")))
        .toArray();
  }

  /** Trains, and does something as soon as some lines were written. */
  static CommandLineRun until(int lines, Runnable then, Object... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream counting =
        new OutputStream() {
          private int left = lines;

          @Override
          public void write(int b) {
            out.write(b);
            if (b == '\n' && --left == 0) {
              then.run();
            }
          }
        };
    Terminal terminal =
        new Terminal(
            new PrintStream(counting, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            () -> 80);
    int status =
        Main.run(terminal, Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    return new CommandLineRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A model may be newer than the checkpoint that a run goes on from. */
  @Test
  void theModelThatIsThereIsTold() throws IOException {
    int lines = 1;
    unbroken("--checkpoint-every 1000");
    for (String line : Files.readAllLines(folder.resolve("unbroken/history.jsonl"))) {
      if (line.contains("\"progress\"")) {
        continue;
      }
      if (line.contains("\"event\":\"epoch\"") && line.contains("\"epoch\":2")) {
        break;
      }
      lines++;
    }
    stopAfter(lines, "--checkpoint-every 1000");
    until(1, ResumeTest::leave, "train", "--resume", run, "--json");
    assertThat(history().getLast())
        .containsEntry("event", "interrupted")
        .containsEntry("epochs", 2L);
    Files.delete(run.resolve("model.safetensors"));
    until(1, ResumeTest::leave, "train", "--resume", run, "--json");
    assertThat(history().getLast())
        .containsEntry("event", "interrupted")
        .containsEntry("epochs", 0L);
  }

  private void stopAfter(int lines, String options) {
    CommandLineRun stopped = until(lines, ResumeTest::leave, training(run, options));
    assertThat(stopped.status()).as(stopped.err()).isEqualTo(ExitStatus.OUTPUT_CLOSED);
  }

  private static void leave() {
    throw new StandardOutput.ClosedException(new IOException("Broken pipe"));
  }

  private CommandLineRun resume(Object... more) {
    Object[] args = {"train", "--resume", run};
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  private List<Map<String, Object>> history() throws IOException {
    return Files.readAllLines(run.resolve("history.jsonl")).stream()
        .map(JsonValues::object)
        .toList();
  }

  private static SortedMap<String, String> content(Path folder) throws IOException {
    SortedMap<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        content.put(file.getFileName().toString(), ModelParameter.bytes(file).sha256());
      }
    }
    return content;
  }

  private byte[] unbroken(String options) throws IOException {
    Path output = folder.resolve("unbroken");
    assertThat(CommandLineRun.of(training(output, options)).status()).isZero();
    return Files.readAllBytes(output.resolve("model.safetensors"));
  }

  private byte[] model() throws IOException {
    return Files.readAllBytes(run.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--checkpoint-every 1",
        "--checkpoint-every 3 --optimizer momentum --schedule cosine --augment-shift 1 --mixup 0.3",
        "--optimizer adamw --dropout 0.2 --averaging 0.9 --validation 0.2 --keep-best",
        "--checkpoint-every 7 --optimizer rmsprop --schedule plateau --patience 2 --validation 0.3"
            + " --monitor accuracy --learning-rate 0.1 --class-weights balanced",
        "--checkpoint-every 5 --learning-rate 1e30 --retries 200 --optimizer gradient-descent",
      })
  void endsInTheSameBytes(String options) throws IOException {
    byte[] expected = unbroken(options);
    List<String> told =
        Files.readAllLines(folder.resolve("unbroken/history.jsonl")).stream()
            .filter(line -> !line.contains("\"progress\""))
            .toList();
    for (int epoch = 2; epoch <= 4; epoch++) {
      int lines = 1;
      while (!told.get(lines - 1).contains("\"epoch\",\"time\"")
          || !told.get(lines - 1).contains("\"epoch\":" + epoch)) {
        lines++;
      }
      stopAfter(lines, options);
      CommandLineRun resumed = resume("--threads", epoch - 1, "--kernel", "scalar", "--json");
      assertThat(resumed.err()).isEmpty();
      assertThat(resumed.status()).isZero();
      assertThat(JsonValues.object(resumed.lines().getFirst())).containsEntry("event", "resumed");
      assertThat(model()).as("stopped in epoch %s", epoch).isEqualTo(expected);
      deleteRun();
    }
  }

  private void deleteRun() {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void goesOnWithTheHistory() throws IOException {
    stopAfter(4, "--checkpoint-every 5"); // epochs have 5 steps; the third is told, not saved yet
    assertThat(history().getLast()).containsEntry("event", "interrupted");
    Files.writeString(
        run.resolve("history.jsonl"),
        Files.readString(run.resolve("history.jsonl")) + "{\"event\":\"epoch\",\"epo");
    Files.writeString(run.resolve("notes.txt"), "mine");
    Files.writeString(run.resolve(".downhill-0123456789abcdef.tmp"), "cut");
    CommandLineRun resumed = resume();
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.out().replace('\n', ' '))
        .contains("Going on with 16-9-3 on " + data + " after step 10, in epoch 3");
    List<Map<String, Object>> history = history();
    assertThat(epochs(history))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, EPOCHS).boxed().toList());
    assertThat(history)
        .filteredOn(event -> !field(event, "event").equals("progress"))
        .extracting(event -> event.get("event"))
        .containsExactly(
            "started", "epoch", "epoch", "resumed", "epoch", "epoch", "epoch", "epoch", "finished");
    double seconds = 0;
    for (Map<String, Object> event : history) {
      if (field(event, "event").equals("epoch")) {
        seconds += JsonValues.number(event, "seconds");
      }
    }
    assertThat(JsonValues.number(history.getLast(), "seconds")).isEqualTo(seconds);
    assertThat(content(run))
        .containsOnlyKeys(
            "model.safetensors",
            ".lock",
            "history.jsonl",
            "checkpoint.safetensors",
            "checkpoint.previous.safetensors",
            "report.html",
            "model-card.md",
            "notes.txt");
  }

  private static List<Object> epochs(List<Map<String, Object>> history) {
    List<Object> epochs = new ArrayList<>();
    for (Map<String, Object> event : history) {
      if (field(event, "event").equals("epoch")) {
        epochs.add(field(event, "epoch"));
      }
    }
    return epochs;
  }

  @Test
  void worksFromTheValidationFolderAndTheModelItBeganWith() throws IOException {
    Path other = TinyData.write(folder.resolve("other"));
    Files.writeString(data.resolve("class-names.txt"), "top\nmiddle\nlow\n");
    assertThat(
            CommandLineRun.of(
                    "train",
                    "--data",
                    data,
                    "--network",
                    "16-9-3",
                    "--epochs",
                    1,
                    "--output",
                    folder.resolve("first"))
                .status())
        .isZero();
    String options =
        "--init "
            + folder.resolve("first")
            + " --validation-data "
            + other
            + " --keep-best"
            + " --tensorboard "
            + folder.resolve("curves");
    byte[] expected = unbroken(options);
    stopAfter(3, options);
    Files.delete(folder.resolve("first/model.safetensors"));
    Files.delete(data.resolve("class-names.txt"));
    CommandLineRun resumed = resume();
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("middle");
    assertThat(model()).isEqualTo(expected);
    try (Stream<Path> files = Files.list(folder.resolve("curves"))) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void curvesThatCannotBeDrawnAnyMoreDoNotEndTheRun() throws IOException {
    Path curves = folder.resolve("curves");
    String options = "--tensorboard " + curves;
    byte[] expected = unbroken(options);
    stopAfter(3, options);
    try (Stream<Path> files = Files.list(curves)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(curves);
    Files.writeString(curves, "in the way");
    CommandLineRun resumed = resume();
    assertThat(resumed.status()).isZero();
    assertThat(resumed.err())
        .startsWith("warning: TensorBoard's events: " + curves)
        .contains("the run goes on without them")
        .hasLineCount(1);
    assertThat(model()).isEqualTo(expected);
  }

  /** Wherever it is resumed. */
  @Test
  void aRunCallsItsDataAsItWasToldTo() {
    DataOption option = DataOption.of(data.toString(), Map.of("data_given", "letters"));
    assertThat(option.name()).isEqualTo("letters");
    assertThat(option.again()).isEqualTo(" --data letters");
    assertThat(option.settings())
        .containsEntry("data", data.toAbsolutePath().toString())
        .containsEntry("data_given", "letters");
  }

  @Test
  void aFinishedRunIsLeftAsItIs() throws IOException {
    assertThat(CommandLineRun.of(training(run, "")).status()).isZero();
    SortedMap<String, String> before = content(run);
    CommandLineRun resumed = resume("--json");
    assertThat(resumed.status()).isZero();
    assertThat(resumed.out()).isEmpty();
    assertThat(resumed.err()).isEqualTo("note: " + run + " is finished; nothing was changed\n");
    assertThat(content(run)).isEqualTo(before);
  }

  @Test
  void finishesWhereOnlyTheLastWordsAreMissing() throws IOException {
    assertThat(CommandLineRun.of(training(run, "--validation 0.2")).status()).isZero();
    List<String> lines = Files.readAllLines(run.resolve("history.jsonl"));
    Files.write(run.resolve("history.jsonl"), lines.subList(0, lines.size() - 1));
    byte[] model = model();
    Files.delete(run.resolve("model.safetensors"));
    assertThat(resume().status()).isZero();
    assertThat(model()).isEqualTo(model);
    Map<String, Object> first = JsonValues.object(lines.getLast());
    Map<String, Object> again = history().getLast();
    for (String key :
        List.of("event", "epochs", "early", "test_loss", "test_accuracy", "seconds")) {
      assertThat(again.get(key)).isEqualTo(first.get(key));
    }
  }

  @Test
  void takesTheCheckpointBeforeADamagedOne() throws IOException {
    byte[] expected = unbroken("");
    stopAfter(4, "");
    Path newest = run.resolve("checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    CommandLineRun resumed = resume("--json");
    assertThat(resumed.status()).isZero();
    assertThat(resumed.err())
        .startsWith("warning: " + newest)
        .contains("the one before it is used")
        .hasLineCount(1);
    assertThat(model()).isEqualTo(expected);
    assertThat(epochs(history()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, EPOCHS).boxed().toList());
  }

  // Refusals.

  private void assertRefused(CommandLineRun refused, String... fragments) {
    assertThat(refused.status()).as(refused.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains(fragments).hasLineCount(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--epochs 9",
        "--data x",
        "--output x",
        "--seed 1",
        "--recipe paper",
        "--config x",
        "--init x",
        "--tensorboard x",
        "--checkpoint-every 3",
        "--validation-data x",
        "--keep-best"
      })
  void nothingElseMayChange(String option) throws IOException {
    stopAfter(3, "");
    SortedMap<String, String> before = content(run);
    String[] words = option.split(" ", -1);
    assertRefused(resume((Object[]) words), words[0] + ": can't be given");
    assertThat(content(run)).isEqualTo(before);
  }

  @Test
  void otherDataIsRefused() throws IOException {
    stopAfter(3, "");
    SortedMap<String, String> before = content(run);
    for (String file : List.of(TinyData.TRAIN_IMAGES, TinyData.TEST_IMAGES)) {
      byte[] bytes = Files.readAllBytes(data.resolve(file));
      byte[] changed = bytes.clone();
      changed[100] ^= 1;
      Files.write(data.resolve(file), changed);
      assertRefused(resume(), data + ": expected the t", "images that " + run + " was begun with");
      Files.write(data.resolve(file), bytes);
    }
    assertThat(content(run)).isEqualTo(before);
    assertThat(resume().status()).isZero();
  }

  @Test
  void foldersWithoutARun() throws IOException {
    assertRefused(resume(), run + ": expected a run folder, found nothing of this name");
    Files.writeString(run, "x");
    assertRefused(resume(), run + ": expected a run folder, found a file");
    Files.delete(run);
    stopAfter(1, ""); // nothing was done yet
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(f -> f.toString().contains("checkpoint")).toList()) {
        Files.delete(file);
      }
    }
    assertRefused(resume(), "expected a run folder that holds checkpoint.safetensors");
  }

  @Test
  void aFolderBelongsToOneRunAtATime() {
    stopAfter(3, "");
    try (History held = History.resume(run.resolve("history.jsonl"))) {
      assertThat(held).isNotNull();
      assertRefused(resume(), "another process is training in this folder");
    }
    assertThat(resume().status()).isZero();
  }

  // Trouble with the disk.

  @Test
  void aFolderThatGoesAwayEndsTheRun() {
    CommandLineRun failed = until(3, this::deleteRun, training(run, ""));
    assertThat(failed.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(failed.err()).contains("can't be saved", "there is no folder", "hint: ");
    assertThat(failed.err()).hasLineCount(2);
    assertThat(JsonValues.object(failed.lines().getLast())).containsEntry("event", "failed");
  }

  @Test
  void aFolderThatBecomesAFileEndsTheRun() {
    CommandLineRun failed =
        until(
            3,
            () -> {
              deleteRun();
              try {
                Files.writeString(run, "in the way");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            training(run, ""));
    assertThat(failed.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(failed.err()).contains("can't be saved").hasLineCount(2);
    assertThat(run).hasContent("in the way");
  }

  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheLastOne() throws IOException {
    byte[] expected = unbroken("");
    // A folder of the name of the next one is in the way: root may write anywhere, but not there.
    Path next = run.resolve("checkpoint.next.safetensors");
    CommandLineRun failed =
        until(
            3,
            () -> {
              try {
                Files.createDirectory(next);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            training(run, ""));
    assertThat(failed.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(failed.err()).contains("the checkpoint of step", "can't be saved").hasLineCount(2);
    Files.delete(next);
    assertThat(resume().status()).isZero();
    assertThat(model()).isEqualTo(expected);
    assertThat(IntStream.of(epochs(history()).size()).boxed()).containsExactly(EPOCHS);
  }
}
