package downhill.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Whether a frame has the columns that parameters name, which its schema tells before any row. */
final class ColumnCheck {
  private static final int SHOWN = 8;

  private ColumnCheck() {}

  /**
   * Checks the columns that need not be there.
   *
   * @param weight the column of what each row counts; empty for none
   * @param validation the column that tells rows to judge by; empty for none
   * @throws IllegalArgumentException if one is missing, or holds something else
   */
  static void columns(StructType schema, String weight, String validation) {
    check(schema, "weightCol", weight, "numbers", NumericType.class);
    check(schema, "validationIndicatorCol", validation, "true and false", BooleanType.class);
  }

  private static void check(
      StructType schema, String parameter, String column, String what, Class<?> expected) {
    if (column.isEmpty()) {
      return;
    }
    DataType type = type(schema, column.replace("`", ""));
    if (type == null) {
      throw new IllegalArgumentException(
          "%s: expected a column out of %s, found '%s'"
              .formatted(parameter, names(schema), column));
    }
    if (!expected.isInstance(type)) {
      throw new IllegalArgumentException(
          "%s: expected a column of %s, found '%s' of %s"
              .formatted(parameter, what, column, type.simpleString()));
    }
  }

  /** Returns the type of a column, or of a field within one, as in a.b; null if there is none. */
  private static @Nullable DataType type(StructType schema, String name) {
    for (StructField field : schema.fields()) {
      if (field.name().equals(name)) {
        return field.dataType();
      }
    }
    for (StructField field : schema.fields()) {
      // Spark finds columns in any case, unless it is told otherwise.
      if (field.name().equalsIgnoreCase(name)) {
        return field.dataType();
      }
      String prefix = field.name() + ".";
      if (field.dataType() instanceof StructType inner
          && name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        DataType found = type(inner, name.substring(prefix.length()));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static String names(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    return names.size() <= SHOWN
        ? names.toString()
        : "[%s, … (%d in all)]".formatted(String.join(", ", names.subList(0, SHOWN)), names.size());
  }
}
