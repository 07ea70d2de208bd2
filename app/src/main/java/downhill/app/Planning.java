package downhill.app;

import downhill.data.Dataset;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.training.Checkpoints;
import downhill.training.Trainer;
import downhill.training.TrainingConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a plan of what was asked for: reads data and model, and checks that all fits together. */
final class Planning {
  /** Fewer steps than these leave most weights near where they began. */
  private static final int FEW_STEPS = 500;

  private final DataOption option;
  private final Settings settings;
  private final Recipe recipe;

  Planning(DataOption option, Settings settings, Recipe recipe) {
    this.option = option;
    this.settings = settings;
    this.recipe = recipe;
  }

  /**
   * Where training starts.
   *
   * @param network the weights
   * @param origin where they come from, as a model file says it
   */
  private record Start(Network network, String origin) {}

  /**
   * Returns the plan, for this machine as it is and a checkpoint after each epoch.
   *
   * @param init the model to go on from; null for new weights
   * @param newLastLayer whether its last layer begins anew
   * @param validationFolder where the validation set is; null for none of its own
   * @param weights the file that says what each training example counts; null for 1 each
   */
  TrainingPlan plan(
      @Nullable Path init,
      boolean newLastLayer,
      @Nullable Path validationFolder,
      @Nullable Path weights) {
    if (newLastLayer && init == null) {
      throw CommandException.refused(
          "--new-last-layer: expected --init beside it, found none",
          "without --init all layers are new");
    }
    ModelParameter.@Nullable Read read =
        init == null
            ? null
            : ModelParameter.read(init, "--init takes a safetensors or ONNX file, or a run folder");
    @Nullable Model model = read == null ? null : read.model();
    if (model != null) {
      checkAsked(model.network().architecture(), newLastLayer);
    }
    TrainingData data =
        TrainingData.of(
            option,
            model == null
                ? option.load()
                : option.goOnFrom(model, "the model " + init, newLastLayer));
    Start start =
        read == null || init == null
            ? fresh(data.train())
            : from(read, init, newLastLayer, data.train());
    data = data.weighing(weights).validatedAs(recipe, validationFolder);
    Recipe fitting = fitting(data.train());
    checkSettings(fitting.configuration(), start.network.architecture(), data.train());
    noteFewSteps(fitting.configuration(), data.train());
    return new TrainingPlan(
        data,
        start.network,
        start.origin,
        fitting.configurationFor(data.train()),
        Execution.defaults(),
        Checkpoints.EVERY_EPOCH,
        null);
  }

  private Start fresh(Dataset train) {
    @Nullable Architecture asked = recipe.network();
    Architecture architecture = asked == null ? NetworkName.defaultFor(train) : asked;
    String hint = option.isImages() ? ", or another --size" : "";
    checkFit("network " + architecture, architecture, train, hint);
    return new Start(Network.initial(architecture, recipe.configuration().seed()), TrainingPlan.HE);
  }

  private Start from(ModelParameter.Read read, Path init, boolean newLastLayer, Dataset train) {
    Model model = read.model();
    Network network = model.network();
    String origin = "sha256:" + read.bytes().sha256();
    String hint = " without --init, or other --data";
    if (!newLastLayer) {
      int classes = network.architecture().classes();
      checkFit(
          "model " + init,
          network.architecture(),
          train,
          hint + (classes == train.classes() ? "" : "; or add --new-last-layer"));
      if (!ModelParameter.unnamed(model) && !model.classNames().equals(train.classNames())) {
        option
            .view()
            .note(
                "the model has other names for the classes than %s; its last layer stays as it is without --new-last-layer"
                    .formatted(option.name()));
      }
      return new Start(network, origin);
    }
    long seed = recipe.configuration().seed();
    Network changed = network.withNewLastLayer(Math.max(2, train.classes()), seed);
    Architecture widths = changed.architecture();
    checkFit("model " + init, widths, train, hint);
    Architecture asked = recipe.network();
    if (asked != null && !asked.equals(widths)) {
      throw CommandException.refused(
          "%s%s %s: with its new last layer the model of --init has %s"
              .formatted(settings.where("network"), settings.name("network"), asked, widths),
          "leave out --network; --init and the classes fix the widths");
    }
    int last = widths.layers();
    if (recipe.configuration().frozen().contains(last)) {
      throw settings.refused(
          "freeze", "layer %d is new with --new-last-layer, and would never learn".formatted(last));
    }
    option
        .view()
        .note(
            "layer %d is new: %d units to %s, weights drawn from seed %d"
                .formatted(
                    last, widths.width(last - 1), Text.count(widths.classes(), "class"), seed));
    return new Start(changed, origin + TrainingPlan.NEW_LAST_LAYER);
  }

