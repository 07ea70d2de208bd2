package downhill.app;

import downhill.data.Datasets;
import downhill.data.TableSchema;
import downhill.modelfile.Checkpoint;
import downhill.modelfile.SchemaJson;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Checkpoints;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a checkpoint says of its run, besides where training stands: enough to go on with it. */
final class CheckpointSettings {
  private static final String RECIPE = "recipe";
  private static final String DATA = "data";
  private static final String DATA_SHA256 = "data_sha256";
  private static final String TEST_SHA256 = "test_sha256";
  private static final String VALIDATION = "validation_data";
  private static final String VALIDATION_SHA256 = "validation_sha256";
  private static final String WEIGHTS = "example_weights";
  private static final String WEIGHTS_SHA256 = "example_weights_sha256";
  private static final String CLASS_NAMES = "class_names";
  private static final String SCHEMA = "schema";
  private static final String INITIAL = "initial";
  private static final String EVERY = "checkpoint_every";
  private static final String TENSORBOARD = "tensorboard";

  private CheckpointSettings() {}

  static SortedMap<String, String> of(TrainingPlan plan) {
    TrainingData data = plan.data();
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put(RECIPE, RecipeFile.write(plan.settings()));
    settings.putAll(data.option().settings());
    settings.put(DATA_SHA256, data.sha256());
    settings.put(TEST_SHA256, data.test().sha256());
    if (data.validation() != null) {
      settings.put(VALIDATION_SHA256, data.validation().sha256());
    }
    if (data.validationFolder() != null) {
      settings.put(VALIDATION, data.validationFolder().toAbsolutePath().toString());
    }
    if (data.weights() != null) {
      settings.put(WEIGHTS, data.weights().file().toAbsolutePath().toString());
      settings.put(WEIGHTS_SHA256, data.weights().sha256());
    }
    settings.put(CLASS_NAMES, String.join("\n", data.classNames()));
    TableSchema schema = data.train().schema();
    if (schema != null) {
      settings.put(SCHEMA, SchemaJson.write(schema));
    }
    settings.put(INITIAL, plan.origin());
    settings.put(EVERY, Long.toString(plan.checkpoints().everySteps()));
    if (plan.tensorboard() != null) {
      settings.put(TENSORBOARD, plan.tensorboard().toAbsolutePath().toString());
    }
    return settings;
  }

  /**
   * Returns the plan of the run that wrote a checkpoint.
   *
   * @param folder its folder, for messages
   * @param execution how to go on, which may be another way than before
   * @param view shows how images are read, where the data is images
   */
  static TrainingPlan plan(
      Checkpoint checkpoint, Path folder, Execution execution, ReadingView view) {
    SortedMap<String, String> settings = checkpoint.settings();
    RecipeFile file = RecipeFile.parse(folder + ", recipe", get(settings, RECIPE, folder));
    @Nullable String validation = settings.get(VALIDATION);
    Recipe recipe = Recipe.read(new Settings(Map.of(), file), validation != null);
    DataOption option = DataOption.of(get(settings, DATA, folder), settings).showing(view);
    List<String> classNames = List.of(get(settings, CLASS_NAMES, folder).split("\n", -1));
    option.goOnWith(settings, classNames, folder.toString());
    TrainingData data = TrainingData.of(option, datasets(option, settings, classNames, folder));
    String several = option.noun() + "s";
    check("training " + several, option.name(), settings, DATA_SHA256, data.sha256(), folder);
    check("test " + several, option.name(), settings, TEST_SHA256, data.test().sha256(), folder);
    @Nullable String weights = settings.get(WEIGHTS);
    if (weights != null) {
      data = data.weighing(Path.of(weights));
      String found = Objects.requireNonNull(data.weights()).sha256();
      check("weights", weights, settings, WEIGHTS_SHA256, found, folder);
    }
    data = data.validatedAs(recipe, validation == null ? null : Path.of(validation));
    if (data.validation() != null) {
      check(
          "validation " + option.noun() + "s",
          validation == null ? option.name() : validation,
          settings,
          VALIDATION_SHA256,
          data.validation().sha256(),
          folder);
    }
    Network network = checkpoint.state().network();
    ModelFit.check(
        "checkpoint of " + folder,
        network.architecture(),
        option.name(),
        data.train(),
        "the folder holds a checkpoint of another run; start again");
    @Nullable String tensorboard = settings.get(TENSORBOARD);
    return new TrainingPlan(
        data.naming(classNames),
        network,
        get(settings, INITIAL, folder),
        recipe.configuration(),
        execution,
        new Checkpoints(Long.parseLong(get(settings, EVERY, folder))),
        tensorboard == null ? null : Path.of(tensorboard));
  }

  // What was learned from a table stands in the checkpoint, and is not learned again.
  private static Datasets datasets(
      DataOption option, Map<String, String> settings, List<String> classNames, Path folder) {
    @Nullable String schema = settings.get(SCHEMA);
    if (schema == null) {
      return option.load();
    }
    try {
      return option.load(SchemaJson.read(schema), classNames);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          "%s: %s".formatted(folder, Failure.describe(e)),
          "the folder holds a checkpoint of another run; start again");
    }
  }

  private static String get(Map<String, String> settings, String key, Path folder) {
    String value = settings.get(key);
    if (value == null) {
      throw CommandException.refused(
          "%s: the checkpoint doesn't say '%s'; downhill train did not write it"
              .formatted(folder, key),
          "start again");
    }
    return value;
  }

  private static void check(
      String what, String where, Map<String, String> settings, String key, String found, Path run) {
    String expected = get(settings, key, run);
    if (!expected.equals(found)) {
      throw CommandException.refused(
          "%s: expected the %s that %s was begun with, SHA-256 %s…, found %s…"
              .formatted(where, what, run, expected.substring(0, 12), found.substring(0, 12)),
          "put the files back as they were, or start again");
    }
  }
}
