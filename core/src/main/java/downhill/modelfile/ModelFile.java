package downhill.modelfile;

import downhill.network.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Model files: safetensors with the tensor names of PyTorch's {@code nn.Sequential}. Equal models
 * give equal files, byte for byte.
 */
public final class ModelFile {
  /** The name of the model in a run folder. */
  public static final String NAME = "model.safetensors";

  private ModelFile() {}

  /**
   * Writes a model: to a temporary file beside it, flushed to disk, then renamed into place. Goes
   * through even where the thread has been interrupted.
   *
   * @param file where to, on the default file system; its folder must be there
   * @throws ModelFileException if it cannot be written; what was there before is then still there
   */
  public static void save(Model model, Path file) throws IOException {
    AtomicFile.replace(file, out -> write(model, out));
  }

  /**
   * Returns the bytes that {@link #save} writes.
   *
   * @throws OutOfMemoryError if they are more than an array holds
   */
  public static byte[] bytes(Model model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeToMemory(model, out);
    return out.toByteArray();
  }

  /** Returns the SHA-256 of the bytes that {@link #save} writes, in lower-case hexadecimal. */
  public static String sha256(Model model) {
    MessageDigest digest = Checksum.digest();
    writeToMemory(model, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void writeToMemory(Model model, OutputStream out) {
    try {
      write(model, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static void write(Model model, OutputStream out) throws IOException {
    Safetensors.write(out, ModelMetadata.write(model), SequentialLayers.tensors(model.network()));
  }

  /**
   * Reads a model, ours or any safetensors file of an {@code nn.Sequential} of Linear and ReLU,
   * with or without a Flatten first. Such a file's widths are those of its tensors, its inputs are
   * scaled by x/255, its classes are called "0", "1", ….
   *
   * @param file a model file, or a run folder that holds {@value #NAME}
   * @throws ModelFileException if the file is missing or malformed, or holds something else; the
   *     message says what, and where
   * @throws IOException if reading fails, or the thread is interrupted
   */
  public static Model load(Path file) throws IOException {
    boolean folder = Files.isDirectory(file);
    Path path = folder ? file.resolve(NAME) : file;
    if (folder && !Files.exists(path)) {
      throw new ModelFileException(
          file.toString(),
          "expected a model file, or a run folder that holds %s, found a folder without it"
              .formatted(NAME));
    }
    try (Safetensors tensors = Safetensors.open(path)) {
      // First of all: what a later version puts in its files, this one can't judge.
      ModelMetadata.checkVersion(tensors.file(), tensors.metadata());
      Network network = SequentialLayers.read(tensors);
      ModelMetadata metadata =
          ModelMetadata.read(tensors.file(), tensors.metadata(), network.architecture());
      try {
        return new Model(network, metadata.classNames(), metadata.provenance(), metadata.schema());
      } catch (IllegalArgumentException unfit) {
        throw new ModelFileException(tensors.file(), String.valueOf(unfit.getMessage()), unfit);
      }
    }
  }
}
