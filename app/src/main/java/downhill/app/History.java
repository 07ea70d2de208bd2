package downhill.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code history.jsonl} of a run folder: a line for each event, whole at any moment. While
 * it is open, no other process can open it, so a folder belongs to one run at a time. What is
 * locked is a file of its own: Unix drops the lock on a file when the process closes any of its
 * handles to it, and the history is read while it is written.
 */
final class History implements AutoCloseable {
  private static final String LOCK = ".lock";

  private final Path file;
  private final FileOutputStream out;
  private final FileChannel lock;

  private History(Path file, FileOutputStream out, FileChannel lock) {
    this.file = file;
    this.out = out;
    this.lock = lock;
  }

  /**
   * What was told before a checkpoint.
   *
   * @param bytes how many of the file's first bytes tell it
   * @param seconds time spent on training in the epochs that were finished
   * @param finished whether the whole training was finished, before the checkpoint or after it
   */
  record Past(long bytes, double seconds, boolean finished) {}

  /** Begins a new history; refuses to go on with an old one. */
  static History create(Path file) {
    try {
      Files.createFile(file);
      return open(file);
    } catch (FileAlreadyExistsException e) {
      throw CommandException.refused(e, "another run has taken this folder; give --output another");
    } catch (IOException e) {
      throw CommandException.refused(e, "give --output a folder that can be written");
    }
  }

  /** Goes on with a history, which may be missing. */
  static History resume(Path file) {
    try {
      return open(file);
    } catch (IOException e) {
      throw CommandException.refused(e, "a run is resumed in its own folder, which it writes to");
    }
  }

  private static History open(Path file) throws IOException {
    FileChannel lock =
        FileChannel.open(
            file.resolveSibling(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(lock)) {
      lock.close();
      throw CommandException.refused(
          file + ": another process is training in this folder", "wait for its end, or stop it");
    }
    try {
      return new History(file, new FileOutputStream(file.toFile(), true), lock);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // a file system without locks; nobody can do better there
    }
  }

  /**
   * Returns what was told up to a step. A line that was cut, and all after a line of a later step,
   * belongs to what a resumed training does anew.
   */
  Past past(long step) {
    long offset = 0;
    Past past = new Past(0, 0, false);
    boolean later = false;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        line.write(b);
        if (b == '\n') {
          offset += line.size();
          HistoryLine event = HistoryLine.parse(line.toString(StandardCharsets.UTF_8));
          later |= event.step() > step;
          boolean epoch = !later && event.name().equals("epoch");
          past =
              new Past(
                  later ? past.bytes : offset,
                  past.seconds + (epoch ? event.seconds() : 0),
                  past.finished || event.name().equals("finished"));
          line.reset();
        }
      }
      return past;
    } catch (IOException e) {
      throw CommandException.refused(e, "check that the file can be read");
    }
  }

  /** Forgets what was told after a checkpoint. */
  void cut(Past past) {
    try {
      out.getChannel().truncate(past.bytes());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Adds a line. */
  void add(String line) {
    long end = -1;
    try {
      end = out.getChannel().size();
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (end >= 0) {
        takeBack(end, e);
      }
      throw failed(e);
    }
  }

  // Of a line that was cut by a full disk nothing may stay, or the next one would be lost with it.
  private void takeBack(long end, IOException cause) {
    try {
      out.getChannel().truncate(end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Makes what was added last, whatever happens to the machine. */
  void flush() {
    try {
      out.getFD().sync();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try (lock) {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CommandException failed(IOException e) {
    return CommandException.failed(
        file + ": " + Failure.describe(e), Failure.remedy(e) + ", and go on with --resume", e);
  }
}