  private void checkAsked(Architecture found, boolean newLastLayer) {
    Architecture asked = recipe.network();
    if (!newLastLayer && asked != null && !asked.equals(found)) {
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
    ModelFit.check(
        settings.where("network") + what,
        architecture,
        option.name(),
        train,
        "try --network " + Architecture.of(widths) + hint);
  }

  /** Returns what to note where there are fewer examples than a step usually looks at. */
  static String fewerThanABatch(DataOption data, int examples) {
    return "%s has %s to train on, fewer than a batch of %d: each step looks at all of them, unless --batch-size says fewer"
        .formatted(
            data.name(),
            Text.count(examples, data.noun()),
            TrainingConfiguration.defaults().batchSize());
  }

  // Nobody has asked for the batch size that few examples are too few for.
  private Recipe fitting(Dataset train) {
    int usual = recipe.configuration().batchSize();
    if (settings.has("batch-size") || usual <= train.size()) {
      return recipe;
    }
    option.view().note(fewerThanABatch(option, train.size()));
    return settings.check("mixup", () -> recipe.withBatchSize(train.size()));
  }

  // The usual number of epochs is that of data with thousands of examples.
  private void noteFewSteps(TrainingConfiguration configuration, Dataset train) {
    int inEpoch = Math.ceilDiv(train.size(), configuration.batchSize());
    long steps = (long) inEpoch * configuration.epochs();
    if (!settings.has("epochs") && steps < FEW_STEPS) {
      int enough = Math.ceilDiv(FEW_STEPS, inEpoch);
      option
          .view()
          .note(
              "%s of %s are %s in all, which may be too few to learn from; --epochs %d makes %s of them"
                  .formatted(
                      Text.count(configuration.epochs(), "epoch"),
                      Text.count(inEpoch, "step"),
                      Text.count(steps),
                      enough,
                      Text.count((long) enough * inEpoch)));
    }
  }

  // What only the data and the network can say of the settings.
  private void checkSettings(
      TrainingConfiguration configuration, Architecture architecture, Dataset train) {
    if (configuration.batchSize() > train.size()) {
      throw CommandException.refused(
          "%s%s %d: %s has %s to train on"
              .formatted(
                  settings.where("batch-size"),
                  settings.name("batch-size"),
                  configuration.batchSize(),
                  option.name(),
                  Text.count(train.size(), option.noun())),
          "give at most " + train.size());
    }
    settings.check(
        "freeze",
        () -> {
          configuration.checkFrozen(architecture);
          return configuration;
        });
    if (!train.hasBytes()) {
      for (Setting augmentation : AugmentationSettings.ALL) {
        if (settings.has(augmentation.key())) {
          throw settings.refused(
              augmentation.key(),
              "needs images to change, and %s is a table".formatted(option.name()));
        }
      }
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
    Trainer trainer = new Trainer(configuration, Execution.singleThread());
    settings.check(
        trainer.countsNothing(train) ? "class-weights" : "batch-size",
        () -> {
          trainer.check(architecture, train);
          return configuration;
        });
  }
}
