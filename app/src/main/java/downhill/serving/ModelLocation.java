package downhill.serving;

import downhill.modelfile.ModelFile;
import downhill.onnx.OnnxFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the versions of a model lie: a model file or a run folder, which are version 1, or a folder
 * of numbered versions, each of them a run folder ({@code 3/model.safetensors}) or a file ({@code
 * 3.safetensors}).
 *
 * @param name what clients call the model
 * @param path where it is
 */
public record ModelLocation(String name, Path path) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern ASSIGNMENT = Pattern.compile("([^=/\\\\]*)=(.+)");
  private static final String SUFFIX = ".safetensors";
  private static final Pattern VERSION =
      Pattern.compile(
          "([1-9]\\d{0,17})(%s|%s)?"
              .formatted(Pattern.quote(SUFFIX), Pattern.quote(OnnxFile.SUFFIX)));

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it can't stand in a URL as it is
   */
  public ModelLocation {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "model name '%s': expected 1 to 100 letters, digits, '.', '_' and '-', the first a letter or digit"
              .formatted(name));
    }
  }

  /**
   * Reads {@code NAME=PATH} or {@code PATH}. Without a name it is that of the file, or of the
   * folder: {@code fashion} for {@code fashion.safetensors}, {@code runs-1} for {@code runs/1}.
   *
   * @throws IllegalArgumentException if the name is none
   */
  public static ModelLocation parse(String text) {
    Matcher assignment = ASSIGNMENT.matcher(text);
    if (assignment.matches()) {
      return new ModelLocation(assignment.group(1), Path.of(assignment.group(2)));
    }
    Path path = Path.of(text);
    try {
      return new ModelLocation(nameOf(path.toAbsolutePath().normalize()), path);
    } catch (IllegalArgumentException unfit) {
      throw new IllegalArgumentException(unfit.getMessage() + "; give one: NAME=" + text, unfit);
    }
  }

  private static String nameOf(Path path) {
    String last = last(path);
    @Nullable Path parent = path.getParent();
    if (last.equals(ModelFile.NAME) && parent != null) {
      return nameOf(parent);
    }
    for (String suffix : new String[] {SUFFIX, OnnxFile.SUFFIX}) {
      if (last.endsWith(suffix)) {
        last = last.substring(0, last.length() - suffix.length());
      }
    }
    boolean number = last.chars().allMatch(c -> c >= '0' && c <= '9');
    return number && parent != null ? last(parent) + "-" + last : last;
  }

  private static String last(Path path) {
    @Nullable Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /**
   * Returns the files that are there now, by their version.
   *
   * @throws IOException if there is none; the message says what was expected
   */
  SortedMap<Long, Path> versions() throws IOException {
    SortedMap<Long, Path> versions = new TreeMap<>();
    if (!Files.isDirectory(path)) {
      versions.put(1L, path); // if there is nothing, the loader says so
      return versions;
    }
    Path own = path.resolve(ModelFile.NAME);
    if (Files.exists(own)) {
      versions.put(1L, own);
      return versions;
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        addVersion(child, versions);
      }
    }
    if (versions.isEmpty()) {
      throw new IOException(
          "%s: expected a model file, a run folder that holds %s, or a folder of numbered versions (1/%s or 1%s, …), found a folder without any"
              .formatted(path, ModelFile.NAME, ModelFile.NAME, SUFFIX));
    }
    return versions;
  }

  private void addVersion(Path child, SortedMap<Long, Path> versions) throws IOException {
    Matcher version = VERSION.matcher(last(child));
    if (!version.matches()) {
      return; // something else may lie there too
    }
    boolean isFile = version.group(2) != null;
    Path file = isFile ? child : child.resolve(ModelFile.NAME);
    if (!Files.isRegularFile(file)) {
      return; // a run that has no model yet
    }
    @Nullable Path other = versions.put(Long.parseLong(version.group(1)), file);
    if (other != null) {
      throw new IOException(
          "%s: expected one file for version %s, found %s and %s; remove one of them"
              .formatted(path, version.group(1), other, file));
    }
  }
}
