package downhill.spark;

import downhill.data.Column;
import downhill.data.Missing;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.PartialMean;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.jspecify.annotations.Nullable;
import scala.Tuple3;

/**
 * A trained network in a pipeline. Features are raw, as in training: the model scales them. Where
 * it is saved there is also {@value ModelFile#NAME}, an ordinary model file, which {@code downhill
 * predict} and every other part of Downhill take; and {@link #of} makes one of such a file,
 * wherever it was trained.
 */
public final class DownhillClassificationModel
    extends ProbabilisticClassificationModel<Vector, DownhillClassificationModel>
    implements DownhillParams, MLWritable {
  private static final long serialVersionUID = 1;
  private static final double BYTE = 255;

  private final String uid;
  private final transient Settings settings;

  // The machines that predict need the weights and the scaling alone.
  private final transient @Nullable Model model;
  private final transient @Nullable TrainingSummary summary;
  private final String widths;
  private final PartialMean weights;
  private final double @Nullable [] means;
  private final double @Nullable [] scales;
  private final boolean meanForMissing;
  private transient volatile @Nullable Network network;

  /** For services that look for models by their class; it holds nothing. */
  public DownhillClassificationModel() {
    this(
        "downhill",
        new Model(
            downhill.spark.Vectors.zeros(Architecture.of(1, 2)),
            List.of("0", "1"),
            new TreeMap<>()),
        null);
  }

  DownhillClassificationModel(Model model, @Nullable TrainingSummary summary) {
    this(Identifiable$.MODULE$.randomUID("downhill"), model, summary);
  }

  DownhillClassificationModel(String uid, Model model, @Nullable TrainingSummary summary) {
    this.uid = uid;
    this.settings = new Settings(uid);
    this.model = model;
    this.summary = summary;
    this.network = model.network();
    this.widths = model.network().architecture().toString();
    this.weights = downhill.spark.Vectors.pack(List.of(model.network()), 1, 0, 0, 0);
    this.means = model.schema() == null ? null : numbers(model.schema(), Column.Numeric::mean);
    this.scales = model.schema() == null ? null : numbers(model.schema(), Column.Numeric::scale);
    this.meanForMissing = model.schema() != null && model.schema().missing() == Missing.MEAN;
    super();
    settings.complete(this);
    Defaults.set(this);
  }

  private static double[] numbers(TableSchema schema, ToDoubleFunction<Column.Numeric> of) {
    return schema.columns().stream()
        .mapToDouble(column -> {
          if (column instanceof Column.Numeric numeric) {
            return of.applyAsDouble(numeric);
          }
          throw new IllegalArgumentException(
              "model: expected columns of numbers, which a vector of features holds, found categories in column '%s'"
                  .formatted(column.name()));
        })
        .toArray();
  }

  /**
   * Returns the model in a file, or in a run folder.
   *
   * @param file on this machine
   * @throws IOException if it cannot be read or is no model
   * @throws IllegalArgumentException if it takes the rows of a table with categories
   */
  public static DownhillClassificationModel of(Path file) throws IOException {
    return new DownhillClassificationModel(ModelFile.load(file), null);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  /** Returns what a model file would hold. */
  public Model model() {
    if (model == null) {
      throw new IllegalStateException("expected to be asked on the driver, where the model is");
    }
    return model;
  }

  /** Returns how the model was trained; empty for one that was read. */
  public Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  /** Returns whether {@link #summary} has something to say. */
  public boolean hasSummary() {
    return summary != null;
  }

  @Override
  public int numClasses() {
    return network().architecture().classes();
  }

  @Override
  public int numFeatures() {
    return network().architecture().inputs();
  }

  private Network network() {
    Network known = network;
    if (known == null) {
      known = downhill.spark.Vectors.unpack(Architecture.parse(widths), weights).getFirst();
      network = known;
    }
    return known;
  }

  // Inherited twice, in types that only the compiler tells apart.
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }

  /**
   * Returns the logits z.
   *
   * @throws IllegalArgumentException if the features are none of this model, or so large that sums
   *     overflow and no class can be told
   */
  @Override
  public Vector predictRaw(Vector features) {
    float[] logits = network().logits(inputs(features));
    double[] raw = new double[logits.length];
    boolean overflown = false;
    boolean possible = false;
    for (int k = 0; k < raw.length; k++) {
      raw[k] = logits[k];
      overflown |= Float.isNaN(logits[k]) || logits[k] == Float.POSITIVE_INFINITY;
      possible |= Float.isFinite(logits[k]); // −∞ is an answer: not this class
    }
    if (overflown || !possible) {
      throw new IllegalArgumentException(
          "column %s: expected values for which the network has an answer, found some that make the logits %s; they are too far from those that it learned from, or its weights are too large"
              .formatted(getFeaturesCol(), Arrays.toString(logits)));
    }
    return Vectors.dense(raw);
  }

  private float[] inputs(Vector features) {
    float[] x = new float[numFeatures()];
    String column = getFeaturesCol();
    if (features.size() != x.length) {
      throw new IllegalArgumentException(
          "column %s: expected vectors of %d numbers, found one of %d"
              .formatted(column, x.length, features.size()));
    }
    double[] raw = features.toArray();
    if (means == null || scales == null) {
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) (Rows.pixel(column, j, raw[j]) / BYTE);
      }
      return x;
    }
    for (int j = 0; j < x.length; j++) {
      // A missing value counts as the mean where the table's model says so.
      boolean missing = Double.isNaN(raw[j]) && meanForMissing;
      x[j] = missing ? 0 : (float) ((raw[j] - means[j]) * scales[j]);
      if (!Float.isFinite(x[j])) {
        throw new IllegalArgumentException(
            "column %s: expected finite numbers, found %s at %d".formatted(column, raw[j], j));
      }
    }
    return x;
  }

  @Override
  public Vector raw2probabilityInPlace(Vector raw) {
    double[] values = ((DenseVector) raw).values();
    double max = Double.NEGATIVE_INFINITY;
    for (double z : values) {
      max = Math.max(max, z);
    }
    double sum = 0;
    for (int k = 0; k < values.length; k++) {
      values[k] = StrictMath.exp(values[k] - max);
      sum += values[k];
    }
    for (int k = 0; k < values.length; k++) {
      values[k] /= sum;
    }
    return raw;
  }

  @Override
  public DownhillClassificationModel copy(ParamMap extra) {
    DownhillClassificationModel copy = new DownhillClassificationModel(uid, model(), summary);
    return copyValues(copy, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelStore.Writer(this);
  }

  /** Returns a reader of saved models. */
  public static MLReader<DownhillClassificationModel> read() {
    return new ModelStore.Reader();
  }

  /** Reads a saved model. */
  public static DownhillClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "DownhillClassificationModel: uid=%s, network %s".formatted(uid, widths);
  }
}
