package downhill.spark;

import downhill.data.Dataset;
import downhill.fashionmnist.FashionMnist;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a cluster of executors with one core each does on this machine, measured; docs/scaling.md
 * shows the numbers. Not a test: {@code spark/compare PART…} runs it. Prints a line for each
 * measurement.
 */
final class Comparison {
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("judge", DataTypes.BooleanType, false);

  private Comparison() {}

  public static void main(String[] arguments) throws Exception {
    try (Cluster cluster = new Cluster(Files.createTempDirectory("downhill-comparison"), 2, "2g")) {
      for (String part : arguments) {
        switch (part) {
          case "settings" -> on(cluster, 2, Comparison::settings);
          case "perceptron" -> on(cluster, 2, Comparison::perceptron);
          case "one" -> on(cluster, 1, session -> epochs(session, "1 executor", 1));
          case "two" -> on(cluster, 2, session -> epochs(session, "2 executors", 1));
          case "rows" ->
              on(
                  cluster,
                  2,
                  session -> {
                    for (int copies : new int[] {1, 5, 10}) {
                      epochs(session, 60_000 * copies + " rows", copies);
                    }
                  });
          case "predict" -> on(cluster, 2, Comparison::predict);
          default ->
              throw new IllegalArgumentException(
                  "expected settings, perceptron, one, two, rows or predict, found " + part);
        }
      }
    }
  }

  private interface Work {
    void on(SparkSession session);
  }

  private static void on(Cluster cluster, int executors, Work work) {
    SparkSession session =
        Cluster.session(cluster.url())
            .config("spark.cores.max", executors)
            .config("spark.executor.memory", "2g")
            .config("spark.sql.shuffle.partitions", 4)
            .getOrCreate();
    try {
      work.on(session);
    } finally {
      session.stop();
    }
  }

  /** Returns the training images some times over, and the test images to judge by. */
  private static org.apache.spark.sql.Dataset<Row> images(
      SparkSession session, int copies, double scale) {
    JavaSparkContext context = new JavaSparkContext(session.sparkContext());
    List<Integer> parts = IntStream.range(0, 8 * copies).boxed().toList();
    JavaRDD<Row> rows = context.parallelize(parts, parts.size()).flatMap(part -> part(part, scale));
    return session.createDataFrame(rows, SCHEMA);
  }

  private static Iterator<Row> part(int part, double scale) {
    List<Row> rows = new ArrayList<>();
    Dataset train = FashionMnist.load().train();
    add(
        rows,
        train.slice(train.size() * (part % 8) / 8, train.size() * (part % 8 + 1) / 8),
        scale,
        false);
    if (part < 8) {
      Dataset test = FashionMnist.load().test();
      add(rows, test.slice(test.size() * part / 8, test.size() * (part + 1) / 8), scale, true);
    }
    return rows.iterator();
  }

  private static void add(List<Row> rows, Dataset images, double scale, boolean judge) {
    byte[] bytes = new byte[784];
    for (int i = 0; i < images.size(); i++) {
      images.copyTo(i, bytes, 0);
      double[] x = new double[bytes.length];
      for (int j = 0; j < x.length; j++) {
        x[j] = (bytes[j] & 0xff) / scale;
      }
      rows.add(RowFactory.create((double) images.label(i), Vectors.dense(x).compressed(), judge));
    }
  }

  private static DownhillClassifier classifier(int epochs) {
    return new DownhillClassifier()
        .setHiddenLayers(new int[] {128})
        .setScaling("pixels")
        .setEpochs(epochs)
        .setValidationIndicatorCol("judge");
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** How shards, rounds and momentum change accuracy, each beside the time. */
  private static void settings(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> frame = images(session, 1, 1);
    List<DownhillClassifier> all =
        List.of(
            classifier(20).setShards(1),
            classifier(20).setShards(2),
            classifier(20).setShards(4),
            classifier(20).setShards(4).setRoundsPerEpoch(4),
            classifier(20).setShards(4).setOuterMomentum(0.5),
            classifier(20).setShards(16),
            classifier(20).setShards(16).setRoundsPerEpoch(4),
            classifier(20).setShards(16).setOuterMomentum(0.5),
            classifier(20).setDescent("synchronous").setBatchSize(1024).setLearningRate(0.004),
            classifier(20).setDescent("synchronous").setBatchSize(4096).setLearningRate(0.008));
    for (DownhillClassifier one : all) {
      List<Progress> history = one.fit(frame).summary().orElseThrow().history();
      String reached =
          history.stream()
              .filter(epoch -> epoch.validationAccuracy() >= 0.87)
              .findFirst()
              .map(epoch -> "%.1f s, epoch %d".formatted(epoch.seconds(), epoch.epoch()))
              .orElse("never");
      Progress last = history.getLast();
      say(
          "%s, %d shards, batch %d, rounds %d, outer momentum %s: %.2f %% after %.1f s; 87 %%: %s"
              .formatted(
                  one.getDescent(),
                  one.getShards(),
                  one.getBatchSize(),
                  one.getRoundsPerEpoch(),
                  one.getOuterMomentum(),
                  100 * last.validationAccuracy(),
                  last.seconds(),
                  reached));
    }
  }

  /** Spark's own perceptron, 784-128-10 with sigmoids. */
  private static void perceptron(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> all = images(session, 1, 255).cache();
    org.apache.spark.sql.Dataset<Row> train = all.where("not judge").repartition(2).cache();
    train.count();
    for (int passes : new int[] {50, 100, 200}) {
      long start = System.nanoTime();
      MultilayerPerceptronClassificationModel model =
          new MultilayerPerceptronClassifier()
              .setLayers(new int[] {784, 128, 10})
              .setMaxIter(passes)
              .setTol(0)
              .setSeed(1)
              .fit(train);
      double seconds = (System.nanoTime() - start) * 1e-9;
      double right = model.transform(all.where("judge")).where("prediction = label").count();
      say(
          "Spark's perceptron, %d passes: %.2f %% after %.1f s"
              .formatted(passes, right / 100, seconds));
    }
  }

  /** Seconds of an epoch of 784-512-128-64-10, once warm. */
  private static void epochs(SparkSession session, String name, int copies) {
    List<Progress> history =
        classifier(6)
            .setHiddenLayers(new int[] {512, 128, 64})
            .fit(images(session, copies, 1))
            .summary()
            .orElseThrow()
            .history();
    List<Double> seconds = new ArrayList<>();
    for (int epoch = 2; epoch < history.size(); epoch++) {
      seconds.add(history.get(epoch).seconds() - history.get(epoch - 1).seconds());
    }
    seconds.sort(null);
    say(
        "784-512-128-64-10, %s: %.2f s an epoch, judging included (%.2f-%.2f)"
            .formatted(
                name, seconds.get(seconds.size() / 2), seconds.getFirst(), seconds.getLast()));
  }

  private static void predict(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> frame = images(session, 1, 1).cache();
    DownhillClassificationModel model =
        classifier(1).setHiddenLayers(new int[] {512, 128, 64}).fit(frame);
    org.apache.spark.sql.Dataset<Row> rows = frame.select("features");
    rows.count();
    for (int turn = 0; turn < 4; turn++) {
      long start = System.nanoTime();
      model.transform(rows).selectExpr("sum(prediction)").collectAsList();
      say(
          "prediction, 784-512-128-64-10: %.0f rows/s"
              .formatted(70_000 / ((System.nanoTime() - start) * 1e-9)));
    }
  }
}
