package downhill.serving;

import downhill.data.CsvFormat;
import downhill.data.Missing;
import downhill.data.Preparation;
import downhill.data.RowEncoder;
import downhill.data.TableSchema;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Execution;
import downhill.network.Network;
import downhill.network.Predictions;
import downhill.network.Predictor;
import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the file of a model and makes it ready to answer. */
@FunctionalInterface
public interface ModelLoader {
  /**
   * A model that is ready.
   *
   * @param network the widths, as in {@code 784-128-10}
   * @param inputs n_0
   * @param classNames one for each class, n_L
   * @param rows what makes inputs of a table's rows; null where the inputs are pixels
   * @param preparation how pictures became the network's inputs; null where nothing says it
   * @param platform what computes the answers, for the model's metadata
   * @param classifier the same, at work
   */
  record Loaded(
      String network,
      int inputs,
      List<String> classNames,
      @Nullable RowEncoder rows,
      @Nullable Preparation preparation,
      String platform,
      Classifier classifier) {
    /** Copies the names. */
    public Loaded {
      classNames = List.copyOf(classNames);
    }

    /** Makes a model of which nothing says how pictures became its inputs. */
    public Loaded(
        String network,
        int inputs,
        List<String> classNames,
        @Nullable RowEncoder rows,
        String platform,
        Classifier classifier) {
      this(network, inputs, classNames, rows, null, platform, classifier);
    }
  }

  /**
   * Loads a model.
   *
   * @throws IOException if it can't be read; the message says what is wrong with which file
   */
  Loaded load(Path file) throws IOException;

  /**
   * Returns the files that a model is read from: the file itself, and others that belong to it. If
   * one of them changes, the model is loaded again.
   *
   * @throws IOException if the file can't be read
   */
  default List<Path> files(Path file) throws IOException {
    return List.of(file);
  }

  private static @Nullable Preparation preparation(Path file, Model model) throws IOException {
    try {
      return Preparation.of(model.provenance()).orElse(null);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns a loader of safetensors and ONNX files that answers with Downhill's own engine, and
   * refuses categories that training did not have.
   */
  static ModelLoader own(Execution execution) {
    return own(execution, Missing.ERROR);
  }

  /**
   * Returns a loader of safetensors and ONNX files that answers with Downhill's own engine.
   *
   * @param unknown what a category of a table is taken for that training did not have
   */
  static ModelLoader own(Execution execution, Missing unknown) {
    CsvFormat format = CsvFormat.DEFAULT.withUnknown(unknown);
    return new ModelLoader() {
      @Override
      public Loaded load(Path file) throws IOException {
        Model model = OnnxFile.isNamed(file) ? OnnxFile.load(file) : ModelFile.load(file);
        @Nullable TableSchema schema = model.schema();
        return new Loaded(
            model.network().architecture().toString(),
            model.network().architecture().inputs(),
            model.classNames(),
            schema == null ? null : new RowEncoder(schema, format),
            preparation(file, model),
            "downhill",
            new Own(model.network(), execution));
      }

      @Override
      public List<Path> files(Path file) throws IOException {
        List<Path> files = new ArrayList<>(List.of(file));
        if (OnnxFile.isNamed(file)) {
          files.addAll(OnnxFile.external(file)); // weights may lie beside it
        }
        return files;
      }
    };
  }

  /**
   * Downhill's own engine. Small batches are computed by the thread that asks: the other cores are
   * busy with other requests, and waking a team costs more than it saves. Which of the two computes
   * changes no bit. The team is there from the first large batch on: its threads and buffers are
   * many where many versions are served, most of which nobody asks for so much, or at all.
   */
  final class Own implements Classifier {
    /** From so many examples on the whole team computes. */
    private static final int MANY = 128;

    private final Network network;
    private final Execution execution;
    private final Predictor alone;
    private @Nullable Predictor team; // guarded by this
    private boolean closed; // guarded by this

    private Own(Network network, Execution execution) {
      this.network = network;
      this.execution = execution;
      alone = new Predictor(network, new Execution(1, execution.kernel()));
    }

    @Override
    public void classify(float[] x, int from, int count, float[] probabilities, int[] classes) {
      Predictor predictor = count < MANY || execution.threads() == 1 ? alone : team();
      Predictions predictions = predictor.predict(x, from, count);
      int width = predictions.classes();
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < width; k++) {
          probabilities[i * width + k] = predictions.probability(i, k);
        }
        classes[i] = predictions.label(i);
      }
    }

    /** Returns the team, which stays until this is closed. */
    private synchronized Predictor team() {
      if (closed) {
        throw new IllegalStateException("expected an open classifier, found a closed one");
      }
      @Nullable Predictor made = team;
      if (made == null) {
        made = new Predictor(network, execution);
        team = made;
      }
      return made;
    }

    @Override
    public synchronized void close() {
      closed = true;
      alone.close();
      if (team != null) {
        team.close();
      }
    }
  }
}
