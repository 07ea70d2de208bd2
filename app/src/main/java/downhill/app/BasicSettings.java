package downhill.app;

import downhill.network.Architecture;
import downhill.training.TrainingConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every training has: a network, a seed, epochs, batches, a learning rate. */
final class BasicSettings {
  private static final TrainingConfiguration DEFAULTS = TrainingConfiguration.defaults();

  static final Setting NETWORK =
      Setting.of(
          "network",
          "WIDTHS",
          "The widths of the network, from the inputs to the classes, joined by '-'.",
          "Default: "
              + NetworkName.DEFAULT
              + "; for a table one hidden layer of 64; or what --init has");

  static final Setting SEED =
      Setting.of(
          "seed",
          "N",
          "The seed of all that is random: initial weights, shuffling, dropout and so on.",
          "Default: " + DEFAULTS.seed());

  /** How long, how many at a time, how far. */
  static final List<Setting> STEPS =
      List.of(
          Setting.of(
              "epochs",
              "N",
              "How many times to go through the data.",
              "Default: " + DEFAULTS.epochs()),
          Setting.of(
              "batch-size",
              "N",
              "How many images each step looks at.",
              "Default: " + DEFAULTS.batchSize() + ", or all where there are fewer"),
          Setting.of(
              "learning-rate",
              "X",
              "How far each step goes down the mean gradient of its batch.",
              "Default: " + OptimizerSettings.rates()),
          Setting.ofSwitch(
              "no-shuffle", "Visit the images in the order of the files, in every epoch."));

  static final Setting RETRIES =
      Setting.of(
          "retries",
          "N",
          "How often to go back to the last checkpoint, with half the learning rate, when the loss "
              + "is no longer finite, or over ten times that of guessing and above the one there.",
          "Default: " + DEFAULTS.retries() + ", to stop the first time");

  static final Setting FREEZE =
      Setting.of(
          "freeze",
          "L,L,…",
          "The layers that stay as they are, from 1: nothing changes a bit of their parameters.",
          "Default: none");

  private BasicSettings() {}

  static @Nullable Architecture network(Settings settings) {
    return settings.has("network")
        ? settings.check("network", () -> Architecture.parse(settings.text("network", "")))
        : null;
  }

  static TrainingConfiguration read(Settings settings) {
    TrainingConfiguration c = DEFAULTS.withLearningRate(OptimizerSettings.rate(settings));
    c = settings.withCount("epochs", c, TrainingConfiguration::withEpochs);
    c = settings.withCount("batch-size", c, TrainingConfiguration::withBatchSize);
    c = settings.with("learning-rate", c, TrainingConfiguration::withLearningRate);
    c = settings.withCount("retries", c, TrainingConfiguration::withRetries);
    c = withFrozen(settings, c);
    return c.withSeed(settings.whole("seed", c.seed())).withShuffle(!settings.isOn("no-shuffle"));
  }

  private static TrainingConfiguration withFrozen(Settings settings, TrainingConfiguration c) {
    if (!settings.has("freeze")) {
      return c;
    }
    List<Integer> layers = new ArrayList<>();
    for (String layer : settings.text("freeze", "").split(",", -1)) {
      layers.add(settings.parsedCount("freeze", layer.strip()));
    }
    return settings.check("freeze", () -> c.withFrozen(layers));
  }

  static void write(TrainingConfiguration configuration, Map<String, String> into) {
    into.put("epochs", Integer.toString(configuration.epochs()));
    into.put("batch-size", Integer.toString(configuration.batchSize()));
    into.put("learning-rate", Double.toString(configuration.learningRate()));
    into.put("seed", Long.toString(configuration.seed()));
    if (!configuration.shuffle()) {
      into.put("no-shuffle", "true");
    }
    if (configuration.retries() > 0) {
      into.put("retries", Integer.toString(configuration.retries()));
    }
    if (!configuration.frozen().isEmpty()) {
      into.put(
          "freeze",
          configuration.frozen().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }
}
