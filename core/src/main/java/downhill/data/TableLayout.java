package downhill.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which field of a record is what, as the first line and the format say it.
 *
 * @param fields how many there are
 * @param names what they are called
 * @param label the number of the field that says the class, from 0; −1 where there is none
 * @param slots those that are values, in the order of the file
 */
record TableLayout(int fields, List<String> names, int label, List<Slot> slots) {
  /** Stands for a column's number where several have its name. */
  private static final int SEVERAL = -2;

  private static final Set<String> LABELS = Set.of("label", "class", "target");

  /** What a column holds. */
  enum Kind {
    /** What its first value says. */
    OPEN,
    NUMERIC,
    CATEGORICAL
  }

  /** A field that is a value. */
  record Slot(int field, String name, Kind kind) {}

  /** Returns the names that the first record of a file gives its columns. */
  static List<String> names(CsvScanner scanner, boolean header) {
    List<String> names = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int f = 0; f < scanner.fields(); f++) {
      names.add(header ? scanner.text(f) : "");
      taken.add(names.get(f));
    }
    if (header && names.getLast().isBlank()) {
      scanner.headerEndsInSeparator();
    }
    for (int f = 0; f < names.size(); f++) {
      if (names.get(f).isBlank()) {
        names.set(f, number(f + 1, taken));
      }
    }
    return names;
  }

  // Where numbers are names, as in a table that pandas has written with its index in front, that of
  // a column without a name may be another one's.
  private static String number(int number, Set<String> taken) {
    String name = Integer.toString(number);
    while (taken.contains(name)) {
      name = "column " + name;
    }
    return name;
  }

  /** Returns the layout of a file from which a schema is to be learned. */
  static TableLayout of(CsvScanner scanner, String file, List<String> names, CsvFormat format)
      throws IOException {
    int label = label(file, names, format.label());
    Set<Integer> ignored = places(file, "ignore", names, format.ignored(), label);
    Set<Integer> categorical = places(file, "categorical", names, format.categorical(), label);
    List<Slot> slots = new ArrayList<>();
    for (int f = 0; f < names.size(); f++) {
      if (ignored.contains(f) && categorical.contains(f)) {
        throw new IOException(
            "%s: column '%s' is both to be ignored and categorical".formatted(file, names.get(f)));
      }
      if (f != label && !ignored.contains(f)) {
        slots.add(
            new Slot(f, names.get(f), categorical.contains(f) ? Kind.CATEGORICAL : Kind.OPEN));
      }
    }
    checkNames(scanner, names, label, slots, ", or leave out all of that name by their numbers");
    if (slots.isEmpty()) {
      throw scanner.failure(
          0,
          "expected a column beside '%s' to learn from, found none; is the separator another one?"
              .formatted(names.get(label)));
    }
    return new TableLayout(names.size(), names, label, slots);
  }

  /**
   * Returns the layout of a file that a schema describes already. What it does not name is left
   * out.
   *
   * @param labelled whether the column of the label is needed
   */
  static TableLayout of(
      CsvScanner scanner, List<String> names, TableSchema schema, boolean labelled)
      throws IOException {
    int label = names.indexOf(schema.label());
    Map<String, Column> columns = schema.byName();
    if (labelled && label < 0) {
      throw scanner.failure(
          0, "expected a column called '%s', found %s".formatted(schema.label(), some(names)));
    }
    List<Slot> slots = new ArrayList<>();
    for (int f = 0; f < names.size(); f++) {
      Column column = columns.get(names.get(f));
      if (column != null) {
        slots.add(
            new Slot(
                f,
                names.get(f),
                column instanceof Column.Categorical ? Kind.CATEGORICAL : Kind.NUMERIC));
      }
    }
    checkNames(scanner, names, labelled ? label : -1, slots, "");
    Set<String> found = new HashSet<>(names);
    for (String wanted : schema.names()) {
      if (!found.contains(wanted)) {
        throw scanner.failure(
            0, "expected a column called '%s', found %s".formatted(wanted, some(names)));
      }
    }
    return new TableLayout(names.size(), names, labelled ? label : -1, slots);
  }

  // What nobody uses may be called as it likes; what is used has to be found again by its name.
  private static void checkNames(
      CsvScanner scanner, List<String> names, int label, List<Slot> slots, String instead)
      throws IOException {
    Map<String, Integer> numbers = numbers(names);
    List<String> used = new ArrayList<>(slots.stream().map(Slot::name).toList());
    if (label >= 0) {
      used.add(names.get(label));
    }
    for (String name : used) {
      if (numbers.getOrDefault(name, SEVERAL) == SEVERAL) {
        throw scanner.failure(
            names.lastIndexOf(name),
            "expected a name of its own for each column that is used, found '%s' again; rename one%s; if the first line is a row, it has to be said"
                .formatted(Fields.excerpt(name), instead));
      }
    }
  }

  /**
   * Returns a schema with the label that is wanted.
   *
   * @param wanted its name or its number; null for the one that the schema has
   */
  static TableSchema labelled(
      String file, List<String> names, TableSchema schema, @Nullable String wanted)
      throws IOException {
    if (wanted == null) {
      return schema;
    }
    String name = names.get(label(file, names, wanted));
    if (schema.names().contains(name)) {
      throw new IOException(
          "%s: label: expected a column that is no input of the model, found '%s', which is one"
              .formatted(file, Fields.excerpt(name)));
    }
    return schema.withLabel(name);
  }

  private static String some(List<String> names) {
    return RowEncoder.some(names.stream().map(Fields::excerpt).toList());
  }

  private static int label(String file, List<String> names, @Nullable String wanted)
      throws IOException {
    if (wanted != null) {
      return place(file, "label", names, numbers(names), wanted);
    }
    List<String> found =
        names.stream().filter(name -> LABELS.contains(name.toLowerCase(Locale.ROOT))).toList();
    if (found.size() != 1) {
      throw new IOException(
          "%s: line 1, column 1: expected one column called label, class or target, or to be told which says the class, found %s"
              .formatted(file, some(names)));
    }
    return names.indexOf(found.getFirst());
  }

  private static Set<Integer> places(
      String file, String what, List<String> names, List<String> wanted, int label)
      throws IOException {
    Set<Integer> places = new HashSet<>();
    Map<String, Integer> numbers = numbers(names);
    for (String name : wanted) {
      int place = place(file, what, names, numbers, name);
      if (place == label) {
        throw new IOException(
            "%s: %s: column '%s' is the label; expected another one".formatted(file, what, name));
      }
      places.add(place);
    }
    return places;
  }

  /** Returns the number of each column by its name, from 0; {@link #SEVERAL} of several. */
  static Map<String, Integer> numbers(List<String> names) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int f = 0; f < names.size(); f++) {
      numbers.merge(names.get(f), f, (first, another) -> SEVERAL);
    }
    return numbers;
  }

  // A name comes first; what is none may be a number.
  private static int place(
      String file, String what, List<String> names, Map<String, Integer> numbers, String wanted)
      throws IOException {
    int place = numbers.getOrDefault(wanted, -1);
    if (place == SEVERAL) {
      throw new IOException(
          "%s: %s: expected the name of one column, found '%s' for several; give its number"
              .formatted(file, what, Fields.excerpt(wanted)));
    }
    if (place < 0 && wanted.matches("[1-9]\\d{0,6}")) {
      place = Integer.parseInt(wanted) - 1;
    }
    if (place < 0 || place >= names.size()) {
      throw new IOException(
          "%s: %s: expected the name or the number of a column (1 to %d), found '%s'; there are %s"
              .formatted(file, what, names.size(), Fields.excerpt(wanted), some(names)));
    }
    return place;
  }
}
