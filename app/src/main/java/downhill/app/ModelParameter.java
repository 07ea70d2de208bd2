package downhill.app;

import downhill.data.ClassNames;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.onnx.OnnxFile;
import downhill.report.ModelBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The parameter {@code MODEL}, and the model it names. */
final class ModelParameter {
  /** How often a model is read that is replaced while it is. */
  private static final int ATTEMPTS = 20;

  /** A model, and what it was read from. */
  record Read(Model model, ModelBytes bytes) {}

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file (safetensors or .onnx), or a run folder such as runs/1.")
  private Path model = Path.of("");

  /** Returns what was given. */
  Path given() {
    return model;
  }

  /** Returns the file itself. */
  Path file() {
    return file(model);
  }

  /** Reads the model. */
  Model load() {
    return load(model, "MODEL is a safetensors or ONNX file, or a run folder such as runs/1");
  }

  /** Returns the model file that a path names: itself, or the one in a run folder. */
  static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve(RunFolder.MODEL) : path;
  }

  /** Reads a model file, or the one in a run folder. */
  static Model load(Path path, String hint) {
    try {
      return OnnxFile.isNamed(path) && !Files.isDirectory(path)
          ? OnnxFile.load(path)
          : ModelFile.load(file(path));
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, hint);
    }
  }

  /**
   * Reads a model, and the bytes that it was read from: a training may replace its file meanwhile.
   *
   * @param path a model file, or a run folder
   */
  static Read read(Path path, String hint) {
    load(path, hint); // what is no model is said to be none before any bytes are hashed
    ModelBytes bytes = bytes(file(path));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Model model = load(path, hint);
      ModelBytes after = bytes(file(path));
      if (after.equals(bytes)) {
        return new Read(model, bytes);
      }
      bytes = after;
    }
    throw CommandException.refused(
        path + ": expected a model that stays as it is, found another each time",
        "wait until its training is over");
  }

  /** Returns the bytes that a model is read from. */
  static ModelBytes bytes(Path file) {
    try {
      return ModelBytes.of(file);
    } catch (IOException e) {
      throw CommandException.refused(e, "check that the file can be read");
    }
  }

  /** Returns whether a model's classes have no names but their numbers. */
  static boolean unnamed(Model model) {
    return ClassNames.areNumbers(model.classNames());
  }
}
