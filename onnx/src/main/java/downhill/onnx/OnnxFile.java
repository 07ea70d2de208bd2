package downhill.onnx;

import downhill.modelfile.AtomicFile;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFileException;
import downhill.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Models as ONNX files. What is written takes raw inputs, [batch, n_0], of any batch size (of a
 * table: in double, an input for each column of numbers and for each level of the others, see
 * {@link TableScaling}), scales them as the model's data is scaled, and gives probabilities,
 * [batch, n_L]. Names of the classes and provenance are in it, by the keys of our own model files.
 * Reading it again gives the same bits; equal models give equal files.
 */
public final class OnnxFile {
  /** What the names of ONNX files end with. */
  public static final String SUFFIX = ".onnx";

  private OnnxFile() {}

  /** Returns whether a file is an ONNX file by its name. */
  public static boolean isNamed(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(SUFFIX);
  }

  /**
   * Writes a model: to a temporary file beside it, flushed to disk, then renamed into place.
   *
   * @param file where to, on the default file system; its folder must be there
   * @throws ModelFileException if it cannot be written; what was there before is then still there
   * @throws IllegalArgumentException if the model is larger than an ONNX file can be, 2 GiB
   */
  public static void save(Model model, Path file) throws IOException {
    byte[] bytes = bytes(model);
    AtomicFile.replace(file, out -> out.write(bytes));
  }

  /**
   * Returns the bytes that {@link #save} writes.
   *
   * @throws IllegalArgumentException if the model is larger than an ONNX file can be, 2 GiB
   */
  public static byte[] bytes(Model model) {
    return GraphWriter.bytes(model);
  }

  /**
   * Returns the bytes of a graph of a network alone, without names of classes and provenance.
   *
   * @param network the network
   * @param scaling what the graph does to its inputs first; {@link InputScaling#none} for inputs
   *     that are as the first layer takes them
   * @throws IllegalArgumentException if the network is larger than an ONNX file can be, 2 GiB, or
   *     the scaling is for another number of inputs
   */
  public static byte[] bytes(Network network, InputScaling scaling) {
    return GraphWriter.bytes(network, scaling);
  }

  /**
   * Reads a model: ours, or any ONNX file that holds a network of linear layers with ReLU between
   * them, with or without a softmax at the end. Where another program wrote it, the classes are
   * called "0", "1", …; its inputs are either raw bytes that the graph divides by 255, or values
   * that are so already.
   *
   * @param file an ONNX file
   * @throws ModelFileException if the file is missing or malformed, or holds something else; the
   *     message names the operator and the node
   * @throws IOException if reading fails
   */
  public static Model load(Path file) throws IOException {
    return ModelReader.read(file);
  }

  /**
   * Returns the files beside an ONNX file in which it says that values of it lie: what {@link
   * #load} would read too. They need not be there.
   *
   * @throws ModelFileException if the file is missing or no ONNX file
   * @throws IOException if reading fails
   */
  public static List<Path> external(Path file) throws IOException {
    return ModelReader.external(file);
  }
}
