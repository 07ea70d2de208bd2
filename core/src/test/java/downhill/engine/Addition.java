package downhill.engine;

import downhill.engine.Update.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * What a training adds to plain descent, one way or another.
 *
 * @param share how much of an example is itself, about; 1 where examples are not mixed
 * @param weighted whether examples count differently, some of them nothing
 * @param measured whether the norm of the gradient is asked for
 */
record Addition(
    String name,
    TrainingStep.Settings settings,
    float rate,
    float share,
    boolean weighted,
    boolean measured) {
  static final Addition PLAIN =
      new Addition("plain", TrainingStep.Settings.PLAIN, 0.25f, 1, false, false);

  /** Returns plain descent with another update. */
  static Addition of(String name, float rate, Update update) {
    return PLAIN.with(name, rate, new TrainingStep.Settings(update, 77, 0, 0, 0, false));
  }

  private Addition with(String newName, float newRate, TrainingStep.Settings newSettings) {
    return new Addition(newName, newSettings, newRate, share, weighted, measured);
  }

  /** Returns a rule with the settings that are usual for it. */
  static Update rule(Rule rule, double l1, double l2, double decay, double clip, double average) {
    double first = rule == Rule.DESCENT ? 0 : 0.9;
    double second = rule == Rule.ADAM ? 0.99 : 0;
    double epsilon = rule == Rule.ADAM || rule == Rule.RMSPROP ? 1e-6 : 0;
    return new Update(rule, first, second, epsilon, l1, l2, decay, clip, average);
  }

  static float rate(Rule rule) {
    return switch (rule) {
      case DESCENT -> 0.25f;
      case MOMENTUM, NESTEROV -> 0.1f;
      case ADAM, RMSPROP -> 0.01f;
    };
  }

  /** Returns every rule with each of its five settings on or off, in all 32 ways. */
  static List<Addition> updates() {
    List<Addition> all = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      for (int bits = 0; bits < 32; bits++) {
        double l1 = (bits & 1) * 0.01;
        double l2 = (bits >> 1 & 1) * 0.02;
        double decay = (bits >> 2 & 1) * 0.05;
        double clip = (bits >> 3 & 1) * 0.3;
        double average = (bits >> 4 & 1) * 0.7;
        Update update = rule(rule, l1, l2, decay, clip, average);
        all.add(of(update.toString(), rate(rule), update));
      }
    }
    return all;
  }

  /** Returns what changes a batch or its targets, each alone, and all at once with every rule. */
  static List<Addition> others() {
    List<Addition> all = new ArrayList<>();
    all.add(new Addition("measured", TrainingStep.Settings.PLAIN, 0.25f, 1, false, true));
    all.add(new Addition("weights", TrainingStep.Settings.PLAIN, 0.25f, 1, true, false));
    Update plain = Update.PLAIN;
    all.add(PLAIN.with("dropout", 0.25f, new TrainingStep.Settings(plain, 77, 0.4, 0, 0, false)));
    all.add(
        PLAIN.with("input dropout", 0.25f, new TrainingStep.Settings(plain, 77, 0, 0.3, 0, false)));
    all.add(PLAIN.with("smoothing", 0.25f, new TrainingStep.Settings(plain, 77, 0, 0, 0.1, false)));
    TrainingStep.Settings mixed = new TrainingStep.Settings(plain, 77, 0, 0, 0, true);
    all.add(new Addition("mixup", mixed, 0.25f, 0.3f, false, false));
    for (Rule rule : Rule.values()) {
      all.add(everything(rule));
    }
    all.add(new Addition("mixup of weights", mixed, 0.25f, 0.3f, true, false));
    return all;
  }

  /** Returns all at once. */
  static Addition everything(Rule rule) {
    Update update = rule(rule, 0.01, 0.02, 0.05, 0.3, 0.7);
    return new Addition(
        rule + " with all",
        new TrainingStep.Settings(update, 77, 0.4, 0.3, 0.1, true),
        rate(rule),
        0.6f,
        true,
        true);
  }

  /** Returns how much of example {@code b} is itself. */
  float share(int b) {
    return share == 1 ? 1 : share + 0.1f * (b % 4);
  }

  /** Returns what example {@code b} counts. */
  double weight(int b) {
    return weighted ? b % 3 * 0.5 : 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
