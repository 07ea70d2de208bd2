package downhill.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Spark ML's users expect of an estimator and its model. */
class ClassifierTest {
  @TempDir Path folder;

  private static SparkSession session;
  private static Dataset<Row> frame;

  @BeforeAll
  static void begin() {
    session = Frames.local(2);
    frame = Frames.frame(session, Frames.clouds(400)).cache();
  }

  @AfterAll
  static void end() {
    session.stop();
  }

  private static double accuracy(DownhillClassificationModel model) {
    return model.transform(frame).where("prediction = label").count() / 400.0;
  }

  @Test
  void learns() {
    for (String descent : List.of("local", "synchronous")) {
      DownhillClassificationModel model =
          Frames.quick().setEpochs(12).setLearningRate(0.03).setDescent(descent).fit(frame);
      assertThat(accuracy(model)).as(descent).isGreaterThan(0.8);
      TrainingSummary summary = model.summary().orElseThrow();
      assertThat(summary.totalIterations()).isEqualTo(12);
      assertThat(summary.objectiveHistory()[11]).isLessThan(summary.objectiveHistory()[0]);
      assertThat(summary.bestEpoch()).isEqualTo(12);
      assertThat(model.numClasses()).isEqualTo(3);
      assertThat(model.numFeatures()).isEqualTo(Frames.FEATURES);
    }
  }

