package downhill.app;

import downhill.data.Dataset;
import downhill.network.Architecture;
import downhill.training.Optimizer;
import downhill.training.Regularization;
import downhill.training.TrainingConfiguration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to train, whatever the data and the machine.
 *
 * @param network the widths; null where nothing is said of them
 * @param configuration all else; without class weights where they are to be balanced
 * @param balanced whether the class weights are to be made from the training examples
 * @param heldOut the part of the training examples to hold out, 0 for none
 */
record Recipe(
    @Nullable Architecture network,
    TrainingConfiguration configuration,
    boolean balanced,
    double heldOut) {

  /** All settings there are. */
  static final List<Setting> SETTINGS =
      Stream.of(
              List.of(BasicSettings.NETWORK, BasicSettings.SEED),
              BasicSettings.STEPS,
              OptimizerSettings.ALL,
              ScheduleSettings.ALL,
              RegularizationSettings.ALL,
              AugmentationSettings.ALL,
              List.of(ValidationSettings.VALIDATION),
              ValidationSettings.STOPPING,
              List.of(BasicSettings.RETRIES, BasicSettings.FREEZE))
          .flatMap(List::stream)
          .toList();

  /** Their names. */
  static final Set<String> KEYS =
      SETTINGS.stream().map(Setting::key).collect(Collectors.toUnmodifiableSet());

  /**
   * Reads a recipe; refuses what makes no sense, and what does not go with what was chosen.
   *
   * @param validationData whether there is a validation set of its own
   */
  static Recipe read(Settings settings, boolean validationData) {
    double heldOut = ValidationSettings.heldOut(settings);
    if (heldOut > 0 && validationData) {
      throw settings.refused("validation", "can't be combined with --validation-data");
    }
    TrainingConfiguration descent =
        BasicSettings.read(settings)
            .withOptimizer(OptimizerSettings.read(settings))
            .withSchedule(ScheduleSettings.read(settings));
    Regularization regularization = RegularizationSettings.read(settings);
    TrainingConfiguration configuration =
        // Together they may be wrong: mixup needs another example in the batch.
        settings
            .check("mixup", () -> descent.withRegularization(regularization))
            .withAugmentation(AugmentationSettings.read(settings))
            .withStopping(ValidationSettings.read(settings, validationData || heldOut > 0));
    return new Recipe(
        BasicSettings.network(settings),
        configuration,
        RegularizationSettings.isBalanced(settings),
        heldOut);
  }

  /**
   * Returns the settings that a recipe has to have for this training, in their order: what every
   * training has, and all else that is not at its neutral value.
   */
  static Map<String, String> settings(TrainingConfiguration configuration, double heldOut) {
    Map<String, String> settings = new LinkedHashMap<>();
    BasicSettings.write(configuration, settings);
    OptimizerSettings.write(configuration.optimizer(), settings);
    ScheduleSettings.write(configuration.schedule(), settings);
    RegularizationSettings.write(configuration.regularization(), settings);
    if (configuration.optimizer() instanceof Optimizer.Adam
        && configuration.regularization().weightDecay() > 0) {
      settings.put("optimizer", OptimizerSettings.ADAMW); // which is what the two together are
    }
    AugmentationSettings.write(configuration.augmentation(), settings);
    if (heldOut > 0) {
      settings.put("validation", Double.toString(heldOut));
    }
    ValidationSettings.write(configuration.stopping(), settings);
    return settings;
  }

  /** Returns this recipe with another size of batches. */
  Recipe withBatchSize(int size) {
    return new Recipe(network, configuration.withBatchSize(size), balanced, heldOut);
  }

  /** Returns the configuration for these training examples, their classes balanced if asked for. */
  TrainingConfiguration configurationFor(Dataset train) {
    return balanced
        ? configuration.withRegularization(
            configuration.regularization().withClassWeights(RegularizationSettings.balanced(train)))
        : configuration;
  }

  /** Returns those of some settings without which the training would be another one. */
  static Map<String, String> withoutDefaults(Map<String, String> settings, boolean validationData) {
    Recipe all = read(new Settings(settings, RecipeFile.NONE), validationData);
    Map<String, String> needed = new LinkedHashMap<>(settings);
    for (String key : settings.keySet()) {
      Map<String, String> others = new LinkedHashMap<>(settings);
      others.remove(key);
      if (all.equals(readIfSound(others, validationData))) {
        needed.remove(key);
      }
    }
    return needed;
  }

  // Without a setting that others go with, there is no recipe.
  private static @Nullable Recipe readIfSound(
      Map<String, String> settings, boolean validationData) {
    try {
      return read(new Settings(settings, RecipeFile.NONE), validationData);
    } catch (CommandException e) {
      return null;
    }
  }
}
