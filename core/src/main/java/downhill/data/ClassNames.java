package downhill.data;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What the names of classes must be, and whether they are names at all. */
public final class ClassNames {
  private ClassNames() {}

  /** Returns whether classes have no names but their numbers, from 0 on and in this order. */
  public static boolean areNumbers(List<String> classNames) {
    return classNames.equals(numbers(classNames.size()));
  }

  /** Returns the names of classes that have none. */
  static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** Returns whether two lists name the same classes, in whatever order. */
  public static boolean areSame(List<String> some, List<String> others) {
    return some.size() == others.size() && Set.copyOf(some).equals(Set.copyOf(others));
  }

  /**
   * Returns a name with each letter and its accents as one character, where there is one (NFC).
   * Names of files and folders have them apart where macOS made them, and so have lists of these.
   */
  static String composed(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  /** Returns each name so. */
  static List<String> composed(List<String> names) {
    return names.stream().map(ClassNames::composed).toList();
  }

  /** Returns a copy of the names, checked; a message about one names its class. */
  static List<String> checked(List<String> classNames) {
    List<String> names = List.copyOf(classNames);
    if (names.isEmpty() || names.size() > Dataset.MAX_CLASSES) {
      throw new IllegalArgumentException(
          "class names: expected 1 to " + Dataset.MAX_CLASSES + ", found " + names.size());
    }
    Set<String> seen = new HashSet<>();
    for (int k = 0; k < names.size(); k++) {
      String name = names.get(k);
      if (name.isBlank() || !isOneLine(name)) {
        throw new IllegalArgumentException(
            "class names: expected a line of text for class %d, found %s"
                .formatted(k, name.isBlank() ? "a blank" : "control characters"));
      }
      if (!seen.add(name)) {
        throw new IllegalArgumentException(
            "class names: expected another name for class %d, found '%s' again".formatted(k, name));
      }
    }
    return names;
  }

  /**
   * Returns whether a text is as strict a line as a model file demands, which the names end up in:
   * what trains must also save.
   */
  static boolean isOneLine(String name) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(name)
        && name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029');
  }
}
