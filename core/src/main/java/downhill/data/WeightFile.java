package downhill.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A text file that says what each example counts: one number a line, in the order of the examples.
 */
public final class WeightFile {
  /** The bytes of the mark that some programs begin a text in UTF-8 with, one character each. */
  private static final String MARK = "\u00EF\u00BB\u00BF";

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private WeightFile() {}

  /**
   * Reads what each example counts.
   *
   * @param examples how many there are
   * @return [examples], finite and not negative, at least one of them positive
   * @throws IOException if the file cannot be read or says anything else; the message names file
   *     and line
   */
  public static float[] read(Path file, int examples) throws IOException {
    float[] weights = new float[examples];
    boolean any = false;
    int n = 0;
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a text file with a number a line, found a folder");
    }
    // Bytes that are no text then fail as numbers, in the line where they stand.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (n == examples) {
          throw new IOException(
              "%s:%d: expected %d lines, one for each example to learn from, found more"
                  .formatted(file, n + 1, examples));
        }
        boolean marked = n == 0 && line.startsWith(MARK);
        weights[n] = weight(file, n + 1, (marked ? line.substring(MARK.length()) : line).strip());
        any |= weights[n] > 0;
        n++;
      }
    }
    if (n < examples) {
      throw new IOException(
          "%s: expected %d lines, one for each example to learn from, found %d"
              .formatted(file, examples, n));
    }
    if (!any) {
      throw new IOException(file + ": expected a number that is not 0, found none");
    }
    return weights;
  }

  private static float weight(Path file, int line, String text) throws IOException {
    // Float.parseFloat alone would let 1f and 0x1p3 pass.
    float weight = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
    boolean vanished =
        weight == 0 && text.split("[eE]", 2)[0].chars().anyMatch(c -> c >= '1' && c <= '9');
    if (vanished && !text.startsWith("-")) {
      throw new IOException(
          "%s:%d: expected 0 or at least %s, the least that a 32-bit number can be, found '%s'"
              .formatted(file, line, Float.MIN_VALUE, text));
    }
    if (vanished || !(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
      throw new IOException(
          "%s:%d: expected what an example counts, a number that is not negative, found %s"
              .formatted(file, line, isPlain(text) ? "'" + text + "'" : "other bytes"));
    }
    return weight;
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Returns the SHA-256 of the numbers as 32-bit floats, big-endian, in lower-case hexadecimal. */
  public static String sha256(float[] weights) {
    MessageDigest digest = Sha256.digest();
    Sha256.add(digest, weights, 0, weights.length);
    return HexFormat.of().formatHex(digest.digest());
  }
}
