package downhill.data;

import static downhill.data.IdxBytes.bytes;
import static downhill.data.IdxBytes.gzip;
import static downhill.data.IdxBytes.idx;
import static downhill.data.IdxBytes.join;
import static downhill.data.IdxBytes.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole files: every element type, any number of dimensions, plain and packed. */
class IdxTest {
  @TempDir Path folder;

  @Test
  void readsEveryElementType() throws IOException {
    check(0x08, Idx.Type.UBYTE, bytes(0, 1, 127, 128, 255), 0, 1, 127, 128, 255);
    check(0x09, Idx.Type.BYTE, bytes(0, 1, 127, 128, 255), 0, 1, 127, -128, -1);
    check(0x0B, Idx.Type.SHORT, bytes(0x12, 0x34, 0x80, 0, 0xff, 0xfe), 0x1234, -32768, -2);
    check(0x0C, Idx.Type.INT, bytes(0x12, 0x34, 0x56, 0x78, 0x80, 0, 0, 0), 0x12345678, -0x1p31);
    check(0x0D, Idx.Type.FLOAT, bytes(0x3f, 0xc0, 0, 0, 0xff, 0x80, 0, 0), 1.5, -1.0 / 0);
    check(
        0x0E,
        Idx.Type.DOUBLE,
        bytes(0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0x40, 9, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18),
        1.5,
        Math.PI);
  }

  private static void check(int code, Idx.Type type, byte[] data, double... expected)
      throws IOException {
    Idx idx = parse(idx(code, shape(expected.length), data));
    assertThat(idx.type()).isEqualTo(type);
    assertThat(idx.size()).isEqualTo(expected.length);
    assertThat(values(idx)).containsExactly(expected);
    assertThat(idx.offset(1)).isEqualTo(8 + data.length / expected.length);
  }

  @Test
  void readsAnyNumberOfDimensions() throws IOException {
    assertThat(parse(idx(0x08, shape(3), bytes(7, 8, 9))).dimensions()).containsExactly(3);
    Idx idx = parse(idx(0x08, shape(2, 1, 3), bytes(1, 2, 3, 4, 5, 6)));
    assertThat(idx.dimensions()).containsExactly(2, 1, 3);
    assertThat(values(idx)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(idx).hasToString("memory: UBYTE [2, 1, 3]");
    int[] most = new int[255];
    Arrays.fill(most, 1);
    most[254] = 2;
    idx = parse(idx(0x09, most, bytes(5, 6)));
    assertThat(idx.dimensions()).hasSize(255);
    assertThat(values(idx)).containsExactly(5, 6);
  }

  @Test
  void readsFilesWhateverTheirName() throws IOException {
    byte[] plain = idx(0x08, shape(2, 2), bytes(1, 2, 3, 4));
    Path file = Files.write(folder.resolve("plain.gz"), plain);
    assertThat(values(Idx.read(file))).containsExactly(1, 2, 3, 4);
    assertThat(Idx.read(file).name()).isEqualTo(file.toString());
    Path packed = Files.write(folder.resolve("packed-ubyte"), gzip(plain));
    assertThat(values(Idx.read(packed))).containsExactly(1, 2, 3, 4);
  }

  @Test
  void readsGzipWithEveryOptionalField() throws IOException {
    byte[] plain = idx(0x08, shape(2), bytes(1, 2));
    byte[] packed = gzip(plain);
    byte[] body = Arrays.copyOfRange(packed, 10, packed.length);
    byte[] header =
        join(
            bytes(0x1f, 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 255),
            bytes(3, 0, 'a', 'b', 'c'),
            bytes('n', 'a', 'm', 'e', 0),
            bytes('n', 'o', 't', 'e', 0));
    CRC32 crc = new CRC32();
    crc.update(header);
    byte[] sum = bytes((int) crc.getValue(), (int) (crc.getValue() >> 8));
    assertThat(values(parse(join(header, sum, body)))).containsExactly(1, 2);
    sum[1] ^= 4;
    assertThatThrownBy(() -> parse(join(header, sum, body)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("header CRC-16")
        .hasMessageContaining("byte 27");
  }

  @Test
  void readsGzipOfSeveralMembers() throws IOException {
    byte[] packed = join(gzip(bytes(0, 0, 8)), gzip(bytes()), gzip(bytes(1, 0, 0, 0, 2, 41, 42)));
    assertThat(values(parse(packed))).containsExactly(41, 42);
  }

  @Test
  void readsMoreThanItAllocatesOnTrust() throws IOException {
    // 65 MB of a run of short patterns, which gzip packs to nearly nothing
    int n = (64 << 20) + 4099;
    byte[] data = new byte[n];
    for (int i = 0; i < n; i += 4096) {
      data[i] = (byte) (i >> 12);
    }
    Idx idx = parse(gzip(idx(0x08, shape(n), data)));
    assertThat(Arrays.equals(idx.data(), data)).isTrue();
  }

  @Test
  void readsRandomArraysAsWritten() throws IOException {
    long seed = 20240605;
    Random random = new Random(seed);
    List<Idx.Type> types = List.of(Idx.Type.values());
    for (int round = 0; round < 200; round++) {
      Idx.Type type = types.get(random.nextInt(types.size()));
      int[] dimensions = random.ints(1 + random.nextInt(4), 1, 6).toArray();
      int n = IntStream.of(dimensions).reduce(1, (a, b) -> a * b);
      byte[] data = new byte[n * type.bytes()];
      random.nextBytes(data);
      byte[] file = idx(type.code(), dimensions, data);
      Idx idx = parse(random.nextBoolean() ? gzip(file) : file);
      assertThat(idx.data()).as("seed %d, round %d", seed, round).isEqualTo(data);
      assertThat(idx.dimensions()).isEqualTo(dimensions);
      assertThat(idx.offset(n - 1) + type.bytes()).isEqualTo(file.length);
    }
  }

  @Test
  void valuesAreChecked() throws IOException {
    Idx idx = parse(idx(0x0B, shape(1), bytes(1, 2)));
    assertThatThrownBy(() -> idx.value(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> idx.value(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  static Idx parse(byte[] file) throws IOException {
    return Idx.read(new ByteArrayInputStream(file), "memory");
  }

  static double[] values(Idx idx) {
    return IntStream.range(0, idx.size()).mapToDouble(idx::value).toArray();
  }
}
