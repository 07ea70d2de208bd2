package downhill.app;

import downhill.data.Dataset;
import downhill.data.Datasets;
import downhill.data.IdxFolder;
import downhill.data.ImageData;
import downhill.data.ImageFiles;
import downhill.data.ImagePart;
import downhill.data.Preparation;
import downhill.data.TooLittleMemoryException;
import downhill.data.UnreadableImagesException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the images in files of their own that {@code --data} or {@code --test} names: as the
 * options for them say, or as they were read for a model or a run.
 */
final class ImageReading {
  private static final String HINT = "downhill data shows what there is";

  private final DataOption data;
  private final ImageOptions options;

  /** The images of {@code --data}; null until they are read. */
  private @Nullable ImageFiles files;

  private @Nullable Preparation preparation;

  ImageReading(DataOption data, ImageOptions options) {
    this.data = data;
    this.options = options;
  }

  /**
   * Returns what to do about images that can't be read.
   *
   * @param otherwise where neither more memory helps, nor to leave out more of them
   */
  static String hint(Exception e, String otherwise) {
    return switch (e) {
      case TooLittleMemoryException _ ->
          "give Java more memory, such as DOWNHILL_JAVA_OPTIONS=-Xmx8g";
      case UnreadableImagesException unreadable when unreadable.enoughLeft() ->
          "--max-unreadable allows more; " + HINT;
      default -> otherwise;
    };
  }

  /**
   * Looks for the images, without reading them.
   *
   * @param classes the classes of the model or the run that they are for; none where there is
   *     neither
   */
  ImageFiles find(List<String> classes) {
    try {
      ImageFiles found = ImageFiles.find(data.path(), options.testFraction());
      options.checkParts(found, data.name());
      return inOrder(found, classes);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, DataOption.HINT);
    }
  }

  /** Returns images with the labels of the model's classes, which their names say. */
  private ImageFiles inOrder(ImageFiles found, List<String> classes) {
    if (classes.size() != found.classNames().size()) {
      return found; // which is refused later, with the widths that would do
    }
    try {
      return found.asFor(classes);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          data.name() + ": " + Failure.describe(e),
          "call the classes as the model does; train --init learns others with --new-last-layer");
    }
  }

  /**
   * Reads the images.
   *
   * @param classes as for {@link #find}
   */
  Datasets read(List<String> classes) {
    ImageFiles found = find(classes);
    ReadingView view = data.view();
    try {
      Preparation chosen = options.preparation(found, data.name(), null, view);
      ImageData read = found.read(chosen, options.maxUnreadable(), view);
      view.unreadable(read.unreadable(), found.size(), Text.quoted(data.given()));
      view.others(found.others(), data.name());
      files = found;
      preparation = chosen;
      return read.datasets();
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, hint(e, HINT));
    } finally {
      view.clear();
    }
  }

  /**
   * Reads images to describe them: however many of them can't be read. Where that leaves nothing to
   * describe, all of them are noted.
   */
  ImageData describe(ImageFiles found, String mixed) {
    ReadingView view = data.view();
    try {
      return found.readWhatIsLeft(options.preparation(found, data.name(), mixed, view), view);
    } catch (UnreadableImagesException e) {
      view.allUnreadable(e.images(), found.size());
      throw CommandException.refused(e, DataOption.HINT);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, hint(e, DataOption.HINT));
    } finally {
      view.clear();
    }
  }

  /**
   * Reads images that are all there to judge a model by, prepared as for the model.
   *
   * @param classes the classes of the model
   */
  Dataset test(Path path, List<String> classes) {
    ImageFiles found;
    try {
      if (Files.isDirectory(path) && IdxFolder.isOne(path)) {
        options.refuse(path.toString(), false);
        return IdxFolder.loadTest(path, classes);
      }
      options.refuseTestFraction(path.toString());
      found = ImageFiles.findOnePart(path, classes);
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(
          e,
          hint(
              e,
              "for such a model --test takes a folder of images for each of its classes, a list of them, or IDX files"));
    }
    try {
      return onePart(found, path, options.preparation(found, path.toString(), null, data.view()));
    } catch (IOException | UncheckedIOException e) {
      throw CommandException.refused(e, hint(e, HINT));
    }
  }

  /** Reads a set of its own to validate by, prepared as those of {@code --data}. */
  Dataset more(Path path, List<String> classes) throws IOException {
    return preparation == null
        ? IdxFolder.loadTest(path, classes)
        : onePart(ImageFiles.findOnePart(path, classes), path, preparation);
  }

  private Dataset onePart(ImageFiles found, Path path, Preparation chosen) throws IOException {
    ReadingView view = data.view();
    try {
      ImagePart read = found.readOnePart(chosen, options.maxUnreadable(), view);
      view.unreadable(read.unreadable(), found.size(), Text.quoted(path.toString()));
      view.others(found.others(), Text.clean(path.toString()));
      return read.images();
    } finally {
      view.clear();
    }
  }

  /** Returns whether the images were read, and a part of them held out to test by. */
  boolean isDivided() {
    return files != null && files.testFraction() > 0;
  }

  /** Returns what made an example of each picture; null where none were read. */
  @Nullable Preparation preparation() {
    return preparation;
  }

  /** Returns what a model's file says of how they were read; empty where none were. */
  SortedMap<String, String> metadata() {
    return files == null || preparation == null
        ? new TreeMap<>()
        : ImageOptions.metadata(preparation, files);
  }

  /** Returns what a checkpoint says of it. */
  SortedMap<String, String> settings() {
    SortedMap<String, String> settings = metadata();
    if (files != null) {
      settings.putAll(options.limits());
    }
    return settings;
  }
}
