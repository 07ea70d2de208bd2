package downhill.spark;

import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/** Models as Spark ML saves them: a folder with its own metadata, and our model file beside it. */
final class ModelStore {
  private ModelStore() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final DownhillClassificationModel model;

    Writer(DownhillClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter$.MODULE$.saveMetadata(
          model, path, sparkSession(), Option.empty(), Option.empty());
      try {
        java.nio.file.Path local = Files.createTempFile("downhill", ".safetensors");
        try {
          ModelFile.save(model.model(), local);
          Path to = new Path(path, ModelFile.NAME);
          files(to, sparkSession().sparkContext().hadoopConfiguration())
              .copyFromLocalFile(false, true, new Path(local.toUri()), to);
        } finally {
          Files.deleteIfExists(local);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(
            path + ": the model cannot be written: " + e.getMessage(), e);
      }
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<DownhillClassificationModel> {
    @Override
    public DownhillClassificationModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), DownhillClassificationModel.class.getName());
      DownhillClassificationModel model =
          new DownhillClassificationModel(metadata.uid(), model(path), null);
      metadata.getAndSetParams(model, metadata.getAndSetParams$default$2());
      return model;
    }

    private Model model(String path) {
      Path from = new Path(path, ModelFile.NAME);
      try {
        java.nio.file.Path folder = Files.createTempDirectory("downhill");
        java.nio.file.Path local = folder.resolve(ModelFile.NAME);
        try {
          files(from, sparkSession().sparkContext().hadoopConfiguration())
              .copyToLocalFile(false, from, new Path(local.toUri()), true);
          return ModelFile.load(local);
        } finally {
          Files.deleteIfExists(local);
          Files.delete(folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(from + ": the model cannot be read: " + e.getMessage(), e);
      }
    }
  }

  private static FileSystem files(Path path, Configuration hadoop) throws IOException {
    return path.getFileSystem(hadoop);
  }
}
