package downhill.app;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one training run. A new run takes a fresh one; only {@code --resume} goes on in an
 * old one.
 *
 * @param path the folder
 */
record RunFolder(Path path) {
  static final String MODEL = "model.safetensors";
  static final String HISTORY = "history.jsonl";

  private static final Path PARENT = Path.of("runs");
  private static final String HINT = "give --output another folder; a run never overwrites one";

  /** Refuses an output folder that holds something already, without touching the disk. */
  static void check(@Nullable Path output) {
    if (output == null || !Files.exists(output)) {
      return;
    }
    if (!Files.isDirectory(output)) {
      throw CommandException.refused(
          "output folder " + output + ": there is a file of that name", HINT);
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(output)) {
      for (Path entry : entries) {
        throw CommandException.refused(
            "output folder %s: expected an empty or a new folder, found %s in it"
                .formatted(output, entry.getFileName()),
            HINT);
      }
    } catch (IOException e) {
      throw CommandException.refused(e, HINT);
    }
  }

  /** Returns the folder of a run that is to go on. */
  static RunFolder of(Path run) {
    if (!Files.isDirectory(run)) {
      throw CommandException.refused(
          "%s: expected a run folder, found %s"
              .formatted(run, Files.exists(run) ? "a file" : "nothing of this name"),
          "--resume takes the folder of a run that was stopped, such as runs/1");
    }
    return new RunFolder(run);
  }

  /**
   * Makes the folder.
   *
   * @param output where; null for the next free {@code runs/N}
   */
  static RunFolder create(@Nullable Path output) {
    return create(output, PARENT);
  }

  /**
   * Makes a folder.
   *
   * @param output where; null for the next free number in {@code parent}
   */
  static RunFolder create(@Nullable Path output, Path parent) {
    try {
      if (output == null) {
        return createNext(parent);
      }
      check(output);
      Files.createDirectories(output);
      return new RunFolder(output);
    } catch (IOException e) {
      throw CommandException.refused(
          "output folder " + (output == null ? parent : output) + ": " + Failure.describe(e),
          "give --output a folder that can be written");
    }
  }

  // Making a folder is atomic, so of two runs that start at once each gets its own.
  static RunFolder createNext(Path parent) throws IOException {
    Files.createDirectories(parent);
    int next = 1;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.matches("[1-9]\\d{0,8}")) {
          next = Math.max(next, Integer.parseInt(name) + 1);
        }
      }
    }
    while (true) {
      try {
        return new RunFolder(Files.createDirectory(parent.resolve(Integer.toString(next))));
      } catch (FileAlreadyExistsException e) {
        next++;
      }
    }
  }

  /** Removes the files that a killed run was about to write. */
  void sweep() {
    try (DirectoryStream<Path> unfinished =
        Files.newDirectoryStream(path, ".downhill-????????????????.tmp")) {
      for (Path file : unfinished) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw CommandException.refused(e, "a run is resumed in its own folder, which it writes to");
    }
  }

  Path model() {
    return path.resolve(MODEL);
  }

  Path history() {
    return path.resolve(HISTORY);
  }
}
