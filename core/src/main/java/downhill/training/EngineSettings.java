package downhill.training;

import downhill.engine.TrainingStep;
import downhill.engine.Update;
import downhill.engine.Update.Rule;

/** What the engine is told of a configuration. */
final class EngineSettings {
  private EngineSettings() {}

  static TrainingStep.Settings of(TrainingConfiguration configuration) {
    Regularization r = configuration.regularization();
    return new TrainingStep.Settings(
        update(configuration.optimizer(), r),
        configuration.seed(),
        r.dropout(),
        r.inputDropout(),
        r.labelSmoothing(),
        r.mixup() > 0);
  }

  private static Update update(Optimizer optimizer, Regularization r) {
    return switch (optimizer) {
      case Optimizer.GradientDescent() -> update(Rule.DESCENT, 0, 0, 0, r);
      case Optimizer.Momentum(double momentum) -> update(Rule.MOMENTUM, momentum, 0, 0, r);
      case Optimizer.Nesterov(double momentum) -> update(Rule.NESTEROV, momentum, 0, 0, r);
      case Optimizer.Adam(double beta1, double beta2, double epsilon) ->
          update(Rule.ADAM, beta1, beta2, epsilon, r);
      case Optimizer.RmsProp(double alpha, double epsilon) ->
          update(Rule.RMSPROP, alpha, 0, epsilon, r);
    };
  }

  private static Update update(
      Rule rule, double first, double second, double epsilon, Regularization r) {
    return new Update(
        rule, first, second, epsilon, r.l1(), r.l2(), r.weightDecay(), r.clipNorm(), r.averaging());
  }
}
