package downhill.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows of a table as a file has them: for each column the number, or the code of the level, and
 * at the end of the row the code of the class; NaN where a value is missing.
 *
 * @param file where they come from, for messages
 * @param columns what a row holds, in the order of the file
 * @param labelField the number of the label's column in the file, from 0
 * @param label what it is called
 * @param classes what the codes of the classes stand for
 * @param rows [size, columns + 1], row-major, as {@link TableValues#NUMBER}
 * @param size how many there are, at least one
 */
record Table(
    String file,
    List<RawColumn> columns,
    int labelField,
    String label,
    Levels classes,
    MemorySegment rows,
    int size) {
  /**
   * Returns a schema of this table from whose values nothing has been learned yet.
   *
   * @throws IOException if a column of categories holds none
   */
  TableSchema schema(Missing missing) throws IOException {
    List<Column> all = new ArrayList<>();
    for (RawColumn column : columns) {
      Levels levels = column.levels();
      if (levels == null) {
        all.add(new Column.Numeric(column.name(), 0, 1));
      } else if (levels.size() == 0) {
        throw new IOException(
            "%s: column %d (%s): expected a value in some row, found none at all; leave it out"
                .formatted(file, column.field() + 1, Fields.excerpt(column.name())));
      } else {
        List<String> texts = levels.sorted();
        all.add(
            new Column.Categorical(
                column.name(), texts, Collections.nCopies(texts.size(), 1.0 / texts.size())));
      }
    }
    return new TableSchema(all, label, missing);
  }

  /**
   * Returns how rows become the inputs of a schema.
   *
   * @param unknown what a level is taken for that the schema does not have
   * @throws IOException if there is such a level, and it is taken for a mistake
   */
  TableDecoder decoder(TableSchema schema, Missing unknown) throws IOException {
    int count = schema.columns().size();
    int[] sources = new int[count];
    int[][] codes = new int[count][];
    Map<String, Integer> places =
        TableLayout.numbers(columns.stream().map(RawColumn::name).toList());
    for (int c = 0; c < count; c++) {
      Column column = schema.columns().get(c);
      Integer place = places.get(column.name());
      if (place == null) {
        throw new IllegalArgumentException("the table has no column '" + column.name() + "'");
      }
      sources[c] = place;
      RawColumn raw = columns.get(sources[c]);
      codes[c] =
          column instanceof Column.Categorical categorical
              ? places(raw, categorical.levels(), unknown)
              : new int[0];
    }
    return new TableDecoder(schema, sources, codes);
  }

  /**
   * Returns for the code of each class its number among some names.
   *
   * @throws IOException if a class stands in the file that is none of these
   */
  int[] classNumbers(List<String> names) throws IOException {
    int[] numbers = classes.places(names);
    check(numbers, classes, labelField, label, "class", names);
    return numbers;
  }

  private int[] places(RawColumn column, List<String> known, Missing unknown) throws IOException {
    Levels found = column.levels();
    if (found == null) {
      throw new IllegalArgumentException("column '" + column.name() + "' holds numbers");
    }
    int[] places = found.places(known);
    if (unknown == Missing.ERROR) {
      check(places, found, column.field(), column.name(), "value", known);
    }
    return places;
  }

  // Refuses what has no place among what is known.
  private void check(
      int[] places, Levels found, int field, String column, String what, List<String> known)
      throws IOException {
    List<Integer> foreign =
        IntStream.range(0, places.length).filter(code -> places[code] < 0).boxed().toList();
    if (!foreign.isEmpty()) {
      List<String> others =
          foreign.stream().skip(1).map(code -> Fields.excerpt(found.text(code))).toList();
      throw new IOException(
          "%s: line %d, column %d (%s): expected a %s that was there in training, %s, found '%s'%s"
              .formatted(
                  file,
                  found.line(foreign.getFirst()),
                  field + 1,
                  Fields.excerpt(column),
                  what,
                  RowEncoder.some(known.stream().map(Fields::excerpt).toList()),
                  Fields.excerpt(found.text(foreign.getFirst())),
                  others.isEmpty() ? "" : ", and in other rows " + RowEncoder.some(others)));
    }
  }
}
