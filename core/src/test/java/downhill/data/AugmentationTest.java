package downhill.data;

import static downhill.data.Augmented.AREA;
import static downhill.data.Augmented.ASPECT;
import static downhill.data.Augmented.BELOW_ONE;
import static downhill.data.Augmented.COLUMN;
import static downhill.data.Augmented.DOWN;
import static downhill.data.Augmented.ERASING;
import static downhill.data.Augmented.FLIP;
import static downhill.data.Augmented.RIGHT;
import static downhill.data.Augmented.ROW;
import static downhill.data.Augmented.all;
import static downhill.data.Augmented.apply;
import static downhill.data.Augmented.noise;
import static downhill.data.Augmented.random;
import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
  // 3 × 4
  private static final byte[] IMAGE = bytes(1, 2, 3, 4, 50, 60, 70, 80, 252, 253, 254, 255);

  private static byte[] change(Augmentation augmentation, float[] uniforms) {
    return apply(augmentation, IMAGE, 3, 4, uniforms);
  }

  @Test
  void noneLeavesEveryImageAsItIs() {
    SplittableRandom random = new SplittableRandom(1);
    assertThat(Augmentation.NONE.isNone()).isTrue();
    for (int n = 0; n < 100; n++) {
      assertThat(change(Augmentation.NONE, random(random))).isEqualTo(IMAGE);
    }
  }

  @Test
  void anythingElseIsNotNone() {
    assertThat(
            new Augmentation[] {
              Augmentation.NONE.withShift(1),
              Augmentation.NONE.withFlip(0.1),
              Augmentation.NONE.withRotation(0.1),
              Augmentation.NONE.withScale(0.1),
              Augmentation.NONE.withErasing(0.1)
            })
        .noneMatch(Augmentation::isNone)
        .doesNotHaveDuplicates();
    assertThat(
            Augmentation.NONE
                .withShift(1)
                .withFlip(0.2)
                .withRotation(3)
                .withScale(0.4)
                .withErasing(0.5))
        .isEqualTo(new Augmentation(1, 0.2, 3, 0.4, 0.5));
  }

  @Test
  void mirrorsLeftForRight() {
    byte[] mirrored = bytes(4, 3, 2, 1, 80, 70, 60, 50, 255, 254, 253, 252);
    assertThat(change(Augmentation.NONE.withFlip(1), all(FLIP, BELOW_ONE))).isEqualTo(mirrored);
    assertThat(change(Augmentation.NONE.withFlip(0.5), all(FLIP, 0.49f))).isEqualTo(mirrored);
    assertThat(change(Augmentation.NONE.withFlip(0.5), all(FLIP, 0.5f))).isEqualTo(IMAGE);
    assertThat(change(Augmentation.NONE.withRotation(5).withFlip(1), all(FLIP, 0)))
        .as("sampled, but not turned")
        .isEqualTo(mirrored);
  }

  @ParameterizedTest
  @CsvSource({"0, -1", "0.33, -1", "0.34, 0", "0.66, 0", "0.67, 1", "0.99999994, 1"})
  void shiftsByWholePixelsEachAsLikelyAsAnother(float uniform, int pixels) {
    byte[] up = bytes(50, 60, 70, 80, 252, 253, 254, 255, 0, 0, 0, 0);
    byte[] down = bytes(0, 0, 0, 0, 1, 2, 3, 4, 50, 60, 70, 80);
    byte[] left = bytes(2, 3, 4, 0, 60, 70, 80, 0, 253, 254, 255, 0);
    byte[] right = bytes(0, 1, 2, 3, 0, 50, 60, 70, 0, 252, 253, 254);
    Augmentation one = Augmentation.NONE.withShift(1);
    assertThat(change(one, all(DOWN, uniform)))
        .isEqualTo(pixels < 0 ? up : pixels == 0 ? IMAGE : down);
    assertThat(change(one, all(RIGHT, uniform)))
        .isEqualTo(pixels < 0 ? left : pixels == 0 ? IMAGE : right);
  }

  @Test
  void mirrorsBeforeItShifts() {
    float[] uniforms = all(RIGHT, BELOW_ONE);
    uniforms[FLIP] = 0;
    uniforms[DOWN] = 0;
    Augmentation both = Augmentation.NONE.withShift(1).withFlip(1);
    byte[] expected = bytes(0, 80, 70, 60, 0, 255, 254, 253, 0, 0, 0, 0);
    assertThat(change(both, uniforms)).isEqualTo(expected);
    assertThat(change(both.withScale(0.5), uniforms)).as("sampled").isEqualTo(expected);
  }

  /** Every shift in both directions, also right out of the image; copied and sampled. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "7, 1", "3, 5", "4, 4"})
  void shiftsAgreeWithTheSlowWay(int height, int width) {
    byte[] image = noise(height * width, 3);
    int shift = 9;
    Augmentation moves = Augmentation.NONE.withShift(shift).withFlip(0.5);
    for (int down = -shift; down <= shift; down++) {
      for (int right = -shift; right <= shift; right++) {
        for (float flip : new float[] {0, 0.9f}) {
          float[] uniforms = all(FLIP, flip);
          uniforms[DOWN] = (down + shift + 0.5f) / (2 * shift + 1);
          uniforms[RIGHT] = (right + shift + 0.5f) / (2 * shift + 1);
          byte[] expected = new byte[image.length];
          for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
              int y = r - down;
              int x = flip < 0.5 ? width - 1 - (c - right) : c - right;
              boolean inside = y >= 0 && y < height && x >= 0 && x < width;
              expected[r * width + c] = inside ? image[y * width + x] : 0;
            }
          }
          String as = "%d down, %d right, flip %s".formatted(down, right, flip);
          assertThat(apply(moves, image, height, width, uniforms)).as(as).isEqualTo(expected);
          assertThat(apply(moves.withRotation(9), image, height, width, uniforms))
              .as("sampled: " + as)
              .isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 100", "100, 1", "3, 5", "28, 28"})
  void erasesARectangleOfTheSizeItSays(int height, int width) {
    Augmentation erasing = Augmentation.NONE.withErasing(1);
    byte[] white = new byte[height * width];
    Arrays.fill(white, (byte) 255);
    SplittableRandom random = new SplittableRandom(4);
    for (int n = 0; n < 300; n++) {
      float[] uniforms = random(random);
      if (n < 16) { // the ends of the ranges
        uniforms[AREA] = (n & 1) == 0 ? 0 : BELOW_ONE;
        uniforms[ASPECT] = (n & 2) == 0 ? 0 : BELOW_ONE;
        uniforms[ROW] = (n & 4) == 0 ? 0 : BELOW_ONE;
        uniforms[COLUMN] = (n & 8) == 0 ? 0 : BELOW_ONE;
      }
      byte[] found = apply(erasing, white, height, width, uniforms);
      int top = height;
      int bottom = 0;
      int left = width;
      int right = 0;
      int erased = 0;
      for (int i = 0; i < found.length; i++) {
        if (found[i] == 0) {
          top = Math.min(top, i / width);
          bottom = Math.max(bottom, i / width + 1);
          left = Math.min(left, i % width);
          right = Math.max(right, i % width + 1);
          erased++;
        }
      }
      int rows = bottom - top;
      int columns = right - left;
      assertThat(erased).as("a full rectangle").isEqualTo(rows * columns).isPositive();
      double area = (0.02 + 0.18 * uniforms[AREA]) * height * width;
      assertThat(erased)
          .as("%d × %d instead of %.2f", rows, columns, area)
          .isLessThanOrEqualTo((int) Math.ceil(Math.max(1, area) + 0.5 * (rows + columns) + 0.75));
      if (height == width && height > 1) {
        double aspect = 0.3 + 3 * uniforms[ASPECT];
        assertThat(Math.abs(rows - Math.sqrt(area * aspect))).as("rows").isLessThan(0.51);
        assertThat(Math.abs(columns - Math.sqrt(area / aspect))).as("columns").isLessThan(0.51);
      }
      if (n < 16) {
        assertThat(top).isEqualTo(uniforms[ROW] == 0 ? 0 : height - rows);
        assertThat(left).isEqualTo(uniforms[COLUMN] == 0 ? 0 : width - columns);
      }
    }
    assertThat(apply(erasing.withErasing(0.5), white, height, width, all(ERASING, 0.5f)))
        .isEqualTo(white);
  }

  @Test
  void writesOneImageAndNothingElse() {
    SplittableRandom random = new SplittableRandom(6);
    byte[] source = noise(41, 8);
    byte[] before = source.clone();
    Augmentation much = new Augmentation(2, 0.5, 180, 0.9, 0.5);
    for (int n = 0; n < 200; n++) {
      float[] uniforms = random(random);
      for (int u = 0; u < uniforms.length; u++) {
        uniforms[u] = n % 3 == 0 ? 0 : n % 3 == 1 ? BELOW_ONE : uniforms[u];
      }
      byte[] target = new byte[30];
      Arrays.fill(target, (byte) 77);
      Augmentation augmentation = n % 2 == 0 ? much : much.withRotation(0).withScale(0);
      augmentation.apply(source, 11, 3, 5, uniforms, target, 7);
      assertThat(Arrays.copyOf(target, 7)).containsOnly(77);
      assertThat(Arrays.copyOfRange(target, 22, 30)).containsOnly(77);
      assertThat(source).isEqualTo(before);
      byte[] alone = Arrays.copyOfRange(source, 11, 26);
      byte[] expected = apply(augmentation, alone, 3, 5, uniforms);
      assertThat(Arrays.copyOfRange(target, 7, 22)).isEqualTo(expected);
      augmentation.apply(source, 11, 3, 5, uniforms, source, 26);
      assertThat(Arrays.copyOfRange(source, 26, 41)).as("in one array").isEqualTo(expected);
      System.arraycopy(before, 0, source, 0, source.length);
    }
  }

  /** Of many images; any other machine must find the same. */
  @Test
  void isTheSameEverywhere() throws Exception {
    SplittableRandom random = new SplittableRandom(12345);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int n = 0; n < 2000; n++) {
      int height = 1 + random.nextInt(32);
      int width = 1 + random.nextInt(32);
      Augmentation augmentation =
          new Augmentation(
              random.nextInt(5),
              0.5,
              n % 4 == 0 ? 0 : random.nextInt(181),
              n % 4 == 0 ? 0 : random.nextInt(91) / 100.0,
              0.5);
      byte[] image = new byte[height * width];
      random.nextBytes(image);
      digest.update(apply(augmentation, image, height, width, random(random)));
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("9a2167f4505046ff110ad3d03fd46871ae7285489f714dbdf26bace82d4e847f");
  }

  @Test
  void rejectsSettingsThatMeanNothing() {
    assertRejected(
        () -> Augmentation.NONE.withShift(-1), "shift: expected 0 to 65536 whole pixels, found -1");
    assertRejected(() -> Augmentation.NONE.withShift(65537), "found 65537");
    assertRejected(
        () -> Augmentation.NONE.withFlip(1.1),
        "flip: expected a probability from 0 to 1, found 1.1");
    assertRejected(
        () -> Augmentation.NONE.withErasing(-0.1),
        "erasing: expected a probability from 0 to 1, found -0.1");
    assertRejected(
        () -> Augmentation.NONE.withRotation(181),
        "rotation: expected 0 to 180 degrees, found 181.0");
    assertRejected(
        () -> Augmentation.NONE.withScale(1), "scale: expected a change of 0 to 0.9, found 1.0");
    for (double bad : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      assertRejected(() -> Augmentation.NONE.withFlip(bad), "flip");
      assertRejected(() -> Augmentation.NONE.withRotation(bad), "rotation");
      assertRejected(() -> Augmentation.NONE.withScale(bad), "scale");
      assertRejected(() -> Augmentation.NONE.withErasing(bad), "erasing");
    }
  }

  @Test
  void rejectsImagesThatDoNotFit() {
    Augmentation none = Augmentation.NONE;
    float[] u = all(FLIP, 0);
    byte[] other = new byte[12];
    assertRejected(
        () -> none.apply(IMAGE, 0, 0, 4, u, other, 0),
        "height and width: expected 1 to 16777216, found 0 and 4");
    assertRejected(() -> none.apply(IMAGE, 0, 1, 1 << 25, u, other, 0), "found 1 and 33554432");
    assertRejected(
        () -> none.apply(IMAGE, 0, 2, 3, u, IMAGE, 5),
        "both are one array, at 0 and 5; expected 6 bytes between");
    assertRejected(() -> none.apply(IMAGE, 6, 2, 3, u, IMAGE, 1), "at 6 and 1");
    assertOutOfBounds(() -> none.apply(IMAGE, 1, 3, 4, u, other, 0));
    assertOutOfBounds(() -> none.apply(IMAGE, -1, 3, 3, u, other, 0));
    assertOutOfBounds(() -> none.apply(IMAGE, 0, 3, 4, u, other, 1));
    assertOutOfBounds(() -> none.apply(IMAGE, 0, 1 << 16, 1 << 16, u, other, 0));
    assertOutOfBounds(() -> none.apply(IMAGE, 0, 3, 4, new float[9], other, 0));
  }

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static void assertOutOfBounds(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
