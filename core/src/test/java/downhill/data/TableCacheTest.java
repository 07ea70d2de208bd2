package downhill.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files that hold the rows of tables: when they are used, written and deleted. */
class TableCacheTest {
  @TempDir private Path folder = Path.of("");

  private static void assertSame(Dataset one, Dataset other) {
    assertThat(one.sha256()).isEqualTo(other.sha256());
    assertThat(one.schema()).isEqualTo(other.schema());
    assertThat(one.classNames()).isEqualTo(other.classNames());
    for (int i = 0; i < one.size(); i++) {
      assertThat(Arrays.equals(one.example(i), other.example(i))).isTrue();
      assertThat(one.label(i)).isEqualTo(other.label(i));
    }
  }

  /** On the heap, in a file, or first here and then there: the same bits. */
  @Test
  void whereRowsLieDoesNotMatter() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(3000, 2));
    CsvFormat format = Csv.format().withMissing(Missing.MEAN);
    Datasets heap = CsvFile.load(file, null, 0.2, format, Csv.HEAP);
    assertThat(Csv.content(folder)).containsExactly("flowers.csv");
    Datasets spilled = CsvFile.load(file, null, 0.2, format, new TableCache(null, 50_000));
    assertThat(Csv.content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Datasets mapped = CsvFile.load(file, null, 0.2, format, Csv.in(cache));
    Path rows = cache.resolve(Csv.content(cache).getFirst());
    assertThat(Csv.content(cache)).hasSize(1);
    assertThat(rows.getFileName().toString()).matches("flowers\\.csv-[0-9a-f]{16}\\.downhill-rows");
    for (Datasets other : List.of(spilled, mapped)) {
      assertSame(heap.train(), other.train());
      assertSame(heap.test(), other.test());
      assertSame(heap.train().split(0.3, 4).train(), other.train().split(0.3, 4).train());
      assertSame(heap.train().slice(5, 90), other.train().slice(5, 90));
    }
    assertThat(Files.readAllBytes(rows))
        .isEqualTo(Files.readAllBytes(folder.resolve("flowers.csv.downhill-rows")));
  }

  /**
   * A file of rows is used again while it is whole and the table is the same, and not otherwise.
   */
  @Test
  void filesOfRowsAreUsedAgain() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    Datasets first = CsvFile.load(file, null, 0.2, Csv.format(), cache);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(rows, old);
    assertSame(first.train(), CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    // For a schema that is there already, for missing values as the mean, and where memory is
    // ample.
    TableSchema schema = Csv.schema(first.train());
    CsvFile.read(file, CsvFormat.DEFAULT, schema, first.train().classNames(), cache);
    CsvFile.load(file, null, 0.2, Csv.format().withMissing(Missing.MEAN), cache);
    CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP);
    assertThat(Files.getLastModifiedTime(rows)).isEqualTo(old);
    // Read in another way.
    CsvFile.load(file, null, 0.2, CsvFormat.DEFAULT, cache);
    assertThat(Files.getLastModifiedTime(rows)).isNotEqualTo(old);
    CsvFile.load(file, null, 0.2, Csv.format(), cache);
    // Damaged in one bit anywhere, cut, or longer.
    byte[] good = Files.readAllBytes(rows);
    for (int at = 0; at < good.length; at += 1 + good.length / 50) {
      byte[] bad = good.clone();
      bad[at] = (byte) (bad[at] ^ 16);
      Files.write(rows, bad);
      assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
      assertThat(Files.readAllBytes(rows)).isEqualTo(good);
    }
    for (int length : new int[] {0, 1, 8, 19, 20, 21, good.length - 8, good.length - 1}) {
      Files.write(rows, Arrays.copyOf(good, length));
      assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
    }
    Files.write(rows, Arrays.copyOf(good, good.length + 8));
    assertSame(first.test(), CsvFile.load(file, null, 0.2, Csv.format(), cache).test());
    // The table changes.
    Files.writeString(file, Csv.flowers(400, 3), StandardCharsets.UTF_8);
    assertThat(CsvFile.load(file, null, 0.2, Csv.format(), cache).test().sha256())
        .isNotEqualTo(first.test().sha256());
    assertThat(Csv.content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
  }

  /** Whether missing values are refused or not does not matter where there are none. */
  @Test
  void rowsWithoutMissingValuesServeAll() throws IOException {
    TableCache cache = Csv.in(folder);
    CsvFormat mean = CsvFormat.DEFAULT.withMissing(Missing.MEAN);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Path whole = Csv.file(folder, "whole.csv", "a,label\n1,x\n2,y\n");
    CsvFile.load(whole, whole, 0, mean, cache);
    Path rows = cache.file(whole);
    Files.setLastModifiedTime(rows, old);
    CsvFile.load(whole, whole, 0, CsvFormat.DEFAULT, cache);
    assertThat(Files.getLastModifiedTime(rows)).isEqualTo(old);
    Path holes = Csv.file(folder, "holes.csv", "a,label\n1,x\n,y\n");
    CsvFile.load(holes, holes, 0, mean, cache);
    assertThatThrownBy(() -> CsvFile.load(holes, holes, 0, CsvFormat.DEFAULT, cache))
        .hasMessageContaining("line 3, column 1 (a): expected a value, found none");
  }

  private List<String> classes(Path table, TableCache cache) throws IOException {
    Dataset data = CsvFile.load(table, table, 0.2, CsvFormat.DEFAULT, cache).train();
    return IntStream.range(0, data.size())
        .mapToObj(i -> data.classNames().get(data.label(i)))
        .toList();
  }

  /** Tables of one name, size and time in two folders have their own rows, and keep them. */
  @Test
  void tablesOfOneNameDoNotMixInOneFolder() throws IOException {
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    Path cache = Files.createDirectory(folder.resolve("cache"));
    Path one = Files.createDirectory(folder.resolve("A")).resolve("d.csv");
    Path other = Files.createDirectory(folder.resolve("B")).resolve("d.csv");
    Csv.write(one, "a,label\n1,x\n2,y\n");
    Csv.write(other, "a,label\n1,y\n2,x\n");
    for (Path table : List.of(one, other)) {
      Files.setLastModifiedTime(table, time);
    }
    assertThat(classes(one, Csv.in(cache))).containsExactly("x", "y");
    assertThat(classes(other, Csv.in(cache))).containsExactly("y", "x");
    assertThat(Csv.content(cache)).hasSize(2);
    for (String rows : Csv.content(cache)) {
      Files.setLastModifiedTime(cache.resolve(rows), time);
    }
    assertThat(classes(one, Csv.in(cache))).containsExactly("x", "y");
    assertThat(classes(other, Csv.in(cache))).containsExactly("y", "x");
    for (String rows : Csv.content(cache)) {
      assertThat(Files.getLastModifiedTime(cache.resolve(rows))).isEqualTo(time);
    }
    // One table has one file, however it is named.
    Path link = Files.createSymbolicLink(folder.resolve("A/link"), folder.resolve("A"));
    assertThat(classes(link.resolve("d.csv"), Csv.in(cache))).containsExactly("x", "y");
    assertThat(Csv.content(cache)).hasSize(2);
  }

  /** Other rows that came to the same place, and look the same from there but for the content. */
  @Test
  void rowsOfAnotherTableInTheSamePlaceAreNotUsed() throws IOException {
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    TableCache cache = Csv.in(folder);
    Path table = Csv.file(folder, "d.csv", "a,label\n1,x\n2,y\n");
    Files.setLastModifiedTime(table, time);
    assertThat(classes(table, cache)).containsExactly("x", "y");
    // Written over in place, as cp -p does.
    Csv.write(table, "a,label\n1,y\n2,x\n");
    Files.setLastModifiedTime(table, time);
    assertThat(classes(table, cache)).containsExactly("y", "x");
    // Moved there.
    Path other = Csv.file(folder, "e.csv", "a,label\n1,x\n2,y\n");
    Files.setLastModifiedTime(other, time);
    Files.move(other, table, StandardCopyOption.REPLACE_EXISTING);
    assertThat(classes(table, cache)).containsExactly("x", "y");
    // Beside a link that leads to another table now.
    Path links = Files.createDirectory(folder.resolve("links"));
    Path first = Csv.file(folder, "first.csv", "a,label\n1,y\n2,x\n");
    Path second = Csv.file(folder, "second.csv", "a,label\n1,x\n2,y\n");
    TableCache beside = new TableCache(null, 0);
    Path link = Files.createSymbolicLink(links.resolve("d.csv"), first);
    assertThat(classes(link, beside)).containsExactly("y", "x");
    Files.delete(link);
    Files.createSymbolicLink(link, second);
    assertThat(classes(link, beside)).containsExactly("x", "y");
  }

  /** Whoever looks at it then sees the new file, which has other rows. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void rowsOfAFileThatWasReplacedMeanwhileAreNotKept() throws Exception {
    Path pipe = folder.resolve("old");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path other = Csv.file(folder, "new.csv", "a,label\n1,p\n2,p\n3,q\n4,q\n");
    Path table = Files.createSymbolicLink(folder.resolve("d.csv"), pipe);
    Path next = Files.createSymbolicLink(folder.resolve("next.csv"), other);
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<List<String>> old = beside.submit(() -> classNames(table));
      // Either end waits for the other: the table is opened, and not a byte of it was read.
      try (OutputStream out = Files.newOutputStream(pipe)) {
        Files.move(next, table, StandardCopyOption.REPLACE_EXISTING);
        out.write(Csv.utf8("a,label\n1,x\n2,x\n3,y\n4,y\n"));
      }
      assertThat(old.get()).containsExactly("x", "y");
    }
    assertThat(classNames(table)).containsExactly("p", "q");
    Path rows = folder.resolve("d.csv.downhill-rows");
    FileTime time = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(rows, time);
    assertThat(classNames(table)).containsExactly("p", "q");
    assertThat(Files.getLastModifiedTime(rows)).as("used again").isEqualTo(time);
  }

  private static List<String> classNames(Path table) throws IOException {
    return CsvFile.load(table, null, 0.5, CsvFormat.DEFAULT, new TableCache(null, 0))
        .train()
        .classNames();
  }

  /** Rows that are read while the file changes are those of no file. */
  @Test
  void aTableThatHasChangedIsNotTheSameStill() throws IOException {
    Path table = Csv.file(folder, "d.csv", "a,label\n1,x\n2,y\n");
    TableFile.Source before = TableFile.Source.of(table, CsvFormat.DEFAULT);
    assertThat(before.isStill(table, CsvFormat.DEFAULT)).isTrue();
    assertThat(before.ofNoFile().serves(before)).isFalse();
    Csv.write(table, "a,label\n1,x\n2,y\n3,x\n");
    assertThat(before.isStill(table, CsvFormat.DEFAULT)).isFalse();
    Files.delete(table);
    assertThat(before.isStill(table, CsvFormat.DEFAULT)).isFalse();
  }

  /**
   * What a killed program has left is deleted; what is being written, here or elsewhere, is not.
   */
  @Test
  void leftoversAreDeletedUnlessSomebodyWritesThem() throws Exception {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(40, 2));
    String begin = ".flowers.csv.downhill-rows.";
    Path left = Files.writeString(folder.resolve(begin + "0123456789abcdef.tmp"), "half");
    Path others = Files.writeString(folder.resolve(".flowers.csv.tmp"), "not ours");
    Path written = Files.writeString(folder.resolve(begin + "fedcba9876543210.tmp"), "half");
    Path source =
        Files.writeString(
            folder.resolve("Lock.java"),
            """
            void main(String[] args) throws Exception {
              var file = new java.io.RandomAccessFile(args[0], "rw");
              IO.println(file.getChannel().lock().isValid());
              System.in.read();
            }
            """);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                source.toString(),
                written.toString())
            .redirectErrorStream(true)
            .start();
    Path target = folder.resolve("flowers.csv.downhill-rows");
    try (HalfWritten own = HalfWritten.create(target)) {
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("true");
      own.write(ByteBuffer.wrap(new byte[4]));
      int before = Csv.content(folder).size();
      CsvFile.load(file, null, 0.2, Csv.format(), Csv.HEAP);
      assertThat(left).doesNotExist();
      assertThat(others).exists();
      assertThat(written).exists();
      assertThat(Csv.content(folder)).hasSize(before - 1);
    } finally {
      other.destroyForcibly();
      other.waitFor();
    }
    CsvFile.load(file, null, 0.2, Csv.format(), new TableCache(null, 0));
    assertThat(Csv.content(folder))
        .containsExactly(
            ".flowers.csv.tmp", "Lock.java", "flowers.csv", "flowers.csv.downhill-rows");
  }

  /** Whoever closes a file loses the program's lock on it, so no thread may open another's. */
  @Test
  void whatAnotherThreadWritesStaysLockedByWhateverPathOneComesToIt() throws Exception {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(40, 2));
    Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    assertThat(relative).isRelative();
    Path source =
        Files.writeString(
            folder.resolve("Look.java"),
            """
            void main(String[] args) throws Exception {
              var file = new java.io.RandomAccessFile(args[0], "rw");
              IO.println(file.getChannel().tryLock() == null ? "locked" : "free");
            }
            """);
    try (HalfWritten own = HalfWritten.create(Csv.in(relative).file(file))) {
      own.write(ByteBuffer.wrap(new byte[4]));
      for (Path cache : List.of(relative, folder)) {
        CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(cache));
      }
      List<String> written =
          Csv.content(folder).stream().filter(name -> name.endsWith(".tmp")).toList();
      assertThat(written).hasSize(1);
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  source.toString(),
                  folder.resolve(written.getFirst()).toString())
              .redirectErrorStream(true)
              .start();
      assertThat(other.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
      assertThat(other.waitFor()).isZero();
    }
  }

  /** Rows that can't be read are as good as not there, and make room for others. */
  @Test
  void aFileOfRowsThatCannotBeReadIsReplaced() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    Dataset data = CsvFile.load(file, null, 0.2, Csv.format(), cache).train();
    byte[] good = Files.readAllBytes(rows);
    // To root nothing is forbidden; but a file of the kernel's own can't be mapped by anybody.
    Files.setPosixFilePermissions(rows, Set.of());
    assertSame(data, CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    Path kernel = Path.of("/sys/kernel/uevent_seqnum");
    assertThat(kernel).isRegularFile();
    assertThatThrownBy(() -> TableFile.open(kernel)).isInstanceOf(IOException.class);
    Files.delete(rows);
    Files.createSymbolicLink(rows, kernel);
    assertSame(data, CsvFile.load(file, null, 0.2, Csv.format(), cache).train());
    assertThat(Files.isSymbolicLink(rows)).isFalse();
    assertThat(Files.readAllBytes(rows)).isEqualTo(good);
  }

  /** Neither is the file of rows as good as not there, nor is there no room to write it. */
  @Test
  void anInterruptIsNoFaultOfTheRows() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(400, 2));
    Path rows = folder.resolve("flowers.csv.downhill-rows");
    TableCache cache = new TableCache(null, 0);
    assertInterrupted(file, cache, "interrupted while writing " + rows);
    assertThat(Csv.content(folder)).containsExactly("flowers.csv");
    CsvFile.load(file, null, 0.2, Csv.format(), cache);
    assertInterrupted(file, cache, "interrupted while reading " + rows);
    assertThat(Csv.content(folder)).containsExactly("flowers.csv", "flowers.csv.downhill-rows");
  }

  private static void assertInterrupted(Path file, TableCache cache, String message) {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> CsvFile.load(file, null, 0.2, Csv.format(), cache))
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage(message);
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
  }

  /** A dataset that is in use is not harmed by the next conversion. */
  @Test
  void aFileOfRowsThatIsReplacedStaysForThoseWhoReadIt() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(400, 2));
    Dataset before = CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder)).train();
    String hash = before.sha256();
    Files.writeString(file, Csv.flowers(100, 3), StandardCharsets.UTF_8);
    CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder));
    assertThat(before.sha256()).isEqualTo(hash);
  }

  @Test
  void refusesAFolderInTheRowsPlace() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(40, 2));
    Path taken = Files.createDirectory(folder.resolve("flowers.csv.downhill-rows"));
    assertThatThrownBy(() -> CsvFile.load(file, null, 0.2, Csv.format(), new TableCache(null, 0)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(taken + ": expected a file for the rows of the table, or nothing");
    assertThat(Csv.content(folder)).hasSize(2);
  }

  @Test
  void refusesAFolderThatIsNotThere() throws IOException {
    Path file = Csv.file(folder, "flowers.csv", Csv.flowers(40, 2));
    assertThatThrownBy(
            () -> CsvFile.load(file, null, 0.2, Csv.format(), Csv.in(folder.resolve("nowhere"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere: expected a folder");
  }
}
