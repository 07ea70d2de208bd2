package downhill.data;

import static downhill.data.Augmented.DOWN;
import static downhill.data.Augmented.FLIP;
import static downhill.data.Augmented.RIGHT;
import static downhill.data.Augmented.ROTATION;
import static downhill.data.Augmented.SCALE;
import static downhill.data.Augmented.all;
import static downhill.data.Augmented.apply;
import static downhill.data.Augmented.noise;
import static downhill.data.Augmented.random;
import static downhill.data.IdxBytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are turned and scaled. */
class BilinearTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 28, 29})
  void aQuarterTurnIsExact(int side) {
    byte[] image = noise(side * side, side);
    byte[] turned = new byte[image.length];
    for (int r = 0; r < side; r++) {
      for (int c = 0; c < side; c++) {
        turned[r * side + c] = image[c * side + side - 1 - r]; // the right edge goes to the top
      }
    }
    // Of the numbers below 1 in 24 bits, only 0 gives the whole angle: −90 degrees.
    byte[] back = apply(Augmentation.NONE.withRotation(90), turned, side, side, all(ROTATION, 0));
    assertThat(back).as("clockwise").isEqualTo(image);
    byte[] half = apply(Augmentation.NONE.withRotation(180), image, side, side, all(ROTATION, 0));
    assertThat(half).as("half a turn").isEqualTo(reversed(image));
    byte[] quarter =
        apply(Augmentation.NONE.withRotation(180), image, side, side, all(ROTATION, 0.75f));
    assertThat(quarter).as("counterclockwise").isEqualTo(turned);
  }

  private static byte[] reversed(byte[] image) {
    byte[] result = new byte[image.length];
    for (int n = 0; n < image.length; n++) {
      result[n] = image[image.length - 1 - n];
    }
    return result;
  }

  @Test
  void scalesAboutTheCentre() {
    // Half the size: every other pixel of 5 × 1, counted from the middle one.
    Augmentation half = Augmentation.NONE.withScale(0.5);
    assertThat(apply(half, bytes(10, 20, 30, 40, 50), 1, 5, all(SCALE, 0)))
        .isEqualTo(bytes(0, 10, 30, 50, 0));
    Augmentation larger = Augmentation.NONE.withScale(0.8);
    assertThat(apply(larger, bytes(0, 140, 0), 1, 3, all(SCALE, 0.75f)))
        .isEqualTo(bytes(40, 140, 40)); // positions are 1/1.4 apart, and 140 · (1 − 1/1.4) = 40
  }

  @Test
  void roundsHalfUp() {
    // At half the size each of two pixels lies on the image's edge: half of it, and half of 0.
    Augmentation half = Augmentation.NONE.withScale(0.5);
    assertThat(apply(half, bytes(3, 2), 1, 2, all(SCALE, 0))).isEqualTo(bytes(2, 1));
  }

  /** Against bilinear sampling in double, written from the map's own definition. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "9, 1", "3, 5", "28, 28"})
  void sampledImagesAgreeWithDouble(int height, int width) {
    SplittableRandom random = new SplittableRandom(11);
    byte[] image = noise(height * width, 5);
    for (int n = 0; n < 200; n++) {
      Augmentation augmentation =
          new Augmentation(
              random.nextInt(4), 0.5, random.nextDouble(180), random.nextDouble(0.9), 0);
      float[] uniforms = random(random);
      byte[] found = apply(augmentation, image, height, width, uniforms);
      for (int i = 0; i < found.length; i++) {
        double expected = expected(augmentation, image, height, width, uniforms, i);
        assertThat((double) (found[i] & 0xff))
            .as("%s, image %d, pixel %d", augmentation, n, i)
            .isBetween(expected - 0.75, expected + 0.75); // 0.5 of it is rounding
      }
    }
  }

  private static double expected(
      Augmentation a, byte[] image, int height, int width, float[] uniforms, int pixel) {
    int row = pixel / width;
    int column = pixel % width;
    double y = row - (height - 1) / 2.0;
    double x = column - (width - 1) / 2.0;
    y -= Math.floor(uniforms[DOWN] * (2 * a.shift() + 1)) - a.shift();
    x -= Math.floor(uniforms[RIGHT] * (2 * a.shift() + 1)) - a.shift();
    double distance = Math.hypot(x, y) / (1 + a.scale() * (2 * uniforms[SCALE] - 1));
    // On a screen y points down: turned counterclockwise, the angle is smaller than it was.
    double direction =
        Math.atan2(y, x) + Math.toRadians(a.rotation() * (2 * uniforms[ROTATION] - 1));
    x = distance * Math.cos(direction) * (uniforms[FLIP] < a.flip() ? -1 : 1);
    y = distance * Math.sin(direction);
    x += (width - 1) / 2.0;
    y += (height - 1) / 2.0;
    double sum = 0;
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        double weight = Math.max(0, 1 - Math.abs(y - r)) * Math.max(0, 1 - Math.abs(x - c));
        sum += weight * (image[r * width + c] & 0xff);
      }
    }
    return sum;
  }

  @Test
  void backgroundStays0() {
    SplittableRandom random = new SplittableRandom(2);
    Augmentation much = new Augmentation(3, 0.5, 180, 0.9, 0.5);
    for (int n = 0; n < 100; n++) {
      assertThat(apply(much, new byte[84], 7, 12, random(random))).containsOnly(0);
    }
    // A lit pixel lights its neighbours at most, at the size it has.
    Augmentation turned = Augmentation.NONE.withRotation(180);
    byte[] dot = new byte[121];
    dot[60] = (byte) 255;
    for (int n = 0; n < 100; n++) {
      byte[] found = apply(turned, dot, 11, 11, random(random));
      for (int i = 0; i < found.length; i++) {
        boolean near = Math.abs(i / 11 - 5) <= 1 && Math.abs(i % 11 - 5) <= 1;
        assertThat(near || found[i] == 0).as("pixel %d", i).isTrue();
      }
    }
  }
}
