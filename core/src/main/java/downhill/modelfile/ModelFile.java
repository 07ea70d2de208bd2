package downhill.modelfile;

import java.io.IOException;
import java.nio.file.Path;

/** Model files: safetensors with the tensor names of PyTorch's {@code nn.Sequential}. */
public final class ModelFile {
  private ModelFile() {}

  /**
   * Writes a model: to a temporary file beside it, flushed to disk, then renamed into place.
   *
   * @throws IOException if it cannot be written; what was there before is then still there
   */
  public static void save(Model model, Path file) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a model, ours or any safetensors file of an {@code nn.Sequential} of Linear and ReLU.
   *
   * @throws IOException if the file cannot be read, or is malformed; the message says where
   */
  public static Model load(Path file) throws IOException {
    throw new UnsupportedOperationException();
  }
}
