package downhill.spark;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one estimator or model, as Spark ML knows them. They must be there before the
 * constructors of Spark's classes run, which ask for them.
 */
final class Settings {
  private @Nullable IntArrayParam hiddenLayers;
  final IntParam epochs;
  final IntParam batchSize;
  final DoubleParam learningRate;
  final Param<String> optimizer;
  final DoubleParam momentum;
  final Param<String> schedule;
  final DoubleParam weightDecay;
  final DoubleParam l1;
  final DoubleParam l2;
  final DoubleParam dropout;
  final DoubleParam inputDropout;
  final DoubleParam labelSmoothing;
  final DoubleParam clipNorm;
  final DoubleParam averaging;
  final DoubleParam mixup;
  final LongParam seed;
  final Param<String> scaling;
  final Param<String> descent;
  final IntParam shards;
  final IntParam roundsPerEpoch;
  final DoubleParam outerMomentum;
  final IntParam patience;
  final IntParam threads;
  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;
  final Param<String> checkpointDir;
  final IntParam checkpointInterval;

  Settings(String uid) {
    epochs = new IntParam(uid, "epochs", "passes over the data", ParamValidators.gtEq(1));
    batchSize =
        new IntParam(
            uid,
            "batchSize",
            "examples of a step: of each shard's own steps in local descent, of all shards together"
                + " in synchronous descent",
            ParamValidators.gtEq(1));
    learningRate = new DoubleParam(uid, "learningRate", "η at its highest", ParamValidators.gt(0));
    optimizer =
        new Param<>(uid, "optimizer", Names.doc(Names.OPTIMIZERS), Names.in(Names.OPTIMIZERS));
    momentum =
        new DoubleParam(
            uid,
            "momentum",
            "μ of momentum and nesterov",
            ParamValidators.inRange(0, 1, true, false));
    schedule = new Param<>(uid, "schedule", Names.doc(Names.SCHEDULES), Names.in(Names.SCHEDULES));
    weightDecay =
        new DoubleParam(uid, "weightDecay", "λ of decoupled weight decay", ParamValidators.gtEq(0));
    l1 = new DoubleParam(uid, "l1", "λ of the L1 penalty", ParamValidators.gtEq(0));
    l2 = new DoubleParam(uid, "l2", "λ of the L2 penalty", ParamValidators.gtEq(0));
    dropout = share(uid, "dropout", "the part of hidden units that an example loses");
    inputDropout = share(uid, "inputDropout", "the part of inputs that an example loses");
    labelSmoothing = share(uid, "labelSmoothing", "ε of label smoothing");
    clipNorm =
        new DoubleParam(
            uid,
            "clipNorm",
            "the most the gradient's norm may be; 0 for no limit",
            ParamValidators.gtEq(0));
    averaging = share(uid, "averaging", "d of the moving average of the weights; 0 for none");
    mixup = new DoubleParam(uid, "mixup", "α of mixup; 0 for none", ParamValidators.gtEq(0));
    seed = new LongParam(uid, "seed", "the seed of everything random");
    scaling =
        new Param<>(
            uid,
            "scaling",
            "what becomes of features: standard (mean 0, deviation 1, as learned from the training"
                + " rows), pixels (whole numbers 0 to 255, divided by 255) or none",
            Names.in(Names.SCALINGS));
    descent =
        new Param<>(
            uid,
            "descent",
            "local (each shard descends by itself, and the weights are averaged) or synchronous (one"
                + " step for all shards together)",
            Names.in(Names.DESCENTS));
    shards =
        new IntParam(
            uid,
            "shards",
            "parts of the data that are worked on side by side; the result depends on it, and not on"
                + " the cluster",
            ParamValidators.gtEq(1));
    roundsPerEpoch =
        new IntParam(
            uid,
            "roundsPerEpoch",
            "how often local descent averages in an epoch",
            ParamValidators.gtEq(1));
    outerMomentum =
        new DoubleParam(
            uid,
            "outerMomentum",
            "μ of the Nesterov momentum on the averages of local descent; 0 for the averages as they are",
            ParamValidators.inRange(0, 1, true, false));
    patience =
        new IntParam(
            uid,
            "patience",
            "epochs without a lower validation loss after which training ends, and the best weights"
                + " are taken; 0 for all epochs and the last weights",
            ParamValidators.gtEq(0));
    threads =
        new IntParam(
            uid, "threads", "threads of a task; 0 for spark.task.cpus", ParamValidators.gtEq(0));
    weightCol =
        new Param<>(uid, "weightCol", "the column of what each row counts; empty for 1 each");
    validationIndicatorCol =
        new Param<>(
            uid,
            "validationIndicatorCol",
            "the column that is true for rows to judge by, and false for rows to learn from; empty for"
                + " none");
    checkpointDir =
        new Param<>(
            uid,
            "checkpointDir",
            "a folder on any file system that Hadoop knows, where training leaves checkpoints and goes"
                + " on from the last; empty for none");
    checkpointInterval =
        new IntParam(
            uid, "checkpointInterval", "epochs between checkpoints", ParamValidators.gtEq(1));
  }

  /** Adds the one parameter that Spark can't make before its own constructors have run. */
  void complete(Params owner) {
    hiddenLayers =
        new IntArrayParam(
            owner,
            "hiddenLayers",
            "widths of the hidden layers, first to last; none for no hidden layer");
  }

  IntArrayParam hiddenLayers() {
    if (hiddenLayers == null) {
      throw new IllegalStateException("expected to be asked after the constructor");
    }
    return hiddenLayers;
  }

  private static DoubleParam share(String uid, String name, String doc) {
    return new DoubleParam(uid, name, doc, ParamValidators.inRange(0, 1, true, false));
  }
}
