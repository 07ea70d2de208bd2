package downhill.spark;

import downhill.fashionmnist.FashionMnist;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Data frames to train on. */
final class Frames {
  static final int FEATURES = 6;

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("weight", DataTypes.DoubleType, false)
          .add("judge", DataTypes.BooleanType, true);

  private Frames() {}

  /** Returns a session that runs in this process. */
  static SparkSession local(int threads) {
    return SparkSession.builder()
        .master("local[" + threads + "]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.log.level", "ERROR")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }

  /** Returns clouds of points around three centres, a little over each other. */
  static List<Row> clouds(int n) {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int label = random.nextInt(3);
      double[] x = new double[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        x[j] = 50 * j + 10 * random.nextGaussian() + (j == label ? 18 : 0);
      }
      rows.add(
          RowFactory.create(
              (double) label, Vectors.dense(x), 0.5 + random.nextInt(4), random.nextInt(5) == 0));
    }
    return rows;
  }

  static Dataset<Row> frame(SparkSession session, List<Row> rows) {
    return session.createDataFrame(rows, SCHEMA);
  }

  /** Returns images, each a vector of whole numbers, 0 to 255. */
  static List<Row> images(downhill.data.Dataset images) {
    List<Row> rows = new ArrayList<>();
    byte[] bytes = new byte[images.features()];
    for (int i = 0; i < images.size(); i++) {
      images.copyTo(i, bytes, 0);
      double[] x = new double[bytes.length];
      for (int j = 0; j < x.length; j++) {
        x[j] = bytes[j] & 0xff;
      }
      rows.add(
          RowFactory.create((double) images.label(i), Vectors.dense(x).compressed(), 1.0, false));
    }
    return rows;
  }

  /** Returns the first images of Fashion-MNIST's training part. */
  static List<Row> fashion(int n) {
    return images(FashionMnist.load().train().slice(0, n));
  }

  /** Returns an estimator for the clouds that is done in a moment. */
  static DownhillClassifier quick() {
    return new DownhillClassifier()
        .setHiddenLayers(new int[] {16, 8})
        .setShards(4)
        .setEpochs(4)
        .setBatchSize(20)
        .setLearningRate(0.01);
  }
}
