package downhill.spark;

import downhill.modelfile.Checkpoint;
import downhill.modelfile.CheckpointFile;
import downhill.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints in a folder of any file system that Hadoop knows, in Downhill's own format, with its
 * checksum. A new one is written beside the last, which is kept until the new one has its name.
 */
final class CheckpointStore {
  private final Path folder;
  private final FileSystem files;
  private final SortedMap<String, String> settings;

  /**
   * Opens a folder, which is made if need be.
   *
   * @param settings what the training is a function of; a checkpoint of other settings is refused
   */
  CheckpointStore(String folder, Configuration hadoop, SortedMap<String, String> settings) {
    this.folder = new Path(folder);
    this.settings = settings;
    try {
      this.files = this.folder.getFileSystem(hadoop);
      files.mkdirs(this.folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpointDir " + folder + ": cannot be used: " + e.getMessage(), e);
    }
  }

  /** Writes a checkpoint. */
  void save(TrainingState state) {
    try {
      java.nio.file.Path local = Files.createTempDirectory("downhill-checkpoint");
      try {
        CheckpointFile.save(new Checkpoint(state, settings), local);
        Path next = new Path(folder, "checkpoint.next.safetensors");
        files.copyFromLocalFile(
            true, true, new Path(local.resolve(CheckpointFile.NAME).toUri()), next);
        Path newest = new Path(folder, CheckpointFile.NAME);
        if (files.exists(newest)) {
          Path previous = new Path(folder, CheckpointFile.PREVIOUS);
          files.delete(previous, false);
          rename(newest, previous);
        }
        rename(next, newest);
      } finally {
        delete(local);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpointDir " + folder + ": a checkpoint cannot be written: " + e.getMessage(), e);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  /**
   * Returns the newest good checkpoint; null if there is none.
   *
   * @throws IllegalArgumentException if it is of another training
   */
  @Nullable TrainingState load() {
    try {
      java.nio.file.Path local = Files.createTempDirectory("downhill-checkpoint");
      try {
        boolean any = false;
        for (String name :
            new String[] {
              CheckpointFile.NAME, "checkpoint.next.safetensors", CheckpointFile.PREVIOUS
            }) {
          Path file = new Path(folder, name);
          if (files.exists(file)) {
            files.copyToLocalFile(false, file, new Path(local.resolve(name).toUri()), true);
            any = true;
          }
        }
        return any ? checked(CheckpointFile.load(local).checkpoint()) : null;
      } finally {
        delete(local);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpointDir " + folder + ": no checkpoint there can be read: " + e.getMessage(), e);
    }
  }

  private TrainingState checked(Checkpoint checkpoint) {
    settings.forEach((name, value) -> {
      String found = checkpoint.settings().get(name);
      if (!value.equals(found)) {
        throw new IllegalArgumentException(
            "checkpointDir %s: expected a checkpoint of this training, found one with another %s (%s, not %s); take another folder, or delete what is there"
                .formatted(folder, name, found, value));
      }
    });
    return checkpoint.state();
  }

  private static void delete(java.nio.file.Path local) throws IOException {
    try (var its = Files.list(local)) {
      for (java.nio.file.Path file : its.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(local);
  }
}
