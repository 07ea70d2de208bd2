package downhill.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A list of pictures: a CSV file, read as {@link CsvScanner} reads tables, whose first line is
 * {@code path,label} or {@code path,label,part}. A path that is not absolute begins at the file's
 * folder; a part is {@code train} or {@code test}. The order of the lines is the order of the
 * examples.
 */
final class ImageList {
  /** The most pictures; a small packed file can unpack to far more lines. */
  private static final int MOST_LINES = 10_000_000;

  /** How many bytes are enough to see what a file begins with. */
  private static final int START = 64;

  private static final List<String> HEADER = List.of("path", "label");
  private static final List<String> HEADER_WITH_PARTS = List.of("path", "label", "part");
  private static final String EXPECTED =
      "expected %s or %s, "
          .formatted(String.join(",", HEADER), String.join(",", HEADER_WITH_PARTS));

  private static final String MARK = "\uFEFF";

  /**
   * A line of the list.
   *
   * @param path as it is written
   * @param label the class, with accents as folders' names have them here
   * @param test whether it is to judge by
   * @param number where it begins in the file, from 1
   */
  record Line(String path, String label, boolean test, long number) {}

  private final CsvScanner scanner;
  private final boolean parts;

  private ImageList(CsvScanner scanner, boolean parts) {
    this.scanner = scanner;
    this.parts = parts;
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

  /** Returns whether a file, plain or packed by gzip, begins as such a list does. */
  static boolean isOne(Path file) throws IOException {
    String text = start(file);
    String first = (text.startsWith(MARK) ? text.substring(1) : text).split("\\R", 2)[0];
    List<String> fields =
        Stream.of(first.replace("\"", "").split(",", -1)).map(Fields::trimmed).toList();
    return fields.equals(HEADER) || fields.equals(HEADER_WITH_PARTS);
  }

  private static String start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      PushbackInputStream plain = new PushbackInputStream(in, 2);
      byte[] magic = plain.readNBytes(2);
      plain.unread(magic);
      if (magic.length < 2 || !GzipInput.isMagic(magic[0], magic[1])) {
        return new String(plain.readNBytes(START), StandardCharsets.UTF_8);
      }
      try (GzipInput packed = new GzipInput(plain, file.toString())) {
        return new String(packed.readNBytes(START), StandardCharsets.UTF_8);
      }
    }
  }

  /**
   * Reads a list.
   *
   * @throws IOException if it cannot be read, or begins or goes on otherwise than such a list does
   */
  static Found read(Path file) throws IOException {
    try (CsvScanner scanner = CsvScanner.open(file, ',')) {
      if (!scanner.next()) {
        throw new IOException(file + ": line 1, column 1: " + EXPECTED + "found nothing");
      }
      List<String> header = new ArrayList<>();
      for (int field = 0; field < scanner.fields(); field++) {
        header.add(scanner.text(field));
      }
      boolean parts = header.equals(HEADER_WITH_PARTS);
      if (!parts && !header.equals(HEADER)) {
        throw scanner.failure(
            0, "%sfound '%s'".formatted(EXPECTED, Fields.excerpt(String.join(",", header))));
      }
      return new ImageList(scanner, parts).found(file);
    }
  }

  private Found found(Path file) throws IOException {
    List<String> header = parts ? HEADER_WITH_PARTS : HEADER;
    scanner.name(header);
    List<Line> lines = new ArrayList<>();
    while (scanner.next()) {
      scanner.expect(header.size());
      if (lines.size() == MOST_LINES) {
        throw scanner.failure(0, "expected at most %d pictures, found more".formatted(MOST_LINES));
      }
      lines.add(line());
    }
    if (lines.isEmpty()) {
      throw new IOException(
          file + ": line 2, column 1: expected a picture and its class, found none in the list");
    }
    return new Found(lines, parts);
  }

  private Line line() throws IOException {
    String path = scanner.text(0);
    if (path.isBlank()) {
      throw scanner.failure(0, "expected a path, found none");
    }
    String label = scanner.text(1);
    if (label.isBlank()) {
      throw scanner.failure(1, "expected a class, found none");
    }
    if (!ClassNames.isOneLine(label)) {
      throw scanner.failure(1, "expected the name of a class in one line of text");
    }
    String part = parts ? scanner.text(2) : "train";
    if (!part.equals("train") && !part.equals("test")) {
      throw scanner.failure(
          2, "expected the part train or test, found '%s'".formatted(Fields.excerpt(part)));
    }
    return new Line(path, ClassNames.composed(label), part.equals("test"), scanner.line());
  }

  /** Returns where the picture of a list's line is. */
  static Path resolve(Path list, Line line) throws IOException {
    try {
      return list.resolveSibling(line.path);
    } catch (InvalidPathException e) {
      throw new IOException(
          "%s: line %d, column 1 (path): expected the path of a file, found '%s'"
              .formatted(list, line.number, Fields.excerpt(line.path)),
          e);
    }
  }
}
