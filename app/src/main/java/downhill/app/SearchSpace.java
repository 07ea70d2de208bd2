package downhill.app;

import downhill.data.Dataset;
import downhill.tuning.Range;
import downhill.tuning.Tunable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what {@code tune} searches: one for each setting that can be searched. */
final class SearchSpace {
  private static final Map<Tunable, String> DESCRIPTIONS =
      new TreeMap<>(
          Map.of(
              Tunable.NETWORK, "The widths of the network.",
              Tunable.LEARNING_RATE, "How far each step goes down the mean gradient of its batch.",
              Tunable.BATCH_SIZE, "How many images each step looks at.",
              Tunable.OPTIMIZER, "How a step uses the gradient, by train's names.",
              Tunable.MOMENTUM,
                  "What the optimizers momentum and nesterov keep of the steps before.",
              Tunable.L1, "The factor on the sum of absolute weights.",
              Tunable.L2, "The factor on half the sum of squared weights.",
              Tunable.WEIGHT_DECAY, "The decoupled decay of the weights.",
              Tunable.DROPOUT, "The share of hidden units that are left out.",
              Tunable.LABEL_SMOOTHING, "The share of the target that goes to all classes alike."));

  private SearchSpace() {}

  /** Returns the names of the options. */
  static String[] names() {
    return DESCRIPTIONS.keySet().stream().map(SearchSpace::name).toArray(String[]::new);
  }

  private static String name(Tunable setting) {
    return "--" + setting.key();
  }

  /** Adds the options to a command. */
  static void addTo(CommandSpec command) {
    DESCRIPTIONS.forEach((setting, description) ->
        command.addOption(
            OptionSpec.builder(name(setting))
                .type(String.class)
                .paramLabel(setting.isNumber() ? "RANGE" : "LIST")
                .description(description)
                .build()));
  }

  /** Returns what the options of a command say, and refuses what is no range. */
  static SortedMap<Tunable, Range> given(CommandSpec command) {
    SortedMap<Tunable, Range> ranges = new TreeMap<>();
    for (Tunable setting : DESCRIPTIONS.keySet()) {
      OptionSpec option = command.findOption(name(setting));
      if (option != null && option.getValue() instanceof String text) {
        try {
          ranges.put(setting, Range.parse(setting, text));
        } catch (IllegalArgumentException e) {
          throw CommandException.refused(
              e, "give a value, a list of them (A,B,…) or, for numbers, an interval (LO..HI)");
        }
      }
    }
    return ranges;
  }

  /**
   * Returns ranges as they are, or with the default space around them where nothing is open.
   *
   * @param base the settings that are not drawn
   * @param least how many examples there are to learn from, at the least
   */
  static SortedMap<Tunable, Range> orDefault(
      SortedMap<Tunable, Range> given, Map<String, String> base, Dataset examples, int least) {
    SortedMap<Tunable, Range> ranges = new TreeMap<>(given);
    if (given.values().stream().noneMatch(Range::isSearched)) {
      defaults(examples, least, isAdaptive(given, base))
          .forEach((setting, text) -> ranges.putIfAbsent(setting, Range.parse(setting, text)));
    }
    return ranges;
  }

  /** Returns whether the gradient is divided by its size. */
  private static boolean isAdaptive(SortedMap<Tunable, Range> given, Map<String, String> base) {
    String optimizers =
        given.containsKey(Tunable.OPTIMIZER)
            ? String.valueOf(given.get(Tunable.OPTIMIZER))
            : base.getOrDefault(Tunable.OPTIMIZER.key(), OptimizerSettings.ADAMW);
    return List.of("adam", "adamw", "rmsprop").contains(optimizers);
  }

  // Adaptive steps go as far with a smaller rate, and L2 in their gradient decays some weights more
  // than others.
  private static Map<Tunable, String> defaults(Dataset examples, int least, boolean adaptive) {
    String from = examples.features() + "-";
    String to = "-" + Math.max(2, examples.classes());
    return Map.of(
        Tunable.NETWORK,
        from + "128" + to + "," + from + "256-128" + to + "," + from + "512-128-64" + to,
        Tunable.LEARNING_RATE,
        adaptive ? "1e-4..1e-2" : "0.003..0.3",
        Tunable.BATCH_SIZE,
        batches(least),
        Tunable.DROPOUT,
        "0..0.3",
        adaptive ? Tunable.WEIGHT_DECAY : Tunable.L2,
        adaptive ? "1e-3..1" : "1e-6..1e-3");
  }

  /** Returns the usual sizes of batches, as far as there are examples for them. */
  private static String batches(int least) {
    String fitting =
        IntStream.of(16, 32, 64, 128)
            .filter(size -> size <= least)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","));
    return fitting.isEmpty() ? Integer.toString(Math.max(1, least)) : fitting;
  }
}
