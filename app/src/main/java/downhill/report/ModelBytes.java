package downhill.report;

import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes that a model is read from: those of its file, and then those of the files in which an
 * ONNX file says that its weights lie, initializers first and then constants. Without the latter,
 * two models of other weights would go by one name.
 *
 * @param sha256 of all of them, in lower-case hexadecimal
 * @param count how many they are
 * @param files in how many files
 */
public record ModelBytes(String sha256, long count, int files) {
  /**
   * Reads them.
   *
   * @param file a model file that was loaded, so what it needs is there
   * @throws IOException if one of the files can't be read
   */
  public static ModelBytes of(Path file) throws IOException {
    MessageDigest digest = digest();
    List<Path> files = files(file);
    long count = 0;
    try (OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Path part : files) {
        try (InputStream in = Files.newInputStream(part)) {
          count += in.transferTo(into);
        }
      }
    }
    return new ModelBytes(HexFormat.of().formatHex(digest.digest()), count, files.size());
  }

  private static List<Path> files(Path file) throws IOException {
    List<Path> files = new ArrayList<>(List.of(file));
    if (OnnxFile.isNamed(file)) {
      // What is missing belongs to a tensor that no layer takes, or loading would have failed.
      OnnxFile.external(file).stream().filter(Files::isRegularFile).forEach(files::add);
    }
    return files;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
