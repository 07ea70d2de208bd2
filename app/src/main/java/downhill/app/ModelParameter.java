package downhill.app;

import downhill.data.ClassNames;
import downhill.modelfile.Model;
import downhill.modelfile.ModelFile;
import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import picocli.CommandLine.Parameters;

/** The parameter {@code MODEL}, and the model it names. */
final class ModelParameter {
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

  /** Returns the SHA-256 of a file's bytes, in lower-case hexadecimal. */
  static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw CommandException.refused(e, "check that the file can be read");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** Returns whether a model's classes have no names but their numbers. */
  static boolean unnamed(Model model) {
    return ClassNames.areNumbers(model.classNames());
  }
}
