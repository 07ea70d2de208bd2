package downhill.export;

import downhill.modelfile.AtomicFile;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.network.Architecture;
import downhill.network.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.lang.model.SourceVersion;

/**
 * Writes a model as a Java class without dependencies, and its weights as a resource beside it. The
 * class does what the engine does, in the same order, so it gives the same bits.
 */
public final class JavaSource {
  /** What the name of the source file ends with. */
  public static final String SUFFIX = ".java";

  private static final String TEMPLATE = template();
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
  private static final int LONGEST_NETWORK = 49;

  private JavaSource() {}

  /**
   * What was written.
   *
   * @param source the class
   * @param weights the resource that it reads
   */
  public record Written(Path source, Path weights) {}

  /**
   * Writes both files, each as a whole or not at all, over those that were there.
   *
   * @param file the source file; what stands before {@value #SUFFIX} is the name of the class
   * @param packageName the package of the class; empty for none
   * @throws IllegalArgumentException as from {@link #files} and {@link #checkPackage}, or if the
   *     weights are too many for one resource
   * @throws IOException if a file cannot be written
   */
  public static Written write(Model model, Path file, String packageName) throws IOException {
    Written files = files(file);
    String name = className(file);
    checkPackage(packageName);
    byte[] weights = weights(model);
    CRC32 checksum = new CRC32();
    checksum.update(weights, 0, weights.length);
    String network = model.network().architecture().toString();
    String source =
        InputSource.of(model.schema())
            .fill(TEMPLATE)
            .replace("@PACKAGE@", packageName.isEmpty() ? "" : "package " + packageName + ";\n\n")
            .replace("@NAME@", name)
            .replace(
                "@NETWORK@",
                network.length() <= LONGEST_NETWORK
                    ? network
                    : network.substring(0, LONGEST_NETWORK) + "...")
            .replace("@MODEL@", ModelFile.sha256(model))
            .replace("@CHECKSUM@", "0x%08x".formatted(checksum.getValue()));
    AtomicFile.replace(files.weights(), out -> out.write(weights));
    AtomicFile.replace(file, out -> out.write(source.getBytes(StandardCharsets.UTF_8)));
    return files;
  }

  /**
   * Returns what {@link #write} would write.
   *
   * @param file the source file
   * @throws IllegalArgumentException if its name is none of a class, or means something else there
   */
  public static Written files(Path file) {
    return new Written(file, file.resolveSibling(className(file) + ".weights"));
  }

  /**
   * Checks the name of a package.
   *
   * @param name empty for none
   * @throws IllegalArgumentException if it is none in Java
   */
  public static void checkPackage(String name) {
    if (!name.isEmpty() && !SourceVersion.isName(name, SourceVersion.RELEASE_9)) {
      throw new IllegalArgumentException(
          "package '%s': expected a name such as com.example".formatted(name));
    }
  }

  private static String className(Path file) {
    String fileName = String.valueOf(file.getFileName());
    String name =
        fileName.endsWith(SUFFIX)
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName;
    // A capital first keeps clear of every keyword, plain letters of the ways of file systems.
    if (!fileName.endsWith(SUFFIX) || !name.matches("[A-Z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "%s: expected the name of a class and %s, as in Classifier.java".formatted(file, SUFFIX));
    }
    String code =
        COMMENT
            .matcher(InputSource.BYTES.fill(TEMPLATE) + InputSource.TABLE.fill(TEMPLATE))
            .replaceAll("")
            .replaceAll("@[A-Z]+@", ""); // what is filled in
    if (Pattern.compile("\\b" + name + "\\b").matcher(code).find()) {
      throw new IllegalArgumentException(
          "%s: '%s' means something else in the class; choose another name".formatted(file, name));
    }
    return name;
  }

  /**
   * Returns the resource: the number of layers, the widths, what becomes of the inputs ({@link
   * InputSource}), weights [in, out] and biases [out] of each layer, and of each class the length
   * of its name and the name in UTF-8. Numbers are of four bytes, the highest first.
   */
  private static byte[] weights(Model model) {
    Network network = model.network();
    Architecture architecture = network.architecture();
    byte[] inputs = InputSource.numbers(model);
    List<byte[]> names = new ArrayList<>();
    int layers = architecture.layers();
    long size = 4L * (layers + 2 + architecture.parameters()) + inputs.length;
    for (String name : model.classNames()) {
      names.add(name.getBytes(StandardCharsets.UTF_8));
      size += 4 + names.getLast().length;
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "network %s: its weights take %d bytes, and a class can read 2 GiB"
              .formatted(architecture, size));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).putInt(layers);
    for (int l = 0; l <= layers; l++) {
      bytes.putInt(architecture.width(l));
    }
    bytes.put(inputs);
    for (int l = 1; l <= layers; l++) {
      int in = architecture.width(l - 1);
      int out = architecture.width(l);
      float[] W = network.weights(l);
      for (int j = 0; j < in; j++) {
        for (int i = 0; i < out; i++) {
          bytes.putFloat(W[i * in + j]);
        }
      }
      for (float b : network.biases(l)) {
        bytes.putFloat(b);
      }
    }
    for (byte[] name : names) {
      bytes.putInt(name.length).put(name);
    }
    return bytes.array();
  }

  private static String template() {
    try (InputStream in =
        Objects.requireNonNull(JavaSource.class.getResourceAsStream("Classifier.java.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
