package downhill.studio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lines of a file that grows: only what has come since is read. Where it has become shorter, as
 * when a run goes on from a checkpoint, it is read anew. Safe to share.
 */
final class Lines {
  /** The most lines that are kept: the first, and the last ones. */
  static final int MOST = 5000;

  private static final int LONGEST = 20_000;
  private static final int PIECE = 1 << 16;

  /** How much of what was read is compared; lines end in numbers that are not twice the same. */
  private static final int TAIL = 200;

  private final Path file;
  private final Predicate<String> wanted;
  private final Deque<String> later = new ArrayDeque<>();
  private String first = "";
  private long done;
  private byte[] tail = new byte[0];
  private long time;
  private List<String> all = List.of();

  Lines(Path file, Predicate<String> wanted) {
    this.file = file;
    this.wanted = wanted;
  }

  /** Returns the lines that are wanted, of those that are whole. */
  synchronized List<String> all() {
    try {
      if (Files.isRegularFile(file)) {
        look();
      }
    } catch (IOException e) {
      return all; // what was read is what there is
    }
    return all;
  }

  private void look() throws IOException {
    long size = Files.size(file);
    long written = Files.getLastModifiedTime(file).toMillis();
    if (size < done || (size == done && written != time)) { // cut, or another one of the same size
      forget();
    }
    if (size > done || written != time) {
      read(size);
      time = written;
      List<String> lines = new ArrayList<>(later);
      if (!first.isEmpty()) {
        lines.addFirst(first);
      }
      all = List.copyOf(lines);
    }
  }

  private void forget() {
    done = 0;
    tail = new byte[0];
    first = "";
    later.clear();
  }

  /** Returns whether what was read is still there: a file may be cut and grow again unseen. */
  private boolean goesOn(RandomAccessFile in) throws IOException {
    byte[] found = new byte[tail.length];
    in.seek(done - tail.length);
    in.readFully(found);
    return Arrays.equals(found, tail);
  }

  private void remember(RandomAccessFile in) throws IOException {
    tail = new byte[(int) Math.min(TAIL, done)];
    in.seek(done - tail.length);
    in.readFully(tail);
  }

  /** Reads on up to the last end of a line. */
  private void read(long size) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (!goesOn(in)) {
        forget();
      }
      in.seek(done);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] piece = new byte[PIECE];
      long at = done;
      while (at < size) {
        int count = in.read(piece, 0, (int) Math.min(PIECE, size - at));
        if (count < 0) {
          break; // cut while it is read
        }
        for (int i = 0; i < count; i++) {
          at++;
          if (piece[i] == '\n') {
            add(line.toString(StandardCharsets.UTF_8));
            line.reset();
            done = at;
          } else if (line.size() <= LONGEST) {
            line.write(piece[i]);
          }
        }
      }
      remember(in);
    }
  }

  private void add(String line) {
    if (line.length() > LONGEST || !wanted.test(line)) {
      return;
    }
    if (first.isEmpty()) {
      first = line; // it says what the run is
      return;
    }
    later.add(line);
    if (later.size() == MOST) {
      later.removeFirst();
    }
  }
}
