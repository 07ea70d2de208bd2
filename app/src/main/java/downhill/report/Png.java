package downhill.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pictures as PNG, as a file or in a {@code data:} URI. The format is this small; Java's own writer
 * would load half a window toolkit first.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int BITS = 8;
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Png() {
    out.writeBytes(SIGNATURE);
  }

  /**
   * Returns a grey picture.
   *
   * @param pixels [height, width], row-major, unsigned: black is 0
   */
  static String grey(byte[] pixels, int height, int width) {
    return picture(pixels, 1, height, width);
  }

  /**
   * Returns a picture, grey or in colours.
   *
   * @param planes [channels, height, width], row-major, unsigned: black is 0
   * @param channels 3 for red, green and blue; of any other number the first is shown, as grey
   */
  static String picture(byte[] planes, int channels, int height, int width) {
    return uri(file(planes, channels, height, width));
  }

  /** As {@link #picture}, but returns the bytes of a file. */
  static byte[] file(byte[] planes, int channels, int height, int width) {
    if (channels != 3) {
      return new Png().header(height, width, GREY).end(planes, height, width);
    }
    int plane = height * width;
    byte[] pixels = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = planes[c * plane + i];
      }
    }
    return new Png().header(height, width, RGB).end(pixels, height, 3 * width);
  }

  /**
   * Returns a picture in up to 256 colours.
   *
   * @param pixels [height, width], row-major: for each pixel the index of its colour, unsigned
   * @param colours each 0xAARRGGBB
   */
  static String indexed(byte[] pixels, int height, int width, int[] colours) {
    ByteBuffer palette = ByteBuffer.allocate(3 * colours.length);
    ByteBuffer alpha = ByteBuffer.allocate(colours.length);
    for (int colour : colours) {
      palette.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
      alpha.put((byte) (colour >>> 24));
    }
    return uri(
        new Png()
            .header(height, width, PALETTE)
            .chunk("PLTE", palette.array())
            .chunk("tRNS", alpha.array())
            .end(pixels, height, width));
  }

  private static String uri(byte[] file) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
  }

  private Png header(int height, int width, int kind) {
    ByteBuffer header = ByteBuffer.allocate(13);
    return chunk(
        "IHDR", header.putInt(width).putInt(height).put((byte) BITS).put((byte) kind).array());
  }

  private Png chunk(String name, byte[] content) {
    CRC32 crc = new CRC32();
    byte[] type = name.getBytes(StandardCharsets.US_ASCII);
    crc.update(type);
    crc.update(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    out.writeBytes(type);
    out.writeBytes(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return this;
  }

  /** Writes the pixels, so many bytes a row, and returns the file. */
  private byte[] end(byte[] pixels, int height, int rowBytes) {
    // Each row begins with the number of its filter, 0: as it is.
    byte[] rows = new byte[height * (rowBytes + 1)];
    for (int row = 0; row < height; row++) {
      System.arraycopy(pixels, row * rowBytes, rows, row * (rowBytes + 1) + 1, rowBytes);
    }
    return chunk("IDAT", deflated(rows)).chunk("IEND", new byte[0]).out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes) {
    try (Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      byte[] piece = new byte[8192];
      while (!deflater.finished()) {
        packed.write(piece, 0, deflater.deflate(piece));
      }
      return packed.toByteArray();
    }
  }
}
