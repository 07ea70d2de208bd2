package downhill.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pictures whose classes are known, found but not read yet: a folder {@code CLASS/name.png}, a
 * folder {@code train/CLASS/name.png} with or without {@code test/CLASS/name.png}, or a CSV file of
 * {@code path,label}, with or without {@code part}.
 *
 * <p>The classes are in the order of their names (of their characters' codes: 10 comes before 2),
 * or in that of {@value IdxFolder#CLASS_NAMES} where the folder holds it. The examples of a folder
 * are in the order of class and path, those of a list in the order of its lines. Where nothing is
 * said of a test part, the pictures of each class whose names have the lowest SHA-256 are it: the
 * choice does not depend on a seed, and hardly changes when pictures are added. Immutable; safe to
 * share.
 */
public final class ImageFiles {
  /** The usual part of each class to judge by. */
  public static final double TEST_FRACTION = 0.2;

  private final Path source;
  private final List<String> classNames;
  private final List<LabelledImage> train;
  private final List<LabelledImage> test;
  private final List<String> others;
  private final double testFraction;

  private ImageFiles(Path source, ImageSearch found, double testFraction) {
    this.source = source;
    this.classNames = List.copyOf(found.classNames());
    this.train = List.copyOf(found.train());
    this.test = List.copyOf(found.test());
    this.others = List.copyOf(found.others());
    this.testFraction = testFraction;
  }

  /** Returns whether a file is a list of pictures, by its first line. */
  public static boolean isList(Path file) throws IOException {
    return Files.isRegularFile(file) && ImageList.isOne(file);
  }

  /**
   * Looks for pictures to learn from and to judge by.
   *
   * @param source a folder, or a list
   * @param testFraction the part of each class to judge by, more than 0 and less than 1, where the
   *     source does not tell the parts apart
   * @throws IOException if there are none, or not of two classes, or they are not as described
   *     above
   */
  public static ImageFiles find(Path source, double testFraction) throws IOException {
    if (!(testFraction > 0 && testFraction < 1)) {
      throw new IllegalArgumentException(
          "test fraction: expected more than 0 and less than 1, found " + testFraction);
    }
    ImageSearch found = ImageSearch.of(source);
    return found.parts()
        ? new ImageFiles(source, found, 0)
        : new ImageFiles(source, found.split(testFraction), testFraction);
  }

  /**
   * Looks for pictures of known classes that are all for one purpose: a folder {@code
   * CLASS/name.png}, or a list without parts. Where all their classes are only numbers that are no
   * names here, they count the known ones from 0; where the known ones are only numbered, as many
   * others are in their own order.
   *
   * @param classNames the classes there may be; not all of them need to be there
   * @throws IOException if there are none, or some of other classes
   */
  public static ImageFiles findOnePart(Path source, List<String> classNames) throws IOException {
    return new ImageFiles(source, ImageSearch.ofOnePart(source, classNames), 0);
  }

  /**
   * Returns the same pictures with the labels that a model has for their classes. The names say
   * which these are, whatever the order; classes that are only numbered, from 0 on, are in the
   * order of their numbers. Where the model's are only numbered, the classes stay in their own
   * order.
   *
   * @param names the names of the model's classes, as many as there are here
   * @throws IllegalArgumentException if they are not as many, or both have names and not the same,
   *     or some of the same
   */
  public ImageFiles asFor(List<String> names) {
    if (names.size() != classNames.size()) {
      throw new IllegalArgumentException(
          "classes: expected %d names, found %d".formatted(classNames.size(), names.size()));
    }
    List<String> order = order(names);
    List<String> known = ClassNames.composed(order);
    int[] labels = ClassNames.composed(classNames).stream().mapToInt(known::indexOf).toArray();
    ImageSearch renamed =
        new ImageSearch(
            order, relabelled(train, labels), relabelled(test, labels), others, testFraction == 0);
    return new ImageFiles(source, renamed, testFraction);
  }

  private List<String> order(List<String> names) {
    if (ClassNames.areSame(ClassNames.composed(names), ClassNames.composed(classNames))) {
      return names; // as the model writes them
    }
    List<String> numbers = ClassNames.numbers(classNames.size());
    if (ClassNames.areSame(numbers, classNames)) {
      return numbers;
    }
    if (names.equals(numbers) && classNames.stream().noneMatch(numbers::contains)) {
      return classNames;
    }
    throw new IllegalArgumentException(
        "classes: expected %s in any order, found %s".formatted(some(names), some(classNames)));
  }

  /** Returns some names, as a message can bear them. */
  static String some(List<String> names) {
    return RowEncoder.some(names.stream().map(Fields::excerpt).toList());
  }

  private List<LabelledImage> relabelled(List<LabelledImage> images, int[] labels) {
    Stream<LabelledImage> changed =
        images.stream()
            .map(image -> new LabelledImage(image.file(), image.name(), labels[image.label()]));
    // Those of a folder are in the order of their classes.
    return Files.isDirectory(source)
        ? changed.sorted(Comparator.comparingInt(LabelledImage::label)).toList()
        : changed.toList();
  }

  /** Returns how many pictures there are. */
  public int size() {
    return train.size() + test.size();
  }

  /** Returns the names of the classes. */
  public List<String> classNames() {
    return classNames;
  }

  /** Returns what else is there and is taken for nothing: paths from the source. */
  public List<String> others() {
    return others;
  }

  /** Returns the part of each class that is held out to judge by; 0 where the source says. */
  public double testFraction() {
    return testFraction;
  }

  /**
   * Reads the sizes of all pictures, which takes no more than their headers.
   *
   * @throws IOException if not one of them can be read
   */
  public ImageSizes sizes(ReadingListener listener) throws IOException {
    List<LabelledImage> all = Stream.concat(train.stream(), test.stream()).toList();
    ImageDecoding headers = new ImageDecoding(all, listener);
    int[] heights = {Integer.MAX_VALUE, 0};
    int[] widths = {Integer.MAX_VALUE, 0};
    int pictures = 0;
    for (ImageSizes.Sides sides : headers.sides()) {
      if (sides != null) {
        extend(heights, sides.height());
        extend(widths, sides.width());
        pictures++;
      }
    }
    if (pictures == 0) {
      throw noneRead(headers.unreadable());
    }
    return new ImageSizes(
        new ImageSizes.Sides(heights[0], widths[0]),
        new ImageSizes.Sides(heights[1], widths[1]),
        pictures);
  }

  private static void extend(int[] range, int value) {
    range[0] = Math.min(range[0], value);
    range[1] = Math.max(range[1], value);
  }

  /**
   * Reads all pictures, on as many threads as there are processors. What comes out does not depend
   * on how many these are.
   *
   * @param preparation what to make of each
   * @param unreadable the part of the pictures that may be left out because they can't be read, 0
   *     to 1
   * @param listener told how far this has come
   * @throws IOException if more of them can't be read, if a class has nothing left to learn from or
   *     nothing is left to judge by (an {@link UnreadableImagesException}), or if there is too
   *     little memory (a {@link TooLittleMemoryException})
   * @throws IllegalArgumentException if {@code unreadable} is no part
   */
  public ImageData read(Preparation preparation, double unreadable, ReadingListener listener)
      throws IOException {
    checkPart(unreadable);
    return read(preparation, unreadable, true, listener);
  }

  /**
   * Reads all pictures to look at what is there: as {@link #read}, but however many of them can't
   * be read, and also where a class has nothing left to learn from.
   *
   * @throws IOException if nothing at all is left to learn from or to judge by, or if there is too
   *     little memory
   */
  public ImageData readWhatIsLeft(Preparation preparation, ReadingListener listener)
      throws IOException {
    return read(preparation, 1, false, listener);
  }

  private ImageData read(
      Preparation preparation, double most, boolean everyClass, ReadingListener listener)
      throws IOException {
    ImageDecoding first = new ImageDecoding(train, (done, total) -> listener.read(done, size()));
    ImageDecoding second =
        new ImageDecoding(test, (done, total) -> listener.read(train.size() + done, size()));
    byte[] trainValues = first.decode(preparation);
    byte[] testValues = second.decode(preparation);
    List<UnreadableImage> missing = new ArrayList<>(first.unreadable());
    missing.addAll(second.unreadable());
    // First what would not be mended by leaving out more.
    if (everyClass) {
      checkClasses(first, second, missing);
    }
    checkAny("learn from", first, missing);
    if (test.isEmpty()) {
      throw new IOException(
          "%s: expected images to test by, found none; a class of one image has none to spare"
              .formatted(source));
    }
    checkAny("test by", second, missing);
    checkMissing(missing, most);
    return new ImageData(
        new Datasets(
            first.dataset(trainValues, preparation, classNames),
            second.dataset(testValues, preparation, classNames)),
        first.files(),
        second.files(),
        preparation,
        missing);
  }

  /**
   * Reads pictures that are all for one purpose, as {@link #findOnePart} has found them.
   *
   * @throws IOException as {@link #read}
   * @throws IllegalStateException if some of them are to judge by
   */
  public ImagePart readOnePart(Preparation preparation, double unreadable, ReadingListener listener)
      throws IOException {
    checkPart(unreadable);
    if (!test.isEmpty()) {
      throw new IllegalStateException(
          "%s: expected pictures for one purpose, as findOnePart has them, found %d to judge by; read both parts with read"
              .formatted(source, test.size()));
    }
    ImageDecoding all = new ImageDecoding(train, listener);
    byte[] values = all.decode(preparation);
    if (all.files().isEmpty()) {
      throw noneRead(all.unreadable());
    }
    checkMissing(all.unreadable(), unreadable);
    return new ImagePart(all.dataset(values, preparation, classNames), all.unreadable());
  }

  private static void checkPart(double unreadable) {
    if (!(unreadable >= 0 && unreadable <= 1)) {
      throw new IllegalArgumentException(
          "unreadable: expected a part from 0 to 1, found " + unreadable);
    }
  }

  private void checkMissing(List<UnreadableImage> missing, double most) throws IOException {
    if (missing.size() > most * size()) {
      throw new UnreadableImagesException(
          "%s: expected at most a part of %s of the images to be unreadable, found %d of %d; the first is %s"
              .formatted(source, most, missing.size(), size(), missing.getFirst().reason()),
          missing,
          true);
    }
  }

  private UnreadableImagesException noneRead(List<UnreadableImage> all) {
    return new UnreadableImagesException(
        "%s: expected images, found %d files and not one that can be read; the first is %s"
            .formatted(source, all.size(), all.getFirst().reason()),
        all,
        false);
  }

  /** Refuses a part of which nothing could be read. */
  private void checkAny(String purpose, ImageDecoding part, List<UnreadableImage> missing)
      throws IOException {
    if (part.files().isEmpty()) {
      List<UnreadableImage> all = part.unreadable();
      throw new UnreadableImagesException(
          "%s: expected images to %s, found none: %d of %d can't be read; the first is %s"
              .formatted(source, purpose, all.size(), all.size(), all.getFirst().reason()),
          missing,
          false);
    }
  }

  private void checkClasses(
      ImageDecoding learned, ImageDecoding tested, List<UnreadableImage> missing)
      throws IOException {
    boolean[] seen = new boolean[classNames.size()];
    for (int i = 0; i < train.size(); i++) {
      seen[train.get(i).label()] |= learned.isRead(i);
    }
    for (int k = 0; k < seen.length; k++) {
      if (!seen[k]) {
        List<UnreadableImage> own = new ArrayList<>(learned.unreadable(k));
        own.addAll(tested.unreadable(k));
        throw none(k, own, missing);
      }
    }
  }

  private IOException none(int label, List<UnreadableImage> own, List<UnreadableImage> missing) {
    String none =
        "%s: expected an image of each class to learn from, found none of '%s'"
            .formatted(source, classNames.get(label));
    if (own.isEmpty()) {
      return new IOException(none + ": all of them are to test by");
    }
    long all =
        Stream.concat(train.stream(), test.stream())
            .filter(image -> image.label() == label)
            .count();
    return new UnreadableImagesException(
        "%s: %d of %d can't be read%s; the first is %s"
            .formatted(
                none,
                own.size(),
                all,
                own.size() < all ? ", and the others are to test by" : "",
                own.getFirst().reason()),
        missing,
        false);
  }

  /** Returns such as {@code pets: 1200 images, 37 classes}. */
  @Override
  public String toString() {
    return "%s: %d images, %d classes".formatted(source, size(), classNames.size());
  }
}
