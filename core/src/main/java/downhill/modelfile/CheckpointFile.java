package downhill.modelfile;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints in a run folder: the newest, and the one before it. A checkpoint is a safetensors
 * file as a model is, with more tensors and with a checksum of all its bytes, so that one that was
 * cut or changed anywhere is not mistaken for a good one.
 */
public final class CheckpointFile {
  /** The name of the newest checkpoint. */
  public static final String NAME = "checkpoint.safetensors";

  /** The name of the one before it. */
  public static final String PREVIOUS = "checkpoint.previous.safetensors";

  /** What {@link #save} has written, and not renamed yet. */
  static final String NEXT = "checkpoint.next.safetensors";

  private CheckpointFile() {}

  /**
   * A checkpoint that was read.
   *
   * @param checkpoint the newest good one
   * @param name the name of its file
   * @param warning why it is not the newest of all; null if it is
   */
  public record Loaded(Checkpoint checkpoint, String name, @Nullable String warning) {}

  /**
   * Writes a checkpoint beside the newest, flushes it to disk, and then renames both: at any moment
   * there is a good one.
   *
   * @param folder the run folder
   * @throws ModelFileException if it cannot be written; the one from before is then still there
   */
  public static void save(Checkpoint checkpoint, Path folder) throws IOException {
    Path next = folder.resolve(NEXT);
    MessageDigest digest = Checksum.digest();
    write(
        checkpoint,
        Checksum.ZEROS,
        new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    String checksum = HexFormat.of().formatHex(digest.digest());
    AtomicFile.replace(next, out -> write(checkpoint, checksum, out));
    try {
      if (Files.exists(folder.resolve(NAME))) {
        rename(folder.resolve(NAME), folder.resolve(PREVIOUS));
      }
      rename(next, folder.resolve(NAME));
      AtomicFile.flushFolder(folder);
    } catch (IOException failure) {
      throw new ModelFileException(
          folder.resolve(NAME).toString(),
          "cannot be written: " + ModelFileException.reason(failure),
          failure);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void write(Checkpoint checkpoint, String checksum, OutputStream out)
      throws IOException {
    List<FloatTensor> tensors = new ArrayList<>();
    CheckpointMetadata.networks(checkpoint.state())
        .forEach((prefix, network) -> tensors.addAll(SequentialLayers.tensors(network, prefix)));
    SortedMap<String, String> metadata = CheckpointMetadata.write(checkpoint);
    metadata.put(Checksum.KEY, checksum);
    Safetensors.write(out, metadata, tensors);
  }

  /**
   * Reads the newest good checkpoint of a run folder.
   *
   * @throws ModelFileException if there is none; the message says what is wrong with those that are
   *     there
   * @throws InterruptedIOException if the thread is interrupted, which says nothing of those that
   *     are there
   */
  public static Loaded load(Path folder) throws IOException {
    if (!isIn(folder)) {
      throw new ModelFileException(
          folder.toString(),
          "expected a run folder that holds %s, found none in it".formatted(NAME));
    }
    StringBuilder problems = new StringBuilder();
    // Where a run was killed before the newest was renamed, that still has the name that it was
    // written under.
    for (String name : List.of(NEXT, NAME, PREVIOUS)) {
      Path file = folder.resolve(name);
      if (name.equals(NEXT) && !Files.exists(file)) {
        continue;
      }
      try {
        Checkpoint checkpoint = read(file);
        return new Loaded(
            checkpoint, name, problems.isEmpty() ? null : problems + "; the one before it is used");
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException damaged) {
        problems.append(problems.isEmpty() ? "" : "; ").append(describe(file, damaged));
      }
    }
    throw new ModelFileException(folder.toString(), "no checkpoint can be used: " + problems);
  }

  /**
   * Gives a checkpoint that was read the name of the newest, where it has another: so the next
   * {@link #save} keeps it as the one from before, and not one that is damaged.
   *
   * @throws IOException if it cannot be renamed
   */
  public static void settle(Path folder, Loaded loaded) throws IOException {
    if (loaded.name.equals(NAME)) {
      return;
    }
    if (loaded.name.equals(NEXT) && isGood(folder.resolve(NAME))) {
      rename(folder.resolve(NAME), folder.resolve(PREVIOUS));
    }
    rename(folder.resolve(loaded.name), folder.resolve(NAME));
    AtomicFile.flushFolder(folder);
  }

  private static boolean isGood(Path file) throws InterruptedIOException {
    try {
      read(file);
      return true;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException damaged) {
      return false;
    }
  }

  /** Returns whether a folder holds a checkpoint, good or not. */
  public static boolean isIn(Path folder) {
    return Stream.of(NAME, NEXT, PREVIOUS).anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  private static String describe(Path file, IOException failure) {
    return failure instanceof ModelFileException own
        ? String.valueOf(own.getMessage())
        : file + ": " + ModelFileException.reason(failure);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws ModelFileException if the file is missing, damaged or something else
   */
  static Checkpoint read(Path file) throws IOException {
    Checksum.check(file);
    try (Safetensors tensors = Safetensors.open(file)) {
      return CheckpointMetadata.read(tensors);
    }
  }
}
