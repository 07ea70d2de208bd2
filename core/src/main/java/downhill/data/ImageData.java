package downhill.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Examples that were read from pictures. Immutable; safe to share.
 *
 * @param datasets what to learn from, and what to judge by
 * @param trainFiles where each training example comes from
 * @param testFiles where each test example comes from
 * @param preparation how pictures became examples
 * @param unreadable the pictures that are not among them
 */
public record ImageData(
    Datasets datasets,
    List<Path> trainFiles,
    List<Path> testFiles,
    Preparation preparation,
    List<UnreadableImage> unreadable) {
  /** Copies the lists. */
  public ImageData {
    Objects.requireNonNull(datasets, "datasets");
    Objects.requireNonNull(preparation, "preparation");
    trainFiles = List.copyOf(trainFiles);
    testFiles = List.copyOf(testFiles);
    unreadable = List.copyOf(unreadable);
  }
}
