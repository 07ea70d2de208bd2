package downhill.tuning;

import downhill.modelfile.AtomicFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a search: its plan and results, and the checkpoints of trials that may go on. One
 * process at a time may have it open. Once the plan is written, the folder can be opened again
 * whenever the process is killed, and lacks at most what came of the epoch that went on.
 */
public final class TuningFolder implements AutoCloseable {
  /** The plan, and a line for each result. */
  public static final String RECORD = "tuning.jsonl";

  private static final String TRIALS = "trials";

  private final Path path;
  private final TuningPlan plan;
  private final List<Result> results;
  private final RandomAccessFile record;

  private TuningFolder(Path path, TuningPlan plan, List<Result> results, RandomAccessFile record) {
    this.path = path;
    this.plan = plan;
    this.results = results;
    this.record = record;
  }

  /**
   * Begins a search in a folder that is there and holds none.
   *
   * @throws IOException if it holds one, which stays as it is, or can't be written
   */
  public static TuningFolder create(Path path, TuningPlan plan) throws IOException {
    Path file = path.resolve(RECORD);
    try {
      Files.createFile(file); // atomic: of two that begin at once, one is refused
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "%s: expected a folder without a search, found %s in it".formatted(path, RECORD), e);
    }
    try {
      replace(file, TuningRecord.write(plan) + "\n"); // so that nobody ever finds half a plan
    } catch (IOException | RuntimeException | Error failure) {
      giveBack(file, failure);
      throw failure;
    }
    return open(path);
  }

  private static void giveBack(Path file, Throwable failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  /**
   * Opens a folder to go on with its search. A last line that was cut short is dropped.
   *
   * @throws IOException if it holds no search, or another process has it open; the message names
   *     file and line
   */
  public static TuningFolder open(Path path) throws IOException {
    Path file = path.resolve(RECORD);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "%s: expected a folder that holds %s, found none in it".formatted(path, RECORD));
    }
    RandomAccessFile record = new RandomAccessFile(file.toFile(), "rw");
    try {
      lock(record, path);
      // Through this very file: where another handle to it is closed, Unix drops the lock.
      byte[] bytes = new byte[Math.toIntExact(record.length())];
      record.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      record.setLength(end);
      record.seek(end);
      List<String> lines =
          new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8).lines().toList();
      if (lines.isEmpty()) {
        throw new IOException(
            file
                + ":1: expected the plan of a search, found nothing; it has not begun yet, or was"
                + " killed before it did");
      }
      TuningPlan plan = TuningRecord.readPlan(lines.getFirst(), file + ":1");
      List<Result> results = new ArrayList<>();
      for (int i = 1; i < lines.size(); i++) {
        results.add(TuningRecord.readResult(lines.get(i), file + ":" + (i + 1)));
      }
      return new TuningFolder(path, plan, results, record);
    } catch (IOException | RuntimeException e) {
      record.close();
      throw e;
    }
  }

  private static void lock(RandomAccessFile record, Path path) throws IOException {
    @Nullable FileLock lock;
    try {
      lock = record.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      return; // a file system without locks; nobody can do better there
    }
    if (lock == null) {
      throw new IOException(path + ": another downhill is working in this folder");
    }
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Returns what is searched, and how. */
  public TuningPlan plan() {
    return plan;
  }

  /** Returns what is known so far, in the order in which it came to be. */
  public List<Result> results() {
    return List.copyOf(results);
  }

  /** Writes down a result, so that it is there whatever happens next. */
  void add(Result result) throws IOException {
    String line = TuningRecord.write(result, plan.draw(result.trial())) + "\n";
    record.write(line.getBytes(StandardCharsets.UTF_8));
    record.getFD().sync();
    results.add(result);
  }

  /** Returns the folder of a trial's checkpoints, whether it is there or not. */
  Path trial(int trial) {
    return path.resolve(TRIALS).resolve(Integer.toString(trial));
  }

  /** Removes the checkpoints of all trials but some, which go on. */
  void keepTrials(List<Integer> living) throws IOException {
    Path trials = path.resolve(TRIALS);
    if (!Files.isDirectory(trials)) {
      return;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(trials)) {
      for (Path folder : folders) {
        boolean own = folder.getFileName().toString().matches("[1-9]\\d*"); // and no stranger's
        if (own && living.stream().noneMatch(trial -> trial(trial).equals(folder))) {
          removeFolder(folder);
        }
      }
    }
    if (living.isEmpty()) {
      try {
        Files.delete(trials);
      } catch (DirectoryNotEmptyException others) {
        return; // what is not of this search stays
      }
    }
  }

  private static void removeFolder(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /**
   * Writes a file of the folder, whole or not at all.
   *
   * @param name the name of the file
   */
  public void write(String name, String text) throws IOException {
    replace(path.resolve(name), text);
  }

  private static void replace(Path file, String text) throws IOException {
    AtomicFile.replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws IOException {
    record.close();
  }
}
