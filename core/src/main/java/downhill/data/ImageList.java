package downhill.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A list of pictures: a CSV file (RFC 4180, UTF-8) whose first line is {@code path,label} or {@code
 * path,label,part}. A path that is not absolute begins at the file's folder; a part is {@code
 * train} or {@code test}. The order of the lines is the order of the examples.
 */
final class ImageList {
  /** More than ten million lines of ordinary length. */
  private static final long MOST_BYTES = 1L << 30;

  private static final List<String> HEADER = List.of("path", "label");
  private static final List<String> HEADER_WITH_PARTS = List.of("path", "label", "part");
  private static final String MARK = "\uFEFF";

  /**
   * A line of the list.
   *
   * @param path as it is written
   * @param test whether it is to judge by
   */
  record Line(String path, String label, boolean test) {}

  private final Path file;
  private final String text;
  private int at;
  private int line = 1;

  private ImageList(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * What the list says.
   *
   * @param parts whether it tells train and test apart
   */
  record Found(List<Line> lines, boolean parts) {
    /** Returns the labels that occur, in their order. */
    SortedSet<String> labels() {
      SortedSet<String> labels = new TreeSet<>();
      lines.forEach(line -> labels.add(line.label));
      return labels;
    }
  }

  /** Returns whether a file begins as such a list does. */
  static boolean isOne(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(64);
    }
    String text = new String(start, StandardCharsets.UTF_8);
    String first = (text.startsWith(MARK) ? text.substring(1) : text).split("\\R", 2)[0];
    List<String> fields = List.of(first.strip().replace("\"", "").split(",", -1));
    return fields.equals(HEADER) || fields.equals(HEADER_WITH_PARTS);
  }

  /** Reads a list. */
  static Found read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(
          "%s: expected a list of at most %d bytes, found %d"
              .formatted(file, MOST_BYTES, Files.size(file)));
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return new ImageList(file, text.startsWith(MARK) ? text.substring(1) : text).read();
    } catch (CharacterCodingException e) {
      throw new IOException(
          "%s: byte %d: expected text in UTF-8, found something else"
              .formatted(file, bytes.position()),
          e);
    }
  }

  private Found read() throws IOException {
    boolean parts = fields().equals(HEADER_WITH_PARTS);
    int columns = parts ? 3 : 2;
    List<Line> lines = new ArrayList<>();
    while (at < text.length()) {
      int number = line;
      List<String> fields = fields();
      if (fields.equals(List.of(""))) {
        continue;
      }
      if (fields.size() != columns) {
        throw wrong(number, columns + " fields", Integer.toString(fields.size()));
      }
      lines.add(line(fields, number));
    }
    if (lines.isEmpty()) {
      throw wrong(line, "a picture and its class", "none in the whole list");
    }
    return new Found(lines, parts);
  }

  private Line line(List<String> fields, int number) throws IOException {
    if (fields.getFirst().isBlank()) {
      throw wrong(number, "a path", "a blank");
    }
    if (fields.get(1).isBlank()) {
      throw wrong(number, "a class", "a blank");
    }
    String part = fields.size() > 2 ? fields.get(2) : "train";
    if (!part.equals("train") && !part.equals("test")) {
      throw wrong(number, "the part train or test", "'" + part + "'");
    }
    return new Line(fields.getFirst(), fields.get(1), part.equals("test"));
  }

  /** Returns where the picture of a list's line is. */
  static Path resolve(Path list, Line line) throws IOException {
    try {
      return list.resolveSibling(line.path);
    } catch (InvalidPathException e) {
      throw new IOException(
          "%s: expected paths of files, found '%s'".formatted(list, line.path), e);
    }
  }

  /** Reads the fields of a line, with its end. */
  private List<String> fields() throws IOException {
    List<String> fields = new ArrayList<>();
    while (true) {
      fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
        continue;
      }
      endOfLine();
      return fields;
    }
  }

  private String plain() throws IOException {
    int from = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '"') {
        throw wrong(line, "a quote only at the start of a field, or doubled in one", "another");
      }
      at++;
    }
    return text.substring(from, at);
  }

  private String quoted() throws IOException {
    int opened = line;
    StringBuilder field = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '"') {
        line += c == '\n' ? 1 : 0;
        field.append(c);
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        field.append(c);
        at++;
      } else {
        at++;
        return field.toString();
      }
    }
    throw wrong(opened, "a quote at the end of the field as well", "none to the end of the file");
  }

  private void endOfLine() throws IOException {
    if (at == text.length()) {
      return;
    }
    if (text.startsWith("\r\n", at)) {
      at += 2;
    } else if (text.charAt(at) == '\n') {
      at++;
    } else {
      throw wrong(line, "a comma or the end of the line", "'" + text.charAt(at) + "'");
    }
    line++;
  }

  private IOException wrong(int number, String expected, String found) {
    return new IOException("%s:%d: expected %s, found %s".formatted(file, number, expected, found));
  }
}
