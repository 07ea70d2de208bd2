package downhill.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Augmentation;
import downhill.training.Optimizer;
import downhill.training.Regularization;
import downhill.training.Schedule;
import downhill.training.Stopping;
import downhill.training.Stopping.Monitor;
import downhill.training.TrainingConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From texts to configurations and back, and what is refused on the way. */
class RecipeTest {
  private static final TrainingConfiguration DEFAULTS = TrainingConfiguration.defaults();

  @TempDir private Path folder = Path.of("");

  private static Recipe read(String... lines) {
    RecipeFile file = RecipeFile.parse("my.recipe", String.join("\n", lines));
    return Recipe.read(new Settings(Map.of(), file), false);
  }

  private static TrainingConfiguration configuration(String... lines) {
    return read(lines).configuration();
  }

  @Test
  void nothingSaidIsTheDefault() {
    assertThat(read("", "  # a comment", "\t"))
        .isEqualTo(new Recipe(null, DEFAULTS, false, 0))
        .isEqualTo(read());
  }

  @Test
  void whatEveryTrainingHas() {
    Recipe recipe =
        read(
            "network=784-10",
            "  epochs  =  3  # three",
            "batch-size = 32",
            "learning-rate = 2.5e-1",
            "seed = -7",
            "no-shuffle = true",
            "retries = 2");
    assertThat(recipe.network()).hasToString("784-10");
    assertThat(recipe.configuration())
        .isEqualTo(
            DEFAULTS
                .withEpochs(3)
                .withBatchSize(32)
                .withLearningRate(0.25)
                .withSeed(-7)
                .withShuffle(false)
                .withRetries(2));
  }

  @Test
  void optimizers() {
    assertThat(configuration("optimizer = gradient-descent", "schedule = constant"))
        .isEqualTo(TrainingConfiguration.descent(20, 64, 0.1, 1));
    assertThat(configuration("optimizer = momentum").optimizer())
        .isEqualTo(new Optimizer.Momentum(0.9));
    assertThat(configuration("optimizer = momentum").learningRate()).isEqualTo(0.02);
    assertThat(configuration("optimizer = nesterov", "momentum = 0.8").optimizer())
        .isEqualTo(new Optimizer.Nesterov(0.8));
    assertThat(configuration("optimizer = adam"))
        .isEqualTo(DEFAULTS.withRegularization(Regularization.NONE));
    assertThat(
            configuration("optimizer = adam", "beta1 = 0.8", "beta2 = 0.99", "epsilon = 1e-7")
                .optimizer())
        .isEqualTo(new Optimizer.Adam(0.8, 0.99, 1e-7));
    assertThat(configuration("optimizer = rmsprop", "alpha = 0.9", "epsilon = 0.1").optimizer())
        .isEqualTo(new Optimizer.RmsProp(0.9, 0.1));
    TrainingConfiguration adamw = configuration("optimizer = adamw");
    assertThat(adamw.optimizer()).isEqualTo(Optimizer.Adam.defaults());
    assertThat(adamw.regularization()).isEqualTo(Regularization.NONE.withWeightDecay(0.1));
    assertThat(adamw).isEqualTo(DEFAULTS);
    assertThat(configuration("optimizer = adamw", "weight-decay = 0.2"))
        .isEqualTo(configuration("optimizer = adam", "weight-decay = 0.2"));
  }

  @Test
  void schedules() {
    assertThat(configuration("schedule = constant"))
        .isEqualTo(DEFAULTS.withSchedule(new Schedule.Constant()));
    assertThat(
            configuration("schedule = step", "schedule-epochs = 4", "schedule-factor = 0.3")
                .schedule())
        .isEqualTo(new Schedule.Step(4, 0.3));
    assertThat(configuration("schedule = exponential", "schedule-factor = 0.8").schedule())
        .isEqualTo(new Schedule.Exponential(0.8));
    assertThat(configuration("schedule = cosine", "schedule-last = 0.1").schedule())
        .isEqualTo(new Schedule.Cosine(0.1));
    assertThat(configuration("schedule = one-cycle", "schedule-rising = 0.2").schedule())
        .isEqualTo(new Schedule.OneCycle(0.2));
    assertThat(
            configuration("schedule = plateau", "schedule-factor = 0.3", "schedule-patience = 4")
                .schedule())
        .isEqualTo(new Schedule.Plateau(0.3, 4));
    assertThat(configuration("warmup-steps = 50", "schedule = cosine").schedule())
        .isEqualTo(new Schedule.Warmup(50, new Schedule.Cosine(0)));
    assertThat(configuration("warmup-steps = 0")).isEqualTo(DEFAULTS);
  }

