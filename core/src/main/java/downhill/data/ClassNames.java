package downhill.data;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the names of classes must be. */
final class ClassNames {
  private ClassNames() {}

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
