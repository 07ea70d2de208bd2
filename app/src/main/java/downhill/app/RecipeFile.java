package downhill.app;

import downhill.tuning.TuningReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A recipe as it is written: lines of {@code key = value}, and comments from {@code #} on.
 *
 * @param name what to call the file in messages
 * @param lines the settings by key
 */
record RecipeFile(String name, Map<String, Line> lines) {
  /** Nothing is said. */
  static final RecipeFile NONE = new RecipeFile("", Map.of());

  private static final int MOST_BYTES = 1 << 20;
  private static final String HINT =
      "downhill recipes default prints one to begin with; train --help says what may stand there";

  /**
   * A setting.
   *
   * @param number the line's, from 1
   * @param value what stands behind the equals sign
   */
  record Line(int number, String value) {}

  RecipeFile {
    lines = Map.copyOf(lines);
  }

  /** Reads a file. */
  static RecipeFile read(Path file) {
    if (Files.isDirectory(file)) {
      boolean tuned = Files.isRegularFile(file.resolve(TuningReport.RECIPE));
      throw CommandException.refused(
          file + ": expected a recipe, found a folder",
          tuned
              ? "give the recipe in it, " + file.resolve(TuningReport.RECIPE)
              : "--config takes a file; " + HINT);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw CommandException.refused(e, "--config takes a recipe; " + HINT);
    }
    if (bytes.length > MOST_BYTES) {
      throw CommandException.refused(
          "%s: expected a recipe, at most %d bytes, found more".formatted(file, MOST_BYTES), HINT);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
      return parse(file.toString(), text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      int line = text(bytes, buffer.position()).split("\n", -1).length;
      throw CommandException.refused(
          "%s:%d: expected text in UTF-8, found something else".formatted(file, line), HINT);
    }
  }

  private static String text(byte[] bytes, int length) {
    return new String(Arrays.copyOf(bytes, length), StandardCharsets.ISO_8859_1);
  }

  /** Reads a text. */
  static RecipeFile parse(String name, String text) {
    Map<String, Line> lines = new HashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String said = line.split("#", 2)[0].strip();
      if (!said.isEmpty()) {
        add(said, name, number, lines);
      }
    }
    return new RecipeFile(name, lines);
  }

  private static void add(String said, String name, int number, Map<String, Line> into) {
    int equals = said.indexOf('=');
    if (equals < 0) {
      throw refused(name, number, "expected key = value, found '" + said + "'", HINT);
    }
    String key = said.substring(0, equals).strip();
    String value = said.substring(equals + 1).strip();
    if (!Recipe.KEYS.contains(key)) {
      throw refused(
          name,
          number,
          "expected the name of a setting, found '" + key + "'",
          "did you mean " + nearest(key, Recipe.KEYS) + "? " + HINT);
    }
    if (value.isEmpty()) {
      throw refused(name, number, key + ": expected a value, found none", HINT);
    }
    Line before = into.putIfAbsent(key, new Line(number, value));
    if (before != null) {
      throw refused(
          name,
          number,
          "expected each key once, found %s in line %d as well".formatted(key, before.number()),
          "remove one of the lines");
    }
  }

  private static CommandException refused(String name, int number, String message, String hint) {
    return CommandException.refused(at(name, number) + Text.clean(message), hint);
  }

  /** Returns file and line, to be put before a message. */
  String at(int number) {
    return at(name, number);
  }

  private static String at(String name, int number) {
    return Text.clean(name) + ":" + number + ": ";
  }

  private static String nearest(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .orElseThrow();
  }

  // Levenshtein's: how many letters have to be put in, left out or changed.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  /** Returns settings as the text of a recipe. */
  static String write(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /** Returns the comment at the top of a recipe's text: its first line. */
  static String title(String text) {
    List<String> lines = text.lines().toList();
    return lines.isEmpty() ? "" : lines.getFirst().replaceFirst("^#\\s*", "");
  }
}
