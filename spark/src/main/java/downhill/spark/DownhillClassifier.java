package downhill.spark;

import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a Linear–ReLU–Softmax network on the rows of a data frame, on all machines of a cluster.
 * With the same rows, parameters and number of shards the result is the same to the last bit,
 * however many machines there are, whatever fails meanwhile and however the rows are partitioned.
 *
 * <p>Rows have a vector of features, dense or sparse, and a label that is a whole number from 0.
 * What is wrong with a parameter is an {@link IllegalArgumentException} that names it; what is
 * wrong with a row fails the job, and the message names the column.
 */
public final class DownhillClassifier
    extends ProbabilisticClassifier<Vector, DownhillClassifier, DownhillClassificationModel>
    implements DownhillParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final transient Settings settings;

  /** Makes an estimator with a name of its own. */
  public DownhillClassifier() {
    this(Identifiable$.MODULE$.randomUID("downhill"));
  }

  /** Makes an estimator with this name. */
  public DownhillClassifier(String uid) {
    // Spark's constructors ask for both.
    this.uid = uid;
    this.settings = new Settings(uid);
    super();
    settings.complete(this);
    Defaults.set(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  /** Returns a reader of saved estimators. */
  public static MLReader<DownhillClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved estimator. */
  public static DownhillClassifier load(String path) {
    return read().load(path);
  }

  @Override
  public DownhillClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Checks the columns, before a row is read or an earlier stage of a pipeline is fitted. */
  @Override
  public StructType transformSchema(StructType schema) {
    StructType transformed = super.transformSchema(schema);
    ColumnCheck.columns(schema, getWeightCol(), getValidationIndicatorCol());
    return transformed;
  }

  @Override
  public DownhillClassificationModel train(Dataset<?> frame) {
    return new Fitting(this, frame).run();
  }

  /** Sets widths of the hidden layers, first to last. */
  public DownhillClassifier setHiddenLayers(int[] value) {
    set(hiddenLayers(), value);
    return this;
  }

  /** Sets passes over the data. */
  public DownhillClassifier setEpochs(int value) {
    set(epochs(), value);
    return this;
  }

  /** Sets examples of a step. */
  public DownhillClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /** Sets η at its highest. */
  public DownhillClassifier setLearningRate(double value) {
    set(learningRate(), value);
    return this;
  }

  /** Sets the update rule. */
  public DownhillClassifier setOptimizer(String value) {
    set(optimizer(), value);
    return this;
  }

  /** Sets μ of momentum and nesterov. */
  public DownhillClassifier setMomentum(double value) {
    set(momentum(), value);
    return this;
  }

  /** Sets what becomes of η. */
  public DownhillClassifier setSchedule(String value) {
    set(schedule(), value);
    return this;
  }

  /** Sets λ of decoupled weight decay. */
  public DownhillClassifier setWeightDecay(double value) {
    set(weightDecay(), value);
    return this;
  }

  /** Sets λ of the L1 penalty. */
  public DownhillClassifier setL1(double value) {
    set(l1(), value);
    return this;
  }

  /** Sets λ of the L2 penalty. */
  public DownhillClassifier setL2(double value) {
    set(l2(), value);
    return this;
  }

  /** Sets the part of hidden units that an example loses. */
  public DownhillClassifier setDropout(double value) {
    set(dropout(), value);
    return this;
  }

  /** Sets the part of inputs that an example loses. */
  public DownhillClassifier setInputDropout(double value) {
    set(inputDropout(), value);
    return this;
  }

  /** Sets ε of label smoothing. */
  public DownhillClassifier setLabelSmoothing(double value) {
    set(labelSmoothing(), value);
    return this;
  }

  /** Sets the most the gradient's norm may be; 0 for no limit. */
  public DownhillClassifier setClipNorm(double value) {
    set(clipNorm(), value);
    return this;
  }

  /** Sets d of the moving average of the weights; 0 for none. */
  public DownhillClassifier setAveraging(double value) {
    set(averaging(), value);
    return this;
  }

  /** Sets α of mixup; 0 for none. */
  public DownhillClassifier setMixup(double value) {
    set(mixup(), value);
    return this;
  }

  /** Sets the seed of everything random. */
  public DownhillClassifier setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /** Sets what becomes of features: standard, pixels or none. */
  public DownhillClassifier setScaling(String value) {
    set(scaling(), value);
    return this;
  }

  /** Sets how shards work together: local or synchronous. */
  public DownhillClassifier setDescent(String value) {
    set(descent(), value);
    return this;
  }

  /** Sets parts of the data that are worked on side by side. */
  public DownhillClassifier setShards(int value) {
    set(shards(), value);
    return this;
  }

  /** Sets how often local descent averages in an epoch. */
  public DownhillClassifier setRoundsPerEpoch(int value) {
    set(roundsPerEpoch(), value);
    return this;
  }

  /** Sets the momentum of averages; 0 for none. */
  public DownhillClassifier setOuterMomentum(double value) {
    set(outerMomentum(), value);
    return this;
  }

  /** Sets epochs without a lower validation loss that end training; 0 for none. */
  public DownhillClassifier setPatience(int value) {
    set(patience(), value);
    return this;
  }

  /** Sets threads of a task; 0 for spark.task.cpus. */
  public DownhillClassifier setThreads(int value) {
    set(threads(), value);
    return this;
  }

  /** Sets the column of what each row counts; empty for none. */
  public DownhillClassifier setWeightCol(String value) {
    set(weightCol(), value);
    return this;
  }

  /** Sets the column that is true for rows to judge by; empty for none. */
  public DownhillClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol(), value);
    return this;
  }

  /** Sets where checkpoints go; empty for none. */
  public DownhillClassifier setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return this;
  }

  /** Sets epochs between checkpoints. */
  public DownhillClassifier setCheckpointInterval(int value) {
    set(checkpointInterval(), value);
    return this;
  }
}
