package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is replaced as a whole or not at all. */
class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void replacesAndLeavesNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "a long old content");
    AtomicFile.replace(file, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
    assertThat(file).hasContent("new");
    assertThat(folder).isDirectoryContaining(file::equals);
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aFailureHalfwayLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "old");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() ->
            AtomicFile.replace(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("No space left on device");
                }))
        .withMessage(file + ": cannot be written; nothing was changed: No space left on device");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("model");
  }

  @Test
  void anUncheckedFailureLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "old");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            AtomicFile.replace(
                file,
                out -> {
                  out.write(1);
                  throw new IllegalStateException("unforeseen");
                }))
        .withMessage("unforeseen");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("model");
  }

  @Test
  void anInterruptedThreadStillSaves() throws IOException {
    Path file = folder.resolve("model");
    Thread.currentThread().interrupt();
    try {
      ModelFile.save(Samples.GOLDEN, file);
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
    assertThat(file).hasBinaryContent(ModelFile.bytes(Samples.GOLDEN));
  }

  @Test
  void refusesAFolderThatIsMissing() {
    Path none = folder.resolve("none");
    Path file = none.resolve("model");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, file))
        .withMessage(file + ": cannot be written: there is no folder " + none + "; make it first");
  }

  @Test
  void refusesAFileInPlaceOfAFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old").resolve("model");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, file))
        .withMessageContaining("there is no folder");
    assertThat(folder.resolve("file")).hasContent("old");
  }

  @Test
  void refusesToReplaceAFolder() {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, folder))
        .withMessageContaining("found a folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesToReplaceAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor()).isZero();
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    for (Path file : List.of(pipe, link)) {
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, file))
          .withMessage(file + ": expected a file to write, found a device or a pipe");
    }
    assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
    assertThat(link).isSymbolicLink();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("pipe", "link");
  }

  @Test
  void replacesALinkAndNotWhatItLeadsTo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    for (Path target : List.of(file, folder.resolve("nowhere"))) {
      Path link = folder.resolve("link");
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, target);
      AtomicFile.replace(link, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
      assertThat(link).isRegularFile().hasContent("new");
      assertThat(link.toRealPath().getFileName()).hasToString("link");
    }
    assertThat(file).hasContent("old");
  }

  @Test
  void refusesAFolderThatCannotBeWritten() {
    // Not even the administrator, whom no permission stops, can make files in /proc.
    Path proc = Path.of("/proc/self");
    if (!Files.isDirectory(proc)) {
      assertThat(folder.toFile().setWritable(false)).isTrue();
    }
    Path file = (Files.isDirectory(proc) ? proc : folder).resolve("model");
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, file))
        .withMessageStartingWith(file + ": cannot be written; nothing was changed: ");
  }

  @Test
  void aRenameThatFailsLeavesNothingBehind() {
    Path file = folder.resolve("m".repeat(300)); // file systems take 255
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.save(Samples.GOLDEN, file))
        .withMessageStartingWith(file + ": cannot be written; nothing was changed: ");
    assertThat(folder).isEmptyDirectory();
  }
}
