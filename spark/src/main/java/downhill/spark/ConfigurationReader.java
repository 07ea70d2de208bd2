package downhill.spark;

import downhill.network.Architecture;
import downhill.training.Optimizer;
import downhill.training.Regularization;
import downhill.training.Schedule;
import downhill.training.TrainingConfiguration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Spark's parameters say to the trainer, and to whoever reads the model's file later. */
final class ConfigurationReader {
  private ConfigurationReader() {}

  /**
   * Returns the configuration.
   *
   * @throws IllegalArgumentException if parameters don't go together, as far as can be said before
   *     a row is read
   */
  static TrainingConfiguration of(DownhillParams params) {
    checkLayers(params);
    checkDescent(params);
    checkCompany(params);
    String optimizer = params.getOptimizer();
    double decay = params.getWeightDecay();
    return TrainingConfiguration.descent(
            params.getEpochs(), params.getBatchSize(), params.getLearningRate(), params.getSeed())
        .withOptimizer(optimizer(optimizer, params.getMomentum()))
        .withSchedule(
            params.getSchedule().equals("cosine")
                ? new Schedule.Cosine(0)
                : new Schedule.Constant())
        .withRegularization(
            Regularization.NONE
                .withL1(params.getL1())
                .withL2(params.getL2())
                .withWeightDecay(optimizer.equals("adamw") ? decay : 0)
                .withDropout(params.getDropout())
                .withInputDropout(params.getInputDropout())
                .withLabelSmoothing(params.getLabelSmoothing())
                .withClipNorm(params.getClipNorm())
                .withAveraging(params.getAveraging())
                .withMixup(params.getMixup()));
  }

  private static void checkLayers(DownhillParams params) {
    int[] hidden = params.getHiddenLayers();
    for (int width : hidden) {
      if (width < 1 || width > Architecture.MAX_WIDTH) {
        throw new IllegalArgumentException(
            "hiddenLayers: expected widths from 1 to %d, found %d"
                .formatted(Architecture.MAX_WIDTH, width));
      }
    }
    if (params.getDropout() > 0 && hidden.length == 0) {
      throw new IllegalArgumentException(
          "dropout: expected hiddenLayers with units to drop, found none");
    }
  }

  private static void checkDescent(DownhillParams params) {
    if (!params.getDescent().equals("synchronous")) {
      return;
    }
    if (params.isSet(params.outerMomentum()) || params.isSet(params.roundsPerEpoch())) {
      throw new IllegalArgumentException(
          "outerMomentum and roundsPerEpoch: expected neither with synchronous descent, which averages nothing");
    }
    if (params.getBatchSize() < params.getShards()) {
      throw new IllegalArgumentException(
          "batchSize: expected at least 1 example for each of %d shards, since all of them share a batch of synchronous descent, found %d"
              .formatted(params.getShards(), params.getBatchSize()));
    }
  }

  /** Nothing is set that the other parameters leave no use for. */
  private static void checkCompany(DownhillParams params) {
    if (params.getPatience() > 0 && params.getValidationIndicatorCol().isEmpty()) {
      throw new IllegalArgumentException(
          "patience: expected validationIndicatorCol beside it, found none");
    }
    String optimizer = params.getOptimizer();
    if (params.isSet(params.weightDecay()) && !optimizer.equals("adamw")) {
      throw new IllegalArgumentException(
          "weightDecay: expected optimizer adamw beside it, found %s; the others take l2"
              .formatted(optimizer));
    }
    if (params.isSet(params.momentum()) && !List.of("momentum", "nesterov").contains(optimizer)) {
      throw new IllegalArgumentException(
          "momentum: expected optimizer momentum or nesterov beside it, found " + optimizer);
    }
    if (params.isSet(params.checkpointInterval()) && params.getCheckpointDir().isEmpty()) {
      throw new IllegalArgumentException(
          "checkpointInterval: expected checkpointDir beside it, found none");
    }
  }

  private static Optimizer optimizer(String name, double momentum) {
    return switch (name) {
      case "gradient-descent" -> new Optimizer.GradientDescent();
      case "momentum" -> new Optimizer.Momentum(momentum);
      case "nesterov" -> new Optimizer.Nesterov(momentum);
      case "rmsprop" -> Optimizer.RmsProp.defaults();
      default -> Optimizer.Adam.defaults();
    };
  }

  /**
   * Returns what the weights are a function of.
   *
   * @param fingerprint of the rows
   */
  static SortedMap<String, String> provenance(
      DownhillParams params, TrainingConfiguration configuration, long fingerprint) {
    SortedMap<String, String> all = new TreeMap<>();
    all.put("trained_on", "spark");
    all.put("rows", HexFormat.of().toHexDigits(fingerprint));
    all.put("shards", Integer.toString(params.getShards()));
    all.put("descent", params.getDescent());
    if (params.getDescent().equals("local")) {
      all.put("rounds_per_epoch", Integer.toString(params.getRoundsPerEpoch()));
      all.put("outer_momentum", Double.toString(params.getOuterMomentum()));
    }
    all.put("epochs", Integer.toString(configuration.epochs()));
    all.put("patience", Integer.toString(params.getPatience()));
    all.put("batch_size", Integer.toString(configuration.batchSize()));
    all.put("learning_rate", Double.toString(configuration.learningRate()));
    all.put("seed", Long.toString(configuration.seed()));
    all.put("optimizer", params.getOptimizer());
    all.put("momentum", Double.toString(params.getMomentum()));
    all.put("schedule", params.getSchedule());
    Regularization r = configuration.regularization();
    all.put("weight_decay", Double.toString(r.weightDecay()));
    all.put("l1", Double.toString(r.l1()));
    all.put("l2", Double.toString(r.l2()));
    all.put("dropout", Double.toString(r.dropout()));
    all.put("input_dropout", Double.toString(r.inputDropout()));
    all.put("label_smoothing", Double.toString(r.labelSmoothing()));
    all.put("clip_norm", Double.toString(r.clipNorm()));
    all.put("averaging", Double.toString(r.averaging()));
    all.put("mixup", Double.toString(r.mixup()));
    return all;
  }
}