  @Test
  void regularizationAugmentationAndValidation() {
    Recipe recipe =
        read(
            "l1 = 0.1",
            "l2 = 0.2",
            "weight-decay = 0.3",
            "dropout = 0.4",
            "input-dropout = 0.5",
            "label-smoothing = 0.6",
            "clip-norm = 7",
            "averaging = 0.8",
            "mixup = 0.9",
            "class-weights = 1, 0,2.5",
            "augment-shift = 2",
            "augment-flip = 0.5",
            "augment-rotation = 10",
            "augment-scale = 0.1",
            "augment-erasing = 0.25",
            "validation = 0.1",
            "patience = 3",
            "monitor = accuracy",
            "keep-best = true");
    assertThat(recipe.heldOut()).isEqualTo(0.1);
    assertThat(recipe.balanced()).isFalse();
    assertThat(recipe.configuration())
        .isEqualTo(
            DEFAULTS
                .withRegularization(
                    new Regularization(
                        0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 7, 0.8, 0.9, List.of(1.0, 0.0, 2.5)))
                .withAugmentation(new Augmentation(2, 0.5, 10, 0.1, 0.25))
                .withStopping(new Stopping(Monitor.ACCURACY, 3, true)));
    assertThat(read("class-weights = balanced").balanced()).isTrue();
    assertThat(read("patience = 0", "validation = 0", "keep-best = false"))
        .isEqualTo(new Recipe(null, DEFAULTS, false, 0));
  }

