package downhill.modelfile;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Replaces a file as a whole: whoever reads it, and whatever fails or loses power, finds the old
 * file or the new one, complete.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file. */
  public interface Content {
    /** Writes it all; the stream is closed by whoever opened it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a temporary file in the same folder, flushes it to disk, renames it into place. An
   * interrupted thread writes on, and stays interrupted.
   *
   * @param file what to write or replace, on the default file system; a symbolic link is replaced,
   *     not followed; a folder, a device or a pipe is refused, and so is a link to one
   * @throws ModelFileException if that fails; the temporary file is gone then, the old one is not
   */
  public static void replace(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw new ModelFileException(
          file.toString(), "expected the name of a file to write, found a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new ModelFileException(
          file.toString(), "cannot be written: there is no folder " + folder + "; make it first");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A rename would take it away from all who use it, and a reader would wait for ever.
      throw new ModelFileException(
          file.toString(), "expected a file to write, found a device or a pipe");
    }
    String name = ".downhill-%016x.tmp".formatted(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve(name);
    try {
      write(temporary, content);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      delete(temporary, failure);
      throw new ModelFileException(
          file.toString(),
          "cannot be written; nothing was changed: " + ModelFileException.reason(failure),
          failure);
    } catch (RuntimeException | Error failure) {
      delete(temporary, failure);
      throw failure;
    }
    flushFolder(folder);
  }

  // A stream and not a channel: a channel would close itself when the thread is interrupted, and an
  // interrupt is how training is told to stop, just before its last model is saved.
  private static void write(Path temporary, Content content) throws IOException {
    Files.createFile(temporary);
    try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
      content.writeTo(out);
      out.getFD().sync();
    }
  }

  private static void delete(Path temporary, Throwable failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  // Makes the rename itself last. Not every platform can open a folder, and the file is complete
  // either way, so a refusal is no failure.
  static void flushFolder(Path folder) {
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      return;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
