package downhill.spark;

import downhill.modelfile.Checkpoint;
import downhill.modelfile.CheckpointFile;
import downhill.modelfile.ModelFileException;
import downhill.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of one training, on any file system that Hadoop knows, in Downhill's own format, with
 * its checksum. Each training has a folder of its own, called by a hash of what it is a function
 * of: the folds and candidates of a search don't meet. Those that train alike (candidates may
 * differ in thresholds alone) take turns within a driver, and a later one finds what the first has
 * done. A new checkpoint is written beside the last, which is kept until the new one has its name.
 */
final class CheckpointStore implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CheckpointStore.class.getName());
  private static final String NEXT = "checkpoint.next.safetensors";

  /** The folders of trainings under way in this driver; guarded by itself. */
  private static final Set<Path> IN_USE = new HashSet<>();

  private final Path folder;
  private final FileSystem files;
  private final SortedMap<String, String> settings;

  /**
   * Opens the folder of a training, which is made if need be. Waits while another training of this
   * driver has it.
   *
   * @param parent where the folders of trainings lie
   * @param settings what the training is a function of; a checkpoint of other settings is refused
   */
  CheckpointStore(String parent, Configuration hadoop, SortedMap<String, String> settings) {
    this.settings = settings;
    Path own = new Path(parent, HexFormat.of().toHexDigits(hash(settings)));
    try {
      this.files = own.getFileSystem(hadoop);
      this.folder = files.makeQualified(own);
      files.mkdirs(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "checkpointDir " + parent + ": cannot be used: " + e.getMessage(), e);
    }
    occupy(folder);
  }

  private static void occupy(Path folder) {
    synchronized (IN_USE) {
      try {
        while (!IN_USE.add(folder)) {
          IN_USE.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(
            "checkpointDir %s: interrupted while another training was using it".formatted(folder),
            e);
      }
    }
  }

  /** Leaves the folder to the next training. */
  @Override
  public void close() {
    synchronized (IN_USE) {
      IN_USE.remove(folder);
      IN_USE.notifyAll();
    }
  }

  private static long hash(SortedMap<String, String> settings) {
    long state = settings.size();
    for (byte one : settings.toString().getBytes(StandardCharsets.UTF_8)) {
      state = RowCode.mixed(state ^ one);
    }
    return state;
  }

  /** Writes a checkpoint. */
  void save(TrainingState state) {
    try {
      java.nio.file.Path local = Files.createTempDirectory("downhill-checkpoint");
      try {
        CheckpointFile.save(new Checkpoint(state, settings), local);
        Path next = new Path(folder, NEXT);
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
        List<String> problems = fetch(local);
        if (CheckpointFile.isIn(local)) {
          return newest(CheckpointFile.load(local));
        }
        if (problems.isEmpty()) {
          return null;
        }
        throw new ModelFileException(folder.toString(), String.join("; ", problems));
      } finally {
        delete(local);
      }
    } catch (ModelFileException e) {
      throw new UncheckedIOException(
          "checkpointDir %s: no checkpoint there is whole: %s; delete it to begin anew"
              .formatted(folder, e.getMessage()),
          e);
    } catch (IOException e) { // which says nothing of what is there
      throw new UncheckedIOException(
          "checkpointDir %s: cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Copies the checkpoints that are there, and returns what is wrong with those that can't be. */
  private List<String> fetch(java.nio.file.Path local) throws IOException {
    List<String> problems = new ArrayList<>();
    // What was being written when the driver died was never called a checkpoint.
    for (String name : List.of(CheckpointFile.NAME, CheckpointFile.PREVIOUS)) {
      Path file = new Path(folder, name);
      java.nio.file.Path copy = local.resolve(name);
      try {
        if (files.exists(file)) {
          files.copyToLocalFile(false, file, new Path(copy.toUri()), true);
        }
      } catch (ChecksumException damaged) { // Hadoop's checksums find it before ours are looked at
        Files.deleteIfExists(copy);
        String problem = name + ": " + damaged.getMessage();
        LOG.log(System.Logger.Level.WARNING, "checkpointDir {0}: {1}", folder, problem);
        problems.add(problem);
      }
    }
    return problems;
  }

  private TrainingState newest(CheckpointFile.Loaded loaded) throws IOException {
    if (loaded.warning() != null) {
      LOG.log(System.Logger.Level.WARNING, "checkpointDir {0}: {1}", folder, loaded.warning());
    }
    TrainingState state = checked(loaded.checkpoint());
    if (!loaded.name().equals(CheckpointFile.NAME)) {
      // Or the next one would put the damaged one in the place of this good one.
      files.delete(new Path(folder, CheckpointFile.NAME), false);
    }
    return state;
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