  @Test
  void optionsComeFirst() {
    RecipeFile file = RecipeFile.parse("my.recipe", "epochs = 3\nkeep-best = true\nseed = 4");
    Settings settings = new Settings(Map.of("epochs", "5", "keep-best", "false"), file);
    assertThat(Recipe.read(settings, false).configuration())
        .isEqualTo(DEFAULTS.withEpochs(5).withSeed(4));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      TrainingConfiguration c = any(random);
      double heldOut = c.stopping().needsValidation() ? random.nextDouble(0.01, 0.5) : 0;
      String text = RecipeFile.write(Recipe.settings(c, heldOut));
      assertThat(Recipe.read(new Settings(Map.of(), RecipeFile.parse("r", text)), false))
          .as("seed %s\n%s", seed, text)
          .isEqualTo(new Recipe(null, c, false, heldOut));
      Map<String, String> needed = Recipe.withoutDefaults(Recipe.settings(c, heldOut), false);
      assertThat(Recipe.read(new Settings(needed, RecipeFile.NONE), false).configuration())
          .as("seed %s\n%s", seed, needed)
          .isEqualTo(c);
    }
  }

  private static TrainingConfiguration any(SplittableRandom random) {
    double x = random.nextDouble(0.005, 0.9); // x * x too is a rate that 16 bits can hold
    List<Optimizer> optimizers =
        List.of(
            new Optimizer.GradientDescent(),
            new Optimizer.Momentum(x),
            new Optimizer.Nesterov(x),
            Optimizer.Adam.defaults(),
            new Optimizer.Adam(0.9, x, 1e-3 * x),
            new Optimizer.RmsProp(x, 1e-8));
    List<Schedule> schedules =
        List.of(
            new Schedule.Constant(),
            new Schedule.Step(3, x),
            new Schedule.Exponential(x),
            new Schedule.Cosine(x),
            new Schedule.OneCycle(x),
            new Schedule.Plateau(x, 2),
            new Schedule.Warmup(random.nextLong(1, 1L << 40), new Schedule.Plateau(0.5, 3)));
    return TrainingConfiguration.descent(random.nextInt(1, 99), 16, x, random.nextLong())
        .withShuffle(random.nextBoolean())
        .withRetries(random.nextInt(3))
        .withFrozen(random.nextBoolean() ? List.of() : List.of(1, random.nextInt(2, 9)))
        .withOptimizer(optimizers.get(random.nextInt(optimizers.size())))
        .withSchedule(schedules.get(random.nextInt(schedules.size())))
        .withRegularization(
            random.nextBoolean()
                ? Regularization.NONE
                : new Regularization(
                    x, 0, x / 3, 0, x * x, 0, 3 * x, x / 7, 0, List.of(x, 1.0, 1e-9 * x)))
        .withAugmentation(new Augmentation(random.nextInt(3), 0, 100 * x, 0, x))
        .withStopping(
            new Stopping(
                random.nextBoolean() ? Monitor.LOSS : Monitor.ACCURACY,
                random.nextInt(1, 3),
                random.nextBoolean()));
  }

  // Refusals.

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(
            () -> Recipe.read(new Settings(Map.of(), RecipeFile.parse("a.recipe", text)), false))
        .isInstanceOfSatisfying(
            CommandException.class,
            e -> {
              assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
              assertThat(e).hasMessage(message);
              assertThat(e.hint()).hasSizeGreaterThan(5);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epoch = 3           | a.recipe:2: expected the name of a setting, found 'epoch'",
        "epochs              | a.recipe:2: expected key = value, found 'epochs'",
        "epochs = # none     | a.recipe:2: epochs: expected a value, found none",
        "data = kmnist       | a.recipe:2: expected the name of a setting, found 'data'",
        "epochs = many       | a.recipe:2: epochs: expected a whole number, found 'many'",
        "epochs = 1.5        | a.recipe:2: epochs: expected a whole number, found '1.5'",
        "epochs = 9999999999 | a.recipe:2: epochs: expected a whole number of at most 2147483647,"
            + " found '9999999999'",
        "epochs = 0          | a.recipe:2: epochs: expected 1 to 16777216, found 0",
        "learning-rate = 0x1 | a.recipe:2: learning-rate: expected a number, found '0x1'",
        "learning-rate = 1.2.3 | a.recipe:2: learning-rate: expected a number, found '1.2.3'",
        "dropout = 1         | a.recipe:2: dropout: expected a number from 0 to 1 (exclusive),"
            + " found 1.0",
        "network = 5         | a.recipe:2: network '5': expected widths joined by '-', as in"
            + " 784-512-128-64-10",
        "keep-best = yes     | a.recipe:2: keep-best: expected true or false, found 'yes'",
        "monitor = f1        | a.recipe:2: monitor: expected loss or accuracy, found 'f1'",
        "schedule = linear   | a.recipe:2: schedule: expected constant, step, exponential, cosine,"
            + " one-cycle or plateau, found 'linear'",
        "class-weights = 1,b | a.recipe:2: class-weights: expected a number, found 'b'",
        "augment-shift = -1  | a.recipe:2: shift: expected 0 to 65536 whole pixels, found -1",
        "validation = 1      | a.recipe:2: validation: expected a part from 0 to 1 (exclusive),"
            + " found 1.0",
        "momentum = 0.9      | a.recipe:2: momentum: goes with optimizer momentum or nesterov, not"
            + " with adamw",
        "alpha = 0.9         | a.recipe:2: alpha: goes with optimizer rmsprop, not with adamw",
        "schedule-factor = 0.5 | a.recipe:2: schedule-factor: goes with schedule exponential,"
            + " plateau or step, not with cosine",
        "patience = 2        | a.recipe:2: patience: needs a validation set; add validation 0.1,"
            + " for example, or --validation-data",
      })
  void saysWhereAndWhat(String line, String message) {
    assertRefused("# a recipe\n" + line + "\n", message);
  }

  @Test
  void aKeyTwiceIsRefused() {
    assertRefused(
        "seed = 1\n\nseed = 1", "a.recipe:3: expected each key once, found seed in line 1 as well");
  }

  @Test
  void aSettingThatDoesNotGoWithTheChoiceOfAnOptionIsRefusedWhereItStands() {
    RecipeFile file = RecipeFile.parse("a.recipe", "optimizer = adam\nbeta1 = 0.8");
    assertThatThrownBy(
            () -> Recipe.read(new Settings(Map.of("optimizer", "momentum"), file), false))
        .hasMessage("a.recipe:2: beta1: goes with optimizer adam or adamw, not with momentum");
  }

  @Test
  void filesThatAreNoText() throws IOException {
    Path file = folder.resolve("a.recipe");
    Files.write(file, "seed = 1\nepochs = \u00e4".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> RecipeFile.read(file))
        .hasMessage(file + ":2: expected text in UTF-8, found something else");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> RecipeFile.read(file)).hasMessageContaining("at most 1048576 bytes");
    assertThatThrownBy(() -> RecipeFile.read(folder.resolve("none")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("none: no such file");
    Files.writeString(file, "\uFEFFseed = 1\r\nepochs = 2\r\n");
    assertThat(RecipeFile.read(file).lines())
        .isEqualTo(
            Map.of("seed", new RecipeFile.Line(1, "1"), "epochs", new RecipeFile.Line(2, "2")));
  }

  @Test
  void everySettingStandsInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "training.md"));
    assertThat(Recipe.SETTINGS)
        .allSatisfy(setting -> assertThat(page).containsPattern("`" + setting.option() + "[` ]"));
  }

  // The recipes that come with the program.

  @Test
  void everyRecipeInTheFolderIsListed() throws Exception {
    Path recipes =
        Path.of(
            BuiltInRecipes.class
                .getResource("recipes/default.recipe")
                .toURI()
                .resolve(".")
                .getPath());
    try (var files = Files.list(recipes)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString().replace(".recipe", ""))
                  .collect(Collectors.toSet()))
          .containsExactlyInAnyOrderElementsOf(BuiltInRecipes.NAMES);
    }
  }

  private static List<String> builtIn() {
    return BuiltInRecipes.NAMES;
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("builtIn")
  void everyBuiltInRecipeCanBeReadPrintedAndListed(String name) {
    String text = BuiltInRecipes.text(name);
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    Recipe recipe = Recipe.read(new Settings(Map.of(), BuiltInRecipes.read(name)), false);
    assertThat(recipe.network()).isNotNull();
    CommandLineRun printed = CommandLineRun.of("recipes", name);
    assertThat(printed.status()).isZero();
    assertThat(printed.out()).isEqualTo(text);
    assertThat(CommandLineRun.of("recipes").out()).contains(name + " ");
  }

  @Test
  void theDefaultRecipeIsWhatHappensWithoutOne() {
    Recipe recipe = Recipe.read(new Settings(Map.of(), BuiltInRecipes.read("default")), false);
    assertThat(recipe.configuration()).isEqualTo(DEFAULTS);
    assertThat(recipe.network()).hasToString(NetworkName.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"epochs", "Paper", ""})
  void aRecipeThatIsNotThere(String name) {
    CommandLineRun run = CommandLineRun.of("recipes", name);
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err()).contains("recipe '" + name + "': expected default, paper, record");
  }
}
