package downhill.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import downhill.network.Architecture;
import downhill.network.Network;
import downhill.training.Standing;
import downhill.training.TrainingState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints, whole and damaged. */
class CheckpointFileTest {
  private static final Architecture WIDTHS = Architecture.parse("3-5-2");

  @TempDir private Path folder;

  private static Checkpoint checkpoint(int epoch) {
    Standing standing = new Standing(2, 0.1 + epoch, 1, Double.POSITIVE_INFINITY, 3, 1);
    TrainingState state =
        new TrainingState(
            epoch,
            1234567890123L,
            17,
            16.5,
            0.1 + 0.2,
            9,
            0.25,
            2,
            standing,
            network(1),
            List.of(network(2), network(3)),
            network(4),
            network(5));
    return new Checkpoint(
        state, new TreeMap<>(Map.of("recipe", "epochs = 3\nbatch-size = 4\n", "data", "a \"b\"")));
  }

  private static Network network(int seed) {
    return Network.initial(WIDTHS, seed);
  }

  private static void assertSame(Checkpoint found, Checkpoint expected) {
    TrainingState a = found.state();
    TrainingState b = expected.state();
    assertThat(found.settings()).isEqualTo(expected.settings());
    assertThat(a.standing()).isEqualTo(b.standing());
    assertThat(a)
        .usingRecursiveComparison()
        .ignoringFields("standing", "network", "moments", "average", "best")
        .isEqualTo(b);
    assertSame(a.network(), b.network());
    assertThat(a.moments()).hasSameSizeAs(b.moments());
    for (int m = 0; m < a.moments().size(); m++) {
      assertSame(a.moments().get(m), b.moments().get(m));
    }
    assertSame(a.average(), b.average());
    assertSame(a.best(), b.best());
  }

  private static void assertSame(@Nullable Network found, @Nullable Network expected) {
    assertThat(found == null).isEqualTo(expected == null);
    for (int l = 1; found != null && expected != null && l <= WIDTHS.layers(); l++) {
      assertThat(found.weights(l)).isEqualTo(expected.weights(l));
      assertThat(found.biases(l)).isEqualTo(expected.biases(l));
    }
  }

  @Test
  void comesBackAsItWas() throws IOException {
    CheckpointFile.save(checkpoint(3), folder);
    CheckpointFile.Loaded loaded = CheckpointFile.load(folder);
    assertThat(loaded.warning()).isNull();
    assertSame(loaded.checkpoint(), checkpoint(3));
  }

