package downhill.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Images, the numbers that change them, and what comes of it. */
final class Augmented {
  // What each of the numbers is for.
  static final int FLIP = 0;
  static final int DOWN = 1;
  static final int RIGHT = 2;
  static final int ROTATION = 3;
  static final int SCALE = 4;
  static final int ERASING = 5;
  static final int AREA = 6;
  static final int ASPECT = 7;
  static final int ROW = 8;
  static final int COLUMN = 9;

  static final float BELOW_ONE = Math.nextDown(1f);

  private Augmented() {}

  /** Returns numbers that leave an image alone, but for one of them. */
  static float[] all(int which, float value) {
    float[] uniforms = new float[Augmentation.UNIFORMS];
    Arrays.fill(uniforms, 0.5f);
    uniforms[which] = value;
    return uniforms;
  }

  static byte[] apply(
      Augmentation augmentation, byte[] image, int height, int width, float[] uniforms) {
    byte[] target = new byte[image.length];
    Arrays.fill(target, (byte) 77);
    augmentation.apply(image, 0, height, width, uniforms, target, 0);
    return target;
  }

  static float[] random(SplittableRandom random) {
    float[] uniforms = new float[Augmentation.UNIFORMS];
    for (int n = 0; n < uniforms.length; n++) {
      uniforms[n] = random.nextInt(1 << 24) * 0x1p-24f;
    }
    return uniforms;
  }

  static byte[] noise(int size, long seed) {
    byte[] image = new byte[size];
    new SplittableRandom(seed).nextBytes(image);
    return image;
  }
}
