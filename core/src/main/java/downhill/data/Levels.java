package downhill.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The texts that a column of categories holds, numbered as they come, and found again by their
 * bytes: a text is made of each only once.
 */
final class Levels {
  private static final int START_TABLE = 64;

  private final List<String> texts = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();
  private byte[][] words = new byte[START_TABLE / 2][];

  /** Codes + 1, at the hash of their word or behind it; at most half full. */
  private int[] table = new int[START_TABLE];

  int size() {
    return texts.size();
  }

  /** Returns the text of a level. */
  String text(int code) {
    return texts.get(code);
  }

  /** Returns the line in which a level stands first. */
  long line(int code) {
    return lines.get(code);
  }

  /** Returns the code of a word in UTF-8; −1 where it is none of these levels. */
  int code(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    while (table[slot] != 0) {
      byte[] word = words[table[slot] - 1];
      if (Arrays.equals(word, 0, word.length, bytes, from, to)) {
        return table[slot] - 1;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return -1;
  }

  private int slot(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int p = from; p < to; p++) {
      hash = 31 * hash + bytes[p];
    }
    hash *= 0x9E3779B9;
    return (hash ^ hash >>> 15) & (table.length - 1);
  }

  /**
   * Adds a level that is not there yet, and returns its code.
   *
   * @param line where it stands first
   */
  int add(String text, long line) {
    if (texts.size() == words.length) {
      words = Arrays.copyOf(words, 2 * words.length);
      table = new int[2 * table.length];
      for (int code = 0; code < texts.size(); code++) {
        enter(code);
      }
    }
    int code = texts.size();
    words[code] = text.getBytes(StandardCharsets.UTF_8);
    texts.add(text);
    lines.add(line);
    enter(code);
    return code;
  }

  private void enter(int code) {
    int slot = slot(words[code], 0, words[code].length);
    while (table[slot] != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = code + 1;
  }

  /** Returns the texts in order: of whole numbers by value, of others as Java compares them. */
  List<String> sorted() {
    boolean whole = texts.stream().allMatch(text -> text.matches("[+-]?\\d{1,18}"));
    Comparator<String> order = Comparator.naturalOrder();
    return texts.stream()
        .sorted(
            whole ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(order) : order)
        .toList();
  }

  /**
   * Returns for each code its place among other levels.
   *
   * @return −1 where a level is not among them
   */
  int[] places(List<String> others) {
    Levels wanted = new Levels();
    others.forEach(text -> wanted.add(text, 0));
    int[] places = new int[size()];
    for (int code = 0; code < places.length; code++) {
      places[code] = wanted.code(words[code], 0, words[code].length);
    }
    return places;
  }
}