  @Test
  void keepsTheOneBefore() throws IOException {
    for (int epoch = 1; epoch <= 4; epoch++) {
      CheckpointFile.save(checkpoint(epoch), folder);
    }
    assertSame(CheckpointFile.load(folder).checkpoint(), checkpoint(4));
    assertSame(CheckpointFile.read(folder.resolve(CheckpointFile.PREVIOUS)), checkpoint(3));
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(CheckpointFile.NAME, CheckpointFile.PREVIOUS);
    }
  }

  /** What was damaged must not become the one before, or nothing good would be behind the next. */
  @Test
  void aDamagedOneIsReplacedByTheOneBefore() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.save(checkpoint(2), folder);
    Files.writeString(folder.resolve(CheckpointFile.NAME), "damaged");
    CheckpointFile.settle(folder, CheckpointFile.load(folder));
    assertSame(CheckpointFile.read(folder.resolve(CheckpointFile.NAME)), checkpoint(1));
    CheckpointFile.save(checkpoint(3), folder);
    assertSame(CheckpointFile.read(folder.resolve(CheckpointFile.PREVIOUS)), checkpoint(1));
  }

  /** A good newest one must not be called damaged, nor be replaced by the one before. */
  @Test
  void anInterruptIsNoDamage() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.Loaded killed =
        new CheckpointFile.Loaded(checkpoint(1), CheckpointFile.NEXT, null);
    Path newest = folder.resolve(CheckpointFile.NAME);
    String message = "interrupted while reading " + newest;
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(() -> CheckpointFile.load(folder))
          .withMessage(message);
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(() -> CheckpointFile.settle(folder, killed))
          .withMessage(message);
    } finally {
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }
    assertSame(CheckpointFile.load(folder).checkpoint(), checkpoint(1));
  }

  @Test
  void withoutWhatIsOptional() throws IOException {
    TrainingState full = checkpoint(1).state();
    TrainingState bare =
        new TrainingState(
            1, 0, 0, 0, 0, 0, 1, 0, full.standing(), full.network(), List.of(), null, null);
    Checkpoint expected = new Checkpoint(bare, new TreeMap<>());
    CheckpointFile.save(expected, folder);
    assertSame(CheckpointFile.load(folder).checkpoint(), expected);
  }

  /** Every single byte, and every length: never taken for a good one, always the one before. */
  @Test
  void damageIsSeen() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.save(checkpoint(2), folder);
    Path newest = folder.resolve(CheckpointFile.NAME);
    byte[] good = Files.readAllBytes(newest);
    SplittableRandom random = new SplittableRandom(1);
    for (int at = 0; at < good.length; at++) {
      byte[] flipped = good.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(newest, flipped);
      assertPreviousIsUsed("flipped at " + at);
    }
    for (int length = 0; length < good.length; length += 1 + random.nextInt(7)) {
      Files.write(newest, Arrays.copyOf(good, length));
      assertPreviousIsUsed("cut to " + length);
    }
    Files.write(newest, Arrays.copyOf(good, good.length + 1));
    assertPreviousIsUsed("one byte longer");
    Files.delete(newest);
    assertPreviousIsUsed("missing, as between the two renamings");
  }

  /** A newest one that was damaged, replaced by one that was killed between the two renamings. */
  @Test
  void betweenTwoRenamings() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.save(checkpoint(2), folder);
    Files.move(folder.resolve(CheckpointFile.NAME), folder.resolve(CheckpointFile.NEXT));
    Files.writeString(folder.resolve(CheckpointFile.PREVIOUS), "damaged");
    CheckpointFile.Loaded loaded = CheckpointFile.load(folder);
    assertThat(loaded.checkpoint().state().epoch()).isEqualTo(2);
    assertThat(loaded.warning()).isNull();
    CheckpointFile.save(checkpoint(3), folder);
    assertThat(CheckpointFile.load(folder).checkpoint().state().epoch()).isEqualTo(3);
  }

  /** Killed before it could be renamed: it is whole, and never older than the newest. */
  @Test
  void beforeAnyRenaming() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    Path newest = folder.resolve(CheckpointFile.NAME);
    Files.move(newest, folder.resolve(CheckpointFile.NEXT));
    assertThat(CheckpointFile.isIn(folder)).isTrue();
    assertThat(CheckpointFile.load(folder).checkpoint().state().epoch()).isEqualTo(1);
    Files.writeString(newest, "damaged");
    CheckpointFile.Loaded loaded = CheckpointFile.load(folder);
    assertThat(loaded.checkpoint().state().epoch()).isEqualTo(1);
    CheckpointFile.settle(folder, loaded);
    CheckpointFile.save(checkpoint(3), folder);
    assertThat(CheckpointFile.load(folder).checkpoint().state().epoch()).isEqualTo(3);
    assertSame(CheckpointFile.read(folder.resolve(CheckpointFile.PREVIOUS)), checkpoint(1));
    CheckpointFile.save(checkpoint(4), folder);
    Files.move(newest, folder.resolve(CheckpointFile.NEXT));
    Files.copy(folder.resolve(CheckpointFile.PREVIOUS), newest);
    assertThat(CheckpointFile.load(folder).checkpoint().state().epoch())
        .as("it was written later")
        .isEqualTo(4);
  }

  /** What cannot even be read, as on a broken disk, is passed over too. */
  @Test
  void aNewestThatIsNoFile() throws IOException {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.save(checkpoint(2), folder);
    Files.delete(folder.resolve(CheckpointFile.NAME));
    Files.createDirectory(folder.resolve(CheckpointFile.NAME));
    assertPreviousIsUsed("a folder");
  }

  private void assertPreviousIsUsed(String how) throws IOException {
    CheckpointFile.Loaded loaded = CheckpointFile.load(folder);
    assertThat(loaded.checkpoint().state().epoch()).as(how).isEqualTo(1);
    assertThat(loaded.warning()).as(how).contains(CheckpointFile.NAME, "the one before it is used");
  }

  @Test
  void saysWhatIsWrongWithBoth() throws IOException {
    assertThatIOException()
        .isThrownBy(() -> CheckpointFile.load(folder))
        .withMessageContaining("expected a run folder that holds " + CheckpointFile.NAME);
    Files.writeString(folder.resolve(CheckpointFile.NAME), "short");
    assertThatIOException()
        .isThrownBy(() -> CheckpointFile.load(folder))
        .withMessageContaining("cut short")
        .withMessageContaining(CheckpointFile.PREVIOUS + ": no such file");
  }

  /** Its checksum is right, but no training has an epoch 0. */
  @Test
  void impossibleCountersAreDamage() throws Exception {
    CheckpointFile.save(checkpoint(1), folder);
    CheckpointFile.save(checkpoint(2), folder);
    Path file = folder.resolve(CheckpointFile.NAME);
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher checksum = Pattern.compile("\"downhill.checksum\":\"([0-9a-f]{64})\"").matcher(text);
    assertThat(checksum.find()).isTrue();
    String zeros = "0".repeat(64);
    String changed =
        text.replace("\"downhill.state.epoch\":\"2\"", "\"downhill.state.epoch\":\"0\"")
            .replace(checksum.group(1), zeros);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(changed.getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(
        file, changed.replace(zeros, HexFormat.of().formatHex(hash)), StandardCharsets.ISO_8859_1);
    assertPreviousIsUsed("epoch");
  }

  @Test
  void aFolderThatIsGone() {
    assertThatIOException()
        .isThrownBy(() -> CheckpointFile.save(checkpoint(1), folder.resolve("gone")))
        .withMessageContaining("there is no folder");
  }

  @Test
  void isNoModel() throws IOException {
    CheckpointFile.save(checkpoint(3), folder);
    assertThatIOException()
        .isThrownBy(() -> ModelFile.load(folder.resolve(CheckpointFile.NAME)))
        .isInstanceOf(ModelFileException.class)
        .withMessageContaining("checkpoint.safetensors: expected a model, found a checkpoint")
        .withMessageContaining("train --resume")
        .withMessageContaining("model.safetensors in the run folder");
  }
}
