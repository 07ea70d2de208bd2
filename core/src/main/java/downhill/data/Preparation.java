package downhill.data;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a picture of any size becomes an example: its size, whether it keeps its colours, and how it
 * is fitted. A model's file says how the pictures were prepared that it learned from, so that
 * others can be prepared in the same way. Immutable; safe to share.
 *
 * @param height rows of the example
 * @param width columns of the example
 * @param colour what a pixel becomes
 * @param fit what becomes of a picture whose sides have another proportion
 * @param invert whether light and dark change places, for dark things on a light ground
 */
public record Preparation(int height, int width, Colour colour, Fit fit, boolean invert) {
  /** The most values that an example may have. */
  public static final int MAX_FEATURES = 1 << 20;

  /** What a pixel becomes. */
  public enum Colour {
    /** One number: the luminance of Rec. 601, 0.299 R + 0.587 G + 0.114 B. */
    GREY(1),
    /** Three numbers, red, green and blue, each in a channel of its own. */
    RGB(3);

    private final int channels;

    Colour(int channels) {
      this.channels = channels;
    }

    /** Returns how many numbers a pixel becomes. */
    public int channels() {
      return channels;
    }

    /** Returns the name by which metadata and options know it: {@code grey} or {@code rgb}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What becomes of a picture whose sides have another proportion than the example's. */
  public enum Fit {
    /** All of it is shown, centred; what is left over at two sides is 0. */
    PAD,
    /** Its middle fills the example; what is left over at two of its sides is cut off. */
    CROP,
    /** All of it fills the example, out of proportion. */
    STRETCH;

    /** Returns the name by which metadata and options know it, such as {@code pad}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,6})(?:x([1-9]\\d{0,6}))?");

  private static final String SIZE_KEY = "image_size";
  private static final String COLOUR_KEY = "image_colour";
  private static final String FIT_KEY = "image_fit";
  private static final String INVERT_KEY = "image_invert";

  /** Checks the settings. */
  public Preparation {
    Objects.requireNonNull(colour, "colour");
    Objects.requireNonNull(fit, "fit");
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width: expected at least 1, found " + height + " and " + width);
    }
    if ((long) height * width > MAX_FEATURES / colour.channels()) {
      throw new IllegalArgumentException(
          "size %dx%d: expected at most %d values in an example, found %d"
              .formatted(height, width, MAX_FEATURES, (long) height * width * colour.channels()));
    }
  }

  /** Returns a preparation that turns pictures grey and shows all of each. */
  public static Preparation grey(int height, int width) {
    return new Preparation(height, width, Colour.GREY, Fit.PAD, false);
  }

  /** Returns a preparation that keeps colours and shows all of each picture. */
  public static Preparation rgb(int height, int width) {
    return new Preparation(height, width, Colour.RGB, Fit.PAD, false);
  }

  /**
   * Returns this preparation with another size.
   *
   * @param text {@code HxW}, or one number for a square
   * @throws IllegalArgumentException if it is something else
   */
  public Preparation withSize(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "size: expected HxW in pixels, as in 28x28, found '" + text + "'");
    }
    int rows = Integer.parseInt(size.group(1));
    int columns = size.group(2) == null ? rows : Integer.parseInt(size.group(2));
    return new Preparation(rows, columns, colour, fit, invert);
  }

  /** Returns this preparation with another {@link #colour}. */
  public Preparation withColour(Colour value) {
    return new Preparation(height, width, value, fit, invert);
  }

  /** Returns this preparation with another {@link #fit}. */
  public Preparation withFit(Fit value) {
    return new Preparation(height, width, colour, value, invert);
  }

  /** Returns this preparation with another {@link #invert}. */
  public Preparation withInvert(boolean value) {
    return new Preparation(height, width, colour, fit, value);
  }

  /** Returns how many numbers a pixel becomes. */
  public int channels() {
    return colour.channels();
  }

  /** Returns how many values an example has. */
  public int features() {
    return colour.channels() * height * width;
  }

  /** Returns the size as it is written: {@code HxW}. */
  public String size() {
    return height + "x" + width;
  }

  /**
   * Returns what a model's metadata says of it: {@code image_size}, {@code image_colour}, {@code
   * image_fit} and {@code image_invert}.
   */
  public SortedMap<String, String> metadata() {
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put(SIZE_KEY, size());
    metadata.put(COLOUR_KEY, colour.text());
    metadata.put(FIT_KEY, fit.text());
    metadata.put(INVERT_KEY, Boolean.toString(invert));
    return Collections.unmodifiableSortedMap(metadata);
  }

  /**
   * Returns what {@link #metadata} has written among other things; nothing where it has not.
   *
   * @throws IllegalArgumentException if one of its keys has a value that it never writes, or is not
   *     there while {@code image_size} is
   */
  public static Optional<Preparation> of(Map<String, String> metadata) {
    if (!metadata.containsKey(SIZE_KEY)) {
      return Optional.empty();
    }
    Preparation preparation =
        grey(1, 1)
            .withSize(value(metadata, SIZE_KEY))
            .withColour(named(Colour.values(), Colour::text, metadata, COLOUR_KEY))
            .withFit(named(Fit.values(), Fit::text, metadata, FIT_KEY));
    String invert = value(metadata, INVERT_KEY);
    if (!invert.equals("true") && !invert.equals("false")) {
      throw new IllegalArgumentException(
          INVERT_KEY + ": expected true or false, found '" + invert + "'");
    }
    return Optional.of(preparation.withInvert(invert.equals("true")));
  }

  private static <T> T named(
      T[] values, Function<T, String> text, Map<String, String> metadata, String key) {
    String name = value(metadata, key);
    for (T each : values) {
      if (text.apply(each).equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(key + ": found '" + name + "', which it can't be");
  }

  private static String value(Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          key + ": expected it beside " + SIZE_KEY + ", found nothing of this name");
    }
    return value;
  }

  /** Returns such as {@code 32x32 rgb pad}. */
  @Override
  public String toString() {
    return size() + " " + colour.text() + " " + fit.text() + (invert ? " inverted" : "");
  }
}
