package downhill.spark;

import downhill.data.Column;
import downhill.data.Dataset;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.TrainingConfiguration;
import downhill.training.TrainingState;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** One call of {@code fit}: from rows to a model. */
final class Fitting {
  private final DownhillClassifier estimator;
  private final TrainingConfiguration configuration;
  private final SparkSession session;
  private final JavaSparkContext context;
  private final Rows rows;
  private final Layout layout;
  private final Architecture architecture;
  private final List<String> names;

  Fitting(DownhillClassifier estimator, org.apache.spark.sql.Dataset<?> frame) {
    this.estimator = estimator;
    this.configuration = ConfigurationReader.of(estimator);
    this.session = frame.sparkSession();
    this.context = new JavaSparkContext(session.sparkContext());
    ClusterCheck.java(session);
    this.rows =
        new Rows(
            frame,
            estimator.getFeaturesCol(),
            estimator.getLabelCol(),
            estimator.getWeightCol(),
            estimator.getValidationIndicatorCol());
    int width = rows.width();
    this.names = rows.names(width);
    this.layout =
        new Layout(
            width,
            estimator.getScaling().equals("pixels"),
            !estimator.getWeightCol().isEmpty(),
            rows.classNames(Math.max(2, rows.classes())));
    check(layout.classNames());
    this.architecture = architecture(estimator.getHiddenLayers(), layout);
  }

  /** Before anything is computed: a data set is as strict about names as a model file. */
  private void check(List<String> classNames) {
    try {
      Dataset.of(new byte[1], 1, 1, new int[1], classNames);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "column %s: %s".formatted(estimator.getLabelCol(), e.getMessage()), e);
    }
  }

  /** Trains. */
  DownhillClassificationModel run() {
    int count = estimator.getShards();
    Shards train = Shards.of(rows.codes(layout, false), count, layout);
    Shards judged = null;
    try {
      if (train.size() == 0) {
        throw new IllegalArgumentException("expected at least one row to learn from, found none");
      }
      if (rows.hasValidation()) {
        judged = Shards.of(rows.codes(layout, true), count, layout.unweighted());
        if (judged.size() == 0) {
          throw new IllegalArgumentException(
              "validationIndicatorCol: expected at least one row to judge by, found none");
        }
      }
      TableSchema schema = schema(train);
      train = scaled(train, schema);
      judged = judged == null ? null : scaled(judged, schema);
      return train(train, judged, schema);
    } finally {
      train.close();
      if (judged != null) {
        judged.close();
      }
    }
  }

  private @Nullable TableSchema schema(Shards train) {
    String label = estimator.getLabelCol();
    return switch (estimator.getScaling()) {
      case "pixels" -> null;
      case "standard" -> train.schema(names, label);
      default ->
          new TableSchema(
              names.stream().<Column>map(name -> new Column.Numeric(name, 0, 1)).toList(),
              label,
              Missing.ERROR);
    };
  }

  private Shards scaled(Shards shards, @Nullable TableSchema schema) {
    if (schema == null || !estimator.getScaling().equals("standard")) {
      return shards;
    }
    double[] means = new double[layout.features()];
    double[] scales = new double[layout.features()];
    for (int j = 0; j < means.length; j++) {
      Column.Numeric column = (Column.Numeric) schema.columns().get(j);
      means[j] = column.mean();
      scales[j] = column.scale();
    }
    Shards scaled = shards.mapped(block -> block.standardised(means, scales));
    scaled.size(); // computes it, so that the one before can go
    shards.close();
    return scaled;
  }

  private DownhillClassificationModel train(
      Shards train, @Nullable Shards judged, @Nullable TableSchema schema) {
    SortedMap<String, String> provenance =
        ConfigurationReader.provenance(estimator, configuration, train.fingerprint());
    try (@Nullable CheckpointStore store = store(judged, provenance)) {
      @Nullable TrainingState found = store == null ? null : store.load();
      TrainingState state = found == null ? start() : found;
      ClusterTraining training = training(train, judged, store, state);
      Network network = training.run();
      return new DownhillClassificationModel(
              new Model(network, layout.classNames(), provenance, schema),
              new TrainingSummary(training.history(), state.epoch() - 1, training.bestEpoch()))
          .setParent(estimator);
    }
  }

  private TrainingState start() {
    return TrainingState.start(configuration, Network.initial(architecture, configuration.seed()));
  }

  private @Nullable CheckpointStore store(
      @Nullable Shards judged, SortedMap<String, String> provenance) {
    if (estimator.getCheckpointDir().isEmpty()) {
      return null;
    }
    SortedMap<String, String> settings = new TreeMap<>(provenance);
    settings.put("network", architecture.toString());
    if (judged != null) {
      settings.put("rows_to_judge_by", HexFormat.of().toHexDigits(judged.fingerprint()));
    }
    return new CheckpointStore(
        estimator.getCheckpointDir(), context.hadoopConfiguration(), settings);
  }

  private static Architecture architecture(int[] hidden, Layout layout) {
    return Architecture.of(
        IntStream.concat(
                IntStream.concat(IntStream.of(layout.features()), IntStream.of(hidden)),
                IntStream.of(layout.classNames().size()))
            .toArray());
  }

  private ClusterTraining training(
      Shards train, @Nullable Shards judged, @Nullable CheckpointStore store, TrainingState state) {
    Descent.Plan plan = new Descent.Plan(configuration, estimator.getThreads());
    Descent descent = descent(train, plan, state);
    ClusterTraining.Course course =
        new ClusterTraining.Course(
            configuration.epochs(),
            estimator.getPatience(),
            estimator.getCheckpointInterval(),
            estimator.getValidationIndicatorCol());
    return new ClusterTraining(context, descent, plan, judged, course, store, state);
  }

  private Descent descent(Shards train, Descent.Plan plan, TrainingState state) {
    if (estimator.getDescent().equals("synchronous")) {
      return new SynchronousDescent(context, train, plan, train.size(), state);
    }
    double outer = estimator.getOuterMomentum();
    // A checkpoint keeps the velocity after the optimizer's own numbers.
    boolean resumed = outer > 0 && state.epoch() > 1;
    List<Network> moments = state.moments();
    @Nullable Network velocity = resumed ? moments.getLast() : null;
    TrainingState own = resumed ? state.withMoments(moments.subList(0, moments.size() - 1)) : state;
    return new LocalDescent(
        context, train, plan, estimator.getRoundsPerEpoch(), outer, own, velocity);
  }
}
