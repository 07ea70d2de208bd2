package downhill.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folders of pictures, one for each class: {@code CLASS/name.png}, or {@code train/CLASS/name.png}
 * and {@code test/CLASS/name.png}. Everything is put in the order of its name, so that the order in
 * which a file system lists it does not matter.
 */
final class ImageFolder {
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "gif", "bmp");

  /** What folders are called that hold parts of the pictures, and no classes. */
  private static final Set<String> PARTS =
      Set.of(
          "train",
          "training",
          "test",
          "tests",
          "testing",
          "val",
          "valid",
          "validation",
          "eval",
          "evaluation",
          "dev");

  /** How deep a class may be; deeper ones are links that lead back. */
  private static final int DEEPEST = 16;

  private final List<String> others = new ArrayList<>();

  private ImageFolder() {}

  /**
   * What there is in a folder.
   *
   * @param train the pictures of each class to learn from, or of both kinds
   * @param test those to judge by; null where the folder does not tell them apart
   * @param others what else is there and is no picture: paths from the folder
   */
  record Found(
      SortedMap<String, List<LabelledImage>> train,
      @Nullable SortedMap<String, List<LabelledImage>> test,
      List<String> others) {}

  /** Looks into a folder; the labels of what it finds are 0. */
  static Found look(Path folder) throws IOException {
    ImageFolder search = new ImageFolder();
    Path train = folder.resolve("train");
    if (!holdsClasses(train)) {
      SortedMap<String, List<LabelledImage>> classes = search.classes(folder, "");
      checkNotParts(folder, classes.keySet());
      return new Found(classes, null, search.others);
    }
    Path test = folder.resolve("test");
    for (Path entry : entries(folder)) {
      if (!entry.equals(train) && !entry.equals(test)) {
        search.others.add(name(entry));
      }
    }
    SortedMap<String, List<LabelledImage>> learned = search.classes(train, "train/");
    return new Found(
        learned, Files.isDirectory(test) ? search.classes(test, "test/") : null, search.others);
  }

  // As in train/1.jpg and test/2.jpg: what would be learned is which part a picture is of.
  private static void checkNotParts(Path folder, Set<String> classes) throws IOException {
    if (!classes.isEmpty()
        && classes.stream().allMatch(name -> PARTS.contains(name.toLowerCase(Locale.ROOT)))) {
      boolean hold = true;
      for (String name : classes) {
        hold &= holdsClasses(folder.resolve(name));
      }
      if (hold) {
        throw new IOException(
            "%s: expected folders of classes in folders called train and test, found them in %s; rename those"
                .formatted(folder, String.join(", ", classes)));
      }
      throw new IOException(
          "%s: expected folders with the names of classes, or train and test with such folders in them, found pictures in %s alone; put them into folders train/CLASS, or say their classes in a list path,label"
              .formatted(folder, String.join(", ", classes)));
    }
  }

  /** Looks into a folder whose folders are classes and nothing else. */
  static Found lookForClasses(Path folder) throws IOException {
    ImageFolder search = new ImageFolder();
    return new Found(search.classes(folder, ""), null, search.others);
  }

  /** Returns whether a folder named train is a part, and not a class that has this name. */
  private static boolean holdsClasses(Path train) throws IOException {
    if (!Files.isDirectory(train)) {
      return false;
    }
    boolean folders = false;
    boolean pictures = false;
    for (Path entry : entries(train)) {
      folders |= Files.isDirectory(entry);
      pictures |= isPicture(entry);
    }
    if (folders && pictures) {
      throw new IOException(
          train + ": expected folders of classes, or pictures of one class, found both");
    }
    return folders;
  }

  /**
   * Returns the pictures of each folder in this one that holds any.
   *
   * @param prefix what to put before the names of other things
   */
  private SortedMap<String, List<LabelledImage>> classes(Path folder, String prefix)
      throws IOException {
    SortedMap<String, List<LabelledImage>> classes = new TreeMap<>();
    for (Path entry : entries(folder)) {
      String name = name(entry);
      List<LabelledImage> images = new ArrayList<>();
      if (Files.isDirectory(entry)) {
        collect(entry, name, prefix, 1, images);
      }
      if (images.isEmpty()) {
        others.add(prefix + name);
      } else if (classes.put(name, sorted(images)) != null) {
        throw new IOException(
            "%s: expected each class once, found two folders named '%s', written in two ways"
                .formatted(folder, name));
      }
    }
    return classes;
  }

  private void collect(
      Path folder, String name, String prefix, int depth, List<LabelledImage> images)
      throws IOException {
    if (depth > DEEPEST) {
      throw new IOException(
          "%s: expected at most %d folders in each other, found more; does a link lead back?"
              .formatted(folder, DEEPEST));
    }
    for (Path entry : entries(folder)) {
      String inner = name + "/" + name(entry);
      if (Files.isDirectory(entry)) {
        collect(entry, inner, prefix, depth + 1, images);
      } else if (isPicture(entry)) {
        images.add(new LabelledImage(entry, inner, 0));
      } else {
        others.add(prefix + inner);
      }
    }
  }

  private static List<LabelledImage> sorted(List<LabelledImage> images) {
    return images.stream().sorted(Comparator.comparing(LabelledImage::name)).toList();
  }

  // What begins with a dot is hidden from users, and so from this.
  private static List<Path> entries(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        if (!entry.getFileName().toString().startsWith(".")) {
          entries.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(entry -> entry.getFileName().toString()));
    return entries;
  }

  private static boolean isPicture(Path file) {
    return isPictureName(file.getFileName().toString()) && !Files.isDirectory(file);
  }

  /** Returns whether a file of this name is taken for a picture. */
  static boolean isPictureName(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return ENDINGS.contains(ending.toLowerCase(Locale.ROOT));
  }

  // macOS takes accents apart in names of files, others leave them as they were typed.
  private static String name(Path entry) throws IOException {
    String name = entry.getFileName().toString();
    if (name.indexOf('\uFFFD') >= 0) {
      throw new IOException(
          "%s: expected a name in the character set of this locale, found another; set LC_ALL=C.UTF-8"
              .formatted(entry));
    }
    return ClassNames.composed(name);
  }
}
