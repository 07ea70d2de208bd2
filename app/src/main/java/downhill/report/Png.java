package downhill.report;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pictures of one byte a pixel as PNG in a {@code data:} URI. The format is this small; Java's own
 * writer would load half a window toolkit first.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int BITS = 8;
  private static final int GREY = 0;
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
    return new Png().header(height, width, GREY).end(pixels, height, width);
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
    return new Png()
        .header(height, width, PALETTE)
        .chunk("PLTE", palette.array())
        .chunk("tRNS", alpha.array())
        .end(pixels, height, width);
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

  private String end(byte[] pixels, int height, int width) {
    // Each row begins with the number of its filter, 0: as it is.
    byte[] rows = new byte[height * (width + 1)];
    for (int row = 0; row < height; row++) {
      System.arraycopy(pixels, row * width, rows, row * (width + 1) + 1, width);
    }
    chunk("IDAT", deflated(rows)).chunk("IEND", new byte[0]);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
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
