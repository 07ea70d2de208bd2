package downhill.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The rows of a decoded picture as numbers that can be averaged: light times opacity, in one
 * channel or three. Samples are taken as they are stored, and no colour profile is applied: that
 * would depend on the library that does it. Belongs to one thread.
 */
final class PixelRows {
  static final int OPAQUE = 255;

  /** How light a grey pixel can be: the sum of 299 R, 587 G and 114 B. */
  private static final int WHITE_OF_GREY = 255_000;

  private static final int WHITE_OF_COLOUR = 255;

  /** How samples lie in a picture. */
  private enum Kind {
    /** One byte for each sample, pixel by pixel. */
    BYTES,
    /** Grey of another depth. */
    DEEP_GREY,
    /** What Java has to make red, green and blue of: palettes, 16 bits a sample and so on. */
    OTHER
  }

  private final BufferedImage image;
  private final Raster raster;
  private final ColorModel model;
  private final Kind kind;
  private final boolean grey;
  private final boolean invert;
  private final int bands;
  private final byte[] bytes;
  private final int[] samples;
  private final int[] opacities;

  /** Lends itself to a picture. */
  PixelRows(BufferedImage image, Preparation preparation) {
    this.image = image;
    this.raster = image.getRaster();
    this.model = image.getColorModel();
    this.kind = kind(model, raster);
    this.grey = preparation.colour() == Preparation.Colour.GREY;
    this.invert = preparation.invert();
    this.bands = raster.getNumBands();
    int n = image.getWidth();
    this.bytes = new byte[kind == Kind.BYTES ? n * bands : 0];
    this.samples = new int[kind == Kind.BYTES ? 0 : n];
    this.opacities = new int[kind == Kind.DEEP_GREY && model.hasAlpha() ? n : 0];
  }

  /** Returns whether a picture's samples can be taken without a colour profile. */
  static boolean canRead(BufferedImage image) {
    ColorModel model = image.getColorModel();
    return kind(model, image.getRaster()) != Kind.OTHER
        || model instanceof IndexColorModel
        || model.getColorSpace().isCS_sRGB();
  }

  private static Kind kind(ColorModel model, Raster raster) {
    if (model instanceof IndexColorModel || model.isAlphaPremultiplied()) {
      return Kind.OTHER;
    }
    int space = model.getColorSpace().getType();
    int colours = space == ColorSpace.TYPE_GRAY ? 1 : space == ColorSpace.TYPE_RGB ? 3 : 0;
    if (model instanceof ComponentColorModel
        && colours > 0
        && raster.getNumBands() == colours + (model.hasAlpha() ? 1 : 0)
        && model.getTransferType() == DataBuffer.TYPE_BYTE
        && hasOnlyBytes(model)) {
      return Kind.BYTES;
    }
    return colours == 1 ? Kind.DEEP_GREY : Kind.OTHER;
  }

  private static boolean hasOnlyBytes(ColorModel model) {
    for (int size : model.getComponentSize()) {
      if (size != Byte.SIZE) {
        return false;
      }
    }
    return true;
  }

  /** Returns what a white and opaque pixel is in every channel. */
  long white() {
    return (long) white(grey) * OPAQUE;
  }

  private static int white(boolean grey) {
    return grey ? WHITE_OF_GREY : WHITE_OF_COLOUR;
  }

  /**
   * Reads a row.
   *
   * @param y which, from the top
   * @param channels where to, [channels, columns]: of each pixel its light times its opacity, 0 to
   *     {@link #white}
   */
  void read(int y, int[][] channels) {
    switch (kind) {
      case BYTES -> readBytes(y, channels);
      case DEEP_GREY -> readDeepGrey(y, channels);
      case OTHER -> readOther(y, channels);
    }
  }

  private void readBytes(int y, int[][] channels) {
    raster.getDataElements(0, y, image.getWidth(), 1, bytes);
    boolean veiled = model.hasAlpha();
    boolean colours = bands >= 3;
    int n = image.getWidth();
    for (int x = 0; x < n; x++) {
      int i = x * bands;
      int red = bytes[i] & 0xff;
      int green = colours ? bytes[i + 1] & 0xff : red;
      int blue = colours ? bytes[i + 2] & 0xff : red;
      int opacity = veiled ? bytes[i + bands - 1] & 0xff : OPAQUE;
      put(channels, x, red, green, blue, opacity);
    }
  }

  private void readOther(int y, int[][] channels) {
    int n = image.getWidth();
    image.getRGB(0, y, n, 1, samples, 0, n);
    for (int x = 0; x < n; x++) {
      int p = samples[x];
      put(channels, x, p >> 16 & 0xff, p >> 8 & 0xff, p & 0xff, p >>> 24);
    }
  }

  private void put(int[][] channels, int x, int red, int green, int blue, int opacity) {
    if (grey) {
      int light = 299 * red + 587 * green + 114 * blue;
      channels[0][x] = opacity * (invert ? WHITE_OF_GREY - light : light);
      return;
    }
    int flip = invert ? 0xff : 0;
    channels[0][x] = opacity * (red ^ flip);
    channels[1][x] = opacity * (green ^ flip);
    channels[2][x] = opacity * (blue ^ flip);
  }

  // Not getRGB, which takes grey samples for linear light and brightens them: 128 becomes 188.
  private void readDeepGrey(int y, int[][] channels) {
    int n = image.getWidth();
    raster.getSamples(0, y, n, 1, 0, samples);
    long most = (1L << model.getComponentSize(0)) - 1;
    boolean veiled = model.hasAlpha();
    long opaque = 1;
    if (veiled) {
      raster.getSamples(0, y, n, 1, 1, opacities);
      opaque = (1L << model.getComponentSize(1)) - 1;
    }
    int white = white(grey);
    for (int x = 0; x < n; x++) {
      int light = (int) ((samples[x] * (long) white + most / 2) / most);
      int a = veiled ? (int) ((opacities[x] * (long) OPAQUE + opaque / 2) / opaque) : OPAQUE;
      int value = a * (invert ? white - light : light);
      for (int[] channel : channels) {
        channel[x] = value;
      }
    }
  }
}
