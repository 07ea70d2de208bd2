package downhill.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written, and takes its name when it is complete. It is called after the file
 * that it is to become, and locked while somebody writes it: so what a killed program has left can
 * be told from what another one is about to complete, and be deleted.
 */
final class HalfWritten implements Closeable {
  private static final String ENDING = ".tmp";
  private static final String RANDOM = "[0-9a-f]{16}";

  /**
   * The names of those of this program, which are no others', by whatever path one comes to them.
   * Nobody may as much as open them: whoever closes a file loses all locks that the program has on
   * it, on most systems.
   */
  private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean complete;

  private HalfWritten(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /** Begins a file beside the one that it is to become. */
  static HalfWritten create(Path target) throws IOException {
    while (true) {
      String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      String name = beginning(target) + random + ENDING;
      Path temporary = target.resolveSibling(name);
      OWN.add(name);
      @Nullable HalfWritten file = null;
      try {
        file = open(target, temporary);
      } finally {
        if (file == null) {
          OWN.remove(name);
        }
      }
      if (file != null) {
        temporary.toFile().deleteOnExit(); // where the program is stopped in between
        return file;
      }
    }
  }

  /** Returns null where somebody has taken the file for one that was left, before it was locked. */
  private static @Nullable HalfWritten open(Path target, Path temporary) throws IOException {
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    boolean locked;
    try {
      locked = channel.tryLock() != null && Files.exists(temporary);
    } catch (IOException e) {
      locked = true; // a file system without locks: nobody deletes what is there
    }
    if (!locked) {
      channel.close();
      return null;
    }
    return new HalfWritten(target, temporary, channel);
  }

  private static String beginning(Path target) {
    return "." + target.getFileName() + ".";
  }

  /** Deletes what is left of a file that nobody writes any more; does what it can. */
  static void clean(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    String beginning = beginning(target);
    DirectoryStream.Filter<Path> left =
        entry -> {
          String name = entry.getFileName().toString();
          return name.startsWith(beginning)
              && name.substring(beginning.length()).matches(RANDOM + "\\.tmp")
              && !OWN.contains(name);
        };
    if (folder == null) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, left)) {
      for (Path entry : entries) {
        deleteUnlocked(entry);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // a folder that nobody may look into has nothing of ours
    }
  }

  private static void deleteUnlocked(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | OverlappingFileLockException e) {
      return; // it is another's, or somebody has been faster
    }
  }

  /** Writes all that remains in a buffer. */
  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Gives the file its name. */
  void complete() throws IOException {
    // Before it is closed, and so unlocked: then it would be one that nobody writes.
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    complete = true;
    close();
  }

  /** Removes what was written, unless it is complete. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (!complete) {
        Files.deleteIfExists(temporary);
      }
    } finally {
      OWN.remove(String.valueOf(temporary.getFileName()));
    }
  }
}
