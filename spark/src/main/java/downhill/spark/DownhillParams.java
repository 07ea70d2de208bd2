package downhill.spark;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The parameters that estimator and model share, each as Spark ML finds them: by the methods that
 * return one. The defaults are those of the single machine's default recipe, but for the batch,
 * which is that of each shard.
 */
public interface DownhillParams extends Params {
  /** Returns what holds the parameters. */
  Settings settings();

  /** Returns the parameter for the widths of the hidden layers. */
  default IntArrayParam hiddenLayers() {
    return settings().hiddenLayers();
  }

  /** Returns the parameter for the passes over the data. */
  default IntParam epochs() {
    return settings().epochs;
  }

  /** Returns the parameter for the examples of a step. */
  default IntParam batchSize() {
    return settings().batchSize;
  }

  /** Returns the parameter for η. */
  default DoubleParam learningRate() {
    return settings().learningRate;
  }

  /** Returns the parameter for the update rule. */
  default Param<String> optimizer() {
    return settings().optimizer;
  }

  /** Returns the parameter for μ. */
  default DoubleParam momentum() {
    return settings().momentum;
  }

  /** Returns the parameter for what becomes of η. */
  default Param<String> schedule() {
    return settings().schedule;
  }

  /** Returns the parameter for decoupled weight decay. */
  default DoubleParam weightDecay() {
    return settings().weightDecay;
  }

  /** Returns the parameter for the L1 penalty. */
  default DoubleParam l1() {
    return settings().l1;
  }

  /** Returns the parameter for the L2 penalty. */
  default DoubleParam l2() {
    return settings().l2;
  }

  /** Returns the parameter for the dropout of hidden units. */
  default DoubleParam dropout() {
    return settings().dropout;
  }

  /** Returns the parameter for the dropout of inputs. */
  default DoubleParam inputDropout() {
    return settings().inputDropout;
  }

  /** Returns the parameter for label smoothing. */
  default DoubleParam labelSmoothing() {
    return settings().labelSmoothing;
  }

  /** Returns the parameter for the gradient's greatest norm. */
  default DoubleParam clipNorm() {
    return settings().clipNorm;
  }

  /** Returns the parameter for the moving average of the weights. */
  default DoubleParam averaging() {
    return settings().averaging;
  }

  /** Returns the parameter for mixup. */
  default DoubleParam mixup() {
    return settings().mixup;
  }

  /** Returns the parameter for the seed. */
  default LongParam seed() {
    return settings().seed;
  }

  /** Returns the parameter for what becomes of features. */
  default Param<String> scaling() {
    return settings().scaling;
  }

  /** Returns the parameter for how shards work together. */
  default Param<String> descent() {
    return settings().descent;
  }

  /** Returns the parameter for the number of shards. */
  default IntParam shards() {
    return settings().shards;
  }

  /** Returns the parameter for how often local descent averages. */
  default IntParam roundsPerEpoch() {
    return settings().roundsPerEpoch;
  }

  /** Returns the parameter for the momentum of averages. */
  default DoubleParam outerMomentum() {
    return settings().outerMomentum;
  }

  /** Returns the parameter for early stopping. */
  default IntParam patience() {
    return settings().patience;
  }

  /** Returns the parameter for the threads of a task. */
  default IntParam threads() {
    return settings().threads;
  }

  /** Returns the parameter for the column of weights. */
  default Param<String> weightCol() {
    return settings().weightCol;
  }

  /** Returns the parameter for the column that tells rows to judge by. */
  default Param<String> validationIndicatorCol() {
    return settings().validationIndicatorCol;
  }

  /** Returns the parameter for where checkpoints go. */
  default Param<String> checkpointDir() {
    return settings().checkpointDir;
  }

  /** Returns the parameter for how often there is a checkpoint. */
  default IntParam checkpointInterval() {
    return settings().checkpointInterval;
  }

  /** Returns widths of the hidden layers, first to last. */
  default int[] getHiddenLayers() {
    return getOrDefault(hiddenLayers());
  }

  /** Returns passes over the data. */
  default int getEpochs() {
    return (int) getOrDefault(epochs());
  }

  /** Returns examples of a step. */
  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  /** Returns η at its highest. */
  default double getLearningRate() {
    return (double) getOrDefault(learningRate());
  }

  /** Returns the update rule. */
  default String getOptimizer() {
    return getOrDefault(optimizer());
  }

  /** Returns μ of momentum and nesterov. */
  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  /** Returns what becomes of η. */
  default String getSchedule() {
    return getOrDefault(schedule());
  }

  /** Returns λ of decoupled weight decay. */
  default double getWeightDecay() {
    return (double) getOrDefault(weightDecay());
  }

  /** Returns λ of the L1 penalty. */
  default double getL1() {
    return (double) getOrDefault(l1());
  }

  /** Returns λ of the L2 penalty. */
  default double getL2() {
    return (double) getOrDefault(l2());
  }

  /** Returns the part of hidden units that an example loses. */
  default double getDropout() {
    return (double) getOrDefault(dropout());
  }

  /** Returns the part of inputs that an example loses. */
  default double getInputDropout() {
    return (double) getOrDefault(inputDropout());
  }

  /** Returns ε of label smoothing. */
  default double getLabelSmoothing() {
    return (double) getOrDefault(labelSmoothing());
  }

  /** Returns the most the gradient's norm may be; 0 for no limit. */
  default double getClipNorm() {
    return (double) getOrDefault(clipNorm());
  }

  /** Returns d of the moving average of the weights; 0 for none. */
  default double getAveraging() {
    return (double) getOrDefault(averaging());
  }

  /** Returns α of mixup; 0 for none. */
  default double getMixup() {
    return (double) getOrDefault(mixup());
  }

  /** Returns the seed of everything random. */
  default long getSeed() {
    return (long) getOrDefault(seed());
  }

  /** Returns what becomes of features: standard, pixels or none. */
  default String getScaling() {
    return getOrDefault(scaling());
  }

  /** Returns how shards work together: local or synchronous. */
  default String getDescent() {
    return getOrDefault(descent());
  }

  /** Returns parts of the data that are worked on side by side. */
  default int getShards() {
    return (int) getOrDefault(shards());
  }

  /** Returns how often local descent averages in an epoch. */
  default int getRoundsPerEpoch() {
    return (int) getOrDefault(roundsPerEpoch());
  }

  /** Returns the momentum of averages; 0 for none. */
  default double getOuterMomentum() {
    return (double) getOrDefault(outerMomentum());
  }

  /** Returns epochs without a lower validation loss that end training; 0 for none. */
  default int getPatience() {
    return (int) getOrDefault(patience());
  }

  /** Returns threads of a task; 0 for spark.task.cpus. */
  default int getThreads() {
    return (int) getOrDefault(threads());
  }

  /** Returns the column of what each row counts; empty for none. */
  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  /** Returns the column that is true for rows to judge by; empty for none. */
  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  /** Returns where checkpoints go; empty for none. */
  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** Returns epochs between checkpoints. */
  default int getCheckpointInterval() {
    return (int) getOrDefault(checkpointInterval());
  }
}
