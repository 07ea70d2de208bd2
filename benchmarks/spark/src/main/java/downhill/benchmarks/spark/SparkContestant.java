package downhill.benchmarks.spark;

import downhill.benchmarks.harness.Contestant;
import downhill.benchmarks.harness.Pixels;
import downhill.benchmarks.harness.Task;
import downhill.benchmarks.harness.Worker;
import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Spark's own perceptron on one machine. Its hidden layers are sigmoids and it descends by L-BFGS
 * on the whole data, so an epoch is one of its passes over the data. {@value #ITERATIONS} of its
 * steps are done at a time, from where the last ones ended, but without what L-BFGS remembers of
 * them: that is as much as it remembers at all.
 */
final class SparkContestant implements Contestant {
  /** Enough for the work around them not to count; as many as L-BFGS remembers. */
  private static final int ITERATIONS = 10;

  private final SparkSession session;
  private final MultilayerPerceptronClassifier classifier;
  private final org.apache.spark.sql.Dataset<Row> train;
  private final double[][] testX;
  private final int[] testLabels;
  private @Nullable MultilayerPerceptronClassificationModel model;

  private SparkContestant(Task task) {
    session =
        SparkSession.builder()
            .master("local[" + task.threads() + "]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", task.threads())
            .config("spark.log.level", "ERROR")
            .getOrCreate();
    Datasets data = FashionMnist.load();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < data.train().size(); i++) {
      rows.add(
          RowFactory.create(
              (double) data.train().label(i), Vectors.dense(doubles(data.train(), i))));
    }
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);
    train = session.createDataFrame(rows, schema).repartition(task.threads()).cache();
    train.count();
    classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(task.widths().stream().mapToInt(Integer::intValue).toArray())
            .setSolver("l-bfgs")
            .setTol(0)
            .setBlockSize(task.batch())
            .setSeed(task.seed())
            .setMaxIter(ITERATIONS);
    testX = new double[data.test().size()][];
    for (int i = 0; i < testX.length; i++) {
      testX[i] = doubles(data.test(), i);
    }
    testLabels = Pixels.labels(data.test());
  }

  private static double[] doubles(Dataset data, int i) {
    float[] example = data.example(i);
    double[] x = new double[example.length];
    for (int j = 0; j < x.length; j++) {
      x[j] = example[j];
    }
    return x;
  }

  @Override
  public String version() {
    return "Spark " + session.version() + " MLPC (sigmoid, L-BFGS)";
  }

  @Override
  public int passes() {
    // One at the start and one for each step; where the first length of a step does not do, one
    // more, which is not counted.
    return ITERATIONS + 1;
  }

  @Override
  public void epoch() {
    if (model != null) {
      classifier.setInitialWeights(model.weights());
    }
    model = classifier.fit(train);
  }

  @Override
  public double accuracy() {
    if (model == null) {
      throw new IllegalStateException("expected an epoch before");
    }
    int right = 0;
    for (int i = 0; i < testX.length; i++) {
      Vector x = Vectors.dense(testX[i]);
      right += (int) model.predict(x) == testLabels[i] ? 1 : 0;
    }
    return (double) right / testX.length;
  }

  @Override
  public void close() {
    session.stop();
  }

  public static void main(String[] arguments) {
    Worker.serve(arguments, task -> new SparkContestant(task.atConstantRate()));
  }
}
