package downhill.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks for pictures and gives them their labels.
 *
 * @param classNames the names of the classes, in their order
 * @param train what to learn from; where the source does not tell the parts apart, all of it
 * @param test what to judge by
 * @param others what else is there and is taken for nothing
 * @param parts whether the source tells the parts apart
 */
record ImageSearch(
    List<String> classNames,
    List<LabelledImage> train,
    List<LabelledImage> test,
    List<String> others,
    boolean parts) {

  /** Looks into a folder, or a list, for pictures to learn from and to judge by. */
  static ImageSearch of(Path source) throws IOException {
    return Files.isRegularFile(source) ? listed(source, List.of()) : inFolder(source);
  }

  /** Looks for pictures of known classes that are all for one purpose. */
  static ImageSearch ofOnePart(Path source, List<String> classNames) throws IOException {
    if (Files.isRegularFile(source)) {
      ImageSearch found = listed(source, classNames);
      if (found.parts) {
        throw new IOException(source + ": expected a list without parts, found one with parts");
      }
      return found;
    }
    checkFolder(source);
    ImageFolder.Found found = ImageFolder.lookForClasses(source);
    if (found.train().isEmpty()) {
      throw none(source);
    }
    List<String> own = List.copyOf(found.train().keySet());
    boolean unnamed = own.size() == classNames.size() && ClassNames.areNumbers(classNames);
    Map<String, Integer> labels = labels(unnamed ? classNames(source, own) : own, classNames);
    return new ImageSearch(
        classNames, labelled(source, found.train(), labels), List.of(), others(found), false);
  }

  private static ImageSearch inFolder(Path folder) throws IOException {
    checkFolder(folder);
    ImageFolder.Found found = ImageFolder.look(folder);
    if (found.train().isEmpty()) {
      throw none(folder);
    }
    List<String> names = classNames(folder, List.copyOf(found.train().keySet()));
    SortedMap<String, List<LabelledImage>> test = found.test();
    if (test != null && test.isEmpty()) {
      throw none(folder.resolve("test"));
    }
    return new ImageSearch(
        names,
        labelled(folder, found.train(), labels(names)),
        test == null ? List.of() : labelled(folder.resolve("test"), test, labels(names)),
        others(found),
        test != null);
  }

  private static List<String> others(ImageFolder.Found found) {
    return found.others().stream().filter(name -> !name.equals(IdxFolder.CLASS_NAMES)).toList();
  }

  private static void checkFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "%s: expected a folder with a folder of images for each class, found %s"
              .formatted(folder, Files.exists(folder) ? "something else" : "nothing of this name"));
    }
  }

  private static IOException none(Path folder) {
    return new IOException(
        "%s: expected a folder of PNG, JPEG, GIF or BMP images for each class, found none"
            .formatted(folder));
  }

  private static ImageSearch listed(Path file, List<String> known) throws IOException {
    ImageList.Found found = ImageList.read(file);
    List<String> names = known.isEmpty() ? checked(file, List.copyOf(found.labels())) : known;
    Map<String, Integer> labels = labels(List.copyOf(found.labels()), names);
    List<LabelledImage> train = new ArrayList<>();
    List<LabelledImage> test = new ArrayList<>();
    for (ImageList.Line line : found.lines()) {
      Integer label = labels.get(line.label());
      if (label == null) {
        throw new IOException(
            "%s: line %d, column 2 (label): expected a class of the training images, %s, found '%s'"
                .formatted(
                    file, line.number(), ImageFiles.some(names), Fields.excerpt(line.label())));
      }
      LabelledImage image = new LabelledImage(ImageList.resolve(file, line), line.path(), label);
      (line.test() ? test : train).add(image);
    }
    if (train.isEmpty() || (found.parts() && test.isEmpty())) {
      throw new IOException(
          "%s: expected pictures to learn from and to test by, found none to %s"
              .formatted(file, train.isEmpty() ? "learn from" : "test by"));
    }
    return new ImageSearch(names, train, test, List.of(), found.parts());
  }

  private static List<String> classNames(Path folder, List<String> found) throws IOException {
    Path file = folder.resolve(IdxFolder.CLASS_NAMES);
    if (!Files.exists(file)) {
      return checked(folder, found);
    }
    List<String> names = checked(file, ClassNames.composed(IdxFolder.lines(file)));
    if (!names.stream().sorted().toList().equals(found)) {
      throw new IOException(
          "%s: expected the names of the folders, %s, in any order, found %s"
              .formatted(file, found, names));
    }
    return names;
  }

  private static List<String> checked(Path source, List<String> names) throws IOException {
    if (names.size() < 2) {
      throw new IOException(
          "%s: expected images of two classes at least, found %s"
              .formatted(source, names.isEmpty() ? "none" : "'" + names.getFirst() + "' alone"));
    }
    try {
      return ClassNames.checked(names);
    } catch (IllegalArgumentException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the labels of classes by their names, which may be those that are known, or no more
   * than numbers on either side.
   *
   * @param own the names that were found, in their order
   * @param classNames the names of the labels
   */
  private static Map<String, Integer> labels(List<String> own, List<String> classNames) {
    List<String> known = ClassNames.composed(classNames); // a model may have them apart
    if (own.stream().anyMatch(known::contains)) {
      return labels(known);
    }
    List<String> numbers = ClassNames.numbers(known.size());
    if (numbers.containsAll(own)) {
      return labels(numbers);
    }
    return known.equals(numbers) && own.size() == known.size() ? labels(own) : labels(known);
  }

  private static Map<String, Integer> labels(List<String> names) {
    Map<String, Integer> labels = new HashMap<>();
    for (int k = 0; k < names.size(); k++) {
      labels.put(names.get(k), k);
    }
    return labels;
  }

  private static int label(Path source, String name, Map<String, Integer> labels)
      throws IOException {
    Integer label = labels.get(name);
    if (label == null) {
      throw new IOException(
          "%s: expected the classes of the training images, found '%s'".formatted(source, name));
    }
    return label;
  }

  /** Returns pictures class by class, in the order of the labels. */
  private static List<LabelledImage> labelled(
      Path folder, Map<String, List<LabelledImage>> found, Map<String, Integer> labels)
      throws IOException {
    SortedMap<Integer, List<LabelledImage>> sorted = new TreeMap<>();
    for (Map.Entry<String, List<LabelledImage>> each : found.entrySet()) {
      int label = label(folder, each.getKey(), labels);
      sorted.put(
          label,
          each.getValue().stream()
              .map(image -> new LabelledImage(image.file(), image.name(), label))
              .toList());
    }
    return sorted.values().stream().flatMap(List::stream).toList();
  }

  /** A picture with the number that decides whether it is held out. */
  private record Keyed(long key, LabelledImage image) {}

  /** Returns the same with a part of each class held out to judge by. */
  ImageSearch split(double fraction) {
    List<List<LabelledImage>> byClass = new ArrayList<>();
    classNames.forEach(name -> byClass.add(new ArrayList<>()));
    train.forEach(image -> byClass.get(image.label()).add(image));
    Set<LabelledImage> held = new HashSet<>();
    for (List<LabelledImage> images : byClass) {
      images.stream()
          .map(image -> new Keyed(key(image), image))
          .sorted(Comparator.comparingLong(Keyed::key).thenComparing(keyed -> keyed.image.name()))
          .limit(Split.share(fraction, images.size()))
          .forEach(keyed -> held.add(keyed.image));
    }
    return new ImageSearch(
        classNames,
        train.stream().filter(image -> !held.contains(image)).toList(),
        train.stream().filter(held::contains).toList(),
        others,
        parts);
  }

  private static long key(LabelledImage image) {
    byte[] hash = Sha256.digest().digest(image.name().getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(hash).getLong();
  }
}
