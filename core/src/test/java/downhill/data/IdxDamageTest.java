package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static downhill.data.IdxBytes.gzip;
import static downhill.data.IdxBytes.idx;
import static downhill.data.IdxBytes.join;
import static downhill.data.IdxBytes.shape;
import static downhill.data.IdxTest.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are missing, cut, oversized, flipped or not what they say. */
class IdxDamageTest {
  private static final byte[] PLAIN = idx(0x08, shape(3, 2, 2), random(12));

  @TempDir Path folder;

  private static byte[] random(int n) {
    byte[] bytes = new byte[n];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** Reads the bytes as a file and as a stream; both must fail in the same words but for sizes. */
  private AbstractThrowableAssert<?, ? extends Throwable> assertRejected(byte... content)
      throws IOException {
    assertThatThrownBy(() -> parse(content)).isInstanceOf(IOException.class);
    Path file = Files.write(folder.resolve("some-idx"), content);
    return assertThatThrownBy(() -> Idx.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void missing() {
    Path file = folder.resolve("none");
    assertThatThrownBy(() -> Idx.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": expected an IDX file, found none of this name");
    assertThatThrownBy(() -> Idx.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + ": expected an IDX file, found a folder");
  }

  @Test
  void empty() throws IOException {
    assertRejected().hasMessageEndingWith("found 0 bytes; the file is empty");
    assertRejected(gzip(bytes())).hasMessageEndingWith("after unpacking; the file is empty");
  }

  @Test
  void cutAnywhere() throws IOException {
    for (int length = 1; length < PLAIN.length; length++) {
      byte[] cut = Arrays.copyOf(PLAIN, length);
      assertRejected(cut).hasMessageContaining("found " + length + "; the file is cut short");
      assertRejected(gzip(cut))
          .hasMessageContaining("found " + length + " after unpacking; the file is cut short");
    }
    assertRejected(Arrays.copyOf(PLAIN, 20))
        .hasMessageEndingWith("expected 28 bytes for [3, 2, 2], found 20; the file is cut short");
  }

  @Test
  void gzipCutAnywhere() throws IOException {
    byte[] packed = gzip(PLAIN);
    assertThat(parse(packed).size()).isEqualTo(12);
    for (int length = 2; length < packed.length; length++) {
      assertRejected(Arrays.copyOf(packed, length))
          .hasMessageEndingWith(
              "byte %d: expected more packed data, found the end; the file is cut short"
                  .formatted(length));
    }
  }

  @Test
  void oversized() throws IOException {
    byte[] longer = Arrays.copyOf(PLAIN, PLAIN.length + 3);
    assertRejected(longer)
        .hasMessageEndingWith(
            "expected 28 bytes for [3, 2, 2], found 31; something follows the data at byte 28");
    assertRejected(gzip(longer)).hasMessageContaining("found more after unpacking");
    assertRejected(join(gzip(PLAIN), gzip(bytes(1)))).hasMessageContaining("found more");
  }

  @Test
  void somethingBehindGzip() throws IOException {
    byte[] packed = gzip(PLAIN);
    for (byte[] garbage :
        new byte[][] {
          bytes(0), bytes(0x1f), bytes(0, 0, 0, 0), bytes(0x1f, 0x8c, 1), random(100), PLAIN
        }) {
      assertRejected(join(packed, garbage))
          .hasMessageContaining("byte " + packed.length + ": ")
          .hasMessageContaining("something follows the packed data");
    }
    // Begins like another member and isn't one
    assertRejected(join(packed, bytes(0x1f, 0x8b))).hasMessageContaining("cut short");
    assertRejected(join(packed, bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7)))
        .hasMessageContaining("damaged");
  }

  @Test
  void wrongMagic() throws IOException {
    assertRejected(bytes(0x89, 'P', 'N', 'G', 1, 2, 3))
        .hasMessageContaining("byte 0: expected 0")
        .hasMessageContaining("found 0x89");
    assertRejected(bytes(0, 7, 8, 1)).hasMessageContaining("byte 1: expected 0");
    assertRejected(bytes(0, 0, 8, 0)).hasMessageContaining("byte 3: expected 1 to 255 dimensions");
    for (int code = 0; code < 256; code++) {
      if (code < 8 || code == 0x0a || code > 0x0e) {
        assertRejected(idx(code, shape(1), bytes(1)))
            .hasMessageContaining("byte 2: expected an element type")
            .hasMessageEndingWith("found 0x%02x".formatted(code));
      }
    }
  }

  @Test
  void dimensionsThatMakeNoSense() throws IOException {
    assertRejected(idx(8, shape(2, 0, 2)))
        .hasMessageContaining("byte 8: ")
        .hasMessageEndingWith("found 0 in [2, 0, 2]");
    assertRejected(idx(8, shape(-1), bytes(1)))
        .hasMessageContaining("byte 4: ")
        .hasMessageEndingWith("found -1 in [-1]");
    // 2^64 and 2^32 elements, which overflow to 0
    assertRejected(idx(8, shape(1 << 30, 1 << 30, 16))).hasMessageContaining("which are more");
    assertRejected(idx(8, shape(65536, 65536))).hasMessageContaining("which are more");
    assertRejected(idx(0x0e, shape(1 << 28))).hasMessageContaining("which are more");
  }

  @Test
  void claimsAreNotBelieved() throws IOException {
    // 2 GB, claimed by a file of 8 bytes; the stream sees the arrays that it is asked to fill.
    byte[] claim = idx(8, shape(Integer.MAX_VALUE - 8));
    assertRejected(claim).hasMessageContaining("the file is cut short");
    assertRejected(gzip(claim)).hasMessageContaining("the file is cut short");
    int[] largest = {0};
    InputStream in =
        new ByteArrayInputStream(claim) {
          @Override
          public synchronized int read(byte[] into, int offset, int count) {
            largest[0] = Math.max(largest[0], into.length);
            return super.read(into, offset, count);
          }
        };
    assertThatThrownBy(() -> Idx.read(in, "claim")).isInstanceOf(IOException.class);
    assertThat(largest[0]).isBetween(8, 64 << 20);
  }

  @Test
  void everyBitOfTheHeaderFlipped() throws IOException {
    for (int bit = 0; bit < 16 * 8; bit++) {
      if (bit == 2 * 8) {
        // From unsigned bytes to signed ones: a whole file, though not one of images.
        assertThat(parse(flipped(PLAIN, bit)).type()).isEqualTo(Idx.Type.BYTE);
      } else {
        assertRejected(flipped(PLAIN, bit));
      }
    }
  }

  @Test
  void everyBitOfGzipFlipped() throws IOException {
    byte[] packed = gzip(PLAIN);
    int accepted = 0;
    for (int bit = 0; bit < packed.length * 8; bit++) {
      byte[] damaged = flipped(packed, bit);
      // The "text" flag, time, level and system say nothing of the content.
      if (bit == 3 * 8 || (bit >= 4 * 8 && bit < 10 * 8)) {
        assertThat(parse(damaged).data()).isEqualTo(parse(PLAIN).data());
        accepted++;
      } else {
        assertRejected(damaged);
      }
    }
    assertThat(accepted).isEqualTo(49);
  }

  @Test
  void randomDamageNeverPassesForSomethingElse() throws IOException {
    long seed = 4711;
    Random random = new Random(seed);
    byte[] data = new byte[5000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0);
    }
    byte[] packed = gzip(idx(8, shape(50, 100), data));
    int rejected = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = flipped(packed, 10 * 8 + random.nextInt((packed.length - 10) * 8));
      try {
        // Deflated data has a few bits that say nothing, such as those after its end.
        assertThat(parse(damaged).data()).as("seed %d, round %d", seed, round).isEqualTo(data);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("memory: ");
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(1980);
  }

  private static byte[] flipped(byte[] content, int bit) {
    byte[] flipped = content.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  @Test
  void theStreamIsLeftOpenAndReadInWhateverPieces() throws IOException {
    class Dripping extends ByteArrayInputStream {
      private boolean closed;

      Dripping(byte[] content) {
        super(content);
      }

      @Override
      public synchronized int read(byte[] into, int offset, int count) {
        return super.read(into, offset, Math.min(count, 1));
      }

      @Override
      public void close() {
        closed = true;
      }
    }
    for (byte[] content : new byte[][] {PLAIN, gzip(PLAIN), join(gzip(PLAIN), gzip(bytes()))}) {
      Dripping in = new Dripping(content);
      assertThat(Idx.read((InputStream) in, "dripping").data())
          .isEqualTo(Arrays.copyOfRange(PLAIN, 16, 28));
      assertThat(in.closed).isFalse();
    }
  }
}
