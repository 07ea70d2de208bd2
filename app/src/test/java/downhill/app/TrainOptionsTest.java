package downhill.app;

import static downhill.app.JsonValues.array;
import static downhill.app.JsonValues.field;
import static downhill.app.JsonValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import downhill.data.Dataset;
import downhill.data.IdxFolder;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options of {@code train} do to the result, its provenance and the events. */
class TrainOptionsTest {
  private static final List<String> PLAIN =
      List.of(
          "batch_size",
          "data_sha256",
          "epochs",
          "initial",
          "learning_rate",
          "schedule",
          "seed",
          "shuffle",
          "update");

  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private int runs;

  @BeforeEach
  void writeData() {
    data = TinyData.write(folder.resolve("data"));
  }

  private Path output() {
    return folder.resolve("run" + runs);
  }

  private CommandLineRun train(Object... more) {
    runs++;
    Object[] args = {"train", "--data", data, "--output", output()};
    return CommandLineRun.of(Stream.of(args, more).flatMap(Arrays::stream).toArray());
  }

  /** Trains by plain gradient descent, but for what the options say. */
  private SortedMap<String, String> provenance(String options) throws IOException {
    String given = "--network 16-8-3 --epochs 3 --batch-size 32 " + options;
    String plain =
        Stream.of("--optimizer gradient-descent", "--schedule constant", "--learning-rate 0.015")
            .filter(option -> !given.contains(option.split(" ", 2)[0] + " "))
            .collect(Collectors.joining(" "));
    String all = given.contains("--recipe") ? given : given + " " + plain;
    CommandLineRun run = train((Object[]) all.strip().split(" +"));
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    return ModelFile.load(output().resolve("model.safetensors")).provenance();
  }

