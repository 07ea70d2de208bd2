package downhill.app;

import downhill.data.Dataset;
import downhill.training.Regularization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What keeps a network from learning its examples by heart. */
final class RegularizationSettings {
  private static final String BALANCED = "balanced";

  static final List<Setting> ALL =
      List.of(
          Setting.of("l1", "X", "L1: what is added to each weight's gradient, times its sign."),
          Setting.of("l2", "X", "L2: what is added to each weight's gradient, times the weight."),
          Setting.of(
              "weight-decay",
              "X",
              "What part of each weight, times the learning rate, each step takes away first."),
          Setting.of("dropout", "X", "The part of hidden units that each example loses."),
          Setting.of("input-dropout", "X", "The part of pixels that each example loses."),
          Setting.of(
              "label-smoothing", "X", "The part of each target that all classes share alike."),
          Setting.of("clip-norm", "X", "The most that the norm of the gradient may be."),
          Setting.of(
              "averaging",
              "X",
              "What part the moving average of the parameters keeps in a step; the average is "
                  + "then the result."),
          Setting.of(
              "mixup",
              "X",
              "The alpha of the Beta distribution by which examples are mixed in pairs."),
          Setting.of(
              "class-weights",
              "X,X,…",
              "What an example of each class counts; or '"
                  + BALANCED
                  + "', n/(K n_k) for the n_k "
                  + "of n training examples in one of K classes.",
              "Default of all these: none, but weight-decay 0.1 with adamw"));

  private RegularizationSettings() {}

  static Regularization read(Settings settings) {
    Regularization r = Regularization.NONE;
    if (OptimizerSettings.chosen(settings).equals(OptimizerSettings.ADAMW)) {
      r = r.withWeightDecay(OptimizerSettings.ADAMW_DECAY);
    }
    r = settings.with("l1", r, Regularization::withL1);
    r = settings.with("l2", r, Regularization::withL2);
    r = settings.with("weight-decay", r, Regularization::withWeightDecay);
    r = settings.with("dropout", r, Regularization::withDropout);
    r = settings.with("input-dropout", r, Regularization::withInputDropout);
    r = settings.with("label-smoothing", r, Regularization::withLabelSmoothing);
    r = settings.with("clip-norm", r, Regularization::withClipNorm);
    r = settings.with("averaging", r, Regularization::withAveraging);
    r = settings.with("mixup", r, Regularization::withMixup);
    return settings.has("class-weights") && !isBalanced(settings) ? withWeights(settings, r) : r;
  }

  private static Regularization withWeights(Settings settings, Regularization r) {
    List<Double> weights = new ArrayList<>();
    for (String weight : settings.text("class-weights", "").split(",", -1)) {
      weights.add(settings.parsedNumber("class-weights", weight.strip()));
    }
    return settings.check("class-weights", () -> r.withClassWeights(weights));
  }

  /** Returns whether the classes are to be balanced, which takes the examples. */
  static boolean isBalanced(Settings settings) {
    return settings.text("class-weights", "").equals(BALANCED);
  }

  /**
   * Returns the weights that make each class count alike: n/(K n_k). Of a class without examples it
   * is 0, and K counts the others.
   */
  static List<Double> balanced(Dataset train) {
    int[] counts = new int[train.classes()];
    for (int i = 0; i < train.size(); i++) {
      counts[train.label(i)]++;
    }
    int present = 0;
    for (int count : counts) {
      present += count > 0 ? 1 : 0;
    }
    List<Double> weights = new ArrayList<>();
    for (int count : counts) {
      weights.add(count == 0 ? 0 : (double) train.size() / ((double) present * count));
    }
    return weights;
  }

  static void write(Regularization r, Map<String, String> into) {
    put("l1", r.l1(), into);
    put("l2", r.l2(), into);
    put("weight-decay", r.weightDecay(), into);
    put("dropout", r.dropout(), into);
    put("input-dropout", r.inputDropout(), into);
    put("label-smoothing", r.labelSmoothing(), into);
    put("clip-norm", r.clipNorm(), into);
    put("averaging", r.averaging(), into);
    put("mixup", r.mixup(), into);
    if (!r.classWeights().isEmpty()) {
      into.put(
          "class-weights",
          r.classWeights().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  private static void put(String key, double value, Map<String, String> into) {
    if (value != 0) {
      into.put(key, Double.toString(value));
    }
  }
}
