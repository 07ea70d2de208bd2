package downhill.app;

import downhill.network.Architecture;
import downhill.training.Optimizer;
import downhill.training.Regularization;
import downhill.training.TrainingConfiguration;
import downhill.tuning.Candidate;
import downhill.tuning.Meaning;
import downhill.tuning.TuningPlan;
import java.util.Map;

/** What the settings of a trial mean to the library. */
final class TrialSettings implements Meaning {
  @Override
  public Candidate of(Map<String, String> settings) {
    TrainingConfiguration defaults = TrainingConfiguration.defaults();
    Regularization regularization =
        Regularization.NONE
            .withL1(number(settings, "l1", 0))
            .withL2(number(settings, "l2", 0))
            .withWeightDecay(number(settings, "weight-decay", 0))
            .withDropout(number(settings, "dropout", 0))
            .withLabelSmoothing(number(settings, "label-smoothing", 0));
    TrainingConfiguration configuration =
        TrainingConfiguration.descent(
                (int) number(settings, "epochs", defaults.epochs()),
                (int) number(settings, "batch-size", defaults.batchSize()),
                number(settings, "learning-rate", defaults.learningRate()),
                Long.parseLong(settings.getOrDefault("seed", Long.toString(defaults.seed()))))
            .withOptimizer(optimizer(settings))
            .withRegularization(regularization);
    return new Candidate(
        Architecture.parse(settings.getOrDefault("network", NetworkName.DEFAULT)), configuration);
  }

  private static Optimizer optimizer(Map<String, String> settings) {
    String name = settings.getOrDefault("optimizer", "gradient-descent");
    double momentum = number(settings, "momentum", 0.9);
    if (settings.containsKey("momentum") && !TuningPlan.hasMomentum(name)) {
      throw new IllegalArgumentException(
          "momentum: goes with the optimizers momentum and nesterov, not with " + name);
    }
    return switch (name) {
      case "gradient-descent" -> new Optimizer.GradientDescent();
      case "momentum" -> new Optimizer.Momentum(momentum);
      case "nesterov" -> new Optimizer.Nesterov(momentum);
      case "adam" -> Optimizer.Adam.defaults();
      case "rmsprop" -> Optimizer.RmsProp.defaults();
      default ->
          throw new IllegalArgumentException(
              "optimizer: expected gradient-descent, momentum, nesterov, adam or rmsprop, found '%s'"
                  .formatted(name));
    };
  }

  private static double number(Map<String, String> settings, String key, double otherwise) {
    String text = settings.get(key);
    return text == null ? otherwise : Double.parseDouble(text);
  }
}
