package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static downhill.data.IdxBytes.gzip;
import static downhill.data.IdxBytes.idx;
import static downhill.data.IdxBytes.shape;
import static downhill.data.IdxFolder.CLASS_NAMES;
import static downhill.data.IdxFolder.TEST_IMAGES;
import static downhill.data.IdxFolder.TEST_LABELS;
import static downhill.data.IdxFolder.TRAIN_IMAGES;
import static downhill.data.IdxFolder.TRAIN_LABELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void threeTrainingImagesAndTwoTestImages() throws IOException {
    write(TRAIN_IMAGES, idx(8, shape(3, 1, 2), bytes(1, 2, 3, 4, 5, 6)));
    write(TRAIN_LABELS + ".gz", gzip(idx(8, shape(3), bytes(2, 0, 1))));
    write(TEST_IMAGES + ".gz", gzip(idx(8, shape(2, 1, 2), bytes(7, 8, 9, 255))));
    write(TEST_LABELS, idx(8, shape(2), bytes(1, 2)));
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  @Test
  void readsPlainAndPackedFiles() throws IOException {
    Datasets data = IdxFolder.load(folder);
    assertThat(data.train()).hasToString("3 examples of 1 × 2, 3 classes");
    assertThat(data.test()).hasToString("2 examples of 1 × 2, 3 classes");
    assertThat(data.train().classNames()).containsExactly("0", "1", "2");
    assertThat(data.train().label(0)).isEqualTo(2);
    byte[] into = new byte[2];
    data.test().copyTo(1, into, 0);
    assertThat(into).isEqualTo(bytes(9, 255));
  }

  @Test
  void readsTheTestFilesAlone() throws IOException {
    Files.delete(folder.resolve(TRAIN_IMAGES));
    Dataset test = IdxFolder.loadTest(folder, List.of("a", "b", "c"));
    assertThat(test).hasToString("2 examples of 1 × 2, 3 classes");
    assertThat(test.classNames()).containsExactly("a", "b", "c");
    assertThatThrownBy(() -> IdxFolder.loadTest(folder, List.of("a", "b")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(TEST_LABELS);
    assertThatThrownBy(() -> IdxFolder.loadTest(folder.resolve("no"), List.of("a", "b")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("expected a folder with", "nothing of this name");
    Files.delete(folder.resolve(TEST_LABELS));
    assertThatThrownBy(() -> IdxFolder.loadTest(folder, List.of("a", "b", "c")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(TEST_LABELS, "found neither");
  }

  @Test
  void readsClassNames() throws IOException {
    write(CLASS_NAMES, utf8("\uFEFFpull\r\n  tröja \r\nshoe\nnever seen"));
    assertThat(IdxFolder.load(folder).test().classNames())
        .containsExactly("pull", "tröja", "shoe", "never seen");
  }

  @Test
  void readsVectorsAndLabelsOfAnyIntegerType() throws IOException {
    write(TRAIN_IMAGES, idx(8, shape(3, 2), bytes(1, 2, 3, 4, 5, 6)));
    Files.delete(folder.resolve(TRAIN_LABELS + ".gz"));
    write(TRAIN_LABELS, idx(0x0c, shape(3), bytes(0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0)));
    write(TEST_LABELS, idx(0x0b, shape(2), bytes(1, 0, 0, 2)));
    String names =
        IntStream.range(0, 257).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    write(CLASS_NAMES, utf8(names));
    Datasets data = IdxFolder.load(folder);
    assertThat(data.train()).hasToString("3 examples of 1 × 2, 257 classes");
    assertThat(data.test().label(0)).isEqualTo(256);
    assertThat(data.train().classNames()).hasSize(257).endsWith("255", "256");
  }

  @Test
  void noFolder() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> IdxFolder.load(none))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(none + ": expected a folder with train-images-idx3-ubyte, ")
        .hasMessageEndingWith("found nothing of this name");
    Path file = folder.resolve(TEST_LABELS);
    assertThatThrownBy(() -> IdxFolder.load(file))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("found something else");
  }

  @Test
  void missingOrDoubleFiles() throws IOException {
    write(TEST_LABELS + ".gz", gzip(idx(8, shape(2), bytes(1, 2))));
    assertRejected()
        .hasMessage(
            folder
                + ": expected t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz, found both;"
                + " remove one");
    Files.delete(folder.resolve(TEST_LABELS + ".gz"));
    Files.delete(folder.resolve(TEST_LABELS));
    assertRejected()
        .hasMessageEndingWith("t10k-labels-idx1-ubyte.gz in this folder, found neither");
  }

  @Test
  void damagedFiles() throws IOException {
    write(TEST_IMAGES + ".gz", gzip(idx(8, shape(2, 1, 2), bytes(7, 8, 9))));
    assertRejected()
        .hasMessage(
            folder.resolve(TEST_IMAGES + ".gz")
                + ": expected 20 bytes for [2, 1, 2], found 19 after unpacking;"
                + " the file is cut short");
  }

  /** Too little memory for the test images is told as such, though another thread reads them. */
  @Test
  void whatFailsBesideIsThrownAsItIs() {
    for (Throwable failure :
        List.of(
            new OutOfMemoryError("none left"),
            new IllegalArgumentException("no"),
            new IOException("cut short"))) {
      assertThatThrownBy(() -> IdxFolder.join(CompletableFuture.failedFuture(failure)))
          .isSameAs(failure);
    }
  }

  @Test
  void countsThatDiffer() throws IOException {
    write(TEST_LABELS, idx(8, shape(3), bytes(1, 2, 0)));
    assertRejected()
        .hasMessageContaining(folder.resolve(TEST_IMAGES + ".gz") + " holds 2 images")
        .hasMessageContaining(folder.resolve(TEST_LABELS) + " holds 3 labels");
  }

  @Test
  void labelsOutsideTheClasses() throws IOException {
    write(TEST_LABELS, idx(8, shape(2), bytes(1, 3)));
    assertRejected()
        .hasMessage(
            folder.resolve(TEST_LABELS) + ": byte 9: expected a label from 0 to 2, found 3");
    write(CLASS_NAMES, utf8("a\nb\n"));
    assertRejected()
        .hasMessage(
            folder.resolve(TRAIN_LABELS + ".gz")
                + ": byte 8: expected a label from 0 to 1, found 2");
    write(CLASS_NAMES, utf8("a\nb\nc\nd"));
    write(TEST_LABELS, idx(9, shape(2), bytes(0, 255)));
    assertRejected()
        .hasMessage(
            folder.resolve(TEST_LABELS) + ": byte 9: expected a label from 0 to 3, found -1");
    Files.delete(folder.resolve(CLASS_NAMES));
    Files.delete(folder.resolve(TRAIN_LABELS + ".gz"));
    write(TRAIN_LABELS, idx(8, shape(3), bytes(1, 200, 2)));
    assertRejected()
        .hasMessage(
            folder.resolve(TRAIN_LABELS)
                + ": byte 9: expected labels without a gap, found 200, but none is 3; if that is"
                + " right, list all classes in class-names.txt");
    write(TRAIN_LABELS, idx(8, shape(3), bytes(1, 3, 2))); // no 0, as in EMNIST's letters
    write(TEST_LABELS, idx(8, shape(2), bytes(1, 3)));
    assertThat(IdxFolder.load(folder).train().classes()).isEqualTo(4);
    write(TRAIN_LABELS, idx(0x0c, shape(3), bytes(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 16, 0)));
    assertRejected().hasMessageEndingWith("byte 16: expected a label from 0 to 4095, found 4096");
  }

  @Test
  void contentOfTheWrongKind() throws IOException {
    write(TEST_LABELS, idx(0x0d, shape(2), bytes(0, 0, 0, 0, 0, 0, 0, 0)));
    assertRejected()
        .hasMessageEndingWith("expected labels, integers of shape [n], found FLOAT [2]");
    write(TEST_LABELS, idx(8, shape(2, 1), bytes(1, 2)));
    assertRejected().hasMessageEndingWith("found UBYTE [2, 1]");
    write(TRAIN_IMAGES, idx(9, shape(3, 1, 2), bytes(1, 2, 3, 4, 5, 6)));
    assertRejected()
        .hasMessageContaining("expected images of UBYTE")
        .hasMessageEndingWith("found BYTE [3, 1, 2]");
    write(TRAIN_IMAGES, idx(8, shape(3, 1, 2, 1), bytes(1, 2, 3, 4, 5, 6)));
    assertRejected().hasMessageEndingWith("found UBYTE [3, 1, 2, 1]");
    write(TRAIN_IMAGES, idx(8, shape(3), bytes(1, 2, 3)));
    assertRejected().hasMessageEndingWith("found UBYTE [3]");
  }

  @Test
  void testImagesOfAnotherSize() throws IOException {
    write(TEST_IMAGES + ".gz", idx(8, shape(2, 2, 1), bytes(7, 8, 9, 10)));
    assertRejected()
        .hasMessageStartingWith(folder.resolve(TEST_IMAGES + ".gz") + ": expected images of 1 × 2")
        .hasMessageEndingWith("found 2 × 1");
  }

  @Test
  void uselessClassNames() throws IOException {
    Path file = folder.resolve(CLASS_NAMES);
    write(CLASS_NAMES, bytes('a', '\n', 'b', 0xc3, '\n', 'c'));
    assertRejected().hasMessage(file + ": byte 3: expected text in UTF-8, found something else");
    write(CLASS_NAMES, utf8("a\n\nb\n"));
    assertRejected().hasMessageStartingWith(file + ": ").hasMessageContaining("class 1");
    write(CLASS_NAMES, utf8("a\nb\na\n"));
    assertRejected().hasMessageContaining("class 2, found 'a' again");
    write(CLASS_NAMES, bytes());
    assertRejected().hasMessageContaining("expected 1 to 4096, found 0");
    write(CLASS_NAMES, new byte[3_000_000]);
    assertRejected().hasMessageContaining("found 3000000");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRejected() {
    return assertThatThrownBy(() -> IdxFolder.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("\n");
  }
}
