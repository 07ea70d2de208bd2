package downhill.app;

import downhill.data.Dataset;
import downhill.training.Stopping.Monitor;
import downhill.training.TrainingConfiguration;
import downhill.tuning.Halving;
import downhill.tuning.Range;
import downhill.tuning.Tunable;
import downhill.tuning.TuningPlan;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how {@code tune} searches, and from which recipe it starts. */
final class SearchOptions {
  private static final String HINT = "see downhill tune --help for what each setting means";
  private static final int EPOCHS = 9;
  private static final double VALIDATION = 1 / 6.0;

  @Mixin private RecipeOptions recipes = new RecipeOptions();

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      converter = Share.class,
      description = {
        "How much of the training data to hold out and judge by, of each class alike.",
        "Default: 1/6, or what the recipe says"
      })
  private @Nullable Double validation;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = {"How many settings to try.", "Default: ${DEFAULT-VALUE}"})
  private int trials = 27;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = {
        "The most epochs that a trial is trained.",
        "Default: 9, or what the recipe says"
      })
  private @Nullable Integer epochs;

  @Option(
      names = "--keep",
      paramLabel = "1/N",
      description = {
        "How many go on at each rung, for N times the epochs; 1 trains all to the end.",
        "Default: 1/3"
      })
  private String keep = "1/3";

  @Option(
      names = "--monitor",
      paramLabel = "NAME",
      description = {
        "What counts as better: a higher accuracy or a lower loss.",
        "Default: accuracy, or what the recipe says"
      })
  private @Nullable String monitor;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = {
        "The seed of the draws, of what is held out, and of each training.",
        "Default: 1, or what the recipe says"
      })
  private @Nullable Long seed;

  /**
   * What the options say, checked.
   *
   * @param base the settings that are not drawn, as the recipe says them
   * @param learningRate the recipe's, or else train's for its optimizer
   */
  record Checked(
      Map<String, String> base,
      double learningRate,
      Halving halving,
      long seed,
      Monitor monitor,
      double validation) {
    /**
     * Returns the settings that are not drawn, with a network for the data where none is named, and
     * train's batch size, or all examples where they are fewer, where nothing says how many.
     */
    Map<String, String> baseFor(Dataset examples) {
      Map<String, String> fitting = new LinkedHashMap<>();
      String fallback = NetworkName.defaultFor(examples).toString();
      fitting.put("network", base.getOrDefault("network", fallback));
      if (!base.containsKey("batch-size")) {
        fitting.put("batch-size", Integer.toString(batchSize(examples)));
      }
      fitting.putAll(base);
      return fitting;
    }

    /** Returns how many examples a step looks at where nothing says it. */
    int batchSize(Dataset examples) {
      int usual = TrainingConfiguration.defaults().batchSize();
      if (toLearnFrom(examples) >= usual) {
        return usual; // a split copies what it is made of, so only where examples are few
      }
      return Math.min(usual, TuningSession.split(examples, validation, seed).train().size());
    }

    /** Returns whether each step looks at all examples, since nothing says how many. */
    boolean takesAll(Dataset examples, SortedMap<Tunable, Range> space) {
      return !base.containsKey("batch-size")
          && !space.containsKey(Tunable.BATCH_SIZE)
          && batchSize(examples) < TrainingConfiguration.defaults().batchSize();
    }

    /** Returns how many examples are not held out, at the least: of each class one may be more. */
    int toLearnFrom(Dataset examples) {
      return (int) (examples.size() * (1 - validation)) - examples.classes();
    }

    /** Returns the plan of a search. */
    TuningPlan plan(String data, Dataset examples, SortedMap<Tunable, Range> space) {
      Map<String, String> fitting = baseFor(examples);
      if (!space.containsKey(Tunable.OPTIMIZER)) {
        fitting.putIfAbsent("learning-rate", Text.setting(learningRate));
      } // or else each optimizer has train's rate for it
      return new TuningPlan(
          data, examples.sha256(), fitting, space, halving, seed, monitor, validation);
    }
  }

  /** Checks all that can be checked without the data. */
  Checked check() {
    RecipeFile file = recipes.file();
    double heldOut = heldOut(file);
    Settings settings = new Settings(Map.of("validation", Double.toString(heldOut)), file);
    TrainingConfiguration said = Recipe.read(settings, false).configuration();
    int most = settings.has("epochs") ? said.epochs() : EPOCHS;
    Monitor goesBy =
        monitor(settings.has("monitor") ? said.stopping().monitor() : Monitor.ACCURACY);
    Map<String, String> base = base(file);
    if (base.containsKey("validation")
        || !ValidationSettings.needingIt(settings, said.stopping()).isEmpty()) {
      // Where the winner's training holds out a part, it does as the search did.
      base.put("validation", Double.toString(heldOut));
      base.put("monitor", goesBy.name().toLowerCase(Locale.ROOT));
    }
    return new Checked(
        base,
        said.learningRate(),
        halving(epochs == null ? most : epochs),
        seed == null ? said.seed() : seed,
        goesBy,
        heldOut);
  }

  private double heldOut(RecipeFile file) {
    double said = ValidationSettings.heldOut(new Settings(Map.of(), file));
    double heldOut = validation != null ? validation : said > 0 ? said : VALIDATION;
    if (!(heldOut > 0 && heldOut < 1)) {
      throw CommandException.refused(
          "--validation: expected a share above 0 and below 1, found " + heldOut,
          "a common share is 1/6");
    }
    return heldOut;
  }

  private static Map<String, String> base(RecipeFile file) {
    Map<String, String> base = new LinkedHashMap<>();
    file.lines().entrySet().stream()
        .sorted(Comparator.comparingInt(line -> line.getValue().number()))
        .filter(line -> !List.of("epochs", "seed").contains(line.getKey()))
        .forEach(line -> base.put(line.getKey(), line.getValue().value()));
    return base;
  }

  private Halving halving(int most) {
    if (!keep.matches("1(/[1-9]\\d{0,3})?")) {
      throw CommandException.refused(
          "--keep %s: expected one in some, as in 1/3, or 1".formatted(Text.clean(keep)),
          "1/2 drops fewer trials at a time than 1/3, and takes longer");
    }
    int factor = keep.equals("1") ? 1 : Integer.parseInt(keep.substring(2));
    try {
      return new Halving(
          trials, TrainingConfiguration.defaults().withEpochs(most).epochs(), factor);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  private Monitor monitor(Monitor otherwise) {
    return switch (monitor) {
      case null -> otherwise;
      case "accuracy" -> Monitor.ACCURACY;
      case "loss" -> Monitor.LOSS;
      default ->
          throw CommandException.refused(
              "--monitor %s: expected accuracy or loss".formatted(Text.clean(monitor)),
              "leave it out to go by accuracy");
    };
  }
}
