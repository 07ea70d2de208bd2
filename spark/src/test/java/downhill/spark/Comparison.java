package downhill.spark;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.fashionmnist.FashionMnist;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a cluster of executors with one core each does on this machine, measured; docs/scaling.md
 * shows the numbers and how to start it. Prints a line for each measurement.
 */
final class Comparison {
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("judge", DataTypes.BooleanType, false);

  private Comparison() {}

  public static void main(String[] arguments) throws Exception {
    for (String part : arguments) {
      switch (part) {
        case "settings" -> on(2, "4g", Comparison::settings);
        case "time" -> on(2, "4g", Comparison::time);
        case "perceptron" -> on(2, "4g", session -> perceptron(session, 1, 80, 100, 120));
        case "perceptron-large" -> on(2, "7g", session -> perceptron(session, 10, 5, 15));
        case "large" -> on(2, "5g", Comparison::large);
        case "executors" -> {
          on(1, "2g", session -> epochs(session, "1 executor", 1, 6));
          on(2, "2g", session -> epochs(session, "2 executors", 1, 6));
        }
        case "rows" ->
            on(
                2,
                "5g",
                session -> {
                  for (int copies : new int[] {1, 10, 100}) {
                    epochs(session, 60_000 * copies + " rows", copies, copies == 1 ? 6 : 4);
                  }
                });
        case "rounds" -> on(2, "2g", Comparison::rounds);
        case "predict" -> on(2, "2g", Comparison::predict);
        default ->
            throw new IllegalArgumentException(
                "expected settings, time, perceptron, perceptron-large, large, executors, rows, rounds or"
                    + " predict, found "
                    + part);
      }
    }
  }

  private interface Work {
    void on(SparkSession session);
  }

