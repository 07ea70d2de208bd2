package downhill.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How the rows of a table become the inputs of a network: all that a model needs to take raw
 * values. Immutable; safe to share. {@link RowEncoder} does it.
 *
 * @param columns the columns that the network looks at, in the order of its inputs
 * @param label the name of the column that says the class, which is none of these
 * @param missing what a missing value is taken for
 */
public record TableSchema(List<Column> columns, String label, Missing missing) {
  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if there is no column, or two have the same name
   */
  public TableSchema {
    columns = List.copyOf(columns);
    Objects.requireNonNull(missing, "missing");
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns: expected at least one beside the label");
    }
    Set<String> names = new HashSet<>(Set.of(label));
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "columns: expected no two of one name, found '%s' twice".formatted(column.name()));
      }
    }
  }

  /** Returns the number of inputs that all columns fill together. */
  public int inputs() {
    return columns.stream().mapToInt(Column::inputs).sum();
  }

  /** Returns the name of each column, in order. */
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** Returns what each input is: the column's name, with the level where it has some. */
  public List<String> inputNames() {
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      if (column instanceof Column.Categorical categorical) {
        categorical.levels().forEach(level -> names.add(column.name() + " = " + level));
      } else {
        names.add(column.name());
      }
    }
    return names;
  }

  /**
   * Returns the same columns beside another label.
   *
   * @throws IllegalArgumentException if one of them is called so
   */
  TableSchema withLabel(String other) {
    return new TableSchema(columns, other, missing);
  }

  /** Returns whether another schema is the same but for what was learned: means, scales, shares. */
  boolean fits(TableSchema other) {
    return label.equals(other.label) && missing == other.missing && shape().equals(other.shape());
  }

  private List<List<String>> shape() {
    List<List<String>> shape = new ArrayList<>();
    for (Column column : columns) {
      List<String> words = new ArrayList<>(List.of(column.name()));
      if (column instanceof Column.Categorical categorical) {
        words.addAll(categorical.levels());
      }
      shape.add(words);
    }
    return shape;
  }

  /** Returns the columns by their names: made anew each time, for those who look for many. */
  Map<String, Column> byName() {
    Map<String, Column> byName = new HashMap<>();
    columns.forEach(column -> byName.put(column.name(), column));
    return byName;
  }

  /**
   * Returns a line such as {@code 4 numeric columns, 1 categorical (3 levels), label 'species'}.
   */
  @Override
  public String toString() {
    int numeric = 0;
    int levels = 0;
    for (Column column : columns) {
      switch (column) {
        case Column.Numeric _ -> numeric++;
        case Column.Categorical categorical -> levels += categorical.levels().size();
      }
    }
    return "%d numeric columns, %d categorical (%d levels), label '%s'"
        .formatted(numeric, columns.size() - numeric, levels, label);
  }
}
