package downhill.app;

import downhill.data.ImageFiles;
import downhill.data.ImageSizes;
import downhill.data.Preparation;
import downhill.data.ReadingListener;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say how images become examples, where the data is a folder or a list of them.
 */
final class ImageOptions {
  /** Their names, for the groups of a command's help. */
  static final List<String> NAMES =
      List.of("--size", "--colour", "--fit", "--invert", "--test-fraction", "--max-unreadable");

  private static final String TEST_FRACTION = "image_test_fraction";
  private static final String MAX_UNREADABLE = "image_max_unreadable";
  private static final String HINT = "see --help for the options that go with images";

  /** What part of the images may be left out where nothing is said of it. */
  private static final double USUALLY_UNREADABLE = 0.05;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description = {
        "For images: the height and width that each is fitted into, in pixels; one number for"
            + " both.",
        "Default: the images' own, where they are all of one size"
      })
  private @Nullable String size;

  @Option(
      names = {"--colour", "--color"},
      paramLabel = "grey|rgb",
      description = {
        "For images: whether they become grey or keep their colours.",
        "Default: grey"
      })
  private @Nullable String colour;

  @Option(
      names = "--fit",
      paramLabel = "pad|crop|stretch",
      description = {
        "For images: whether what has another proportion is shown with black beside it, cut off, or"
            + " out of proportion.",
        "Default: pad"
      })
  private @Nullable String fit;

  @Option(
      names = "--invert",
      description = "For images: swap light and dark, for dark things on a light ground.")
  private boolean invert;

  @Option(
      names = "--test-fraction",
      paramLabel = "X",
      description = {
        "For images without a test part, and a table without --test: how much of each class is held"
            + " out to test by, always the same.",
        "Default: 0.2, or what the model was made with"
      })
  private @Nullable Double testFraction;

  @Option(
      names = "--max-unreadable",
      paramLabel = "X",
      description = {
        "For images: what part of them may be left out because they can't be read.",
        "Default: 0.05"
      })
  private @Nullable Double maxUnreadable;

  private @Nullable Preparation known;
  private @Nullable Double knownFraction;
  private boolean fractionIsFixed;
  private @Nullable Double knownUnreadable;
  private String knownFrom = "";

  /**
   * Returns options as if they had been given so.
   *
   * @param given by {@code size}, {@code colour}, {@code fit} and {@code invert}; others are
   *     refused
   */
  static ImageOptions of(Map<String, String> given) {
    ImageOptions options = new ImageOptions();
    given.forEach((name, value) -> {
      switch (name) {
        case "size" -> options.size = value;
        case "colour" -> options.colour = value;
        case "fit" -> options.fit = value;
        case "invert" -> options.invert = Boolean.parseBoolean(value);
        default ->
            throw CommandException.refused(
                "pictures: expected size, colour, fit or invert, found " + Text.clean(name), HINT);
      }
    });
    return options;
  }

  /** Returns what was given of these, by the names of {@link #of}. */
  SortedMap<String, String> given() {
    SortedMap<String, String> given = new TreeMap<>();
    if (size != null) {
      given.put("size", size);
    }
    if (colour != null) {
      given.put("colour", colour);
    }
    if (fit != null) {
      given.put("fit", fit);
    }
    if (invert) {
      given.put("invert", "true");
    }
    return given;
  }

  /** Returns what was given of these, or is known of a run that goes on. */
  SortedMap<String, String> said() {
    Preparation of = known;
    if (of == null) {
      return given();
    }
    SortedMap<String, String> said = new TreeMap<>();
    said.put("size", of.size());
    if (of.colour() != Preparation.Colour.GREY) {
      said.put("colour", of.colour().text());
    }
    if (of.fit() != Preparation.Fit.PAD) {
      said.put("fit", of.fit().text());
    }
    if (of.invert()) {
      said.put("invert", "true");
    }
    return said;
  }

  /** Returns options that prepare the same files otherwise, and divide them as these do. */
  ImageOptions anew(Map<String, String> given) {
    ImageOptions options = of(given);
    options.testFraction = testFraction;
    options.maxUnreadable = maxUnreadable;
    options.knownFraction = knownFraction;
    options.knownUnreadable = knownUnreadable;
    return options;
  }

  /** Returns what has to be given again for a model that says how its images were prepared. */
  String again() {
    double part = maxUnreadable();
    return part == USUALLY_UNREADABLE ? "" : " --max-unreadable " + part;
  }

  /** Returns what has to be given again to learn from the same images in the same way. */
  String againToLearn() {
    StringBuilder words = new StringBuilder();
    given()
        .forEach((name, value) ->
            words
                .append(" --")
                .append(name)
                .append(name.equals("invert") ? "" : " " + Text.quoted(value)));
    return words
        .append(testFraction == null ? "" : " --test-fraction " + testFraction)
        .append(again())
        .toString();
  }

  /** Takes over how the images were prepared that a model or a checkpoint comes from. */
  void prepareAs(Map<String, String> metadata, String from) {
    try {
      known = Preparation.of(metadata).orElse(null);
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(
          from + ": " + Failure.describe(e), "the file was written by something else");
    }
    knownFrom = from;
  }

  /** Takes over how they were divided as well, and refuses to divide them otherwise. */
  void divideAs(Map<String, String> metadata, String from) {
    knownFraction = fraction(metadata, TEST_FRACTION, from);
    fractionIsFixed = true;
    knownUnreadable = fraction(metadata, MAX_UNREADABLE, from);
  }

  /** Takes over how they were divided, where nothing else is said. */
  void divideFrom(Map<String, String> metadata, String from) {
    divideAs(metadata, from);
    fractionIsFixed = false;
  }

  /** Says that another part was given than is known; null where that is not so. */
  @Nullable String otherPart() {
    return testFraction == null || knownFraction == null || knownFraction.equals(testFraction)
        ? null
        : HeldOut.other(testFraction, knownFrom, knownFraction);
  }

  private static @Nullable Double fraction(Map<String, String> metadata, String key, String from) {
    String text = metadata.get(key);
    if (text == null) {
      return null;
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw unwritten(key, text, from);
    }
    throw unwritten(key, text, from);
  }

  private static CommandException unwritten(String key, String found, String from) {
    return CommandException.refused(
        "%s: %s: expected a part from 0 to 1, found '%s'".formatted(from, key, Text.clean(found)),
        "the file was written by something else");
  }

  /**
   * Refuses options that are given where the data is not images.
   *
   * @param divided whether the data is divided, too, so that the option for that is not refused
   */
  void refuse(String data, boolean divided) {
    boolean[] given = {
      size != null,
      colour != null,
      fit != null,
      invert,
      testFraction != null && !divided,
      maxUnreadable != null
    };
    for (int i = 0; i < given.length; i++) {
      if (given[i]) {
        throw CommandException.refused(
            NAMES.get(i) + ": goes with a folder or a list of images, not with " + data,
            "leave it out, or give --data such a folder");
      }
    }
  }

  /** Returns the test fraction that was given; null where none was. */
  @Nullable Double givenTestFraction() {
    return testFraction;
  }

  /** Returns how much of each class to hold out where the images have no test part. */
  double testFraction() {
    if (testFraction != null) {
      if (!(testFraction > 0 && testFraction < 1)) {
        throw CommandException.refused(
            "--test-fraction: expected more than 0 and less than 1, found " + testFraction,
            "a common part is 0.2");
      }
      if (fractionIsFixed && knownFraction != null && !knownFraction.equals(testFraction)) {
        throw HeldOut.refused(testFraction, knownFrom, knownFraction);
      }
      return testFraction;
    }
    return knownFraction == null || knownFraction == 0 ? ImageFiles.TEST_FRACTION : knownFraction;
  }

  /** Refuses a test fraction for images that are all there to judge by. */
  void refuseTestFraction(String data) {
    if (testFraction != null) {
      throw CommandException.refused(
          "--test-fraction: all images of " + data + " are to judge by", "leave it out");
    }
  }

  /** Refuses a test fraction for images that have a test part. */
  void checkParts(ImageFiles files, String data) {
    if (testFraction != null && files.testFraction() == 0) {
      throw CommandException.refused(
          "--test-fraction: " + data + " has a test part already", "leave it out");
    }
  }

  /** Returns what part of the images may be left out because they can't be read. */
  double maxUnreadable() {
    if (maxUnreadable != null && !(maxUnreadable >= 0 && maxUnreadable <= 1)) {
      throw CommandException.refused(
          "--max-unreadable: expected a part from 0 to 1, found " + maxUnreadable,
          "0.05 stands for one in twenty");
    }
    return maxUnreadable != null
        ? maxUnreadable
        : knownUnreadable != null ? knownUnreadable : USUALLY_UNREADABLE;
  }

  /**
   * Returns what to make of the images.
   *
   * @param mixed the size to take where nothing is said of it and they are of several; null to
   *     refuse that
   */
  Preparation preparation(
      ImageFiles files, String data, @Nullable String mixed, ReadingListener listener)
      throws IOException {
    if (known != null) {
      Preparation asked = with(size == null ? known : sized(known, size));
      if (!asked.equals(known)) {
        throw CommandException.refused(
            "%s was made from images prepared as %s, not as %s".formatted(knownFrom, known, asked),
            "leave out " + String.join(", ", NAMES.subList(0, 4)));
      }
      return known;
    }
    return with(
        sized(Preparation.grey(1, 1), size != null ? size : ownSize(files, data, mixed, listener)));
  }

  private static String ownSize(
      ImageFiles files, String data, @Nullable String mixed, ReadingListener listener)
      throws IOException {
    ImageSizes sizes = files.sizes(listener);
    if (sizes.areOne()) {
      return sizes.least().toString();
    }
    if (mixed == null) {
      throw CommandException.refused(
          "%s: images are of several sizes, %s to %s (height x width), and --size says nothing"
              .formatted(data, sizes.least(), sizes.greatest()),
          "give --size, such as --size 32x32; downhill data shows what there is");
    }
    return mixed;
  }

  private static Preparation sized(Preparation preparation, String text) {
    try {
      return preparation.withSize(text);
    } catch (IllegalArgumentException e) {
      // The message begins with what it is about, "size".
      throw CommandException.refused(
          "--" + Failure.describe(e), "--size takes HxW, height first, such as 28x28");
    }
  }

  private Preparation with(Preparation p) {
    Preparation changed = p;
    try {
      if (colour != null) {
        changed =
            changed.withColour(
                one("--colour", colour, Preparation.Colour.values(), Preparation.Colour::text));
      }
      if (fit != null) {
        changed =
            changed.withFit(one("--fit", fit, Preparation.Fit.values(), Preparation.Fit::text));
      }
      return invert ? changed.withInvert(true) : changed;
    } catch (IllegalArgumentException e) {
      throw CommandException.refused(e, "give a smaller --size");
    }
  }

  private static <T> T one(String option, String text, T[] values, Function<T, String> name) {
    for (T value : values) {
      if (name.apply(value).equals(text)) {
        return value;
      }
    }
    throw CommandException.refused(
        "%s: expected %s, found '%s'"
            .formatted(
                option,
                Arrays.stream(values).map(name).collect(Collectors.joining(", ")),
                Text.clean(text)),
        HINT);
  }

  /**
   * Returns what a model's file says of its images, for {@link #prepareAs} and {@link #divideAs}.
   */
  static SortedMap<String, String> metadata(Preparation preparation, ImageFiles files) {
    SortedMap<String, String> metadata = new TreeMap<>(preparation.metadata());
    if (files.testFraction() > 0) {
      metadata.put(TEST_FRACTION, Double.toString(files.testFraction()));
    }
    return metadata;
  }

  /** Returns what a checkpoint says besides, so that the same images are left out. */
  Map<String, String> limits() {
    return Map.of(MAX_UNREADABLE, Double.toString(maxUnreadable()));
  }
}
