package downhill.studio;

import downhill.data.Dataset;
import java.util.Base64;

/**
 * An image that a network is asked about: one of the test set, or one that somebody drew or
 * dropped.
 *
 * @param index its number in the test set; −1 for another
 * @param label its class
 * @param pixels [features], 0..255 unsigned
 */
record Example(int index, int label, byte[] pixels) {
  /** Reads {@code {"index": 7}} or {@code {"pixels": "…", "label": 3}}. */
  static Example read(Fields fields, Dataset test) {
    if (fields.has("index")) {
      int index = fields.whole("index", 0, test.size() - 1);
      byte[] pixels = new byte[test.features()];
      test.copyTo(index, pixels, 0);
      return new Example(index, test.label(index), pixels);
    }
    byte[] pixels;
    try {
      pixels = Base64.getDecoder().decode(fields.text("pixels"));
    } catch (IllegalArgumentException e) {
      throw RefusedException.bad("pixels: expected bytes in base 64, found something else");
    }
    if (pixels.length != test.features()) {
      throw RefusedException.bad(
          "pixels: expected %d bytes, %s, found %d"
              .formatted(test.features(), test.shape(), pixels.length));
    }
    return new Example(-1, fields.whole("label", 0, test.classes() - 1), pixels);
  }

  /** Returns the pixels scaled to 0..1 as the network takes them, [features]. */
  double[] x() {
    double[] x = new double[pixels.length];
    for (int j = 0; j < x.length; j++) {
      x[j] = (pixels[j] & 0xff) / 255f; // as a float first: the same bits as the dataset's
    }
    return x;
  }
}