  private byte[] model() throws IOException {
    return Files.readAllBytes(output().resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--optimizer momentum | update=momentum momentum=0.9",
        "--optimizer nesterov --momentum 0.5 | update=nesterov momentum=0.5",
        "--optimizer adam | update=adam beta1=0.9 beta2=0.999 epsilon=1.0E-8",
        "--optimizer adamw | update=adamw beta1=0.9 beta2=0.999 epsilon=1.0E-8 weight_decay=0.1",
        "--optimizer rmsprop | update=rmsprop alpha=0.99 epsilon=1.0E-8",
        "--schedule step --schedule-epochs 1 "
            + "| schedule=step schedule_epochs=1 schedule_factor=0.5",
        "--schedule exponential | schedule=exponential schedule_factor=0.9",
        "--schedule cosine | schedule=cosine schedule_last=0.0 epochs_planned=3",
        "--schedule one-cycle --warmup-steps 2 "
            + "| schedule=one-cycle schedule_rising=0.3 warmup_steps=2 epochs_planned=3",
        "--l1 0.01 --l2 0.02 | l1=0.01 l2=0.02",
        "--weight-decay 0.5 | weight_decay=0.5",
        "--dropout 0.2 --input-dropout 0.1 | dropout=0.2 input_dropout=0.1",
        "--label-smoothing 0.1 | label_smoothing=0.1",
        "--clip-norm 0.1 | clip_norm=0.1",
        "--averaging 0.9 | averaging=0.9",
        "--mixup 0.4 | mixup=0.4",
        "--class-weights 1,2,3 | class_weights=1.0,2.0,3.0",
        "--augment-shift 1 | augment_shift=1",
        "--augment-flip 0.5 | augment_flip=0.5",
        "--augment-rotation 20 | augment_rotation=20.0",
        "--augment-scale 0.2 | augment_scale=0.2",
        "--augment-erasing 1 | augment_erasing=1.0",
        "--no-shuffle | shuffle=false",
      })
  void eachOptionChangesTheModelAndIsWrittenDown(String options, String expected)
      throws IOException {
    provenance("");
    byte[] plain = model();
    SortedMap<String, String> provenance = provenance(options);
    assertThat(model()).isNotEqualTo(plain);
    for (String entry : expected.split(" ", -1)) {
      assertThat(provenance).containsEntry(entry.split("=", 2)[0], entry.split("=", 2)[1]);
    }
    long added =
        Stream.of(expected.split(" "))
            .filter(e -> !e.matches("(update|shuffle|schedule)=.*"))
            .count();
    assertThat(provenance).hasSize(PLAIN.size() + (int) added);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--optimizer gradient-descent --schedule constant --warmup-steps 0 --l1 0 --dropout 0",
        "--keep-best=false --patience 0 --validation 0 --no-shuffle=false --checkpoint-every 2",
        "--recipe paper",
      })
  void neutralValuesChangeNothing(String options) throws IOException {
    assertThat(provenance("")).containsOnlyKeys(PLAIN);
    byte[] plain = model();
    provenance(options);
    assertThat(model()).isEqualTo(plain);
  }

  @Test
  void retriesAndWhatTheyGoBackToAreWrittenDown() throws IOException {
    assertThat(provenance("--retries 1")).containsEntry("retries", "1").hasSize(PLAIN.size() + 1);
    assertThat(provenance("--retries 1 --checkpoint-every 2"))
        .containsEntry("checkpoint_every", "2")
        .hasSize(PLAIN.size() + 2);
  }

  @Test
  void aValidationSetIsWrittenDownWhereItCounts() throws IOException {
    Path other = TinyData.write(folder.resolve("other"));
    Dataset validation = IdxFolder.loadTest(other, List.of("0", "1", "2"));
    String given = "--validation-data " + other;
    assertThat(provenance("")).containsOnlyKeys(PLAIN);
    byte[] plain = model();
    assertThat(provenance(given + " --monitor accuracy")).containsOnlyKeys(PLAIN);
    assertThat(model()).isEqualTo(plain);
    for (String counts : List.of("--keep-best", "--patience 2", "--schedule plateau")) {
      assertThat(provenance(given + " " + counts))
          .containsEntry("validation_sha256", validation.sha256())
          .doesNotContainKey("validation");
    }
    assertThat(provenance("--validation 0.2"))
        .containsEntry("validation", "0.2")
        .containsEntry(
            "validation_sha256", IdxFolder.load(data).train().split(0.2, 1).validation().sha256())
        .containsEntry("data_sha256", IdxFolder.load(data).train().sha256());
  }

  @Test
  void balancedClassesAreThoseOfTheTrainingExamples() throws IOException {
    // 18 of 20 examples stay: 9, 6 and 3 of the classes.
    int[] labels = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2};
    Dataset train = Dataset.of(new byte[20], 1, 1, labels, List.of("a", "b", "c"));
    assertThat(RegularizationSettings.balanced(train.split(0.05, 1).train()))
        .containsExactly(17 / (3 * 9.0), 17 / (3 * 5.0), 17 / (3 * 3.0));
    Dataset gap = Dataset.of(new byte[3], 1, 1, new int[] {0, 2, 2}, List.of("a", "b", "c"));
    assertThat(RegularizationSettings.balanced(gap)).containsExactly(1.5, 0.0, 0.75);
    assertThat(provenance("--class-weights balanced"))
        .containsEntry("class_weights", "1.0,1.0,1.0");
  }

  // Events.

  private List<Map<String, Object>> events(CommandLineRun run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    return run.lines().stream().map(JsonValues::object).toList();
  }

  @Test
  void epochsTellWhatHappenedInThem() {
    List<Map<String, Object>> events =
        events(
            train(
                "--network",
                "16-8-5-3",
                "--epochs",
                2,
                "--batch-size",
                40,
                "--json",
                "--optimizer",
                "gradient-descent",
                "--schedule",
                "exponential",
                "--learning-rate",
                0.2,
                "--dropout",
                0.1));
    Map<String, Object> started = events.getFirst();
    assertThat((Map<?, ?>) field(started, "recipe"))
        .isEqualTo(
            Map.of(
                "epochs", "2",
                "batch-size", "40",
                "learning-rate", "0.2",
                "seed", "1",
                "optimizer", "gradient-descent",
                "schedule", "exponential",
                "schedule-factor", "0.9",
                "dropout", "0.1"));
    Map<String, Object> second = events.get(2);
    assertThat(second).containsEntry("epoch", 2L).containsEntry("step", 6L);
    assertThat(number(second, "learning_rate")).isEqualTo(0.9 * 0.2);
    assertThat(number(second, "gradient_norm")).isPositive();
    assertThat(array(second, "gradient_norms")).hasSize(3);
    assertThat(array(second, "dead_relus")).hasSize(2);
    assertThat(second).containsKeys("test_loss", "test_accuracy");
    assertThat(second).doesNotContainKeys("validation_loss", "best_epoch");
    assertThat(events.getLast()).containsEntry("early", false).doesNotContainKey("best_epoch");
  }

  @Test
  void withAValidationSetTheTestSetIsLookedAtOnce() throws IOException {
    List<Map<String, Object>> events =
        events(
            train(
                "--network",
                "16-8-3",
                "--epochs",
                50,
                "--json",
                "--validation",
                0.3,
                "--patience",
                2,
                "--keep-best",
                "--learning-rate",
                2,
                "--batch-size",
                8));
    assertThat(events.getFirst())
        .containsEntry("examples", 63L)
        .containsEntry("validation_examples", 27L)
        .containsEntry("test_examples", 30L);
    List<Map<String, Object>> epochs = events.subList(1, events.size() - 1);
    assertThat(epochs).hasSizeLessThan(50);
    long best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (Map<String, Object> epoch : epochs) {
      assertThat(epoch).doesNotContainKeys("test_loss", "test_accuracy");
      assertThat(number(epoch, "validation_accuracy")).isBetween(0.0, 1.0);
      if (number(epoch, "validation_loss") < least) {
        least = number(epoch, "validation_loss");
        best = (Long) field(epoch, "epoch");
      }
      assertThat(epoch).containsEntry("best_epoch", best);
    }
    Map<String, Object> finished = events.getLast();
    assertThat(finished)
        .containsEntry("early", true)
        .containsEntry("best_epoch", best)
        .containsEntry("epochs", (long) epochs.size())
        .containsKeys("test_loss", "test_accuracy");
    assertThat(best).isEqualTo(epochs.size() - 2L);
    assertThat(ModelFile.load(output().resolve("model.safetensors")).provenance())
        .containsEntry("epochs", Integer.toString(epochs.size()))
        .containsEntry("patience", "2")
        .containsEntry("keep_best", "true");
  }

  @Test
  void peopleSeeTheValidationSetAndTheSettings() {
    for (int columns : new int[] {45, 80}) {
      runs++;
      CommandLineRun run =
          CommandLineRun.on(
              false,
              false,
              columns,
              "train",
              "--data",
              data,
              "--network",
              "16-8-3",
              "--epochs",
              30,
              "--validation",
              0.3,
              "--patience",
              2,
              "--keep-best",
              "--learning-rate",
              2,
              "--batch-size",
              8,
              "--optimizer",
              "momentum",
              "--class-weights",
              "1,2,3",
              "--output",
              output());
      assertThat(run.status()).as(run.err()).isZero();
      String text = run.out().replace('\n', ' ');
      assertThat(text)
          .contains("63 images", "27 to validate, 30 to test", "valid loss", "(stopped early)")
          .contains("optimizer momentum · class-weights · validation 0.3 · patience 2 · keep-best")
          .doesNotContain("test loss", "momentum 0.9");
      for (String line : run.lines()) {
        if (!line.contains(folder.toString())) {
          assertThat(Text.width(line)).as(line).isLessThan(columns);
        }
      }
    }
  }

  @Test
  void goingBackIsToldAndTheRunGoesOn() throws IOException {
    Object[] options = {
      "--network",
      "16-8-3",
      "--epochs",
      2,
      "--learning-rate",
      "1e30",
      "--retries",
      200,
      "--optimizer",
      "gradient-descent"
    };
    List<Map<String, Object>> events = events(train(append(options, "--json")));
    Map<String, Object> back = events.get(1);
    assertThat(back).containsEntry("event", "went_back").containsEntry("step", 0L);
    assertThat(number(back, "rate_factor")).isEqualTo(0.5);
    assertThat(number(back, "failed_step")).isPositive();
    assertThat(events.getLast()).containsEntry("event", "finished");
    byte[] model = model();
    assertThat(train(options).out())
        .contains("no longer finite at step", "back to step 0, with 0.5");
    assertThat(model()).isEqualTo(model);
  }

  private static Object[] append(Object[] first, Object... more) {
    return Stream.of(first, more).flatMap(Arrays::stream).toArray();
  }

  @Test
  void writesEventsForTensorBoard() throws IOException {
    provenance("--tensorboard " + folder.resolve("curves"));
    try (var files = Files.list(folder.resolve("curves"))) {
      assertThat(files).singleElement().asString().contains("events.out.tfevents.");
    }
  }

  // Refusals.

  private void assertRefused(CommandLineRun run, String... fragments) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err()).contains(fragments);
    assertThat(output()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--beta1 0.9 --optimizer momentum | --beta1: goes with optimizer adam or adamw",
        "--momentum 0.9 | --momentum: goes with optimizer momentum or nesterov",
        "--alpha 0.9 --optimizer adam | --alpha: goes with optimizer rmsprop, not with adam",
        "--schedule-epochs 3 --schedule cosine | --schedule-epochs: goes with schedule step",
        "--schedule-rising 0.3 | --schedule-rising: goes with schedule one-cycle",
        "--schedule-factor 0.3 | exponential, plateau or step, not with cosine",
        "--schedule-patience 3 --schedule step | --schedule-patience: goes with schedule plateau",
        "--optimizer sgd | --optimizer: expected gradient-descent, momentum",
        "--momentum 1 --optimizer momentum | momentum: expected a number from 0 to 1 (exclusive)",
        "--warmup-steps -1 | steps of the warm-up: expected at least 1",
        "--patience 3 | --patience: needs a validation set",
        "--keep-best | --keep-best: needs a validation set",
        "--monitor loss | --monitor: needs a validation set",
        "--keep-best=perhaps | --keep-best",
        "--validation 0.1 --validation-data x | --validation: can't be combined",
        "--validation -0.1 | --validation: expected a part from 0 to 1",
        "--network 16-3 --validation-data nowhere | nowhere: expected a folder with t10k-images",
        "--network 16-3 --class-weights 1,2 | --class-weights: expected 3 numbers, one for each class",
        "--class-weights 0,0,0 | class weights: expected one above 0",
        "--dropout 0.5 --network 16-3 | --dropout: network 16-3 has no hidden units",
        "--augment-flip 2 | flip: expected a probability",
        "--retries -1 | retries: expected at least 0",
        "--checkpoint-every 0 | --checkpoint-every: expected at least 1 step",
        "--recipe paper --config x | --recipe paper and --config x: expected one of them",
        "--recipe best | recipe 'best': expected default, paper, record",
        "--recipe default | network 784-512-128-64-10 takes 784 values",
        "--config nowhere.recipe | nowhere.recipe: no such file",
        "--config src | src: expected a recipe, found a folder",
        "--network 16-3 --validation 0.99 --batch-size 4 | --batch-size 4",
        "--l1 0.1 --l1 0.1 | --l1",
        "--epochs=1 --epochs 2 | --epochs",
      })
  void settingsThatDoNotGoTogether(String options, String message) {
    assertRefused(train((Object[]) options.split(" ")), message);
  }

  @Test
  void validationImagesOfAnotherShape() throws IOException {
    Path other = TinyData.write(folder.resolve("other"));
    byte[] images = Files.readAllBytes(other.resolve(TinyData.TEST_IMAGES));
    images[11] = 2;
    images[15] = 8;
    Files.write(other.resolve(TinyData.TEST_IMAGES), images);
    assertRefused(
        train("--network", "16-3", "--validation-data", other),
        "other: expected images of 4 × 4",
        "found 2 × 8");
  }

  @Test
  void aFileOfSettings() throws IOException {
    Path recipe = folder.resolve("my.recipe");
    Files.writeString(
        recipe,
        """
        # mine
        network = 16-8-3
        epochs = 3
        batch-size = 32
        optimizer = adam
        learning-rate = 0.015
        schedule = constant
        """);
    provenance("--optimizer adam");
    byte[] model = model();
    assertThat(train("--config", recipe).status()).isZero();
    assertThat(model()).isEqualTo(model);
    Files.writeString(recipe, "# mine\nnetwork = 784-10");
    assertRefused(train("--config", recipe), recipe + ":2: network 784-10 takes 784 values");
    Files.writeString(recipe, "network = 16-3\nbatch-size = 91");
    assertRefused(train("--config", recipe), recipe + ":2: batch-size 91: ");
    Files.writeString(recipe, "network = 16-3\ndropout = 0.1");
    assertRefused(train("--config", recipe), recipe + ":2: dropout: network 16-3 has no hidden");
    Files.writeString(recipe, "epoch = 1");
    CommandLineRun run = train("--config", recipe);
    assertRefused(run, recipe + ":1: expected the name of a setting, found 'epoch'");
    assertThat(run.err()).contains("hint: did you mean epochs?");
  }
}