  @Test
  void columnsAreThoseOfSparkMl() {
    DownhillClassificationModel model =
        Frames.quick()
            .setProbabilityCol("p")
            .setRawPredictionCol("z")
            .setPredictionCol("y")
            .fit(frame);
    Row row = model.transform(frame).select("p", "z", "y").first();
    Vector p = row.getAs(0);
    Vector z = row.getAs(1);
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += p.apply(k);
    }
    assertThat(sum).isBetween(1 - 1e-9, 1 + 1e-9);
    assertThat(p.argmax()).isEqualTo(z.argmax()).isEqualTo((int) row.getDouble(2));
    model.setThresholds(new double[] {1e-9, 1, 1});
    assertThat(model.transform(frame).where("y != 0").count()).isZero();
  }

  @Test
  void sparseVectorsAreTheSame() {
    List<Row> dense = new ArrayList<>();
    List<Row> sparse = new ArrayList<>();
    for (Row row : Frames.clouds(200)) {
      double[] x = ((Vector) row.getAs(1)).toArray();
      x[0] = 0;
      x[3] = 0;
      dense.add(RowFactory.create(row.get(0), Vectors.dense(x), row.get(2), row.get(3)));
      sparse.add(
          RowFactory.create(row.get(0), Vectors.dense(x).toSparse(), row.get(2), row.get(3)));
    }
    Dataset<Row> one = Frames.frame(session, dense);
    Dataset<Row> other = Frames.frame(session, sparse);
    DownhillClassificationModel model = Frames.quick().fit(one);
    assertThat(ModelFile.bytes(Frames.quick().fit(other).model()))
        .isEqualTo(ModelFile.bytes(model.model()));
    assertThat(model.transform(one).select("probability").collectAsList())
        .isEqualTo(model.transform(other).select("probability").collectAsList());
  }

  @Test
  void savesAndReads() throws Exception {
    String path = folder.resolve("model").toString();
    DownhillClassificationModel model = Frames.quick().fit(frame);
    model.setPredictionCol("mine").write().overwrite().save(path);
    DownhillClassificationModel read = DownhillClassificationModel.load(path);
    assertThat(read.getPredictionCol()).isEqualTo("mine");
    assertThat(read.uid()).isEqualTo(model.uid());
    assertThat(read.getEpochs()).isEqualTo(4);
    assertThat(read.summary()).isEmpty();
    assertThat(ModelFile.bytes(read.model())).isEqualTo(ModelFile.bytes(model.model()));
    // What lies there is an ordinary model file.
    Model ordinary = ModelFile.load(Path.of(path));
    assertThat(ordinary.schema()).isNotNull();
    assertThat(ordinary.provenance()).containsEntry("shards", "4");

    DownhillClassifier estimator = Frames.quick().setDropout(0.25).setWeightCol("weight");
    estimator.write().overwrite().save(folder.resolve("estimator").toString());
    DownhillClassifier same = DownhillClassifier.load(folder.resolve("estimator").toString());
    assertThat(same.getDropout()).isEqualTo(0.25);
    assertThat(same.getHiddenLayers()).containsExactly(16, 8);
    assertThat(same.getWeightCol()).isEqualTo("weight");
  }

  @Test
  void aModelOfASingleMachineGoesIntoAPipeline() throws Exception {
    Network network = Network.initial(Architecture.of(4, 5, 2), 3);
    Path file = folder.resolve("single.safetensors");
    ModelFile.save(new Model(network, List.of("a", "b"), new TreeMap<>()), file);
    DownhillClassificationModel model = DownhillClassificationModel.of(file);
    Vector probability = model.predictProbability(Vectors.dense(0, 51, 255, 102));
    float[] expected = network.probabilities(new float[] {0, 0.2f, 1, 0.4f});
    assertThat((float) probability.apply(0)).isEqualTo(expected[0]);
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {model}).fit(frame.limit(1));
    pipeline.write().overwrite().save(folder.resolve("pipeline").toString());
    PipelineModel read = PipelineModel.load(folder.resolve("pipeline").toString());
    assertThat(((DownhillClassificationModel) read.stages()[0]).model().network().weights(1))
        .isEqualTo(network.weights(1));
  }

  @Test
  void pipelinesAndCrossValidation() {
    Dataset<Row> raw =
        frame
            .select(
                functions.col("label").cast("string").as("kind"),
                org.apache
                    .spark
                    .ml
                    .functions
                    .vector_to_array(functions.col("features"), "float64")
                    .as("a"))
            .selectExpr("concat('k', kind) kind", "a[0] a0", "a[1] a1", "a[2] a2", "a[3] a3");
    DownhillClassifier classifier = Frames.quick().setLabelCol("index").setEpochs(6);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer()
                      .setInputCol("kind")
                      .setOutputCol("index")
                      .setStringOrderType("alphabetAsc"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"a0", "a1", "a2", "a3"})
                      .setOutputCol("features"),
                  classifier
                });
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {1e-9, 0.01})
            .build();
    CrossValidatorModel best =
        new CrossValidator()
            .setEstimator(pipeline)
            .setEvaluator(
                new MulticlassClassificationEvaluator()
                    .setLabelCol("index")
                    .setMetricName("accuracy"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .fit(raw);
    assertThat(best.avgMetrics()[1]).isGreaterThan(best.avgMetrics()[0]);
    PipelineModel chosen = (PipelineModel) best.bestModel();
    DownhillClassificationModel model = (DownhillClassificationModel) chosen.stages()[2];
    assertThat(model.model().classNames()).containsExactly("k0.0", "k1.0", "k2.0");
    assertThat(Objects.requireNonNull(model.model().schema()).names())
        .containsExactly("a0", "a1", "a2", "a3");
    assertThat(model.parent()).isNotNull();
  }

  private static float farthest(
      DownhillClassificationModel one, DownhillClassificationModel other) {
    float[] some = one.model().network().weights(1);
    float[] others = other.model().network().weights(1);
    float most = 0;
    for (int i = 0; i < some.length; i++) {
      most = Math.max(most, Math.abs(some[i] - others[i]));
    }
    return most;
  }

  @Test
  void rowsHaveWeights() {
    Dataset<Row> doubled = Frames.frame(session, Frames.clouds(100));
    DownhillClassifier estimator =
        Frames.quick()
            .setDescent("synchronous")
            .setBatchSize(1000)
            .setScaling("none")
            .setWeightCol("w");
    DownhillClassificationModel twice = estimator.fit(doubled.withColumn("w", functions.lit(2.0)));
    DownhillClassificationModel once = estimator.fit(doubled.withColumn("w", functions.lit(1.0)));
    // What a row counts is part of it, so the order is another one, and the last bits are.
    assertThat(twice.model().network().weights(1))
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(once.model().network().weights(1));
    DownhillClassificationModel some =
        estimator.fit(
            doubled.withColumn("w", functions.expr("case when label = 0 then 2.0 else 1.0 end")));
    DownhillClassificationModel repeated =
        estimator.fit(
            doubled.union(doubled.where("label = 0")).withColumn("w", functions.lit(1.0)));
    assertThat(some.model().network().weights(1))
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(repeated.model().network().weights(1));
    assertThat(farthest(some, once)).isGreaterThan(1e-3f);
    // What counts nothing is as if it were not there.
    DownhillClassificationModel part =
        Frames.quick()
            .setEpochs(12)
            .setWeightCol("w")
            .fit(
                doubled.withColumn(
                    "w", functions.expr("case when label = 2 then 0.0 else 1.0 end")));
    assertThat(part.transform(doubled).where("prediction = 2").count()).isLessThan(15);
  }

  /** Their mean is a rounded number where rows have weights, and their deviation nearly 0. */
  @Test
  void featuresWithOneValueAreLeftOutWhateverRowsCount() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      double y = i % 2;
      // Several, since the rounded mean of one may happen to be right.
      double[] x = {0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.1, 1.3, y + random.nextGaussian() / 4};
      rows.add(RowFactory.create(y, Vectors.dense(x), random.nextDouble(), false));
    }
    DownhillClassificationModel model =
        Frames.quick().setWeightCol("weight").fit(Frames.frame(session, rows));
    double[] known = {0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.1, 1.3, 0.5};
    double[] others = {5, 5, 5, 5, 5, 5, 5, 5, 0.5};
    assertThat(model.predictRaw(Vectors.dense(others)))
        .isEqualTo(model.predictRaw(Vectors.dense(known)));
  }

  @Test
  void aShardOfOneRowHasNothingToBeMixedWith() {
    Dataset<Row> few = Frames.frame(session, Frames.clouds(40));
    DownhillClassificationModel model = Frames.quick().setShards(40).setMixup(0.2).fit(few);
    assertThat(model.numClasses()).isEqualTo(3);
  }

  @Test
  void stopsEarlyByTheRowsToJudgeBy() {
    DownhillClassificationModel model =
        Frames.quick()
            .setEpochs(60)
            .setLearningRate(0.05)
            .setSchedule("constant")
            .setPatience(3)
            .setValidationIndicatorCol("judge")
            .fit(frame);
    TrainingSummary summary = model.summary().orElseThrow();
    assertThat(summary.totalIterations()).isLessThan(60).isEqualTo(summary.bestEpoch() + 3);
    double best = summary.history().get(summary.bestEpoch() - 1).validationLoss();
    assertThat(summary.history()).allMatch(epoch -> epoch.validationLoss() >= best);
  }

  @Test
  void rowsToJudgeByCountOneEachWhateverTheirWeight() {
    DownhillClassifier estimator =
        Frames.quick().setWeightCol("weight").setValidationIndicatorCol("judge").setPatience(2);
    DownhillClassificationModel one = estimator.fit(frame);
    for (String weight : List.of("null", "-1.0", "7.0")) {
      String others = "case when judge then %s else weight end".formatted(weight);
      DownhillClassificationModel other =
          estimator.fit(frame.withColumn("weight", functions.expr(others).cast("double")));
      assertThat(ModelFile.bytes(other.model())).as(weight).isEqualTo(ModelFile.bytes(one.model()));
      assertThat(losses(other)).as(weight).isEqualTo(losses(one));
    }
  }

  private static List<Double> losses(DownhillClassificationModel model) {
    return model.summary().orElseThrow().history().stream().map(Progress::validationLoss).toList();
  }

  /** Finite as inputs, and more than a float holds behind a layer. */
  @Test
  void valuesForWhichTheNetworkHasNoAnswer() {
    Network network =
        Network.of(Architecture.of(2, 2), new float[][] {{200, 0, 0, 200}}, new float[][] {{0, 0}});
    TableSchema schema =
        new TableSchema(
            List.of(new Column.Numeric("a", 0, 1), new Column.Numeric("b", 0, 1)),
            "kind",
            Missing.ERROR);
    DownhillClassificationModel model =
        new DownhillClassificationModel(
            new Model(network, List.of("x", "y"), new TreeMap<>(), schema), null);
    model.setFeaturesCol("measured");
    assertThat(model.predict(Vectors.dense(1e30, 2e30))).isEqualTo(1);
    assertThat(model.predict(Vectors.dense(-1e38, 0))).isEqualTo(1);
    for (double[] far : new double[][] {{0, 1e38}, {1e38, -1e38}, {-1e38, -1e38}}) {
      Vector features = Vectors.dense(far);
      assertThatThrownBy(() -> model.predictRaw(features))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "column measured: expected values for which the network has an answer, found");
      assertThatThrownBy(() -> model.predictProbability(features))
          .hasMessageContaining("column measured");
      assertThatThrownBy(() -> model.predict(features)).hasMessageContaining("column measured");
    }
  }

  /** No weight overflows, only the logit of one row's own class, so its loss is infinite. */
  @Test
  void aLossThatIsNotFiniteEndsTraining() {
    for (String descent : List.of("local", "synchronous")) {
      DownhillClassifier judging =
          withoutHiddenUnits().setDescent(descent).setValidationIndicatorCol("judge");
      assertThatThrownBy(() -> judging.fit(withInfiniteLoss(true)))
          .as(descent)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(
              "column judge: the loss of the rows to judge by is not finite after epoch 1");
    }
    DownhillClassifier learning = withoutHiddenUnits().setDescent("synchronous");
    assertThatThrownBy(() -> learning.fit(withInfiniteLoss(false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the loss is no longer finite in epoch 1, with learningRate 1.0E-37");
  }

  private static DownhillClassifier withoutHiddenUnits() {
    return Frames.quick()
        .setHiddenLayers(new int[0])
        .setScaling("none")
        .setOptimizer("gradient-descent")
        .setLearningRate(1e-37);
  }

  private static Dataset<Row> withInfiniteLoss(boolean judged) {
    float[] W = // [3, FEATURES], row-major, as training begins
        Network.initial(Architecture.of(Frames.FEATURES, 3), Frames.quick().getSeed()).weights(1);
    double sum = 0;
    for (int j = 0; j < Frames.FEATURES; j++) {
      sum += Math.abs(W[j]);
    }
    double[] x = new double[Frames.FEATURES];
    for (int j = 0; j < x.length; j++) {
      x[j] = -Math.signum(W[j]) * 4e38 / sum; // z of class 0 is −4e38, less than a float holds
    }
    List<Row> rows = new ArrayList<>(Frames.clouds(100));
    rows.add(RowFactory.create(0.0, Vectors.dense(x), 1.0, judged));
    return Frames.frame(session, rows);
  }

  @Test
  void sayWhatIsWrong() {
    assertThatThrownBy(() -> Frames.quick().setScaling("pixels").fit(frame))
        .hasStackTraceContaining("column features: expected whole numbers from 0 to 255");
    assertThatThrownBy(() ->
            Frames.quick()
                .setWeightCol("weight")
                .fit(frame.withColumn("weight", functions.lit(-1.0))))
        .hasStackTraceContaining("column weight: expected a finite number that is not negative");
    assertThatThrownBy(() ->
            Frames.quick()
                .setValidationIndicatorCol("judge")
                .fit(frame.withColumn("judge", functions.lit(null).cast("boolean"))))
        .hasStackTraceContaining("column judge: expected true or false, found null");
    assertThatThrownBy(() -> Frames.quick().setPatience(2).fit(frame))
        .hasMessageContaining("patience: expected validationIndicatorCol");
    assertThatThrownBy(() -> Frames.quick().setCheckpointInterval(2).fit(frame))
        .hasMessageContaining("checkpointInterval: expected checkpointDir beside it, found none");
    assertThatThrownBy(() -> Frames.quick().setOptimizer("adam").setWeightDecay(0.1).fit(frame))
        .hasMessageContaining("weightDecay: expected optimizer adamw");
    assertThatThrownBy(
            () -> Frames.quick().setDescent("synchronous").setRoundsPerEpoch(2).fit(frame))
        .hasMessageContaining("expected neither with synchronous descent");
    assertThatThrownBy(() -> Frames.quick().setDescent("synchronous").setBatchSize(3).fit(frame))
        .hasMessageContaining("batchSize: expected at least 1 example for each of 4 shards");
    assertThatThrownBy(() -> Frames.quick().setOptimizer("sgd")).hasMessageContaining("sgd");
    assertThatThrownBy(() -> Frames.quick().fit(frame.limit(0))).hasMessageContaining("found none");
    assertThatThrownBy(
            () -> Frames.quick().setLearningRate(1e30).setSchedule("constant").fit(frame))
        .hasStackTraceContaining("loss");
    assertThatThrownBy(() -> ClusterCheck.check("17"))
        .hasMessageContaining("needs Java 25 on every machine")
        .hasMessageContaining("Java 17");
    ClusterCheck.check("26");
  }

  @Test
  void wrongLabelsAreToldWithTheirColumn() {
    Map<String, String> wrong =
        Map.of(
            "null", "null",
            "NaN", "double('NaN')",
            "-1.0", "-1.0",
            "0.5", "0.5",
            "4096.0", "4096.0");
    wrong.forEach((found, expression) -> {
      // One row of many, and in a column that Spark takes for no number of classes.
      String label = "case when label = 2 then %s else label end".formatted(expression);
      Dataset<Row> rows =
          frame.select(functions.expr(label).cast("double").as("kind"), functions.col("features"));
      assertThatThrownBy(() -> Frames.quick().setLabelCol("kind").fit(rows))
          .hasStackTraceContaining(
              "column kind: expected a whole number from 0 to 4095, found " + found);
    });
  }

  @Test
  void parametersAreCheckedBeforeRowsAreRead() {
    UserDefinedFunction unreadable =
        functions.udf(
            (Vector x) -> {
              throw new IllegalStateException("a row was read");
            },
            SQLDataTypes.VectorType());
    Dataset<Row> rows = frame.withColumn("features", unreadable.apply(functions.col("features")));
    assertThatThrownBy(() -> Frames.quick().fit(rows)).hasStackTraceContaining("a row was read");
    Map<String, DownhillClassifier> wrong =
        Map.of(
            "dropout: expected hiddenLayers with units to drop, found none",
            Frames.quick().setHiddenLayers(new int[0]).setDropout(0.5),
            "hiddenLayers: expected widths from 1 to 1048576, found 0",
            Frames.quick().setHiddenLayers(new int[] {5, 0}),
            "patience: expected validationIndicatorCol beside it, found none",
            Frames.quick().setPatience(2),
            "batchSize: expected at least 1 example for each of 4 shards",
            Frames.quick().setDescent("synchronous").setBatchSize(3),
            "weightCol: expected a column out of [label, features, weight, judge], found 'wieght'",
            Frames.quick().setWeightCol("wieght"),
            "weightCol: expected a column of numbers, found 'judge' of boolean",
            Frames.quick().setWeightCol("judge"),
            "validationIndicatorCol: expected a column out of [label, features, weight, judge],"
                + " found 'jugde'",
            Frames.quick().setValidationIndicatorCol("jugde"),
            "validationIndicatorCol: expected a column of true and false, found 'weight' of double",
            Frames.quick().setValidationIndicatorCol("weight"));
    wrong.forEach((message, estimator) ->
        assertThatThrownBy(() -> estimator.fit(rows))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(message));
  }

  /** Before the stages in front of it read all rows. */
  @Test
  void aPipelineChecksColumnsFirst() {
    UserDefinedFunction unreadable =
        functions.udf(
            (Double y) -> {
              throw new IllegalStateException("a row was read");
            },
            DataTypes.DoubleType);
    Dataset<Row> rows = frame.withColumn("label", unreadable.apply(functions.col("label")));
    StringIndexer indexer = new StringIndexer().setInputCol("label").setOutputCol("index");
    DownhillClassifier classifier = Frames.quick().setLabelCol("index").setWeightCol("wieght");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {indexer, classifier});
    assertThatThrownBy(() -> pipeline.fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weightCol: expected a column out of [label, features, weight, ");
  }

  /** As Spark finds them: in any case, and within others. */
  @Test
  void columnsMayBeFieldsOfOthers() {
    Dataset<Row> nested =
        frame.select(
            functions.col("label"),
            functions.col("features"),
            functions.struct(functions.col("weight"), functions.col("judge")).as("told"));
    DownhillClassificationModel model =
        Frames.quick()
            .setWeightCol("told.weight")
            .setValidationIndicatorCol("TOLD.Judge")
            .fit(nested);
    DownhillClassificationModel flat =
        Frames.quick().setWeightCol("WEIGHT").setValidationIndicatorCol("judge").fit(frame);
    assertThat(model.model().network().weights(1)).isEqualTo(flat.model().network().weights(1));
  }

  @Test
  @SuppressWarnings("rawtypes") // as the service is declared
  void sparkConnectFindsBoth() {
    assertThat(ServiceLoader.load(Estimator.class).stream().map(ServiceLoader.Provider::type))
        .anyMatch(type -> type.equals(DownhillClassifier.class));
    assertThat(ServiceLoader.load(Transformer.class).stream().map(ServiceLoader.Provider::type))
        .anyMatch(type -> type.equals(DownhillClassificationModel.class));
  }

  @Test
  void copiesKeepTheirParameters() {
    DownhillClassifier one = Frames.quick().setSeed(9);
    DownhillClassifier copy = one.copy(new ParamMap().put(one.epochs(), 11));
    assertThat(copy.getSeed()).isEqualTo(9);
    assertThat(copy.getEpochs()).isEqualTo(11);
    assertThat(one.getEpochs()).isEqualTo(4);
    assertThat(one.explainParams()).contains("hiddenLayers: widths of the hidden layers");
    DownhillClassificationModel model = one.fit(frame);
    assertThat(model.copy(new ParamMap()).summary()).isPresent();
    assertThat(Files.exists(new File("spark-warehouse").toPath())).isFalse();
  }
}
