package downhill.app;

import downhill.data.Dataset;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Checkpoints;
import downhill.training.TrainingConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a plan of what was asked for: reads data and model, and checks that all fits together. */
final class Planning {
  private final DataOption option;
  private final Settings settings;
  private final Recipe recipe;

  Planning(DataOption option, Settings settings, Recipe recipe) {
    this.option = option;
    this.settings = settings;
    this.recipe = recipe;
  }

  /**
   * Returns the plan, for this machine as it is and a checkpoint after each epoch.
   *
   * @param init the model to go on from; null for new weights
   * @param validationFolder where the validation set is; null for none of its own
   */
  TrainingPlan plan(@Nullable Path init, @Nullable Path validationFolder) {
    Network initial;
    String origin;
    TrainingData data;
    if (init == null) {
      Architecture architecture =
          recipe.network() == null ? NetworkName.parse(NetworkName.DEFAULT) : recipe.network();
      data = TrainingData.of(option, option.load());
      checkFit("network " + architecture, architecture, data.train(), "");
      initial = Network.initial(architecture, recipe.configuration().seed());
      origin = TrainingPlan.HE;
    } else {
      Model model =
          ModelParameter.load(init, "--init takes a safetensors or ONNX file, or a run folder");
      initial = model.network();
      checkAsked(initial.architecture());
      data = TrainingData.of(option, option.load());
      String hint = " without --init, or other --data";
      checkFit("model " + init, initial.architecture(), data.train(), hint);
      origin = "sha256:" + ModelParameter.sha256(ModelParameter.file(init));
    }
    data = data.validatedAs(recipe, validationFolder);
    checkSettings(initial.architecture(), data.train());
    return new TrainingPlan(
        data,
        initial,
        origin,
        recipe.configurationFor(data.train()),
        Execution.defaults(),
        Checkpoints.EVERY_EPOCH,
        null);
  }

  private void checkAsked(Architecture found) {
    Architecture asked = recipe.network();
    if (asked != null && !asked.equals(found)) {
      throw CommandException.refused(
          "%s%s %s: the model of --init has %s"
              .formatted(settings.where("network"), settings.name("network"), asked, found),
          "leave out --network; --init fixes the widths");
    }
  }

  // Refuses widths that don't fit the data, and says which would.
  private void checkFit(String what, Architecture architecture, Dataset train, String hint) {
    int[] widths = new int[architecture.layers() + 1];
    for (int l = 0; l < widths.length; l++) {
      widths[l] = architecture.width(l);
    }
    widths[0] = train.features();
    widths[widths.length - 1] = Math.max(2, train.classes());
    option.checkFit(
        settings.where("network") + what,
        architecture,
        train,
        "try --network " + Architecture.of(widths) + hint);
  }

  // What only the data and the network can say of the settings.
  private void checkSettings(Architecture architecture, Dataset train) {
    TrainingConfiguration configuration = recipe.configuration();
    if (configuration.batchSize() > train.size()) {
      throw CommandException.refused(
          "%s%s %d: %s has %s to train on"
              .formatted(
                  settings.where("batch-size"),
                  settings.name("batch-size"),
                  configuration.batchSize(),
                  option.name(),
                  Text.count(train.size(), "image")),
          "give at most that many; a common size is 64");
    }
    int weights = configuration.regularization().classWeights().size();
    if (weights > 0 && weights != train.classes()) {
      throw settings.refused(
          "class-weights",
          "expected %s, one for each class of %s, found %d"
              .formatted(Text.count(train.classes(), "number"), option.name(), weights));
    }
    if (configuration.regularization().dropout() > 0 && architecture.layers() == 1) {
      throw settings.refused(
          "dropout", "network %s has no hidden units to drop".formatted(architecture));
    }
  }
}
