package downhill.app;

import downhill.training.Optimizer;
import downhill.training.TrainingConfiguration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a step uses the gradient. */
final class OptimizerSettings {
  /** Adam with decoupled weight decay by default: not an optimizer of its own in the library. */
  static final String ADAMW = "adamw";

  /** What {@link #ADAMW} decays where nothing else is said. */
  static final double ADAMW_DECAY = TrainingConfiguration.defaults().regularization().weightDecay();

  private static final double MOMENTUM = 0.9;
  private static final String DESCENT = "gradient-descent";

  // What each optimizer takes.
  private static final Map<String, List<String>> TAKES =
      Map.of(
          DESCENT,
          List.of(),
          "momentum",
          List.of("momentum"),
          "nesterov",
          List.of("momentum"),
          "adam",
          List.of("beta1", "beta2", "epsilon"),
          ADAMW,
          List.of("beta1", "beta2", "epsilon"),
          "rmsprop",
          List.of("alpha", "epsilon"));

  // What is a good rate where none is given: the first steps of the others are as long as their
  // gradients, and a momentum of 0.9 makes them ten times as long in the end.
  private static final Map<String, Double> RATES =
      Map.of(DESCENT, 0.1, "momentum", 0.02, "nesterov", 0.02);

  private static final List<String> NAMES =
      List.of(DESCENT, "momentum", "nesterov", "adam", ADAMW, "rmsprop");

  static final List<Setting> ALL =
      List.of(
          Setting.of(
              "optimizer",
              "NAME",
              String.join(", ", NAMES) + ".",
              "adamw is adam with a weight decay of " + ADAMW_DECAY + ".",
              "Default: " + ADAMW),
          Setting.of(
              "momentum",
              "X",
              "What part of its speed a step keeps (momentum, nesterov).",
              "Default: " + MOMENTUM),
          Setting.of(
              "beta1",
              "X",
              "What part the mean gradient keeps (adam, adamw).",
              "Default: " + Optimizer.Adam.defaults().beta1()),
          Setting.of(
              "beta2",
              "X",
              "What part the mean square of the gradient keeps (adam, adamw).",
              "Default: " + Optimizer.Adam.defaults().beta2()),
          Setting.of(
              "epsilon",
              "X",
              "Added to the root before dividing by it (adam, adamw, rmsprop).",
              "Default: " + Optimizer.Adam.defaults().epsilon()),
          Setting.of(
              "alpha",
              "X",
              "What part the mean square of the gradient keeps (rmsprop).",
              "Default: " + Optimizer.RmsProp.defaults().alpha()));

  private OptimizerSettings() {}

  /** Returns which optimizer was chosen. */
  static String chosen(Settings settings) {
    return settings.choice("optimizer", ADAMW, NAMES);
  }

  /** Returns the learning rate where none is given. */
  static double rate(Settings settings) {
    return rate(chosen(settings));
  }

  private static double rate(String optimizer) {
    return RATES.getOrDefault(optimizer, TrainingConfiguration.defaults().learningRate());
  }

  /** Says, for the help, which rates these are. */
  static String rates() {
    return NAMES.stream()
        .collect(
            Collectors.groupingBy(OptimizerSettings::rate, TreeMap::new, Collectors.joining(", ")))
        .entrySet()
        .stream()
        .map(entry -> "%s (%s)".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  static Optimizer read(Settings settings) {
    String chosen = chosen(settings);
    settings.checkFit("optimizer", chosen, TAKES);
    return switch (chosen) {
      case "momentum" ->
          settings.with(
              "momentum", new Optimizer.Momentum(MOMENTUM), (o, x) -> new Optimizer.Momentum(x));
      case "nesterov" ->
          settings.with(
              "momentum", new Optimizer.Nesterov(MOMENTUM), (o, x) -> new Optimizer.Nesterov(x));
      case "adam", ADAMW -> adam(settings);
      case "rmsprop" -> rmsProp(settings);
      default -> new Optimizer.GradientDescent();
    };
  }

  private static Optimizer adam(Settings settings) {
    Optimizer.Adam o = Optimizer.Adam.defaults();
    o = settings.with("beta1", o, (a, x) -> new Optimizer.Adam(x, a.beta2(), a.epsilon()));
    o = settings.with("beta2", o, (a, x) -> new Optimizer.Adam(a.beta1(), x, a.epsilon()));
    return settings.with("epsilon", o, (a, x) -> new Optimizer.Adam(a.beta1(), a.beta2(), x));
  }

  private static Optimizer rmsProp(Settings settings) {
    Optimizer.RmsProp o = Optimizer.RmsProp.defaults();
    o = settings.with("alpha", o, (a, x) -> new Optimizer.RmsProp(x, a.epsilon()));
    return settings.with("epsilon", o, (a, x) -> new Optimizer.RmsProp(a.alpha(), x));
  }

  static void write(Optimizer optimizer, Map<String, String> into) {
    switch (optimizer) {
      case Optimizer.GradientDescent() -> into.put("optimizer", DESCENT);
      case Optimizer.Momentum(double momentum) -> {
        into.put("optimizer", "momentum");
        into.put("momentum", Double.toString(momentum));
      }
      case Optimizer.Nesterov(double momentum) -> {
        into.put("optimizer", "nesterov");
        into.put("momentum", Double.toString(momentum));
      }
      case Optimizer.Adam(double beta1, double beta2, double epsilon) -> {
        into.put("optimizer", "adam");
        into.put("beta1", Double.toString(beta1));
        into.put("beta2", Double.toString(beta2));
        into.put("epsilon", Double.toString(epsilon));
      }
      case Optimizer.RmsProp(double alpha, double epsilon) -> {
        into.put("optimizer", "rmsprop");
        into.put("alpha", Double.toString(alpha));
        into.put("epsilon", Double.toString(epsilon));
      }
    }
  }
}