  /** Does work on a cluster of its own. */
  private static void on(int executors, String memory, Work work) throws Exception {
    Path folder = Files.createTempDirectory("downhill-comparison");
    try (Cluster cluster = new Cluster(folder, executors, memory)) {
      SparkSession session =
          Cluster.session(cluster.url())
              .config("spark.cores.max", executors)
              .config("spark.executor.memory", memory)
              .config("spark.sql.shuffle.partitions", 4)
              .getOrCreate();
      try {
        work.on(session);
      } finally {
        session.stop();
      }
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

  /** Read once by each executor. */
  private static final class Images {
    static final Datasets ALL = FashionMnist.load();
  }

  private static Iterator<Row> part(int part, double scale) {
    List<Row> rows = new ArrayList<>();
    Dataset train = Images.ALL.train();
    add(
        rows,
        train.slice(train.size() * (part % 8) / 8, train.size() * (part % 8 + 1) / 8),
        scale,
        false);
    if (part < 8) {
      Dataset test = Images.ALL.test();
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

  /**
   * How shards, rounds and momentum change accuracy on images held out, each beside the time;
   * 784-512-128-64-10.
   */
  private static void settings(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> frame =
        images(session, 1, 1)
            .where("not judge")
            .withColumn("judge", functions.expr("monotonically_increasing_id() % 6 = 0"))
            .cache();
    frame.count();
    for (int shards : new int[] {1, 2, 4, 8, 16}) {
      for (double outer : shards == 1 ? new double[] {0} : new double[] {0, 0.5, 0.7, 0.9}) {
        settings(frame, classifier(20).setShards(shards).setOuterMomentum(outer));
      }
    }
    for (double rate : new double[] {0.002, 0.004}) {
      settings(frame, classifier(20).setShards(4).setLearningRate(rate));
      settings(frame, classifier(20).setShards(4).setOuterMomentum(0.5).setLearningRate(rate));
    }
    settings(frame, classifier(20).setShards(4).setRoundsPerEpoch(4));
    settings(frame, classifier(20).setShards(4).setRoundsPerEpoch(4).setOuterMomentum(0.7));
    settings(frame, classifier(20).setShards(4).setBatchSize(16));
    settings(
        frame, classifier(20).setDescent("synchronous").setBatchSize(1024).setLearningRate(0.004));
  }

  private static void settings(org.apache.spark.sql.Dataset<Row> frame, DownhillClassifier one) {
    say(frame, one.setHiddenLayers(new int[] {512, 128, 64}));
  }

  /** The network that Spark's own perceptron gets, three times. */
  private static void time(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> frame = images(session, 1, 1).cache();
    frame.count();
    for (int turn = 0; turn < 3; turn++) {
      say(frame, classifier(20));
    }
  }

  /** Fifty times the images: when are 87 % reached, reading the rows included? */
  private static void large(SparkSession session) {
    say(images(session, 50, 1), classifier(3).setShards(4));
  }

  private static void say(org.apache.spark.sql.Dataset<Row> frame, DownhillClassifier one) {
    long start = System.nanoTime();
    List<Progress> history = one.fit(frame).summary().orElseThrow().history();
    double before = (System.nanoTime() - start) * 1e-9 - history.getLast().seconds();
    String reached =
        history.stream()
            .filter(epoch -> epoch.validationAccuracy() >= 0.87)
            .findFirst()
            .map(epoch -> "%.1f s, epoch %d".formatted(before + epoch.seconds(), epoch.epoch()))
            .orElse("never");
    Progress last = history.getLast();
    say(
        "%s, %d shards, batch %d, rate %s, rounds %d, outer momentum %s: %.2f %% after %.1f s, %.1f s of them before the first epoch; 87 %%: %s"
            .formatted(
                one.getDescent(),
                one.getShards(),
                one.getBatchSize(),
                one.getLearningRate(),
                one.getRoundsPerEpoch(),
                one.getOuterMomentum(),
                100 * last.validationAccuracy(),
                before + last.seconds(),
                before,
                reached));
  }

  /** Spark's own perceptron, 784-128-10 with sigmoids. */
  private static void perceptron(SparkSession session, int copies, int... passes) {
    org.apache.spark.sql.Dataset<Row> all = images(session, copies, 255);
    org.apache.spark.sql.Dataset<Row> train = all.where("not judge").coalesce(2);
    org.apache.spark.sql.Dataset<Row> test = all.where("judge").cache();
    if (copies == 1) {
      train = train.cache();
      train.count();
    }
    for (int count : passes) {
      long start = System.nanoTime();
      MultilayerPerceptronClassificationModel model =
          new MultilayerPerceptronClassifier()
              .setLayers(new int[] {784, 128, 10})
              .setMaxIter(count)
              .setTol(0)
              .setSeed(1)
              .fit(train);
      double seconds = (System.nanoTime() - start) * 1e-9;
      double right = model.transform(test).where("prediction = label").count();
      say(
          "Spark's perceptron, %d rows, %d passes: %.2f %% after %.1f s"
              .formatted(60_000 * copies, count, right / 100, seconds));
    }
  }

  /** Seconds of an epoch of 784-512-128-64-10, once warm. */
  private static void epochs(SparkSession session, String name, int copies, int epochs) {
    long start = System.nanoTime();
    List<Progress> history =
        classifier(epochs)
            .setHiddenLayers(new int[] {512, 128, 64})
            .setShards(copies == 1 ? 4 : 16)
            .fit(images(session, copies, 1))
            .summary()
            .orElseThrow()
            .history();
    double before = (System.nanoTime() - start) * 1e-9 - history.getLast().seconds();
    List<Double> seconds = between(history);
    say(
        "784-512-128-64-10, %s: %.2f s an epoch, judging included (%.2f-%.2f); %.1f s before"
            .formatted(
                name,
                seconds.get(seconds.size() / 2),
                seconds.getFirst(),
                seconds.getLast(),
                before));
  }

  /** Seconds of each epoch but the first two, sorted. */
  private static List<Double> between(List<Progress> history) {
    List<Double> seconds = new ArrayList<>();
    for (int epoch = 2; epoch < history.size(); epoch++) {
      seconds.add(history.get(epoch).seconds() - history.get(epoch - 1).seconds());
    }
    seconds.sort(null);
    return seconds;
  }

  /** What a round costs beside the computing: with next to no rows, by the size of the network. */
  private static void rounds(SparkSession session) {
    org.apache.spark.sql.Dataset<Row> few = images(session, 1, 1).limit(160).cache();
    for (int shards : new int[] {2, 4, 8, 16, 64}) {
      for (int width : new int[] {16, 512, 4096}) {
        List<Double> seconds =
            between(
                new DownhillClassifier()
                    .setHiddenLayers(new int[] {width})
                    .setScaling("pixels")
                    .setEpochs(30)
                    .setDescent("synchronous")
                    .setBatchSize(160)
                    .setShards(shards)
                    .fit(few)
                    .summary()
                    .orElseThrow()
                    .history());
        int parameters = 784 * width + width + 10 * width + 10;
        say(
            "a round, %d shards, %.2f MB of weights: %.1f ms"
                .formatted(shards, parameters * 4e-6, 1e3 * seconds.get(seconds.size() / 2)));
      }
    }
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
